import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/** What the screens of whoever signs in rest on: who he is, what he may do, what everybody is called, what he has to do. */
const start = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start })
})
afterAll(() => cloud?.stop())

const get = (path: string, user: string, headers: Record<string, string> = {}) =>
  cloud.request(path, { user, headers })
const keyOf = async (...scopes: string[]): Promise<Record<string, string>> => {
  const { json, text } = await cloud.request('/keys', {
    json: { program: `p${++programs}`, scopes },
    user: 'viktor',
  })
  expect(json.key, text).toBeDefined()
  return { authorization: `Bearer ${json.key}` }
}
let programs = 0

describe('who calls', () => {
  test('is told his place in the company and what he may do, and that what he may not is absent', async () => {
    const { status, json, headers } = await get('/me', 'anna')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      person: { id: 'anna', name: 'Anna Becker', language: 'en', timeZone: 'Europe/Berlin' },
      roles: [{ id: 'rep', title: 'Sales representative' }],
      teams: ['sales-dach'],
      watches: [],
      company: {
        name: 'Northwind Instruments',
        languages: ['en', 'uk', 'ru'],
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
      },
      can: ['post-leads'],
      now: start,
    })
    expect(json.may.lead).toEqual({
      read: 'team',
      create: 'all',
      do: { activity: 'team', convert: 'team', give: 'team' },
    })
    expect(json.may.ticket).toMatchObject({ change: 'team', do: { take: 'team', solve: 'team' } })
    expect(json.may.customer.hidden).toContain('income')
    expect(Object.keys(json.may)).not.toContain('alert')
    expect(headers.get('etag')).toMatch(/^W\/"/)
  })

  test('is told the same by 304 as long as only the time is another', async () => {
    const etag = (await get('/me', 'maria')).headers.get('etag')!
    await cloud.advance('1 minute')
    const again = await get('/me', 'maria', { 'if-none-match': etag })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await get('/me', 'anna', { 'if-none-match': etag })).status).toBe(200)
  })

  test('a manager and somebody without a role are told what they are', async () => {
    const { json: maria } = await get('/me', 'maria')
    expect(maria).toMatchObject({ teams: ['enterprise', 'sales-dach'], watches: ['unanswered'] })
    expect(maria.can).toContain('plan-absences')
    expect(maria.may.alert).toMatchObject({ read: 'all', do: { acknowledge: 'all' } })
    expect((await get('/me', 'sofia')).json).toMatchObject({ roles: [], teams: [], may: {}, can: [] })
  })

  test('what is told is what is done: each transition that a reader lacks is refused, and each that an agent has is not', async () => {
    const { json: agent } = await get('/me', 'hannah')
    const { json: made } = await cloud.request('/customers', {
      json: { type: 'person', name: 'Ann' },
      user: 'hannah',
    })
    const move = async (name: string) =>
      (await cloud.request(`/customers/${made.id}/${name}`, { json: {}, user: 'hannah' })).status
    for (const name of ['win', 'lapse']) {
      expect(agent.may.customer.do).toHaveProperty(name)
      expect(await move(name)).not.toBe(403)
    }
    expect(agent.may.opportunity).toEqual({ read: 'all', do: {} })
    expect((await cloud.request('/opportunities', { json: { name: 'X' }, user: 'hannah' })).status).toBe(403)
  })

  test('a program is told what its key lets it do', async () => {
    const headers = await keyOf('leads:write', 'tickets:read', 'tickets:write')
    const { json } = await cloud.request('/me', { headers })
    expect(json).toMatchObject({
      program: { name: `p${programs}`, scopes: ['leads:write', 'tickets:read', 'tickets:write'] },
      can: ['post-leads'],
    })
    expect(json.person ?? json.roles ?? json.teams).toBeUndefined()
    expect(Object.keys(json.may).toSorted()).toEqual(['lead', 'ticket'])
    // An activity of a lead says who spoke with the customer, and who takes a ticket is somebody of the company.
    expect(json.may.lead).toEqual({ create: 'all', do: { convert: 'all', give: 'all' } })
    expect(json.may.ticket.do).not.toHaveProperty('take')
    expect(json.may.ticket.do).toHaveProperty('give')
    expect((await cloud.request('/me')).status).toBe(401)
  })

  test('a parameter that there is not is refused', async () => {
    expect((await get('/me?of=anna', 'anna')).json).toMatchObject({ status: 400, code: 'input.invalid' })
  })
})

describe('people', () => {
  test('are named with who is away, to everybody who signs in, without addresses; a new absence is another state', async () => {
    const before = await get('/people', 'sofia')
    expect(before.json.people).toContainEqual({ id: 'jonas', name: 'Jonas Keller', teams: ['sales-dach'] })
    expect(before.text).not.toContain('@')
    const etag = before.headers.get('etag')!
    expect((await get('/people', 'anna', { 'if-none-match': etag })).status).toBe(304)
    const until = '2027-03-05T17:00:00.000Z'
    await cloud.addAbsence('jonas', 'jonas', { from: start, until, reason: 'An operation.' })
    const after = await get('/people', 'anna', { 'if-none-match': etag })
    expect(after.status).toBe(200)
    expect(after.json.people).toContainEqual({
      id: 'jonas',
      name: 'Jonas Keller',
      teams: ['sales-dach'],
      absentUntil: until,
    })
    expect(after.text).not.toContain('operation')
  })

  test('are named to programs that read something, and who is away to those that may know it', async () => {
    const named = async (headers: Record<string, string>) => cloud.request('/people', { headers })
    expect((await named(await keyOf('leads:write'))).json).toMatchObject({ code: 'auth.forbidden' })
    expect((await named(await keyOf('leads:read'))).text).not.toContain('absentUntil')
    expect((await named(await keyOf('absences:read'))).text).toContain('absentUntil')
  })
})

describe('what one has to do', () => {
  const task = async (at: string, more: object = {}): Promise<string> => {
    const json = { title: `At ${at}`, type: 'call', dueAt: `2027-03-01T${at}:00Z`, ownerId: 'james', ...more }
    const { json: made, text } = await cloud.request('/tasks', { json, user: 'james' })
    expect(made.id, text).toBeDefined()
    return made.id as string
  }

  test('comes with the records, as their own addresses show them, and counted', async () => {
    await cloud.addAbsence('dmitry', 'viktor', { from: start, until: '2027-04-01T00:00:00Z' })
    await cloud.addAbsence('selin', 'viktor', { from: start, until: '2027-04-01T00:00:00Z' })
    const form = {
      name: 'Ann Smith',
      email: 'ann@customer.example',
      country: 'GB',
      message: 'Forty seats, please.',
    }
    const { leadId } = (await cloud.postForm(form)).json
    await cloud.settle()
    for (const at of ['10:00', '11:00', '15:00']) await task(at)
    await cloud.advance({ to: '2027-03-01T12:00:00.000Z' })
    const page = await get('/work?fields=record&count=true&limit=3', 'james')
    expect(page.json.count).toEqual({ total: 4, overdue: 3, kinds: { lead: 1, task: 3 } })
    expect(page.json.work).toHaveLength(3)
    for (const { url, record } of page.json.work)
      expect(record, url).toEqual((await get(url as string, 'james')).json)
    expect(page.json.work.map(({ id }: { id: string }) => id)).toContain(leadId)
    expect(page.text).toContain('Forty seats, please.')
    const rest = await get(`/work?fields=record&count=true&limit=3&after=${page.json.next}`, 'james')
    expect(rest.json.work).toHaveLength(1)
    expect([rest.json.count, rest.json.next]).toEqual([undefined, undefined])
    // The index, the records at once, the words of the lead.
    await cloud.request('/_local/cost/reset', { json: {} })
    await get('/work?fields=record&count=true', 'james')
    expect((await cloud.cost()).readUnits).toBeLessThanOrEqual(6.5)
    // A colleague of another team may read none of it.
    const none = await get('/work?owner=james&fields=record&count=true', 'olena')
    expect(none.json).toEqual({ work: [], count: { total: 0, overdue: 0, kinds: {} } })
  })

  test('is refused with words that help', async () => {
    expect((await get('/work?count=yes', 'james')).json.detail).toContain('write true')
    expect((await get('/work?fields=all', 'james')).json.detail).toContain('write record')
  })
})
