import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startCloud, type Cloud } from './cloud.ts'
import { resources, writeAssembly } from './fixture/assembly.ts'

let folder: string
let assembly: string
let cloud: Cloud
const reported: string[] = []

interface Message {
  id: string
  subject: string
  to: string[]
  text: string
  html: string
  at: string
  tags: object
}

async function call(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`http://127.0.0.1:${cloud.port}${path}`, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function control<T>(path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${cloud.ownerKey}` }
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
  return JSON.parse((await call(path, init)).text) as T
}

/** Where a process listens, from Linux's /proc. */
function listening(pid: number): { host: string; port: number }[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)]
      } catch {
        return [] // closed meanwhile
      }
    }),
  )
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[3] === '0A' && sockets.has(`socket:[${words[9]}]`))
    .map((words) => {
      const [address, port] = words[1]!.split(':')
      const bytes = address!.match(/../g)!.toReversed()
      return { host: bytes.map((byte) => parseInt(byte, 16)).join('.'), port: parseInt(port!, 16) }
    })
}

const post = (item: object) => call('/items', { method: 'POST', body: JSON.stringify(item) })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  assembly = writeAssembly(join(folder, 'assembly'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a running cloud', () => {
  beforeAll(async () => {
    cloud = await startCloud({
      assembly,
      data: join(folder, 'running'),
      port: 0,
      clock: { start: '2026-03-02T08:00:00Z' },
      report: (line) => void reported.push(line),
    })
  })
  afterAll(() => cloud.stop())

  test('what is posted runs through table, stream, bus, state machine and queue to an e-mail, and after the wait to the next', async () => {
    expect((await post({ id: 'one' })).status).toBe(201)
    await cloud.settled()
    const [first, ...others] = await control<Message[]>('/_local/messages')
    expect(others).toEqual([])
    expect(first).toMatchObject({
      subject: 'first one',
      to: ['rep@example.org'],
      text: 'Grüße 😀',
      html: '<b>Grüße</b>',
      at: '2026-03-02T08:00:00.000Z',
      tags: { lead: 'a-1' },
    })
    await control('/_local/clock', { advance: '1 hour 59 minutes' })
    expect(await control<Message[]>('/_local/messages')).toHaveLength(1)
    expect(await control<Message[]>(`/_local/messages?after=${first?.id}`)).toEqual([])
    expect(await control('/_local/clock', { advance: '1 minute' })).toEqual({
      now: '2026-03-02T10:00:00.000Z',
      kind: 'virtual',
    })
    const mails = await control<Message[]>('/_local/messages')
    expect(mails.map((mail) => [mail.subject, mail.at])).toEqual([
      ['first one', '2026-03-02T08:00:00.000Z'],
      ['second one', '2026-03-02T10:00:00.000Z'],
    ])
  })

  test('the door lets a program wait for an e-mail, gives the fields that are asked for and says what it cannot read', async () => {
    const all = await control<Message[]>('/_local/messages')
    const last = all.at(-1)!
    expect(await control(`/_local/messages?fields=id,subject&after=${all.at(-2)?.id}&wait=60000`)).toEqual([
      { id: last.id, subject: last.subject },
    ])
    expect(await control(`/_local/messages?after=${last.id}&wait=1`)).toEqual([])
    const waiting = control<Message[]>(`/_local/messages?fields=subject&after=${last.id}&wait=60000`)
    await post({ id: 'waited-for' })
    expect(await waiting).toEqual([{ subject: 'first waited-for' }])
    for (const [query, message] of [
      ['wait=soon', 'wait is a number of milliseconds from 0 to 60000, not soon'],
      ['wait=60001', 'not 60001'],
      ['wait=-1', 'not -1'],
      ['fields=id,bcc', 'fields are some of id,to,cc,from,subject,text,html,at,tags,headers, not bcc'],
      ['fields=', 'not empty'],
    ])
      expect(await control(`/_local/messages?${query}`)).toEqual({
        message: expect.stringContaining(message!),
      })
  })

  test('the door says how often the disk was waited for', async () => {
    const before = await control<{ syncs: { commits: number; checkpoints: number } }>('/_local/figures')
    expect(before.syncs.commits).toBeGreaterThan(0)
    expect(before.syncs.checkpoints % 3).toBe(0)
    await post({ id: 'synced' })
    await cloud.settled()
    const after = await control<typeof before>('/_local/figures')
    expect(after.syncs.commits).toBeGreaterThan(before.syncs.commits)
  })

  test('the costs of a submission are counted in the units that AWS bills', async () => {
    await control('/_local/cost/reset', {})
    await post({ id: 'cost' })
    await cloud.settled()
    expect(await control('/_local/cost')).toMatchObject({
      writeUnits: 1,
      readUnits: 0,
      invocations: { 'Demo-Api': 1, 'Demo-Publish': 1, 'Demo-Step': 1, 'Demo-Mail': 1 },
      transitions: 2,
      mails: 1,
      httpRequests: 1,
    })
  })

  test('a function sees the virtual time and only its own environment', async () => {
    const { text } = await call('/echo/x')
    const seen = JSON.parse(text) as { now: string; stamp: number; is: boolean; env: Record<string, string> }
    expect(seen.now).toBe(new Date(cloud.clock.now()).toISOString())
    expect(seen.stamp).toBe(cloud.clock.now())
    expect(seen.is).toBe(true)
    expect(seen.env).toMatchObject({
      TABLE_NAME: 'demo-table',
      PUBLIC_URL: cloud.url,
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Demo-Api',
    })
    expect(seen.env).not.toHaveProperty('HOME')
    expect(Object.keys(seen.env).filter((name) => name.startsWith('npm_'))).toEqual([])
  })

  test('a request arrives in payload format 2.0', async () => {
    const { text, headers } = await call('/echo/J%C3%BCrgen?tag=a&tag=b%20c&empty', {
      method: 'PUT',
      headers: { cookie: 's=1; t=2', 'X-Thing': 'Value', 'content-type': 'application/octet-stream' },
      body: Buffer.from([0xff, 0x00]),
    })
    const { event } = JSON.parse(text) as { event: Record<string, unknown> }
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{name}',
      rawQueryString: 'tag=a&tag=b%20c&empty',
      queryStringParameters: { tag: 'a,b c', empty: '' },
      pathParameters: { name: 'Jürgen' },
      cookies: ['s=1', 't=2'],
      headers: { 'x-thing': 'Value' },
      body: '/wA=',
      isBase64Encoded: true,
      requestContext: { http: { method: 'PUT', sourceIp: '127.0.0.1' }, stage: '$default' },
    })
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('a value without a status is a body of JSON, and a malformed answer or a failure is a 500', async () => {
    const plain = await call('/plain')
    expect([plain.status, plain.text, plain.headers.get('content-type')]).toEqual([
      200,
      '{"hello":"world"}',
      'application/json',
    ])
    for (const path of ['/bad', '/fail'])
      expect(await call(path)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' })
  })

  test.each([
    ['a handler that waits too long', '/slow', 'Sandbox.Timedout'],
    ['an endless loop', '/loop', 'Sandbox.Timedout'],
    ['an error that nobody catches', '/crash', 'RangeError'],
    ['a function that exits', '/exit', 'Runtime.ExitError'],
    ['a function that needs too much memory', '/leak', 'Runtime.OutOfMemory'],
  ])('%s ends its worker, and the next call has a new one', async (_, path, type) => {
    reported.length = 0
    expect((await call(path)).status).toBe(500)
    expect(reported.join()).toContain(type)
    expect((await call('/echo/x')).status).toBe(200)
  })

  describe('a route with an authorizer', () => {
    const secret = (credential?: string, path = '/secret') =>
      call(path, credential === undefined ? {} : { headers: { authorization: `Bearer ${credential}` } })
    const callerOf = async (credential: string, path?: string) =>
      (
        JSON.parse((await secret(credential, path)).text) as {
          event: { requestContext: { authorizer: any } }
        }
      ).event.requestContext.authorizer.lambda

    test('asks the function who calls, as API Gateway does, and hands on what it says', async () => {
      const caller = await callerOf('anna', '/secret?q=1')
      expect(caller).toMatchObject({ name: 'anna', groups: ['sales'], issuer: `${cloud.url}/oidc`, keys: 1 })
      expect(caller.event).toMatchObject({
        version: '2.0',
        type: 'REQUEST',
        routeArn: expect.stringMatching(/^arn:aws:execute-api:.*\/\$default\/GET\/secret$/),
        identitySource: ['Bearer anna'],
        routeKey: 'GET /secret',
        headers: { authorization: 'Bearer anna' },
        queryStringParameters: { q: '1' },
      })
      expect(caller.event).not.toHaveProperty('body')
    })

    test('asks nobody without a credential, refuses whom the function refuses, and lets nobody in when it fails', async () => {
      expect(await secret()).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' })
      expect(await secret('no')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' })
      for (const failing of ['broken', 'odd'])
        expect(await secret(failing)).toMatchObject({
          status: 500,
          text: '{"message":"Internal Server Error"}',
        })
    })

    test('remembers the answer for a minute and all routes, but not a failure', async () => {
      const first = await callerOf('maria')
      expect((await callerOf('maria')).count).toBe(first.count)
      expect((await callerOf('maria', '/second')).count).toBe(first.count)
      await secret('broken')
      await secret('broken')
      expect((await callerOf('jonas')).count).toBe(first.count + 3)
      await control('/_local/clock', { advance: '61 seconds' })
      expect((await callerOf('maria')).count).toBe(first.count + 4)
    })
  })

  test('a preflight request is answered for an allowed origin only', async () => {
    const ask = (origin: string) =>
      call('/items', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
    const allowed = await ask('https://site.example')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://site.example')
    expect(allowed.headers.get('access-control-allow-methods')).toBe('POST')
    expect((await ask('https://other.example')).headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a body beyond the limit is refused', async () => {
    expect(await call('/echo/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })).toMatchObject(
      {
        status: 413,
      },
    )
  })

  test('a body is measured in bytes, as Lambda takes them', async () => {
    const body = { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' } }
    expect(await call('/echo/x', { ...body, body: 'я'.repeat(3_200_000) })).toMatchObject({ status: 413 })
  })

  test('a request line and headers beyond 10,240 bytes are refused, up to there they arrive', async () => {
    const query = 'q'.repeat(8000)
    const fits = await call(`/echo/x?${query}`, { headers: { 'x-more': 'm'.repeat(1000) } })
    expect(fits.status).toBe(200)
    const more = await call(`/echo/x?${query}`, { headers: { 'x-more': 'm'.repeat(2300) } })
    expect(more).toMatchObject({ status: 431, text: '{"message":"Request Header Fields Too Large"}' })
  })

  test('a record that always fails is found by halving, kept in the bucket, and holds nothing up', async () => {
    const before = (await control<Message[]>('/_local/messages')).length
    await control('/_local/fault', { pause: { 'Demo-Publish': true } })
    for (const id of ['ok-1', 'poison', 'ok-2']) await post({ id })
    await control('/_local/fault', { pause: { 'Demo-Publish': false } })
    await control('/_local/clock', { advance: '1 minute' })
    const mails = (await control<Message[]>('/_local/messages')).slice(before).map((mail) => mail.subject)
    expect(mails).toEqual(expect.arrayContaining(['first ok-1', 'first ok-2']))
    const bucket = join(folder, 'running', 'bucket', 'Demo-Failed')
    const files = readdirSync(bucket, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(files).toHaveLength(1)
    const record = readFileSync(join(files[0]!.parentPath, files[0]!.name), 'utf8')
    expect(JSON.parse(record)).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1 },
    })
    expect(record).toContain('item#poison')
  })

  test('a replayed and duplicated stream gives everything again', async () => {
    const before = (await control<Message[]>('/_local/messages')).length
    await control('/_local/fault', { streamReplay: true })
    // The record that always fails is among them and has its attempts again.
    await control('/_local/clock', { advance: '1 minute' })
    const mails = (await control<Message[]>('/_local/messages')).slice(before).map((mail) => mail.subject)
    expect(mails).toContain('first one')
    await control('/_local/fault', { streamDuplicate: 1, seed: 7 })
    await post({ id: 'twice' })
    await cloud.settled()
    const twice = (await control<Message[]>('/_local/messages')).filter(
      (mail) => mail.subject === 'first twice',
    )
    expect(twice).toHaveLength(2)
    await control('/_local/fault', { streamDuplicate: 0 })
  })

  test('a change that the filters of the stream pass over reaches nobody', async () => {
    expect((await post({ id: 'unheard' })).status).toBe(201)
    await post({ id: 'heard' })
    await cloud.settled()
    const subjects = (await control<Message[]>('/_local/messages')).map((mail) => mail.subject)
    expect(subjects).toContain('first heard')
    expect(subjects).not.toContain('first unheard')
  })

  test('a broken table is an error of the function, and mends', async () => {
    await control('/_local/fault', { storeDown: true })
    expect((await post({ id: 'down' })).status).toBe(500)
    await control('/_local/fault', { storeDown: false })
    expect((await post({ id: 'up' })).status).toBe(201)
    await control('/_local/fault', { throttleTable: 100 })
    expect((await post({ id: 'throttled' })).status).toBe(500)
    await control('/_local/fault', { throttleTable: 0 })
    expect((await post({ id: 'not throttled' })).status).toBe(201)
  })

  test('an item expires by the virtual clock', async () => {
    const count = () => {
      const db = new DatabaseSync(join(folder, 'running', 'cloud.db'), { readOnly: true })
      const row = db.prepare(`SELECT count(*) AS count FROM table_1 WHERE pk LIKE '%mortal'`).get()
      db.close()
      return row!.count
    }
    await post({ id: 'mortal', expiresAt: Math.floor(cloud.clock.now() / 1000) + 5400 })
    await control('/_local/clock', { advance: '1 hour' })
    expect(count()).toBe(1)
    await control('/_local/clock', { advance: '2 hours' })
    expect(count()).toBe(0)
  })

  test.each(['null', '[]', '"x"', '1', 'nothing'])(
    'a body of the control door that is no object (%s) is refused, not a fault',
    async (body) => {
      const headers = { authorization: `Bearer ${cloud.ownerKey}` }
      for (const path of ['/_local/token', '/_local/clock', '/_local/fault'])
        expect((await call(path, { method: 'POST', headers, body })).status).toBe(400)
    },
  )

  test('the control door is closed for pages of other sites and for foreign names', async () => {
    const authorization = `Bearer ${cloud.ownerKey}`
    const attempt = (headers: Record<string, string>) =>
      call('/_local/token', {
        method: 'POST',
        headers: { authorization, ...headers },
        body: '{"user":"anna"}',
      })
    expect((await attempt({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await attempt({})).status).toBe(200)
  })

  test('a page of a web site that tries every port of 127.0.0.1 finds nothing that answers it but the public one', async () => {
    const found = listening(process.pid)
    expect(found.map(({ port }) => port)).toContain(cloud.port)
    const elsewhere = found.filter(({ port }) => port !== cloud.port)
    // the SDK endpoint
    expect(elsewhere.length).toBeGreaterThanOrEqual(1)
    for (const { host, port } of elsewhere) {
      expect(host).toMatch(/^127\./)
      if (host !== '127.0.0.1') continue
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', authorization: 'AWS4-HMAC-SHA256 x' },
        body: '{}',
      })
      expect([port, answer.status]).toEqual([port, 401])
    }
  })

  test('who goes away in the middle of a request leaves nothing in the log', async () => {
    const before = reported.length
    const asked = request({
      port: cloud.port,
      path: '/items',
      method: 'POST',
      headers: { 'content-length': 9 },
    })
    asked.on('error', () => undefined)
    asked.write('half')
    await expect.poll(() => asked.socket?.bytesWritten ?? 0).toBeGreaterThan(0)
    asked.destroy()
    expect((await post({ id: 'whole' })).status).toBe(201)
    expect(reported.slice(before)).toEqual([])
  })

  test('a stranger whom a proxy brings, from 127.0.0.1 under its name, gets no token, no e-mail and no clock', async () => {
    const doors: [method: string, path: string][] = [
      ['POST', '/_local/token'],
      ['GET', '/_local/messages'],
      ['POST', '/_local/clock'],
      ['GET', '/_local/clock'],
      ['POST', '/_local/fault'],
      ['GET', '/_local/nothing'],
    ]
    for (const [method, path] of doors)
      for (const authorization of [undefined, 'Bearer', 'Bearer demo', `Basic ${cloud.ownerKey}`]) {
        const headers = { host: '127.0.0.1:3000', ...(authorization && { authorization }) }
        const { status, text } = await call(path, {
          method,
          headers,
          ...(method === 'POST' && { body: '{"user":"anna"}' }),
        })
        expect([method, path, authorization, status]).toEqual([method, path, authorization, 401])
        expect(text).not.toMatch(/eyJ|first one/)
      }
    const [mail] = await control<Message[]>('/_local/messages')
    for (const path of ['/inbox', `/inbox/${mail!.id}`, `/inbox/${mail!.id}.html`])
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, text } = await call(path, { method, redirect: 'manual' })
        expect([path, status, headers.get('location'), text]).toEqual([path, 303, '/inbox/sign-in', ''])
      }
    // What a monitor asks stays open, and tells nothing but that it lives.
    expect(JSON.parse((await call('/health')).text)).toEqual({ status: 'ok', clock: 'virtual' })
  })

  test('the inbox opens to a manager who signs in, and to nobody else', async () => {
    const signIn = (username: string, password: string) =>
      call('/inbox/sign-in', {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ username, password }).toString(),
      })
    expect((await signIn('maria', 'demo')).status).toBe(401)
    expect((await signIn('nobody', cloud.ownerKey)).status).toBe(401)
    expect((await signIn('anna', cloud.ownerKey)).status).toBe(403)
    const { status, headers } = await signIn('maria', cloud.ownerKey)
    expect([status, headers.get('location')]).toEqual([303, '/inbox'])
    const given = headers.get('set-cookie') ?? ''
    expect(given).toMatch(/HttpOnly; SameSite=Strict/)
    const cookie = given.split(';')[0]!
    expect((await call('/inbox', { headers: { cookie } })).text).toContain('Inbox (')
    expect((await call('/inbox', { headers: { cookie: `${cookie}x` } })).text).toContain('name="password"')
  })

  test('files with secrets can be read by their owner only', () => {
    for (const name of ['issuer.json', 'owner.key'])
      expect(statSync(join(folder, 'running', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'running')).mode & 0o777).toBe(0o700)
  })

  test('output of a function is written to the log with its name', async () => {
    await call('/log')
    await expect
      .poll(() => readFileSync(join(folder, 'running', 'log', 'functions.log'), 'utf8'))
      .toMatch(/Demo-Api a line of the function\n/)
  })
})

describe('starting', () => {
  test('what runs goes on running while the output of the build is made anew', async () => {
    const built = writeAssembly(join(folder, 'built'))
    const started = await startCloud({ assembly: built, data: join(folder, 'building'), port: 0 })
    try {
      rmSync(built, { recursive: true })
      const answer = await fetch(`http://127.0.0.1:${started.port}/items`, {
        method: 'POST',
        body: '{"id":"meanwhile"}',
      })
      expect(answer.status).toBe(201)
    } finally {
      await started.stop()
    }
  })

  const started: ChildProcess[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  /** Runs the command; resolves with its port when it is ready, or with what it said when it ended. */
  async function run(data: string, ...args: string[]) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), '--assembly', assembly, '--data', data, '--port', '0', ...args],
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

  test('what is not modelled stops the start with its place', async () => {
    const content = resources()
    content.Strange = { Type: 'AWS::ECS::Cluster' }
    const where = writeAssembly(join(folder, 'strange'), content)
    const start = startCloud({ assembly: where, data: join(folder, 'strange-data'), port: 0 })
    await expect(start).rejects.toThrow('Demo/Strange (AWS::ECS::Cluster): the embedded cloud does not model')
  })

  test('a route takes what its template says or what the machine is told, and no other route suffers', async () => {
    const content = resources()
    content.Stage = {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'Http' },
        StageName: '$default',
        AutoDeploy: true,
        // So slow that nothing is given back during the test.
        DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 },
        RouteSettings: { 'POST /items': { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 3 } },
      },
    }
    const throttled = writeAssembly(join(folder, 'throttled'), content)
    const statuses = async (count: number, path: string) => {
      const answers: number[] = []
      for (let index = 0; index < count; index++)
        answers.push((await call(path, { method: 'POST', body: JSON.stringify({ id: `${index}` }) })).status)
      return answers
    }
    cloud = await startCloud({ assembly: throttled, data: join(folder, 'throttled-data'), port: 0 })
    try {
      expect(await statuses(4, '/items')).toEqual([201, 201, 201, 429])
      expect(await statuses(3, '/echo/one')).toEqual([200, 200, 429])
      expect(await statuses(1, '/nowhere')).not.toContain(429)
    } finally {
      await cloud.stop()
    }
    cloud = await startCloud({
      assembly: throttled,
      data: join(folder, 'throttled-data'),
      port: 0,
      rate: 100,
    })
    try {
      expect(await statuses(4, '/items')).toEqual([201, 201, 201, 201])
    } finally {
      await cloud.stop()
    }
  })

  test('a changed index of a table that holds data is refused', async () => {
    const data = join(folder, 'changed')
    await (await startCloud({ assembly, data, port: 0 })).stop()
    const content = resources()
    const table = content.Table!.Properties as {
      AttributeDefinitions: object[]
      GlobalSecondaryIndexes?: object[]
    }
    table.AttributeDefinitions.push({ AttributeName: 'by', AttributeType: 'S' })
    table.GlobalSecondaryIndexes = [
      {
        IndexName: 'byWhat',
        KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ]
    const changed = writeAssembly(join(folder, 'changed-assembly'), content)
    await expect(startCloud({ assembly: changed, data, port: 0 })).rejects.toThrow(
      'table demo-table: the assembly changes byWhat',
    )
    await (await startCloud({ assembly: changed, data, port: 0, fresh: true })).stop()
  })

  test('the virtual clock goes on after a restart where it stood', async () => {
    const data = join(folder, 'clock')
    const options = { assembly, data, port: 0, clock: { start: '2026-01-01T00:00:00Z' } }
    cloud = await startCloud(options)
    await control('/_local/clock', { advance: '36 hours' })
    await cloud.stop()
    cloud = await startCloud(options)
    expect(await control('/_local/clock')).toEqual({ now: '2026-01-02T12:00:00.000Z', kind: 'virtual' })
    await cloud.stop()
  })
})
