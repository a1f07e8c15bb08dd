import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/* A record that names nobody belongs to whoever has the record in whose file it lies. anna sells in Germany, taras in Ukraine. */
let cloud: Cloud
let german: string
let contact: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  german = await customerOf('sales-dach')
  contact = await contactOf(german)
})
afterAll(() => cloud?.stop())

const post = (path: string, json: object, user = 'viktor') => cloud.request(path, { json, user })
const customerOf = async (teamId: string): Promise<string> =>
  (await post('/customers', { name: 'Customer', type: 'company', teamId })).json.id as string
const contactOf = async (customerId: string, name = 'Contact'): Promise<string> =>
  (await post('/contacts', { name, customerId })).json.id as string
const patch = (path: string, json: object, user: string) =>
  cloud.request(path, { json, user, method: 'PATCH', headers: { 'if-match': '*' } })

/** Every contact that a list shows, page by page. */
async function listed(user: string): Promise<string[]> {
  const ids: string[] = []
  let after: string | undefined
  do {
    const query = new URLSearchParams({ limit: '2', ...(after && { after }) })
    const { status, json } = await cloud.request(`/contacts?${query}`, { user })
    expect(status).toBe(200)
    ids.push(...json.contacts.map(({ id }: { id: string }) => id))
    after = json.next
  } while (after !== undefined)
  return ids
}

describe('a contact', () => {
  test('is read and changed by the team that has its customer, and by no other', async () => {
    expect((await cloud.request(`/contacts/${contact}`, { user: 'anna' })).status).toBe(200)
    expect((await cloud.request(`/contacts/${contact}/history`, { user: 'anna' })).status).toBe(200)
    expect((await patch(`/contacts/${contact}`, { position: 'buyer' }, 'anna')).status).toBe(200)
    for (const path of [`/contacts/${contact}`, `/contacts/${contact}/history`])
      expect((await cloud.request(path, { user: 'taras' })).status).toBe(404)
    expect((await patch(`/contacts/${contact}`, { position: 'boss' }, 'taras')).status).toBe(404)
    expect((await cloud.request(`/contacts/${contact}`, { user: 'anna' })).json.position).toBe('buyer')
  })

  test('is listed for whoever reads its customer, each once, whatever lies between', async () => {
    const ukrainian = await customerOf('sales-ukraine')
    const [mine, far]: string[][] = [[contact], []]
    for (let i = 0; i < 4; i++) {
      far!.push(await contactOf(ukrainian, `far ${i}`))
      mine!.push(await contactOf(german, `near ${i}`))
    }
    expect((await listed('anna')).toSorted()).toEqual(mine!.toSorted())
    expect((await listed('taras')).toSorted()).toEqual(far!.toSorted())
    expect((await listed('viktor')).length).toBe(mine!.length + far!.length)
  })

  test('goes with its customer to another team, without being written', async () => {
    const moving = await customerOf('sales-dach')
    const with_ = await contactOf(moving)
    const before = (await cloud.request(`/contacts/${with_}`, { user: 'anna' })).json
    await patch(`/customers/${moving}`, { teamId: 'sales-ukraine' }, 'viktor')
    expect((await cloud.request(`/contacts/${with_}`, { user: 'anna' })).status).toBe(404)
    expect((await cloud.request(`/contacts/${with_}`, { user: 'taras' })).json).toEqual(before)
  })

  test('is filed under no customer that one may not read: to him it does not exist', async () => {
    const nothing = 'cus_00000000000000000000000000'
    const said = async (customerId: string, user: string) => {
      const { status, json } = await post('/contacts', { name: 'New', customerId }, user)
      return [status, json.code, JSON.stringify(json.errors ?? []).replace(customerId, '…')]
    }
    expect(await said(german, 'taras')).toEqual(await said(nothing, 'taras'))
    expect((await said(german, 'taras'))[0]).toBe(422)
    expect((await said(german, 'anna'))[0]).toBe(201)
  })

  test('is laid into another file only where one may read that one', async () => {
    const far = await customerOf('sales-ukraine')
    const own = await contactOf(german)
    const refused = await patch(`/contacts/${own}`, { customerId: far }, 'anna')
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer: '/customerId' }] } })
    expect((await cloud.request(`/contacts/${own}`, { user: 'anna' })).json.customerId).toBe(german)
    expect((await patch(`/contacts/${own}`, { customerId: far }, 'viktor')).status).toBe(200)
    expect((await cloud.request(`/contacts/${own}`, { user: 'anna' })).status).toBe(404)
  })
})

test('a ticket that somebody has is his whoever has the customer', async () => {
  const { id } = (await post('/tickets', { subject: 'Down', channel: 'email', customerId: german })).json
  await post(`/tickets/${id}/give`, { to: 'taras' })
  expect((await cloud.request(`/tickets/${id}`, { user: 'taras' })).status).toBe(200)
  expect((await cloud.request(`/tickets/${id}`, { user: 'anna' })).status).toBe(404)
})

test('nothing refers to a contact that one may not read: to him it does not exist', async () => {
  const ukrainian = await customerOf('sales-ukraine')
  const foreign = await contactOf(ukrainian)
  const nothing = 'con_00000000000000000000000000'
  const said = async (contactId: string, user: string) => {
    const ticket = { subject: 'Down', channel: 'email', customerId: ukrainian, contactId }
    const json = user === 'anna' ? { ...ticket, customerId: german } : ticket
    const { status, json: answer } = await post('/tickets', json, user)
    return [status, answer.code, JSON.stringify(answer.errors ?? []).replace(contactId, '…')]
  }
  expect(await said(foreign, 'anna')).toEqual(await said(nothing, 'anna'))
  expect((await said(foreign, 'anna'))[0]).toBe(422)
  expect((await said(foreign, 'taras'))[0]).toBe(201)
})

test('who changes something else of a record keeps a reference that he may not read', async () => {
  const own = await customerOf('sales-dach')
  const foreign = await contactOf(await customerOf('sales-ukraine'))
  const ticket = { subject: 'Kept', channel: 'email', customerId: own, contactId: foreign }
  const { id } = (await post('/tickets', ticket)).json
  await post(`/tickets/${id}/give`, { to: 'anna' })
  expect((await patch(`/tickets/${id}`, { subject: 'Changed' }, 'anna')).status).toBe(200)
})

test('the history of a customer tells of what is filed under it to whoever may read that, and to nobody else', async () => {
  const mixed = await customerOf('sales-dach')
  const at = await contactOf(mixed, 'Told')
  const { id } = (await post('/tickets', { subject: 'Not told', channel: 'email', customerId: mixed })).json
  await post(`/tickets/${id}/give`, { to: 'taras' })
  await cloud.advance('2 seconds')
  const told = async (user: string): Promise<string[]> =>
    (await cloud.request(`/customers/${mixed}/history`, { user })).json.events
      .filter(({ what }: { what: string }) => what === 'record')
      .map((event: { id: string }) => event.id)
      .toSorted()
  expect(await told('anna')).toEqual([at])
  expect(new Set(await told('viktor'))).toEqual(new Set([at, id]))
})

test('a page of contacts costs at most one read of each of their customers, and nothing for whoever reads all', async () => {
  const customers = new Set(
    (await cloud.request('/contacts?limit=100', { user: 'viktor' })).json.contacts.map(
      (each: { customerId: string }) => each.customerId,
    ),
  )
  const units = async (user: string): Promise<number> => {
    await cloud.request('/contacts?limit=1', { user })
    await cloud.request('/_local/cost/reset', { json: {} })
    await cloud.request('/contacts?limit=100', { user })
    return Number((await cloud.cost()).readUnits)
  }
  const all = await units('viktor')
  // Of what she may not read no record is read.
  expect(await units('anna')).toBeLessThanOrEqual(all + customers.size)
})
