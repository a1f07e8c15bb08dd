import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDuration, refuseStranger } from './control.ts'
import { openCloud, type Message } from './fixture/running.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['2 hours', 7_200_000],
  ['90 minutes', 5_400_000],
  ['1 day 3 hours', 97_200_000],
  ['1 day, 3 hours', 97_200_000],
  ['1.5 hours', 5_400_000],
  ['2 weeks', 1_209_600_000],
  ['30 seconds', 30_000],
])('%s is a duration', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(['', 'soon', '2', 'hours', '2 fortnights', '-1 hour', '2 hours later'])('%s is none', (text) => {
  expect(parseDuration(text)).toBeNaN()
})

const from = (remoteAddress: string, headers: Record<string, string> = {}, method = 'POST') =>
  refuseStranger({ socket: { remoteAddress }, headers, method } as unknown as IncomingMessage)?.status

test('the control door opens only from this machine, by its own name, and not to pages of other sites', () => {
  expect(from('127.0.0.1', { host: 'localhost:3000' })).toBeUndefined()
  expect(from('::ffff:127.0.0.1', { host: '127.0.0.1:3000' })).toBeUndefined()
  expect(from('::1', { host: '[::1]:3000' })).toBeUndefined()
  expect(from('192.168.1.20', { host: 'localhost:3000' })).toBe(403)
  expect(from('127.0.0.1', { host: 'evil.example:3000' })).toBe(403)
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' })).toBe(403)
  // Another port of this machine is another origin of the same site.
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' })).toBeUndefined()
})

describe('the door of a running cloud', async () => {
  const { cloud, data, call, control, post } = await openCloud(folder, {
    clock: { start: '2026-03-02T08:00:00Z' },
  })
  afterAll(() => cloud.stop())

  test('lets a program wait for an e-mail, gives the fields that are asked for and says what it cannot read', async () => {
    for (const id of ['one', 'two']) await post({ id })
    await cloud.settled()
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

  test('says how often the disk was waited for', async () => {
    const before = await control<{ syncs: { commits: number; checkpoints: number } }>('/_local/figures')
    expect(before.syncs.commits).toBeGreaterThan(0)
    expect(before.syncs.checkpoints % 3).toBe(0)
    await post({ id: 'synced' })
    await cloud.settled()
    const after = await control<typeof before>('/_local/figures')
    expect(after.syncs.commits).toBeGreaterThan(before.syncs.commits)
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
      expect(statSync(join(data, name)).mode & 0o777).toBe(0o600)
    expect(statSync(data).mode & 0o777).toBe(0o700)
  })
})

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
