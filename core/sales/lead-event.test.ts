import { describe, expect, test } from 'vitest'
import { toInstant, personId } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { Kind } from '../record/kind.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { messageKind, type Message } from '../kind/system/message.ts'
import { id, monday, newLead, tenant } from '../workflow/fixture.ts'
import { announcementOf } from '../message/announce.ts'
import { createdAgain, eventOf, reroutedAgain } from '../record/event.ts'

const before = newLead({ ownerId: 'anna', queueId: undefined })
const after = (change: Partial<Lead>): Lead => ({ ...before, ...change, version: 2 })

const kinds = new Map<string, Kind>([[leadKind.name, leadKind]])

describe('the event of a change', () => {
  test.each<[string, Partial<Lead>]>([
    ['lead.answered', { answeredAt: toInstant(monday) }],
    ['lead.answered', { answeredAt: toInstant(monday), ownerId: personId.parse('boris') }],
    ['lead.closed', { status: 'won', answeredAt: toInstant(monday) }],
    ['lead.assigned', { ownerId: personId.parse('boris') }],
    ['lead.updated', { product: 'sensors' }],
  ])('is %s, the most specific', (type, change) => {
    expect(eventOf(leadKind, before, after(change))?.type).toBe(type)
  })

  test('of a new lead is its creation', () => {
    expect(eventOf(leadKind, undefined, newLead())).toMatchObject({
      type: 'lead.created',
      detail: { ref: { id, eventId: `${id}.1`, hop: 0 }, changed: [], old: {} },
    })
  })

  test('names what changed and what it was', () => {
    const event = eventOf(leadKind, before, after({ product: 'sensors', ownerId: personId.parse('boris') }))
    expect(event?.detail.changed.toSorted()).toEqual(['ownerId', 'product'])
    expect(event?.detail.old).toEqual({ ownerId: 'anna' })
  })

  test('compares what is nested by content', () => {
    expect(eventOf(leadKind, before, after({ contact: { ...before.contact } }))?.detail.changed).toEqual([])
    const changed = eventOf(
      leadKind,
      before,
      after({ contact: { ...before.contact, phone: '+380441234567' } }),
    )
    expect(changed?.detail.changed).toEqual(['contact'])
  })

  test('never tells what is personal', () => {
    const event = eventOf(
      leadKind,
      { ...before, message: 'Call Olha' },
      after({ contact: { name: 'Olha Petrenko' }, message: 'Call me' }),
    )
    expect(event?.detail.changed).toContain('contact')
    expect(JSON.stringify(event)).not.toMatch(/olha|call/i)
  })

  test('is none when nothing changed or the lead is gone', () => {
    expect(eventOf(leadKind, before, before)).toBeUndefined()
    expect(eventOf(leadKind, before, undefined)).toBeUndefined()
  })

  test('told again has the id of the first', () => {
    expect(createdAgain(leadKind, after({ hop: 1 })).detail.ref).toMatchObject({ eventId: `${id}.1`, hop: 1 })
  })
})

describe('what is announced of a change of the table', () => {
  const subject = { kind: 'lead', id }
  const message: Message = {
    tenant,
    version: 1,
    subject,
    id: 'm.1',
    to: personId.parse('anna'),
    template: 'lead-assigned',
    data: {},
    status: 'waiting',
    hold: { cause: 'sender-not-verified', whose: 'account', remedy: 'Verify it.', at: toInstant(monday) },
    createdAt: toInstant(monday),
  }
  const item = toItem(messageKind, message)
  const decision = toItem(decisionKind, {
    tenant,
    version: 1,
    subject,
    at: toInstant(monday),
    id: 'watch.1',
    entries: [],
    messages: ['anna', 'maria'].map((to) => ({ to: personId.parse(to), template: 'lead-raised' as const })),
  })

  test('is an event for a lead', () => {
    expect(announcementOf(kinds, undefined, toItem(leadKind, before)).event?.type).toBe('lead.created')
  })

  test('is an entry of the queue for each message of a decision that is new', () => {
    const ref = { tenant, pk: `${tenant}#${id}`, sk: '3#watch.1' }
    const messages = [
      { ...ref, number: 0 },
      { ...ref, number: 1 },
    ]
    expect(announcementOf(kinds, undefined, decision)).toEqual({ messages })
    expect(announcementOf(kinds, decision, decision)).toEqual({})
  })

  test('is an entry of the queue for a message that has waited and is to be tried again', () => {
    const messages = [{ tenant, pk: `${tenant}#${id}`, sk: '2#m.1' }]
    const again = toItem(messageKind, { ...message, version: 2, status: 'pending' })
    expect(announcementOf(kinds, item, again)).toEqual({ messages })
    expect(announcementOf(kinds, undefined, item)).toEqual({})
    expect(announcementOf(kinds, again, again)).toEqual({})
  })

  test('is nothing for a message that was sent, and for anything else', () => {
    expect(
      announcementOf(kinds, item, toItem(messageKind, { ...message, version: 2, status: 'sent' })),
    ).toEqual({})
    expect(announcementOf(kinds, undefined, { pk: 'a', sk: 'b', kind: 'run', version: 1 })).toEqual({})
    expect(announcementOf(kinds, item, undefined)).toEqual({})
  })
})

test('a lead that is to be routed again says so, once, and again when nobody took it up', () => {
  const again = after({ next: 'route', due: toInstant(monday) })
  const held: Lead = { ...before, next: 'answer', due: toInstant(monday) }
  expect(eventOf(leadKind, held, again)).toMatchObject({
    type: 'lead.rerouted',
    detail: { ref: { eventId: `${id}.2` } },
  })
  expect(eventOf(leadKind, again, { ...again, version: 3, employees: 5 })?.type).toBe('lead.updated')
  expect(reroutedAgain(leadKind, { ...again, version: 7 })).toMatchObject({
    type: 'lead.rerouted',
    detail: { ref: { eventId: `${id}.7` } },
  })
})
