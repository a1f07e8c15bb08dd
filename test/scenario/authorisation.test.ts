import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud, type Request } from '../cloud.ts'

let cloud: Cloud
let leadId: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })
  leadId = (await cloud.postForm({ name: 'Private', email: 'private@customer.example' })).json.leadId
  await cloud.settle()
})
afterAll(() => cloud?.stop())

const routes: [string, (lead: string) => string, Request][] = [
  ['list leads', () => '/leads?day=2027-03-01', {}],
  ['read a lead', (lead) => `/leads/${lead}`, {}],
  ['read its history', (lead) => `/leads/${lead}/history`, {}],
  ['create a lead', () => '/leads', { json: { email: 'x@customer.example' } }],
  ['record an activity', (lead) => `/leads/${lead}/activities`, { json: { what: 'call' } }],
  ['read absences', () => '/people/anna/absences', {}],
  [
    'enter an absence',
    () => '/people/anna/absences',
    { json: { from: '2027-03-02T00:00:00.000Z', until: '2027-03-03T00:00:00.000Z' } },
  ],
  ['read the quarantine', () => '/quarantine', {}],
  ['restore', () => '/quarantine/sub_00000000000000000000000000/restore', { json: {} }],
  ['read alerts', () => '/alerts', {}],
  ['acknowledge an alert', () => '/alerts/some/acknowledge', { json: {} }],
]

describe('without a token', () => {
  test.each(routes)('nobody may %s', async (_what, path, request) => {
    const before = await cloud.table.hash()
    const answer = await cloud.request(path(leadId), request)
    expect(answer.status).toBe(401)
    expect(answer.text).not.toContain('private@')
    expect(await cloud.table.hash()).toBe(before)
  })
})

describe('with a forged token', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    sub: 'anna',
    'custom:person': 'anna',
    'cognito:groups': ['manager', 'operations', 'sales'],
    exp: 4_000_000_000,
  }
  const forged = {
    'without signature': `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`,
    'with another signature': `${part({ alg: 'RS256', kid: 'x' })}.${part(claims)}.${Buffer.alloc(256, 7).toString('base64url')}`,
    'that is no token': 'let-me-in',
  }
  test.each(Object.entries(forged))('%s nobody may read a lead', async (_how, token) => {
    const answer = await cloud.request(`/leads/${leadId}`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  })

  test('whose claims were changed nobody may read a lead', async () => {
    const [head, , signature] = (await cloud.token('anna')).split('.')
    const token = `${head}.${part(claims)}.${signature}`
    const answer = await cloud.request(`/leads/${leadId}`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  })
})

test('a token that has expired opens nothing', async () => {
  const token = await cloud.token('anna')
  await cloud.advance('2 days')
  const answer = await cloud.request(`/leads/${leadId}`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(401)
})

test('a rep may not restore from the quarantine, enter a colleague’s absence or change a colleague’s lead', async () => {
  const { json } = await cloud.lead(leadId)
  const owner = json.ownerId as string
  const other = owner === 'anna' ? 'bohdan' : 'anna'
  const before = await cloud.table.hash()
  const answers = await Promise.all([
    cloud.restore('sub_00000000000000000000000000', other),
    cloud.addAbsence(owner, other, { from: '2027-03-08T00:00:00.000Z', until: '2027-03-09T00:00:00.000Z' }),
  ])
  expect(answers.map(({ status }) => status).every((status) => status === 403 || status === 404)).toBe(true)
  expect(await cloud.table.hash()).toBe(before)
})
