import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/** What the screens of whoever signs in rest on: who he is, what he may do, what everybody is called. */
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
    expect(json.may.lead).toEqual({ read: 'team', create: 'all', do: { activity: 'team', convert: 'team' } })
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
    expect(json.may.lead).toEqual({ create: 'all', do: { convert: 'all' } })
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
