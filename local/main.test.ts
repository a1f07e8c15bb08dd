import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, expect, test } from 'vitest'
import { writeAssembly } from './fixture/assembly.ts'
import type { Message } from './fixture/running.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const assembly = writeAssembly(join(folder, 'assembly'))

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Runs the command; resolves with its port when it is ready, or with what it said when it ended. */
const run = (data: string, ...args: string[]) => runAs([process.execPath], data, args)

async function runAs([program, ...before]: string[], data: string, args: string[] = []) {
  const child = spawn(
    program!,
    [
      ...before,
      join(import.meta.dirname, 'main.ts'),
      '--assembly',
      assembly,
      '--data',
      data,
      '--port',
      '0',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
  )
  started.push(child)
  let output = ''
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const ready = new Promise<number>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const port = /API +http:\/\/localhost:(\d+)/.exec(output)
      if (port) resolve(Number(port[1]))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  const port = await Promise.race([ready, exit.then(() => 0)])
  return { child, exit, port, output: () => output }
}

test('kill -9 under load loses nothing that was acknowledged', async () => {
  const data = join(folder, 'killed')
  const acknowledged: string[] = []
  for (let round = 0; round < 3; round++) {
    const { child, exit, port } = await run(data)
    let alive = true
    const work = async (worker: number) => {
      for (let index = 0; alive; index++) {
        const id = `${round}-${worker}-${index}`
        const response = await fetch(`http://127.0.0.1:${port}/items`, {
          method: 'POST',
          body: JSON.stringify({ id }),
        }).catch(() => undefined)
        if (response?.status === 201) acknowledged.push(id)
      }
    }
    const load = Promise.all([work(0), work(1)])
    await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan((round + 1) * 15)
    child.kill('SIGKILL')
    alive = false
    await exit
    await load
  }
  const { port } = await run(data)
  const missing = async () => {
    const authorization = `Bearer ${readFileSync(join(data, 'owner.key'), 'utf8').trim()}`
    const response = await fetch(`http://127.0.0.1:${port}/_local/messages`, { headers: { authorization } })
    const subjects = new Set(((await response.json()) as Message[]).map((mail) => mail.subject))
    return acknowledged.filter((id) => !subjects.has(`first ${id}`))
  }
  await expect.poll(missing, { timeout: 30_000 }).toEqual([])
})

test('kill -9 during uploads: what was acknowledged is whole, what was cut off is gone', async () => {
  const data = join(folder, 'uploads')
  const bytes = Buffer.alloc(8 * 1024 * 1024, 'x')
  const sign = async (port: number, method: string, key: string) => {
    const headers = method === 'PUT' ? { 'content-length': String(bytes.length) } : {}
    const body = JSON.stringify({ method, key, headers })
    return (await (await fetch(`http://127.0.0.1:${port}/sign`, { method: 'POST', body })).json()) as string
  }
  const acknowledged: string[] = []
  for (let round = 0; round < 2; round++) {
    const { child, exit, port } = await run(data)
    let isAlive = true
    const work = async (worker: number) => {
      for (let index = 0; isAlive; index++) {
        const key = `main/${round}-${worker}-${index % 5}`
        const put = async () => await fetch(await sign(port, 'PUT', key), { method: 'PUT', body: bytes })
        const answer = await put().catch(() => undefined)
        if (answer?.status === 200) acknowledged.push(key)
      }
    }
    const load = Promise.all([work(0), work(1), work(2)])
    await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan((round + 1) * 10)
    child.kill('SIGKILL')
    isAlive = false
    await exit
    await load
  }
  const { port } = await run(data)
  for (const key of new Set(acknowledged)) {
    const got = await (await fetch(await sign(port, 'GET', key))).arrayBuffer()
    expect(Buffer.from(got).equals(bytes), key).toBe(true)
  }
  const count = () => {
    const db = new DatabaseSync(join(data, 'cloud.db'), { readOnly: true })
    const { objects } = db.prepare('SELECT count(*) AS objects FROM bucket_object').get()!
    db.close()
    return readdirSync(join(data, 'bucket', 'demo-files')).length - Number(objects)
  }
  await expect.poll(count).toBe(0)
})

test('a second start on the same data names the first one and changes nothing', async () => {
  const data = join(folder, 'double')
  const first = await run(data)
  const second = await run(data)
  expect(await second.exit).toBe(1)
  expect(second.output()).toContain(`process ${first.child.pid}, http://localhost:${first.port}`)
  expect((await fetch(`http://127.0.0.1:${first.port}/health`)).status).toBe(200)
})

test('it stops cleanly when asked, and a port in use or a wrong option is said in one line', async () => {
  const first = await run(join(folder, 'stopped'))
  await expect.poll(first.output).toMatch(/^ {2}password in .+\n\n {2}data /m)
  // V8 knows the flags that bound its heaps.
  expect(first.output()).not.toContain('flag')
  const taken = await run(join(folder, 'other'), '--port', String(first.port))
  expect(await taken.exit).toBe(1)
  expect(taken.output()).toMatch(new RegExp(`^holdfast: Port ${first.port} is in use`, 'm'))
  const wrong = await run(join(folder, 'other'), '--clok')
  expect(await wrong.exit).toBe(2)
  expect(wrong.output()).toContain("Unknown option '--clok'")
  first.child.kill('SIGTERM')
  expect(await first.exit).toBe(0)
})

test.each([
  [['--rate', '0'], {}, '--rate', '0'],
  [['--rate', '1,000'], {}, '--rate', '1,000'],
  [['--rate='], {}, '--rate', ''],
  [['--rate=-5'], {}, '--rate', '-5'],
  [[], { HOLDFAST_RATE: '2.5' }, 'HOLDFAST_RATE', '2.5'],
  [[], { HOLDFAST_RATE: 'unlimited' }, 'HOLDFAST_RATE', 'unlimited'],
])('a number of requests that is none stops the start: %j %j', (options, variables, name, text) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), '--assembly', assembly, ...options],
    { env: { PATH: process.env.PATH, ...variables } },
  )
  expect(status).toBe(2)
  const said = `holdfast: ${name} must be a whole number of requests a second from 1 to 999999, not ${text}\n`
  expect(stderr.toString().startsWith(said)).toBe(true)
})

test('a disk that takes no more ends it in words, and what was acknowledged is there afterwards', async () => {
  const data = join(folder, 'full')
  const acknowledged: string[] = []
  // No file may grow beyond 1600 blocks of 512 bytes, as on a disk that is full.
  const limited = ['sh', '-c', 'ulimit -f 1600 && exec "$0" "$@"', process.execPath]
  const { exit, port, output } = await runAs(limited, data)
  for (let index = 0, isTaken = true; isTaken; index++) {
    const item = { id: `${index}`, text: 'x'.repeat(10_000) }
    const init = { method: 'POST', body: JSON.stringify(item) }
    const response = await fetch(`http://127.0.0.1:${port}/items`, init).catch(() => undefined)
    isTaken = response?.status === 201
    if (isTaken) acknowledged.push(item.id)
  }
  expect(await exit).toBe(1)
  expect(output()).toContain(`holdfast: ${data} cannot be written any more (`)
  expect(acknowledged.length).toBeGreaterThan(0)
  const again = await run(data)
  const authorization = `Bearer ${readFileSync(join(data, 'owner.key'), 'utf8').trim()}`
  const missing = async () => {
    const response = await fetch(`http://127.0.0.1:${again.port}/_local/messages`, {
      headers: { authorization },
    })
    const subjects = new Set(((await response.json()) as Message[]).map((mail) => mail.subject))
    return acknowledged.filter((id) => !subjects.has(`first ${id}`))
  }
  await expect.poll(missing, { timeout: 30_000 }).toEqual([])
})
