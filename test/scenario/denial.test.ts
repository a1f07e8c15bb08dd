import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud, type Request } from '../cloud.ts'

/* anna sells in Germany, taras in Ukraine, greta answers tickets, viktor is in operations. */
let cloud: Cloud
let german: string
let contact: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  const customer = { name: 'Secret Customer', type: 'company', teamId: 'sales-dach' }
  german = (await cloud.request('/customers', { json: customer, user: 'viktor' })).json.id
  const filed = { name: 'Secret Contact', customerId: german }
  contact = (await cloud.request('/contacts', { json: filed, user: 'viktor' })).json.id
})
afterAll(() => cloud?.stop())

const day = '2027-03-01'
const denials = async (query = `day=${day}&limit=100`, user = 'viktor') =>
  cloud.request(`/denials?${query}`, { user })
/** What is kept since, of one request. */
async function keptOf(path: string, request: Request): Promise<{ status: number; kept: object[] }> {
  // A minute has room for ten of a caller.
  await cloud.advance('1 minute')
  const before = new Set((await denials()).json.denials.map((each: { request: string }) => each.request))
  const { status } = await cloud.request(path, request)
  const kept = (await denials()).json.denials.filter((each: { request: string }) => !before.has(each.request))
  return { status, kept }
}
const patch = (user: string, json: object): Request => ({
  user,
  json,
  method: 'PATCH',
  headers: { 'if-match': '*' },
})

describe('an attempt that is refused is kept', () => {
  test.each<[string, () => [string, Request], number, object]>([
    [
      'of reading what belongs to others, though he is told that there is nothing',
      () => [`/customers/${german}`, { user: 'taras' }],
      404,
      {
        route: 'GET /customers/{id}',
        recordKind: 'customer',
        operation: 'read',
        by: 'taras',
        because: /ask its manager/,
      },
    ],
    [
      'of its history',
      () => [`/customers/${german}/history`, { user: 'taras' }],
      404,
      { route: 'GET /customers/{id}/history', operation: 'read' },
    ],
    [
      'of what is filed under it',
      () => [`/contacts/${contact}`, { user: 'taras' }],
      404,
      { recordKind: 'contact', operation: 'read' },
    ],
    [
      'of changing it',
      () => [`/customers/${german}`, patch('taras', { name: 'Not this word' })],
      404,
      { route: 'PATCH /customers/{id}', operation: 'change' },
    ],
    [
      'of leading it on',
      () => [`/customers/${german}/win`, { user: 'taras', json: {} }],
      404,
      { operation: 'win', recordKind: 'customer' },
    ],
    [
      'of setting a field that is above the level, by its name and without what was sent',
      () => [`/customers/${german}`, patch('anna', { income: { minor: 12_345_678, currency: 'EUR' } })],
      403,
      { recordKind: 'customer', because: /income/ },
    ],
    [
      'of a field of what a lead becomes, which is not the lead',
      () => [
        `/leads/${lead}/convert`,
        { user: 'anna', json: { customer: { income: { minor: 12_345_678, currency: 'EUR' } } } },
      ],
      403,
      { recordKind: 'customer', because: /income/, recordId: undefined },
    ],
    [
      'of a list by a view that somebody keeps for himself',
      () => [`/customers?view=${view}`, { user: 'taras' }],
      404,
      { recordKind: 'view', operation: 'read', because: /whoever made it/ },
    ],
    [
      'of laying something into a file that one may not read',
      () => ['/contacts', { user: 'taras', json: { name: 'Not this word', customerId: german } }],
      422,
      { recordKind: 'contact', operation: 'create', because: /customerId/ },
    ],
    [
      'of referring to what one may not read',
      () => {
        const ticket = { subject: 'Not this word', channel: 'email', customerId: german, contactId: contact }
        return ['/tickets', { user: 'taras', json: ticket }]
      },
      422,
      { recordKind: 'ticket', operation: 'create', because: /customerId, contactId/ },
    ],
    [
      'of what no role of his allows of any record',
      () => ['/alerts', { user: 'anna' }],
      403,
      { route: 'GET /alerts', recordKind: 'alert', operation: 'read', because: /your role rep/ },
    ],
    [
      'of what is done with no record',
      () => ['/keys', { user: 'anna', json: { program: 'x', scopes: ['leads:read'] } }],
      403,
      { route: 'POST /keys', operation: 'manage-keys' },
    ],
    [
      'of looking at the attempts themselves',
      () => ['/denials', { user: 'anna' }],
      403,
      { operation: 'read-denials' },
    ],
    [
      'of working on another team’s lead',
      () => [`/leads/${lead}/activities`, { user: 'taras', json: { what: 'call', text: 'Not this word' } }],
      404,
      { recordKind: 'lead', operation: 'activity' },
    ],
  ])('%s', async (_what, ask, status, said) => {
    lead ??= (await cloud.postForm({ name: 'Secret', email: 'secret@customer.example', country: 'DE' })).json
      .leadId
    await cloud.settle()
    view ??= (await cloud.request('/views', { json: { name: 'Mine', listOf: 'customer' }, user: 'anna' }))
      .json.id
    const told = await keptOf(...ask())
    expect(told.status).toBe(status)
    const expected = Object.fromEntries(
      Object.entries(said).map(([name, value]) => [
        name,
        value instanceof RegExp ? (expect.stringMatching(value) as string) : value,
      ]),
    )
    expect(told.kept).toHaveLength(1)
    expect({ recordId: undefined, ...told.kept[0] }).toMatchObject({ status, ...expected })
    expect(JSON.stringify(told.kept)).not.toMatch(/Not this word|12345678|secret@/i)
  })
  let lead: string
  let view: string
})

test('what is answered, and what is not there for anybody, leaves nothing', async () => {
  for (const [path, request, status] of [
    [`/customers/${german}`, { user: 'anna' }, 200],
    ['/customers/cus_00000000000000000000000000', { user: 'taras' }, 404],
    [`/customers/${german}`, patch('anna', { nothing: 1 }), 422],
    [`/customers/${german}`, { user: 'anna', json: {}, method: 'PATCH' }, 428],
  ] as [string, Request, number][])
    expect(await keptOf(path, request), path).toEqual({ status, kept: [] })
})

test('of one caller and minute at most ten are kept, and others are kept beside him', async () => {
  await cloud.advance('1 minute')
  const at = (await cloud.now()).slice(0, 16)
  const ask = (user: string) => cloud.request(`/contacts/${contact}`, { user })
  for (let i = 0; i < 60; i++) expect((await ask('taras')).status).toBe(404)
  await ask('olena')
  const { json } = await denials()
  const kept = json.denials.filter((each: { at: string }) => each.at.startsWith(at))
  const by = (person: string) => kept.filter((each: { by: string }) => each.by === person).length
  expect(by('taras')).toBeGreaterThan(5)
  expect(by('taras')).toBeLessThanOrEqual(10)
  expect(by('olena')).toBe(1)
})

test('they are paged, the latest first, each once; of another day there are others', async () => {
  const all = (await denials()).json.denials.map((each: { request: string }) => each.request)
  const seen: string[] = []
  let after: string | undefined
  do {
    const { json } = await denials(`day=${day}&limit=3${after ? `&after=${encodeURIComponent(after)}` : ''}`)
    seen.push(...json.denials.map((each: { request: string }) => each.request))
    after = json.next
  } while (after)
  expect(seen).toEqual(all)
  const minutes = (await denials()).json.denials.map((each: { at: string }) => each.at.slice(0, 16))
  expect(minutes).toEqual(minutes.toSorted().toReversed())
  expect((await denials('day=2027-02-28')).json).toEqual({ denials: [] })
  expect((await denials('day=yesterday')).status).toBe(400)
})

test('they are deleted after 400 days', async () => {
  const items = (await cloud.table.dump()).filter(({ kind }) => kind === 'denial')
  expect(items.length).toBeGreaterThan(10)
  for (const { at, expiresAt } of items)
    expect(expiresAt).toBe(Math.floor(Date.parse(String(at)) / 1000) + 400 * 86_400)
})

test('after each write by a person the history says who did it', async () => {
  const done: [string, string, Request][] = [
    ['anna', `/customers/${german}`, patch('anna', { city: 'Bremen' })],
    ['anna', `/customers/${german}/win`, { user: 'anna', json: {} }],
    ['jonas', `/customers/${german}`, patch('jonas', { ownerId: 'anna' })],
    ['maria', `/contacts/${contact}`, patch('maria', { position: 'buyer' })],
  ]
  for (const [by, path, request] of done) {
    const { status, json } = await cloud.request(path, request)
    expect([status, json.updatedBy], path).toEqual([200, by])
    await cloud.advance('2 seconds')
    const { events } = (
      await cloud.request(`${path.split('/').slice(0, 3).join('/')}/history`, { user: 'viktor' })
    ).json
    const changes = events.filter(({ what }: { what: string }) => what === 'change')
    expect(changes.at(-1), path).toMatchObject({ by: { id: by } })
  }
  const made = await cloud.request('/customers', { user: 'anna', json: { name: 'New', type: 'person' } })
  const { events } = (await cloud.request(`/customers/${made.json.id}/history`, { user: 'viktor' })).json
  expect(events).toMatchObject([{ what: 'created', by: { id: 'anna' } }])
})

test('a refusal is one also while the table does not take the attempt', async () => {
  await cloud.advance('1 minute')
  await cloud.request('/alerts', { user: 'anna' })
  await cloud.fault({ storeDown: true })
  const { status } = await cloud.request('/alerts', { user: 'anna' })
  await cloud.fault({ storeDown: false })
  expect([403, 503]).toContain(status)
})
