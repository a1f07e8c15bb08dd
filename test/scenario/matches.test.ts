import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/* Before a lead is converted: who it may be already. viktor sees all, olena sells in Ukraine, anna in Germany. */

let cloud: Cloud
const ids = { mill: '', olena: '', german: '', lead: '' }

const made = async (path: string, json: object): Promise<string> => {
  const answer = await cloud.request(path, { json, user: 'viktor' })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.id as string
}
const posted = async (fields: Record<string, unknown>): Promise<string> => {
  const { json } = await cloud.postForm({ country: 'UA', ...fields })
  await cloud.settle()
  return json.leadId as string
}
const ask = (id: string, user = 'viktor') => cloud.request(`/leads/${id}/matches`, { user })
const matchesOf = async (id: string, user?: string): Promise<{ id: string; convert: object }[]> => {
  const { status, json, text } = await ask(id, user)
  expect(status, text).toBe(200)
  return json.matches
}
/** The projector follows within a second. */
const projected = () => cloud.advance('2 seconds')

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00Z' })
  ids.mill = await made('/customers', { type: 'company', name: 'Дніпро Млин', teamId: 'sales-ukraine' })
  ids.olena = await made('/contacts', {
    customerId: ids.mill,
    name: 'Olena Shevchenko',
    emails: ['olena@mlyn.example'],
  })
  ids.german = await made('/customers', {
    type: 'company',
    name: 'Dnipro Mlyn',
    phones: ['+380441234567'],
    teamId: 'sales-dach',
  })
  ids.lead = await posted({
    name: 'Олена Шевченко',
    company: 'ТОВ Дніпро Млин',
    email: 'Olena@mlyn.example',
    phone: '+380441234567',
  })
  await projected()
})
afterAll(() => cloud?.stop())

test('the answer says whom, why, and what to send; sent as it is, the lead becomes that one', async () => {
  const [first, ...others] = await matchesOf(ids.lead)
  expect(first).toEqual({
    kind: 'contact',
    id: ids.olena,
    called: 'Olena Shevchenko',
    line: expect.objectContaining({ customerId: ids.mill }) as object,
    because: [
      { lead: 'contact.email', asked: 'olena@mlyn.example', field: 'emails', how: 'is' },
      { lead: 'contact.name', asked: 'olena', field: 'name', how: 'is' },
      { lead: 'contact.name', asked: 'shevchenko', field: 'name', how: 'is' },
      { lead: 'contact.company', asked: 'dnipro', field: 'customerId.name', how: 'is' },
      { lead: 'contact.company', asked: 'mlyn', field: 'customerId.name', how: 'is' },
    ],
    convert: { customer: { id: ids.mill }, contact: { id: ids.olena } },
  })
  // The phone of the German one is equal, the name of the other is.
  expect(others.map(({ id }) => id)).toEqual([ids.german, ids.mill])

  const { status, json, text } = await cloud.request(`/leads/${ids.lead}/convert`, {
    json: first!.convert,
    user: 'viktor',
  })
  expect(status, text).toBe(201)
  expect(json).toMatchObject({ customer: { id: ids.mill, leadIds: [ids.lead] }, contact: { id: ids.olena } })
})

test('who converts without looking makes another one: it is not refused, and the next lead is shown both', async () => {
  const fields = { name: 'Iryna Bondar', email: 'iryna@home.example' }
  const first = await posted(fields)
  const convert = (id: string, json = {}) => cloud.request(`/leads/${id}/convert`, { json, user: 'viktor' })
  const customers: string[] = [(await convert(first)).json.customer.id]
  await projected()
  for (const message of ['Again.', 'And again.']) {
    const id = await posted({ ...fields, message })
    expect((await matchesOf(id)).map((match) => match.id).toSorted()).toEqual(customers.toSorted())
    const { status, json } = await convert(id)
    expect(status).toBe(201)
    customers.push(json.customer.id)
    await projected()
  }
  expect(new Set(customers).size).toBe(3)
})

test('a rep is shown what he may read, of a lead that he may read', async () => {
  const id = await posted({ name: 'Olena Shevchenko', email: 'o@mlyn.example', phone: '+380441234567' })
  expect((await matchesOf(id)).map((match) => match.id)).toEqual([ids.german, ids.olena])
  expect((await matchesOf(id, 'olena')).map((match) => match.id)).toEqual([ids.olena])
  const [foreign, absent] = [await ask(id, 'anna'), await ask('lead_01MG01MZ0003BMNQ36C9G9PD39', 'anna')]
  expect([foreign.status, foreign.json.code]).toEqual([404, 'record.unknown'])
  expect(foreign.json.detail).toBe(absent.json.detail)
  // Service reads no lead at all.
  expect((await ask(id, 'greta')).status).toBe(403)
  expect((await cloud.request(`/leads/${id}/matches`)).status).toBe(401)
})

test('a program is shown what its scopes let it read, and needs one of them', async () => {
  const id = await posted({ name: 'Nobody Else', email: 'olena@mlyn.example', phone: '+380441234567' })
  const asProgram = async (...scopes: string[]) => {
    const { json } = await cloud.request('/keys', {
      user: 'viktor',
      json: { program: scopes.join('-').replaceAll(':', '-'), scopes },
    })
    const headers = { authorization: `Bearer ${json.key}` }
    return cloud.request(`/leads/${id}/matches`, { headers })
  }
  const found = async (...scopes: string[]): Promise<string[]> =>
    (await asProgram(...scopes)).json.matches.map((match: { id: string }) => match.id)
  expect(await found('leads:read', 'contacts:read')).toEqual([ids.olena])
  expect(await found('leads:read', 'customers:read')).toEqual([ids.german])
  const blind = await asProgram('leads:read')
  expect([blind.status, blind.json.detail]).toEqual([403, expect.stringContaining('customers:read')])
  expect((await asProgram('customers:read')).status).toBe(403)
})

test('nobody may be it, and what is not asked for is refused', async () => {
  const id = await posted({ name: 'Zyx', email: 'zyx@nowhere.example' })
  expect(await matchesOf(id)).toEqual([])
  const wrong = await cloud.request(`/leads/${id}/matches?limit=5`, { user: 'viktor' })
  expect([wrong.status, wrong.json.where]).toEqual([400, 'limit'])
})

test('what it takes is counted: of a lead that says everything, mistyped', async () => {
  const id = await posted({
    name: 'Olena Petrivna Shevcehnko',
    company: 'Dnipor Mlyyn',
    email: 'nobody@mlyn.example',
    phone: '+380447654321',
  })
  await ask(id)
  await cloud.request('/_local/cost/reset', { json: {} })
  const found = await matchesOf(id)
  const { readUnits, writeUnits } = await cloud.cost()
  expect(found.map((match) => match.id)).toContain(ids.olena)
  console.log(`who a lead may be: ${String(readUnits)} read units`)
  expect(writeUnits).toBe(0)
  expect(Number(readUnits)).toBeLessThanOrEqual(70)
})
