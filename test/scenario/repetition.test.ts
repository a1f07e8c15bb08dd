import { alertKind, newAlert } from '#core/kind/system/alert.ts'
import { toItem } from '#core/record/item.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { count } from './reading.ts'

/** An Idempotency-Key makes any repetition of a post harmless: every route that takes a post has a row here. */

let cloud: Cloud
let lead: string
let other: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  lead = (await cloud.postForm({ name: 'First', email: 'first@customer.example', country: 'DE' })).json.leadId
  other = (await cloud.postForm({ name: 'Other', email: 'other@customer.example', country: 'DE' })).json
    .leadId
  await cloud.settle()
})
afterAll(() => cloud?.stop())

const post = (path: string, json: unknown, key: string, user = 'maria') =>
  cloud.request(path, { json, user, headers: { 'idempotency-key': key } })

const from = '2027-04-01T00:00:00.000Z'

/** How to post it with `n`, which makes the content, and what it leaves behind. */
const routes = [
  {
    what: 'a lead from a form',
    send: (n: number, key: string) => cloud.postForm({ name: `Form ${n}` }, { 'idempotency-key': key }),
    status: 201,
    kind: 'lead',
  },
  {
    what: 'a lead from a program',
    send: (n: number, key: string) => post('/leads', { name: `Program ${n}` }, key),
    status: 201,
    kind: 'lead',
  },
  {
    what: 'an activity',
    send: (n: number, key: string) =>
      post(`/leads/${lead}/activities`, { what: 'call', text: `Call ${n}` }, key),
    status: 201,
    kind: 'activity',
  },
  {
    what: 'an activity that leaves the lead as it is',
    send: (n: number, key: string) =>
      post(`/leads/${lead}/activities`, { what: 'note', text: `Note ${n}` }, key),
    status: 201,
    kind: 'activity',
  },
  {
    what: 'an absence',
    send: (n: number, key: string) =>
      post('/people/jonas/absences', { from, until: `2027-04-0${n + 2}T00:00:00.000Z` }, key),
    status: 201,
    kind: 'absence',
  },
] as const

describe.each(routes)('$what', ({ what, send, status, kind }) => {
  const items = async () => count(await cloud.table.dump(), kind)

  test('repeated under its key is answered in the same words and done once', async () => {
    const before = await items()
    const first = await send(1, what)
    expect(first.status, first.text).toBe(status)
    await cloud.advance('3 hours')
    const second = await send(1, what)
    expect([second.status, second.json, second.headers.get('location')]).toEqual([
      status,
      first.json,
      first.headers.get('location'),
    ])
    expect(await items()).toBe(before + 1)
  })

  test('with other content under the same key is refused and changes nothing', async () => {
    await cloud.settle()
    const before = await cloud.table.hash()
    const answer = await send(2, what)
    expect(answer).toMatchObject({
      status: 422,
      json: { code: 'key.reused', where: 'header Idempotency-Key' },
    })
    expect(await cloud.table.hash()).toBe(before)
  })

  test('posted by many at once under one key is done once, and all get its answer', async () => {
    const before = await items()
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(3, `${what} at once`)))
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => status))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(await items()).toBe(before + 1)
  })

  test('without a key, or under another, is done again', async () => {
    const before = await items()
    await send(4, `${what} a`)
    await send(5, `${what} b`)
    expect(await items()).toBe(before + 2)
  })

  test('a key of more than 255 characters is refused', async () => {
    expect(await send(1, 'k'.repeat(256))).toMatchObject({ status: 400, json: { code: 'input.invalid' } })
  })
})

test('closing twice under one key closes once, where without a key the second is refused', async () => {
  const close = { what: 'close', outcome: 'won' }
  const both = await Promise.all([1, 2].map(() => post(`/leads/${other}/activities`, close, 'close')))
  expect(both.map(({ status }) => status)).toEqual([201, 201])
  expect(both[1]!.text).toBe(both[0]!.text)
  expect((await cloud.addActivity(other, 'maria', close)).status).toBe(409)
  await cloud.addActivity(other, 'maria', { what: 'reopen' })
  const late = await post(`/leads/${other}/activities`, close, 'close')
  expect(late.text).toBe(both[0]!.text)
  expect((await cloud.lead(other, 'maria')).json.status, 'what was reopened since stays open').toBe('open')
})

test('keys of different callers, addresses and leads never meet', async () => {
  const note = { what: 'note', text: 'mine' }
  const answers = [
    await post(`/leads/${lead}/activities`, note, 'words'),
    await post(`/leads/${lead}/activities`, { ...note, text: 'theirs' }, 'words', 'viktor'),
    await post(`/leads/${other}/activities`, { ...note, text: 'other' }, 'words'),
    await post('/people/jonas/absences', { from, until: '2027-04-20T00:00:00.000Z' }, 'words'),
    await post('/people/selin/absences', { from, until: '2027-04-21T00:00:00.000Z' }, 'words'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
  expect(new Set(answers.map(({ text }) => text)).size).toBe(5)
})

test('an absence that was taken back stays so when its post is repeated', async () => {
  const absence = { from, until: '2027-04-25T00:00:00.000Z' }
  const first = await post('/people/taras/absences', absence, 'gone')
  await cloud.request(first.headers.get('location')!, { method: 'DELETE', user: 'maria' })
  const again = await post('/people/taras/absences', absence, 'gone')
  expect([again.status, again.text]).toEqual([first.status, first.text])
  const { json } = await cloud.request('/people/taras/absences', { user: 'maria' })
  expect(json.absences).toEqual([])
})

test('the key of a program is made once, and told once', async () => {
  const make = (scopes: string[]) => post('/keys', { program: 'website', scopes }, 'make', 'viktor')
  const [first, again] = [await make(['leads:write']), await make(['leads:write'])]
  const { key, ...rest } = first.json
  expect(first, first.text).toMatchObject({ status: 201, json: { key: expect.stringMatching(/^hf_/) } })
  expect(again).toMatchObject({ status: 201 })
  expect(again.json).toEqual(rest)
  expect(JSON.stringify(await cloud.table.dump())).not.toContain(key)
  expect((await make(['leads:read'])).status).toBe(422)
  expect((await cloud.request('/keys', { user: 'viktor' })).json.keys).toHaveLength(1)
})

test('what was refused is judged anew: a key is used up by what was done', async () => {
  const past = await post('/people/jonas/absences', { from, until: '2026-01-01T00:00:00.000Z' }, 'refused')
  expect(past.status).toBe(422)
  const right = await post('/people/jonas/absences', { from, until: '2027-05-01T00:00:00.000Z' }, 'refused')
  expect(right.status).toBe(201)
})

test('acknowledging and restoring are done once with any key and with none', async () => {
  await cloud.table.put(
    toItem(
      alertKind,
      newAlert({
        tenant: 'main',
        cause: 'overdue.1',
        at: '2027-03-01T09:00:00.000Z',
        what: 'overdue',
        text: 'Look at it.',
      }),
    ),
  )
  const robot = { name: 'Robot', email: 'robot@customer.example', _website: 'https://spam.example' }
  const { json } = await cloud.postForm(robot)
  const leads = count(await cloud.table.dump(), 'lead')
  for (const path of ['/alerts/alert_overdue.1/acknowledge', `/quarantine/${json.submissionId}/restore`]) {
    const answers = await Promise.all(['a', 'a', 'b'].map((key) => post(path, {}, key, 'maria')))
    await cloud.advance('1 minute')
    const later = [await post(path, {}, 'a'), await cloud.request(path, { json: {}, user: 'viktor' })]
    const all = [...answers, ...later]
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(all.map(({ text }) => text)).size, path).toBe(1)
    expect((await post(path, {}, 'k'.repeat(256))).status).toBe(400)
  }
  expect(count(await cloud.table.dump(), 'lead')).toBe(leads + 1)
})

test('a key costs an activity its reply: two write units a kilobyte, one read unit', async () => {
  await cloud.settle()
  const spent = async (headers: Record<string, string>) => {
    const before = await cloud.cost()
    const json = { what: 'note', text: 'counted' }
    const { text } = await cloud.request(`/leads/${lead}/activities`, { json, user: 'maria', headers })
    const after = await cloud.cost()
    const units = (name: string) => Number(after[name]) - Number(before[name])
    return { write: units('writeUnits'), read: units('readUnits'), bytes: Buffer.byteLength(text) }
  }
  const free = await spent({})
  expect(free).toMatchObject({ write: 1, read: 1 })
  const paid = await spent({ 'idempotency-key': 'counted' })
  // A note alone is one plain write; with its reply it is a transaction, in which each kilobyte costs two.
  expect(paid.write).toBeLessThanOrEqual(2 + 2 * Math.ceil((paid.bytes + 400) / 1024))
  expect(paid.read).toBe(2)
})
