import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'
import { mostMails, timelineOf } from './reading.ts'

/** A customer and what he wants solved, as people of the service work on it; they are in no other group. */
const start = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start })
})
afterAll(() => cloud?.stop())

const user = 'greta'
const call = (path: string, json: object, as = user) => cloud.request(path, { json, user: as })
const patch = (path: string, json: object, as = user) =>
  cloud.request(path, { method: 'PATCH', json, user: as, headers: { 'if-match': '*' } })
const read = async (path: string) => (await cloud.request(path, { user })).json

async function made(path: string, json: object): Promise<string> {
  const { status, text, json: record } = await call(path, json)
  expect(status, text).toBe(201)
  await cloud.settle()
  return record.id as string
}
const newCustomer = (name: string): Promise<string> => made('/customers', { type: 'company', name })
const newTicket = async (customerId: string, more: object = {}): Promise<string> =>
  `/tickets/${await made('/tickets', { subject: 'The scale is wrong', channel: 'email', customerId, ...more })}`
const idOf = (path: string): string => path.split('/')[2]!
const templates = async (path: string) =>
  (await timelineOf(cloud, idOf(path))).map(({ template }) => template)

test('a complaint is assigned, answered by a question, solved, opened again, solved and closed', async () => {
  const customerId = await newCustomer('Northern Dairy')
  const ticket = await newTicket(customerId, { type: 'complaint', impact: 'one-person' })
  const routed = await read(ticket)
  expect(routed).toMatchObject({
    status: 'new',
    teamId: 'service',
    priority: 'high',
    next: 'answer',
    respondBy: '2027-03-01T10:00:00.000Z',
    due: '2027-03-01T10:00:00.000Z',
    // Two business days of thirteen hours.
    solveBy: '2027-03-03T09:00:00.000Z',
  })
  const owner = routed.ownerId as string
  expect(northwind.teams['service' as keyof typeof northwind.teams]!.members).toContain(owner)

  const [mail, ...others] = await cloud.mailsAbout(idOf(ticket))
  expect(others).toEqual([])
  expect(mail!.to).toEqual([northwind.people[owner as keyof typeof northwind.people]!.email])
  expect(mail!.subject).toMatch(/The scale is wrong/)
  expect(mail!.text).toMatch(/ticket-routing/)
  expect(mail!.text, 'by his name').toMatch(/^(Customer|Клієнт): +Northern Dairy$/m)
  expect(mail!.text).toMatch(/^(Type|Про що): +(complaint|скарга)$/m)
  const [, path] = new RegExp(`http\\S+(/open${ticket})`).exec(mail!.text)!
  expect(mail!.html).toContain(path)
  const page = await cloud.request(path!, { headers: { accept: 'text/html' } })
  expect([page.status, page.headers.get('location')]).toEqual([302, `/app${ticket}`])

  const comesTo = async () => {
    // What follows from a change is written together, a second later.
    await cloud.advance('2 seconds')
    const { openTickets, complaints90Days } = await read(`/customers/${customerId}`)
    return { openTickets, complaints90Days }
  }
  expect(await comesTo()).toEqual({ openTickets: 1, complaints90Days: 1 })
  const line = { what: 'record', kind: 'ticket', id: idOf(ticket), called: 'The scale is wrong' }
  const file = async () => (await read(`/customers/${customerId}/history`)).events as object[]
  expect(await file()).toContainEqual(expect.objectContaining({ ...line, status: 'new', ownerId: owner }))

  const asked = await call(`${ticket}/ask`, {}, owner)
  expect(asked.json, asked.text).toMatchObject({ status: 'waiting', next: 'solve' })
  const { answeredAt } = asked.json
  expect(answeredAt).toMatch(/^2027-03-01T09:00:0/)
  expect(asked.json.due).toBe(routed.solveBy)
  await cloud.advance('3 hours')
  expect(await templates(ticket), 'nobody is chased').toEqual(['work-assigned'])

  await call(`${ticket}/resume`, {}, owner)
  expect((await call(`${ticket}/ask`, {}, owner)).json.answeredAt, 'the first answer').toBe(answeredAt)
  expect((await call(`${ticket}/solve`, {}, owner)).json).toMatchObject({ where: 'solution' })
  const solved = await call(`${ticket}/solve`, { solution: 'Levelled it.', minutes: 20 }, owner)
  expect(solved.json).toMatchObject({ status: 'solved', answeredAt })
  for (const gone of ['next', 'due']) expect(solved.json[gone]).toBeUndefined()
  expect(await comesTo()).toEqual({ openTickets: 0, complaints90Days: 1 })

  expect((await call(`${ticket}/reopen`, {})).status).toBe(200)
  await cloud.settle()
  const again = await read(ticket)
  expect(again).toMatchObject({ status: 'working', ownerId: owner, next: 'answer', reopened: 1 })
  expect(again.answeredAt ?? again.solvedAt).toBeUndefined()
  expect(again.respondBy, 'an hour from now').toMatch(/^2027-03-01T13:00:0/)
  expect(await templates(ticket)).toEqual(['work-assigned', 'work-assigned'])
  expect(await comesTo()).toEqual({ openTickets: 1, complaints90Days: 1 })

  expect((await call(`${ticket}/solve`, { solution: 'Another scale.' }, owner)).status).toBe(200)
  expect((await call(`${ticket}/close`, {}, owner)).json).toMatchObject({ status: 'closed' })
  expect(await comesTo()).toEqual({ openTickets: 0, complaints90Days: 1 })
  expect(await file()).toContainEqual(expect.objectContaining({ ...line, status: 'closed' }))
  await cloud.advance('6 hours')
  expect(await templates(ticket)).toHaveLength(2)
  expect(JSON.stringify((await cloud.alerts('viktor')).json)).not.toContain(idOf(ticket))
})

describe('a ticket', () => {
  test('that nobody answers brings few e-mails, each level to one person, and ends in its queue', async () => {
    await cloud.advance({ to: '2027-03-02T09:00:00.000Z' })
    const ticket = await newTicket(await newCustomer('Eastern Mill'), { channel: 'phone' })
    await cloud.advance('2 days')
    const timeline = await timelineOf(cloud, idOf(ticket))
    expect(timeline.map(({ template }) => template)).toEqual([
      'work-assigned',
      'work-reminder',
      'work-queued',
      'ticket-raised',
    ])
    expect(timeline.length).toBeLessThanOrEqual(mostMails)
    expect(timeline[1]!.at).toBe('2027-03-02T09:30:00.000Z')
    expect(await read(ticket)).toMatchObject({ queueId: 'service', next: 'take', status: 'new' })
    const taken = await call(`${ticket}/take`, {}, 'oksana')
    expect(taken.json, taken.text).toMatchObject({ ownerId: 'oksana', next: 'answer' })
  })

  test('that was answered otherwise, or before it was written down, chases nobody', async () => {
    await cloud.advance({ to: '2027-03-05T09:00:00.000Z' })
    const customerId = await newCustomer('Western Bakery')
    const [late, early] = [
      await newTicket(customerId),
      await newTicket(customerId, { answeredAt: '2027-03-05T08:50:00Z' }),
    ]
    const answered = await patch(late, { answeredAt: '2027-03-05T09:00:00Z' })
    expect(answered.json, answered.text).toMatchObject({ next: 'solve' })
    await cloud.advance('8 hours')
    for (const ticket of [late, early]) {
      expect(await templates(ticket)).toEqual(['work-assigned'])
      expect(await read(ticket)).toMatchObject({ next: 'solve', ownerId: expect.any(String) })
    }
  })

  test('is seen by the service and not by whoever is in no group, and leads are not seen by the service', async () => {
    const ticket = await newTicket(await newCustomer('Southern Farm'))
    expect((await cloud.request(ticket, { user: 'sofia' })).status).toBe(403)
    expect((await cloud.request('/leads', { user: 'hannah' })).status).toBe(403)
    expect((await cloud.request(ticket, { user: 'hannah' })).status).toBe(200)
    // Sales work in other teams.
    expect((await cloud.request(ticket, { user: 'anna' })).status).toBe(404)
  })
})
