import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'

/*
 * maria and viktor are managers, viktor in operations too; anna sells; hannah answers tickets and reads
 * everything up to `internal`.
 */
let cloud: Cloud
const ids = new Map<string, string>()
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  for (const [name, more] of [
    ['Eastern Mill', { country: 'UA', employees: 40, roles: ['buyer'] }],
    ['Dnipro Grain', { country: 'UA', employees: 8 }],
    ['Northern Bakery', { country: 'DE', employees: 200, roles: ['buyer', 'partner'] }],
    ['Alpine Dairy', { country: 'AT', employees: 40 }],
    ['Carpathian Timber', { country: 'UA' }],
  ] as [string, object][]) {
    const { status, text, json } = await cloud.request('/customers', {
      user: 'viktor',
      json: { type: 'company', name, ...more },
    })
    expect(status, text).toBe(201)
    ids.set(name, json.id)
    await cloud.advance('1 minute')
  }
})
afterAll(() => cloud?.stop())

const ask = (path: string, query: Record<string, string>, user = 'viktor'): Promise<Answer> =>
  cloud.request(`${path}?${new URLSearchParams(query)}`, { user })
const named = ({ json, text }: Answer): string[] => {
  expect(json.customers, text).toBeDefined()
  return json.customers.map(({ name }: { name: string }) => name)
}
const large = JSON.stringify({ country: ['UA'], employees: [{ numeric: ['>', 10] }] })

describe('a list', () => {
  test('has what a filter leaves, newest first', async () => {
    expect(named(await ask('/customers', { filter: large }))).toEqual(['Eastern Mill'])
    expect(named(await ask('/customers', { filter: '{"country":["UA"]}' }))).toEqual([
      'Carpathian Timber',
      'Dnipro Grain',
      'Eastern Mill',
    ])
    expect(named(await ask('/customers', { filter: '{"roles":["partner"]}' }))).toEqual(['Northern Bakery'])
  })

  test('comes in another order with its number, page by page', async () => {
    const told: string[] = []
    let after: string | undefined
    do {
      const answer = await ask('/customers', { sort: '-employees,name', limit: '2', ...(after && { after }) })
      expect(answer.json.total).toBe(5)
      told.push(...named(answer))
      after = answer.json.next
    } while (after)
    expect(told).toEqual([
      'Northern Bakery',
      'Alpine Dairy',
      'Eastern Mill',
      'Dnipro Grain',
      'Carpathian Timber',
    ])
  })

  test('of lines has what is listed and no more', async () => {
    const { json } = await ask('/customers', { filter: large, fields: 'line' })
    expect(json.customers).toEqual([
      {
        id: ids.get('Eastern Mill'),
        called: 'Eastern Mill',
        createdAt: '2027-03-01T09:00:00.000Z',
        createdBy: 'viktor',
        type: 'company',
        name: 'Eastern Mill',
        roles: ['buyer'],
        country: 'UA',
        employees: 40,
        status: 'prospect',
      },
    ])
  })

  test('refuses what it does not know by name, and a field above the level like any other', async () => {
    const wrong = await ask('/customers', { filter: '{"contry":["UA"]}' })
    expect([wrong.status, wrong.json.code, wrong.json.where]).toEqual([400, 'input.invalid', 'filter'])
    expect(wrong.json.detail).toContain('did you mean "country"')
    const above: Record<string, string>[] = [{ filter: '{"income":[{"exists":true}]}' }, { sort: 'income' }]
    for (const query of above) {
      const { status, json } = await ask('/customers', query, 'hannah')
      expect([status, json.code, json.errors[0].pointer]).toEqual([403, 'auth.forbidden', '/income'])
    }
    expect((await ask('/customers', { sort: 'income' })).json.code).toBe('input.invalid')
    expect((await ask('/customers', { sort: 'name', fields: 'all' })).status).toBe(400)
  })

  test('sorts open work by its index, and filters what a person holds', async () => {
    for (const [title, priority, dueAt] of [
      ['Call the mill', 'high', '2027-03-03T10:00:00Z'],
      ['Send the offer', 'low', '2027-03-02T10:00:00Z'],
      ['Visit', 'urgent', '2027-03-04T10:00:00Z'],
    ])
      await cloud.request('/tasks', { user: 'anna', json: { title, priority, type: 'call', dueAt } })
    const titles = async (query: Record<string, string>): Promise<string[]> =>
      (await ask('/tasks', { owner: 'anna', ...query }, 'anna')).json.tasks.map(
        (task: { title: string }) => task.title,
      )
    expect(await titles({})).toEqual(['Send the offer', 'Call the mill', 'Visit'])
    expect(await titles({ sort: '-priority' })).toEqual(['Visit', 'Call the mill', 'Send the offer'])
    expect(await titles({ filter: '{"priority":["high","low"]}', sort: 'title' })).toEqual([
      'Call the mill',
      'Send the offer',
    ])
  })
})

describe('`after`', () => {
  test('is good for its very list, and says nothing to who reads it', async () => {
    const { next } = (await ask('/customers', { limit: '2', sort: 'name' })).json
    const plain = Buffer.from(next, 'base64url').toString('latin1')
    for (const word of ['Alpine', 'cus_', 'name', 'main']) expect(plain).not.toContain(word)
    expect((await ask('/customers', { limit: '1', sort: 'name', after: next })).status).toBe(200)
    const changed = `${next.slice(0, 20)}${next[20] === 'A' ? 'B' : 'A'}${next.slice(21)}`
    const foreign: [string, Record<string, string>][] = [
      ['/customers', { sort: '-name', after: next }],
      ['/customers', { after: next }],
      ['/customers', { sort: 'name', filter: '{"country":["UA"]}', after: next }],
      ['/contacts', { sort: 'name', after: next }],
      ['/tasks', { after: next }],
      ['/work', { after: next }],
      ['/quarantine', { after: next }],
      ['/denials', { day: '2027-03-01', after: next }],
      [`/customers/${ids.get('Eastern Mill')}/file`, { after: next }],
      ['/customers', { sort: 'name', after: changed }],
      ['/customers', { sort: 'name', after: `${next}A` }],
      ['/customers', { sort: 'name', after: 'AAAA' }],
      ['/customers', { sort: 'name', after: Buffer.from('["Alpine Dairy","cus_1"]').toString('base64url') }],
    ]
    for (const [path, query] of foreign) {
      const { status, json } = await ask(path, query)
      expect([path, query, status, json.where, json.detail]).toEqual([
        path,
        query,
        400,
        'after',
        'this is no page of this list; take `after` from `next` of one, or leave it out',
      ])
    }
  })
})

describe('a view', () => {
  const save = (json: object, user = 'hannah'): Promise<Answer> => cloud.request('/views', { json, user })
  const shared = { name: 'Large ones', listOf: 'customer', filter: large, sort: 'name', isShared: true }

  test('keeps a filter, for oneself or for all', async () => {
    const own = await save({ ...shared, isShared: false })
    expect(own.status, own.text).toBe(201)
    const other = await save({ ...shared, filter: '{"country":["UA"]}', sort: '-name' })
    const names = async (user: string): Promise<string[]> =>
      (await ask('/views', {}, user)).json.views.map(({ id }: { id: string }) => id)
    expect(new Set(await names('hannah'))).toEqual(new Set([own.json.id, other.json.id]))
    expect(await names('viktor')).toEqual([other.json.id])
    expect(named(await ask('/customers', { view: own.json.id }, 'hannah'))).toEqual(['Eastern Mill'])
    const told = named(await ask('/customers', { view: other.json.id }))
    expect(told).toEqual(['Eastern Mill', 'Dnipro Grain', 'Carpathian Timber'])
    expect(named(await ask('/customers', { view: other.json.id, sort: 'name' }))).toEqual(told.toReversed())

    const { next } = (await ask('/customers', { view: other.json.id, limit: '1' })).json
    expect((await ask('/customers', { view: other.json.id, limit: '1', after: next })).status).toBe(200)
    const changed = await cloud.request(`/views/${other.json.id}`, {
      method: 'PATCH',
      user: 'hannah',
      json: { sort: 'name' },
      headers: { 'if-match': '*' },
    })
    expect(changed.status, changed.text).toBe(200)
    // What it is now has other pages.
    expect((await ask('/customers', { view: other.json.id, limit: '1', after: next })).json.where).toBe(
      'after',
    )
  })

  test('that somebody keeps for himself is to others as if it were not; what is shared they do not change', async () => {
    const own = (await save({ ...shared, isShared: false })).json.id
    const { id: other } = (await save(shared)).json
    const patch = (id: string, user: string) =>
      cloud.request(`/views/${id}`, {
        method: 'PATCH',
        user,
        json: { name: 'Mine' },
        headers: { 'if-match': '*' },
      })
    for (const user of ['viktor', 'maria', 'anna']) {
      expect((await cloud.request(`/views/${own}`, { user })).status, user).toBe(404)
      expect((await ask('/customers', { view: own }, user)).status, user).toBe(404)
      expect((await patch(own, user)).status, user).toBe(404)
      expect((await cloud.request(`/views/${other}`, { user })).status, user).toBe(200)
    }
    expect((await patch(other, 'anna')).status).toBe(403)
    expect((await patch(other, 'viktor')).status).toBe(200)
    const dropped = await cloud.request(`/views/${own}/drop`, { user: 'hannah', json: {} })
    expect(dropped.json.status, dropped.text).toBe('dropped')
    expect(await ask('/customers', { view: own }, 'hannah')).toMatchObject({
      status: 404,
      json: { where: 'view', detail: expect.stringContaining('was dropped') },
    })
  })

  test.each([
    [{ listOf: 'custmer' }, '/listOf', 'did you mean "customer"'],
    [{ filter: '{"contry":["UA"]}' }, '/filter', 'did you mean "country"'],
    [{ filter: 'UA' }, '/filter', ''],
    [{ sort: 'nme' }, '/sort', 'did you mean "name"'],
    [{ listOf: 'contact' }, '/filter', 'a contact has no "country"'],
  ])('with %j is refused where it is wrong', async (wrong, pointer, words) => {
    const { status, json } = await save({ ...shared, ...wrong })
    expect([status, json.errors?.[0]?.pointer], json.detail).toEqual([422, pointer])
    expect(json.errors[0].detail).toContain(words)
  })

  test('is of one kind, instead of a filter, and of what is in lines', async () => {
    const { id } = (await save(shared)).json
    const elsewhere = await ask('/contacts', { view: id })
    expect([elsewhere.status, elsewhere.json.where]).toEqual([400, 'view'])
    expect((await ask('/customers', { view: id, filter: large })).status).toBe(400)
    expect((await ask('/customers', { view: 'view_0' })).status).toBe(404)
    expect((await save({ ...shared, sort: 'income' })).status).toBe(403)
  })
})
