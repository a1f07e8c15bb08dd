import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/** What somebody allowed, and took back: never changed, and the last word counts. */
let cloud: Cloud

const post = (path: string, json: object) => cloud.request(path, { json, user: 'anna' })
const made = async (path: string, json: object) => {
  const answer = await post(path, json)
  expect(answer.status, answer.text).toBe(201)
  return answer.json
}
const read = async (path: string) => {
  const { status, text, json } = await cloud.request(path, { user: 'anna' })
  expect(status, text).toBe(200)
  return json
}

/** What follows from changes is written within two seconds. */
const projected = () => cloud.advance('2 seconds')

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
})
afterAll(() => cloud?.stop())

test('is what was said last of a channel and a purpose, with all that was said before; rules may ask', async () => {
  const id = (await made('/customers', { type: 'person', name: 'Oksana Example' })).id
  const path = `/customers/${id}/consents`
  const by = { channel: 'email', purpose: 'marketing' }
  await projected()
  expect(await read(path)).toEqual({ consents: [] })
  expect((await read(`/customers/${id}`)).mayEmail).toBeUndefined()
  const at = await cloud.now()
  const paper = {
    ...by,
    state: 'given',
    source: 'paper',
    at: '2024-06-01T10:00:00Z',
    proof: 'I want the letter.',
    reference: 'Box 7',
  }
  expect((await made(path, paper)).consent).toMatchObject({
    ...paper,
    at: '2024-06-01T10:00:00.000Z',
    by: 'anna',
    enteredAt: at,
  })
  await projected()
  expect((await read(`/customers/${id}`)).mayEmail).toBe('given')
  const withdrawnAt = await cloud.now()
  await made(path, { ...by, state: 'withdrawn', source: 'email' })
  await made(path, { channel: 'phone', purpose: 'service', state: 'given', source: 'phone' })
  // Found later, said before: what counts is what was said last.
  await made(path, { ...by, state: 'given', source: 'in-person', at: '2025-06-01T10:00:00Z' })
  await projected()
  const { customer, timeline } = await read(`/customers/${id}/file`)
  expect(customer.mayEmail).toBe('withdrawn')
  expect(timeline.map(({ title }: { title: string }) => title).toSorted()).toEqual([
    'Consent given',
    'Consent given',
    'Consent given',
    'Consent withdrawn',
  ])
  expect(JSON.stringify(timeline)).not.toContain('I want the letter')
  const { events } = await read(`/customers/${id}/history`)
  const said = events.filter(({ what }: { what: string }) => what === 'consent')
  expect(said).toHaveLength(4)
  expect(said[0]).toMatchObject({
    ...by,
    by: { id: 'anna' },
    at: '2024-06-01T10:00:00.000Z',
    source: 'paper',
  })
  expect(said[1]).toMatchObject({ ...by, state: 'given', source: 'in-person' })
  // Of one moment.
  expect(said.slice(2).map(({ source }: { source: string }) => source)).toEqual(
    expect.arrayContaining(['email', 'phone']),
  )
  expect(JSON.stringify(events)).not.toContain('I want the letter')
  const { consents } = await read(path)
  expect(consents).toMatchObject([
    {
      ...by,
      state: 'withdrawn',
      since: withdrawnAt,
      history: [
        { source: 'email' },
        { source: 'in-person' },
        { source: 'paper', proof: 'I want the letter.' },
      ],
    },
    { channel: 'phone', purpose: 'service', state: 'given', history: [{ by: 'anna' }] },
  ])
  expect((await post(path, { ...by, state: 'perhaps', source: 'paper' })).status).toBe(422)
  const contact = await made('/contacts', { customerId: id, name: 'Olena Example', says: 'decides' })
  const ticket = await made('/tickets', { subject: 'No power', channel: 'phone', customerId: id })
  const letter = { ...by, state: 'given', source: 'form' }
  expect((await post(`/contacts/${contact.id}/consents`, letter)).status).toBe(201)
  expect((await post(`/tickets/${ticket.id}/consents`, letter)).status).toBe(404)
})
