import { describe, expect, test } from 'vitest'
import { toInstant, personId } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { leadEntity, type Lead } from '../kind/sales/lead.ts'
import { messageEntity, type Message } from '../kind/system/message.ts'
import { id, monday, newLead, tenant } from '../workflow/fixture.ts'
import { announcementOf } from './announce.ts'
import { leadCreatedAgain, leadEvent, leadReroutedAgain } from './event.ts'

const before = newLead({ ownerId: 'anna', queueId: undefined })
const after = (change: Partial<Lead>): Lead => ({ ...before, ...change, version: 2 })

describe('the event of a change', () => {
  test.each<[string, Partial<Lead>]>([
    ['lead.answered', { answeredAt: toInstant(monday) }],
    ['lead.answered', { answeredAt: toInstant(monday), ownerId: personId.parse('boris') }],
    ['lead.closed', { status: 'won', answeredAt: toInstant(monday) }],
    ['lead.assigned', { ownerId: personId.parse('boris') }],
    ['lead.updated', { product: 'sensors' }],
  ])('is %s, the most specific', (type, change) => {
    expect(leadEvent(before, after(change))?.type).toBe(type)
  })

  test('of a new lead is its creation', () => {
    expect(leadEvent(undefined, newLead())).toMatchObject({
      type: 'lead.created',
      detail: { ref: { id, eventId: `${id}.1`, hop: 0 }, changed: [], old: {} },
    })
  })

  test('names what changed and what it was', () => {
    const event = leadEvent(before, after({ product: 'sensors', ownerId: personId.parse('boris') }))
    expect(event?.detail.changed.toSorted()).toEqual(['ownerId', 'product'])
    expect(event?.detail.old).toEqual({ ownerId: 'anna' })
  })

  test('compares what is nested by content', () => {
    expect(leadEvent(before, after({ contact: { ...before.contact } }))?.detail.changed).toEqual([])
    const changed = leadEvent(before, after({ contact: { ...before.contact, phone: '+380441234567' } }))
    expect(changed?.detail.changed).toEqual(['contact'])
  })

  test('never tells what is personal', () => {
    const event = leadEvent(
      { ...before, message: 'Call Olha' },
      after({ contact: { name: 'Olha Petrenko' }, message: 'Call me' }),
    )
    expect(event?.detail.changed).toContain('contact')
    expect(JSON.stringify(event)).not.toMatch(/olha|call/i)
  })

  test('is none when nothing changed or the lead is gone', () => {
    expect(leadEvent(before, before)).toBeUndefined()
    expect(leadEvent(before, undefined)).toBeUndefined()
  })

  test('told again has the id of the first', () => {
    expect(leadCreatedAgain(after({ hop: 1 })).detail.ref).toMatchObject({ eventId: `${id}.1`, hop: 1 })
  })
})

describe('what is announced of a change of the table', () => {
  const message: Message = {
    tenant,
    version: 1,
    leadId: id,
    id: 'm.1',
    to: personId.parse('anna'),
    template: 'lead-assigned',
    data: {},
    policy: 'at-least-once',
    status: 'pending',
    createdAt: toInstant(monday),
  }
  const item = toItem(messageEntity, message)

  test('is an event for a lead', () => {
    expect(announcementOf(undefined, toItem(leadEntity, before)).event?.type).toBe('lead.created')
  })

  test('is an entry of the queue for a message that waits to be sent, also when it is announced again', () => {
    const ref = { tenant, pk: `${tenant}#lead#${id}`, sk: 'message#m.1' }
    expect(announcementOf(undefined, item)).toEqual({ message: ref })
    const again = toItem(messageEntity, { ...message, version: 2, announced: 1 })
    expect(announcementOf(item, again)).toEqual({ message: ref })
    expect(announcementOf(item, item)).toEqual({})
  })

  test('is nothing for a message that was sent, and for anything else', () => {
    expect(announcementOf(item, toItem(messageEntity, { ...message, version: 2, status: 'sent' }))).toEqual(
      {},
    )
    expect(announcementOf(undefined, { pk: 'a', sk: 'b', kind: 'run', version: 1 })).toEqual({})
    expect(announcementOf(item, undefined)).toEqual({})
  })
})

test('a lead that is to be routed again says so, once, and again when nobody took it up', () => {
  const again = after({ nextAction: { what: 'route', dueAt: toInstant(monday) } })
  const held: Lead = { ...before, nextAction: { what: 'answer', dueAt: toInstant(monday) } }
  expect(leadEvent(held, again)).toMatchObject({
    type: 'lead.rerouted',
    detail: { ref: { eventId: `${id}.2` } },
  })
  expect(leadEvent(again, { ...again, version: 3, employees: 5 })?.type).toBe('lead.updated')
  expect(leadReroutedAgain({ ...again, version: 7 })).toMatchObject({
    type: 'lead.rerouted',
    detail: { ref: { eventId: `${id}.7` } },
  })
})
