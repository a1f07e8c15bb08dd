import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'

/* A lead becomes a customer, a person at it, and a deal: through the HTTP door, from the form to the history of the customer. */

let cloud: Cloud
let number = 0

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00Z' })
})
afterAll(async () => {
  await cloud.stop()
})

const olena = {
  name: 'Olena Shevchenko',
  company: 'Dnipro Sensors',
  phone: '+380441234567',
  country: 'UA',
  employees: '120',
  budget: '20 000',
  product: 'monitoring',
  message: 'Please show us how it works.',
}

/** A lead by the form, routed and with its owner. */
async function posted(fields: Record<string, unknown> = olena): Promise<{ id: string; email: string }> {
  const email = `olena${++number}@dnipro.example`
  const phone = `+38044123${String(4500 + number)}`
  const { json } = await cloud.postForm({ ...fields, ...('phone' in fields && { phone }), email })
  await cloud.settle()
  return { id: json.leadId, email }
}

const mailOf = (person: string): string => northwind.people[person as keyof typeof northwind.people]!.email

/** The projector follows within a second. */
const projected = () => cloud.advance('2 seconds')

const convert = (id: string, body: unknown = {}, more: object = {}): Promise<Answer> =>
  cloud.request(`/leads/${id}/convert`, { json: body, user: 'viktor', ...more })
const read = async (path: string) => (await cloud.request(path, { user: 'viktor' })).json

test('a lead of a company becomes a customer, a contact and an opportunity, and its history goes on there', async () => {
  const { id, email } = await posted()
  const lead = (await cloud.lead(id)).json
  const { status, json, headers } = await convert(id)
  expect([status, json.lead.status]).toEqual([201, 'won'])
  expect(headers.get('location')).toBe(`/customers/${json.customer.id}`)
  await projected()

  const customer = await read(`/customers/${json.customer.id}`)
  expect(customer).toMatchObject({
    type: 'company',
    name: 'Dnipro Sensors',
    status: 'prospect',
    country: 'UA',
    employees: 120,
    ownerId: lead.ownerId,
    teamId: lead.teamId,
    leadIds: [id],
    openOpportunities: 1,
    openAmount: [{ minor: 2_000_000, currency: 'EUR' }],
    won: 0,
  })
  expect(customer).not.toHaveProperty('emails')
  expect(await read(`/contacts/${json.contact.id}`)).toMatchObject({
    customerId: customer.id,
    name: 'Olena Shevchenko',
    emails: [email],
    phones: [lead.contact.phone],
  })
  const opportunity = await read(`/opportunities/${json.opportunity.id}`)
  expect(opportunity).toMatchObject({
    name: 'Dnipro Sensors: monitoring',
    customerId: customer.id,
    contactId: json.contact.id,
    leadId: id,
    pipeline: 'new-business',
    stage: 'qualified',
    probability: 10,
    forecast: 'pipeline',
    amount: { minor: 2_000_000, currency: 'EUR' },
    product: 'monitoring',
    source: 'web-form',
    ownerId: lead.ownerId,
    teamId: lead.teamId,
    status: 'open',
    next: 'advance',
    due: expect.any(String),
  })
  const [mail, ...more] = await cloud.mailsAbout(opportunity.id)
  expect(more).toEqual([])
  expect(mail).toMatchObject({ to: [mailOf(lead.ownerId)] })
  expect(mail!.text).toContain('Dnipro Sensors: monitoring')
  const now = (await cloud.lead(id)).json
  const { next: _, due: __, ...kept } = lead
  expect(now).toEqual({
    ...kept,
    version: lead.version + 1,
    updatedAt: now.updatedAt,
    updatedBy: 'viktor',
    status: 'won',
    closedAt: now.closedAt,
    customerId: customer.id,
    contactId: json.contact.id,
    opportunityId: opportunity.id,
  })

  const { events } = await read(`/customers/${customer.id}/history`)
  const told = events.map(({ what, activity, of }: Record<string, unknown>) => [
    activity ?? what,
    (of as { kind: string } | undefined)?.kind,
  ])
  for (const each of ['submission', 'run', 'decision', 'message', 'convert'])
    expect(told).toContainEqual([each, 'lead'])
  expect(told).toContainEqual(['created', undefined])
  expect(told).toContainEqual(['convert', undefined])
  const { timeline } = await read(`/customers/${customer.id}/file`)
  expect(timeline.filter(({ what }: { what?: string }) => what === 'convert')).toHaveLength(1)
  expect(told).toContainEqual(['record', undefined])
  expect(events.map(({ at }: { at: string }) => at)).toEqual(
    events.map(({ at }: { at: string }) => at).toSorted(),
  )
  // What ended the run that waited for an answer: the lead is closed.
  const { events: own } = (await cloud.history(id)).json
  expect(own.find(({ what }: { what: string }) => what === 'run')).toMatchObject({ status: 'cancelled' })
  const before = (await cloud.messages()).length
  await cloud.advance('6 hours')
  expect((await cloud.messages()).filter((mail, i) => i >= before && mail.text.includes(id))).toEqual([])
})

test('a person without a company becomes a customer of type person, who has the addresses', async () => {
  const { id, email } = await posted({ name: 'Iryna Bondar', product: 'sensors' })
  const { json } = await convert(id)
  expect(json.customer).toMatchObject({ type: 'person', name: 'Iryna Bondar', emails: [email] })
  expect(json).not.toHaveProperty('contact')
  expect(json.opportunity).toMatchObject({ name: 'Iryna Bondar: sensors', customerId: json.customer.id })
  expect(json.lead).not.toHaveProperty('contactId')
})

test('what the caller says holds, null takes away, false makes none', async () => {
  const { id, email } = await posted()
  const { status, json } = await convert(id, {
    customer: { name: 'Dnipro Sensors Ltd', roles: ['partner'], employees: null },
    contact: false,
    opportunity: { pipeline: 'renewal', stage: 'offered', closeOn: '2027-06-30', amount: null },
  })
  expect(status).toBe(201)
  expect(json.customer).toMatchObject({ name: 'Dnipro Sensors Ltd', roles: ['partner'], emails: [email] })
  expect(json.customer).not.toHaveProperty('employees')
  expect(json).not.toHaveProperty('contact')
  expect(json.opportunity).toMatchObject({ stage: 'offered', probability: 80, forecast: 'best-case' })
  expect(json.opportunity).not.toHaveProperty('amount')
})

test('a second lead of a customer is taken into it, and both leads are told in its history', async () => {
  const first = await posted()
  const { json: was } = await convert(first.id, { opportunity: false })
  const second = await posted()
  const { status, json } = await convert(second.id, {
    customer: { id: was.customer.id },
    contact: { id: was.contact.id },
  })
  expect(status).toBe(201)
  expect(json.customer).toMatchObject({
    id: was.customer.id,
    version: 2,
    name: was.customer.name,
    leadIds: [first.id, second.id],
  })
  expect(json.opportunity).toMatchObject({ customerId: was.customer.id, contactId: was.contact.id })
  const { events } = await read(`/customers/${was.customer.id}/history`)
  const submissions = events.filter(({ what }: { what: string }) => what === 'submission')
  expect(submissions.map(({ of }: { of: object }) => of)).toEqual([
    { kind: 'lead', id: first.id },
    { kind: 'lead', id: second.id },
  ])
})

test('a lead becomes something once: who comes again is told what, and one that was lost is opened first', async () => {
  const { id } = await posted()
  const { json } = await convert(id)
  const again = await convert(id, { opportunity: false })
  expect([again.status, again.json.code]).toEqual([409, 'lead.converted'])
  expect(again.json).toMatchObject({
    customerId: json.customer.id,
    contactId: json.contact.id,
    opportunityId: json.opportunity.id,
  })
  expect(again.json.detail).toContain(json.customer.id)

  const lost = await posted()
  expect((await cloud.addActivity(lost.id, 'viktor', { what: 'close', outcome: 'lost' })).status).toBe(201)
  const refused = await convert(lost.id)
  expect([refused.status, refused.json.code, refused.json.status]).toEqual([409, 'lead.closed', 409])
  expect(refused.json.detail).toContain('lost')
  expect((await cloud.addActivity(lost.id, 'viktor', { what: 'reopen' })).status).toBe(201)
  expect((await convert(lost.id)).status).toBe(201)
})

test('under an Idempotency-Key it is done once and answered the same; sent at once by many there is one customer', async () => {
  const customers = async () => (await cloud.table.dump()).filter(({ kind }) => kind === 'customer').length
  const { id } = await posted()
  const headers = { 'idempotency-key': 'convert-1' }
  const first = await convert(id, {}, { headers })
  const again = await convert(id, {}, { headers })
  expect([again.status, again.text]).toEqual([201, first.text])
  expect((await convert(id, { contact: false }, { headers })).status).toBe(422)

  const other = await posted()
  const before = await customers()
  const answers = await Promise.all(Array.from({ length: 6 }, () => convert(other.id)))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201, 409, 409, 409, 409, 409,
  ])
  const won = answers.find(({ status }) => status === 201)!.json.customer.id
  for (const { status, json } of answers) if (status === 409) expect(json.customerId).toBe(won)
  expect(await customers()).toBe(before + 1)
})

test.each([
  [{ customer: { nam: 'X' } }, 'customer.nam', 'a customer has no such field'],
  [{ customer: { id: 'cus_01MG01MZ0003BMNQ36C9G9PD39' } }, 'customer.id', 'there is no customer'],
  [{ customer: { teamId: 'sales-dch' } }, 'customer.teamId', 'did you mean "sales-dach"?'],
  [{ contact: { customerId: 'cus_1' } }, 'contact.customerId', 'leave it out'],
  [{ opportunity: { stage: 'propsal' } }, 'opportunity.stage', 'did you mean "proposal"?'],
  [{ opportunity: { pipeline: 'sales' } }, 'opportunity.pipeline', 'there are new-business, renewal'],
  [{ contact: true }, 'contact', 'write fields, {"id": …} or false'],
  [{ deal: {} }, 'deal', 'is not known here'],
])('%j is refused at its place, and nothing has changed', async (body, where, words) => {
  const { id } = await posted()
  const was = (await cloud.lead(id)).json
  const { status, json } = await convert(id, body)
  expect([status, json.where]).toEqual([422, where])
  expect(json.detail).toContain(words)
  expect((await cloud.lead(id)).json).toEqual(was)
})

test('who may not work on a lead does not convert it, nor reads its story in the history of the customer', async () => {
  const { id } = await posted()
  const refused = await convert(id, {}, { user: 'anna' })
  expect([refused.status, refused.json.code]).toEqual([404, 'record.unknown'])
  const { events } = (await cloud.history(id)).json
  expect(events).toContainEqual(expect.objectContaining({ what: 'refusal', activity: 'convert' }))
  const { json } = await convert(id)
  const seenBy = async (user: string): Promise<object[]> =>
    (await cloud.request(`/customers/${json.customer.id}/history`, { user })).json.events
  const ofLead = (all: object[]) => all.filter((event) => 'of' in event).length
  expect(ofLead(await seenBy('olena'))).toBeGreaterThan(3)
  // Service sees every customer, and leads of its own team.
  expect(ofLead(await seenBy('greta'))).toBe(0)
})

test('a program needs the scope of each kind that it makes', async () => {
  const keyOf = async (name: string, scopes: string[]): Promise<object> => {
    const { json } = await cloud.request('/keys', { user: 'viktor', json: { program: name, scopes } })
    return { headers: { authorization: `Bearer ${json.key}` }, user: undefined }
  }
  const { id } = await posted()
  const lacking = await convert(id, {}, await keyOf('form-tool', ['leads:read', 'leads:write']))
  expect([lacking.status, lacking.json.detail]).toEqual([403, expect.stringContaining('customers:write')])
  const scopes = ['leads:read', 'leads:write', 'customers:write', 'contacts:write', 'opportunities:write']
  const { status, json } = await convert(id, {}, await keyOf('shop', scopes))
  expect([status, json.lead.updatedBy]).toEqual([201, 'shop'])
})

test('what is above the level of whoever converts is neither set nor shown, and a foreign customer is none', async () => {
  const income = { minor: 12_345_678, currency: 'EUR' }
  const { id } = await posted()
  const set = await convert(id, { customer: { income } }, { user: 'olena' })
  expect([set.status, set.json.errors?.[0]?.pointer]).toEqual([403, '/customer/income'])
  const customer = async (teamId: string): Promise<string> =>
    (
      await cloud.request('/customers', {
        json: { name: 'Rich', type: 'person', teamId, income },
        user: 'iryna',
      })
    ).json.id as string
  const foreign = await convert(id, { customer: { id: await customer('sales-dach') } }, { user: 'olena' })
  const absent = await convert(id, { customer: { id: 'cus_01MG01MZ0003BMNQ36C9G9PD39' } }, { user: 'olena' })
  expect([foreign.status, foreign.json.where]).toEqual([absent.status, absent.json.where])
  const own = await customer('sales-ukraine')
  const taken = await convert(id, { customer: { id: own } }, { user: 'olena' })
  expect([taken.status, taken.json.customer.id]).toEqual([201, own])
  expect(taken.text).not.toContain('12345678')
})

test.each([
  ['whoever has the lead', 19, 40],
  ['somebody else, of whom its owner is told', 21, 42],
])('what a conversion by %s writes is counted', async (by, most, mostInAll) => {
  const { id } = await posted()
  await projected()
  const { ownerId } = (await cloud.lead(id)).json
  await cloud.request('/_local/cost/reset', { json: {} })
  const { status } = await convert(id, {}, by.startsWith('whoever') ? { user: ownerId } : {})
  expect(status).toBe(201)
  const { writeUnits, readUnits } = await cloud.cost()
  const atOnce = Number(writeUnits)
  await projected()
  const all = Number((await cloud.cost()).writeUnits)
  console.log(
    `a conversion by ${by}: ${atOnce} write and ${String(readUnits)} read units in its transaction, ${all} with what follows`,
  )
  expect(atOnce).toBeLessThanOrEqual(most)
  expect(all).toBeLessThanOrEqual(mostInAll)
})

test('who has seen another state of the lead converts nothing, and is told what is there', async () => {
  const { id } = await posted()
  const { version } = (await cloud.lead(id)).json
  const stale = await convert(id, {}, { headers: { 'if-match': `"${version - 1}"` } })
  expect([stale.status, stale.json.code, stale.json.current.version]).toEqual([412, 'match.failed', version])
  expect((await cloud.lead(id)).json.status).toBe('open')
  const answer = await convert(id, {}, { headers: { 'if-match': `"${version}"`, 'idempotency-key': 'seen' } })
  expect(answer.status).toBe(201)
  // A repetition is no further change.
  const again = await convert(id, {}, { headers: { 'if-match': `"${version}"`, 'idempotency-key': 'seen' } })
  expect([again.status, again.json]).toEqual([201, answer.json])
})
