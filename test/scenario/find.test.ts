import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { runCommand } from '../command.ts'
import { openFindTable } from '../find-table.ts'

/* olena sells in Ukraine, anna in Germany; viktor is of operations. */
let cloud: Cloud
const leads: Record<string, string> = {}

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  for (const [name, fields] of Object.entries({
    shevchenko: {
      name: 'Тарас Шевченко',
      email: 'taras@dairy.example',
      phone: '+380441234567',
      country: 'UA',
    },
    mueller: { name: 'Jürgen Müller', company: 'Straßenbau Söhne', email: 'jm@roads.example', country: 'DE' },
    schneider: { name: 'Anna Schneider', email: 'anna@brewery.example', phone: '+4930901820', country: 'DE' },
    japanese: { name: '田中 花子', company: 'トヨタ', email: 'hanako@cars.example', country: 'DE' },
  })) {
    const { status, json } = await cloud.postForm(fields)
    expect(status).toBe(201)
    leads[name] = json.leadId as string
  }
  await cloud.settle()
  // The projector waits for a second, to write for many at once.
  await cloud.advance('2 seconds')
})
afterAll(() => cloud?.stop())

const ask = (text: string, user = 'viktor', more: Record<string, string> = {}) =>
  cloud.request(`/find?${new URLSearchParams({ text, ...more })}`, { user })
const ids = async (text: string, user?: string): Promise<string[]> => {
  const { status, json, text: body } = await ask(text, user)
  expect(status, body).toBe(200)
  return json.found.map(({ id }: { id: string }) => id)
}

test.each([
  ['shevch', 'shevchenko'],
  ['Shevcehnko', 'shevchenko'],
  ['044 123', 'shevchenko'],
  ['4567', 'shevchenko'],
  ['taras@da', 'shevchenko'],
  ['@dairy', 'shevchenko'],
  ['muller jur', 'mueller'],
  ['strasse', 'mueller'],
  ['Söhne', 'mueller'],
  ['Shnieder', 'schneider'],
  ['901820', 'schneider'],
  ['田', 'japanese'],
  ['とよた', 'japanese'],
])('a new lead is found by %s', async (text, name) => {
  expect(await ids(text)).toEqual([leads[name]])
})

test('the answer says what it is called, its line, and why', async () => {
  const { json } = await ask('shevch 4567')
  expect(json).toEqual({
    found: [
      {
        kind: 'lead',
        id: leads.shevchenko,
        called: 'Тарас Шевченко',
        line: expect.objectContaining({ status: 'open', country: 'UA', channel: 'web-form' }) as object,
        because: [
          { asked: '4567', field: 'contact.phone', how: 'has' },
          { asked: 'shevch', field: 'contact.name', how: 'begins' },
        ],
      },
    ],
  })
})

test('a rep finds what he may read, and nothing tells that there is more', async () => {
  expect(await ids('shevchenko', 'olena')).toEqual([leads.shevchenko])
  expect(await ids('shevchenko', 'anna')).toEqual([])
  expect(await ids('shevcehnko', 'anna')).toEqual([])
  expect(await ids('4567', 'anna')).toEqual([])
})

describe('what is wrong with a question is said', () => {
  test.each([
    ['', 'text'],
    ['text=', 'text'],
    ['text=a', 'text'],
    ['text=%20%21', 'text'],
    [`text=${'x'.repeat(201)}`, 'text'],
    [`text=${'x'.repeat(7_000)}`, 'text'],
    ['text=anna&kind=leads', 'kind'],
    ['text=anna&kind=message', 'kind'],
    ['text=anna&limit=0', 'limit'],
    ['text=anna&limit=51', 'limit'],
    ['text=anna&limit=x', 'limit'],
    ['text=anna&page=2', 'page'],
  ])('%.30s', async (query, where) => {
    const { status, json } = await cloud.request(`/find?${query}`, { user: 'viktor' })
    expect(status).toBe(400)
    expect(json).toMatchObject({ code: 'input.invalid', where })
  })

  test.each([
    '%ED%A0%80%ED%A0%80',
    '%23%23main%23',
    '%25%2523',
    '%00%01ab',
    '%E2%80%AEab',
    '__proto__',
    ';%20DROP',
  ])('%s is a question like any other', async (text) => {
    expect([200, 400]).toContain((await cloud.request(`/find?text=${text}`, { user: 'viktor' })).status)
  })

  test('whoever has not signed in, and a program that may read nothing, find nothing', async () => {
    expect((await cloud.request('/find?text=anna')).status).toBe(401)
    const made = await cloud.request('/keys', {
      json: { program: 'poster', scopes: ['leads:write'] },
      user: 'viktor',
    })
    const asked = (key: string) =>
      cloud.request('/find?text=anna', { headers: { authorization: `Bearer ${key}` } })
    expect((await asked(made.json.key)).status).toBe(403)
    const reader = await cloud.request('/keys', {
      json: { program: 'reader', scopes: ['leads:read'] },
      user: 'viktor',
    })
    expect((await asked(reader.json.key)).json.found).toHaveLength(1)
  })
})

test('what a customer says later is found, what it said before is not', async () => {
  await cloud.postForm({
    name: 'Anna Schneider',
    company: 'Neubräu',
    email: 'anna@brewery.example',
    phone: '+4930901821',
  })
  await cloud.settle()
  // The ledger says so at once; the postings do when the projector has written them.
  expect(await ids('901820')).toEqual([])
  await cloud.advance('2 seconds')
  expect(await ids('901820')).toEqual([])
  expect(await ids('901821')).toEqual([leads.schneider])
  expect(await ids('neubrau anna')).toEqual([leads.schneider])
})

describe('the search is written anew', () => {
  const rebuild = async (user = 'viktor') =>
    runCommand(['find', '--rebuild', '--url', cloud.url], { token: await cloud.token(user) })

  test('as the projector wrote it, after the table was lost, while a stale posting is swept away', async () => {
    const table = await openFindTable(cloud.data)
    const before = await table.postings()
    expect(before.length).toBeGreaterThan(20)
    await table.clear()
    expect(await ids('shevchenko')).toEqual([])
    const [first] = before
    await table.put({ ...first!, sk: 'zzzz#lead_gone' })
    const { code, out } = await rebuild()
    expect([code, out]).toEqual([0, '4 records can be found; 1 postings of nothing are gone\n'])
    expect(await table.postings()).toEqual(before)
    // Whoever has just searched has read the words that were there.
    await cloud.advance('1 second')
    expect(await ids('shevcehnko')).toEqual([leads.shevchenko])
  })

  test('by operations alone, and as they are told how', async () => {
    const { code, err } = await rebuild('olena')
    expect(code).toBe(1)
    expect(err).toContain('rebuild-find')
    expect((await runCommand(['find', 'anna'])).code).toBe(2)
    for (const place of [
      { list: 0 },
      { since: 'now', list: 0 },
      { since: '2027-03-01T09:00:00.000Z', list: -1 },
      7,
    ])
      expect((await cloud.request('/find/rebuild', { json: { place }, user: 'viktor' })).status).toBe(422)
    const lost = { since: '2027-03-01T09:00:00.000Z', list: 0, after: 'nonsense' }
    expect((await cloud.request('/find/rebuild', { json: { place: lost }, user: 'viktor' })).status).toBe(400)
    const far = { since: '2027-03-01T09:00:00.000Z', swept: { pk: '', sk: 'x'.repeat(2000) } }
    expect((await cloud.request('/find/rebuild', { json: { place: far }, user: 'viktor' })).status).toBe(400)
  })
})
