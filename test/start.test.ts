import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { builtAssembly } from './assembly.ts'
import { newFolder } from './cloud.ts'
import { northwindFolder } from './fixture/northwind.ts'

/** `npm start` as a process: what a person at a terminal, or a service manager, meets. */

const root = resolve(import.meta.dirname, '..')
const data = newFolder()
const started: ChildProcess[] = []

beforeAll(async () => void (await builtAssembly()))
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')))
afterAll(() => rmSync(data, { recursive: true, force: true }))

function start(node: string, ...options: string[]) {
  const child = spawn(
    node,
    [join(root, 'infra/start.mjs'), '--content', northwindFolder, '--data', data, ...options],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  started.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  const ended = once(child, 'exit')
  return {
    child,
    exitCode: async () => ((await ended) as [number | null])[0],
    said: () => said,
    /** Its address, as soon as it has printed where it is. */
    async address(): Promise<string> {
      while (!said.includes('Ctrl-C')) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`)
        await new Promise((after) => setTimeout(after, 20))
      }
      return /API\s+(http:\S+)/.exec(said)?.[1] ?? ''
    },
  }
}

test('it tells what it does, answers, and stops cleanly when asked', async () => {
  const cloud = start(process.execPath, '--port', '0')
  const address = await cloud.address()
  expect((await fetch(`${address}/health`)).status).toBe(200)
  expect(cloud.said()).toMatch(/boot[\s\S]*form[\s\S]*inbox[\s\S]*accounts/)
  cloud.child.kill('SIGINT')
  expect(await cloud.exitCode()).toBe(0)
})

test('it ends with npm, which tells nobody that it is ended', async () => {
  // As npm runs it: by a shell.
  const command = `node infra/start.mjs --content ${northwindFolder} --data ${data} --port 0 & echo $!; wait`
  const npm = spawn('sh', ['-c', command], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      npm_lifecycle_event: 'start',
    },
  })
  started.push(npm)
  let said = ''
  npm.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await expect.poll(() => said.includes('Ctrl-C'), { timeout: 30_000 }).toBe(true)
  const address = /API\s+(http:\S+)/.exec(said)?.[1] ?? ''
  expect((await fetch(`${address}/health`)).status).toBe(200)
  npm.kill('SIGKILL')
  const isThere = () =>
    fetch(`${address}/health`).then(
      () => true,
      () => false,
    )
  await expect.poll(isThere, { timeout: 15_000 }).toBe(false)
}, 60_000)

test('a wrong option is explained, and the exit code says so', async () => {
  const cloud = start(process.execPath, '--prot', '0')
  expect(await cloud.exitCode()).toBe(2)
  expect(cloud.said()).toContain('--prot')
})

test.each([
  ['a folder without a company', ['--content', data], 'there is no company/ in'],
  ['no folder', ['--content'], '--content wants the folder'],
])('%s is no content, and nothing starts', async (_, options, said) => {
  const cloud = start(process.execPath, '--port', '0', ...options)
  expect(await cloud.exitCode()).toBe(2)
  expect(cloud.said()).toContain(said)
})

const places = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node']
const older = places.find(isOlder)
const missing = older ? '' : ` (skipped: no Node before 24 at ${places.join(', ')})`
describe.skipIf(!older)(`started by an older Node${missing}`, () => {
  test('it goes on under the one that came with the project, and passes the end on', async () => {
    const cloud = start(older!, '--port', '0')
    expect((await fetch(`${await cloud.address()}/health`)).status).toBe(200)
    const children = `/proc/${cloud.child.pid}/task/${cloud.child.pid}/children`
    const [id] = readFileSync(children, 'utf8').trim().split(' ')
    const [, ...given] = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0')
    // What npm gives Node where it is new enough.
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: { start: string }
    }
    const options = scripts.start.split(' ').slice(1, -1)
    expect(given.slice(0, options.length)).toEqual(options)
    cloud.child.kill('SIGTERM')
    expect(await cloud.exitCode()).toBe(0)
  })

  test('a wrong option has the same exit code', async () => {
    expect(await start(older!, '--prot').exitCode()).toBe(2)
  })

  test('nothing stays behind when it is killed', async () => {
    const cloud = start(older!, '--port', '0')
    const address = await cloud.address()
    cloud.child.kill('SIGKILL')
    await cloud.exitCode()
    const gone = async () =>
      !(await fetch(`${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ))
    await expect.poll(gone, { timeout: 20_000 }).toBe(true)
  })
})

function isOlder(path: string): boolean {
  try {
    return Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]) < 24
  } catch {
    return false
  }
}
