import { describe, expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { activityKind, type Activity } from '../kind/customer/activity.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { id, minutes, monday, newLead, rules, story, tenant } from '../workflow/fixture.ts'
import { recordActivity } from './activity.ts'

const owned = (more: Record<string, unknown> = {}): Lead =>
  newLead({
    queueId: undefined,
    ownerId: 'anna',
    teamId: 'north',
    raised: 2,
    hop: 3,
    next: 'answer',
    due: toInstant(monday + minutes(60)),
    ...more,
  })

const did = (what: Activity['what'], more: Partial<Activity> = {}): Activity =>
  activityKind.schema.parse({
    tenant,
    version: 1,
    subject: { kind: 'lead', id },
    id: 'act_1',
    at: toInstant(monday),
    what,
    by: 'anna',
    ...more,
  })

const record = (lead: Lead, activity: Activity, nextAt?: string) =>
  recordActivity(
    { lead, activity, claims: { keys: [], holders: [] }, now: monday, ...(nextAt && { nextAt }) },
    rules,
  )

describe('a contact', () => {
  test.each(['call', 'email', 'meeting', 'chat'] as const)('by %s answers the lead', (what) => {
    const { lead, writes } = record(owned(), did(what))
    expect(lead).toMatchObject({ answeredAt: toInstant(monday), hop: 0, version: 2 })
    expect(lead.raised).toBeUndefined()
    // Two business days after Monday, ten o'clock.
    expect(lead).toMatchObject({ next: 'follow-up', due: '2026-11-25T08:00:00.000Z' })
    expect(writes.map((write) => write.do)).toEqual(['replace', 'create'])
  })

  test('made before it was recorded counts from when it was made, never from the future', () => {
    const earlier = toInstant(monday - minutes(10))
    expect(record(owned(), did('call', { at: earlier })).lead.answeredAt).toBe(earlier)
    const later = did('call', { at: toInstant(monday + minutes(10)) })
    expect(record(owned(), later).lead.answeredAt).toBe(toInstant(monday))
  })

  test('after the first keeps the time of the first answer', () => {
    const first = toInstant(monday - minutes(500))
    expect(record(owned({ answeredAt: first }), did('call')).lead.answeredAt).toBe(first)
  })

  test('with a time for the next step keeps to it', () => {
    const next = toInstant(monday + minutes(90))
    expect(record(owned(), did('call'), next).lead.due).toBe(next)
    expect(() => record(owned(), did('call'), toInstant(monday))).toThrow('in the future')
  })

  test('says what is to be done next, which stands until it is done or the lead is closed', () => {
    const planned = record(
      owned({ nextStep: 'Call again' }),
      did('call', { nextStep: 'Send the offer' }),
    ).lead
    expect(planned.nextStep).toBe('Send the offer')
    expect(record(planned, did('call')).lead.nextStep).toBeUndefined()
    expect(record(planned, did('close', { outcome: 'lost' })).lead.nextStep).toBeUndefined()
  })

  test('that reached nobody plans the next step of a lead that was answered, and puts off no promise', () => {
    const next = toInstant(monday + minutes(90))
    const missed = did('call', { outcome: 'no-answer', nextStep: 'Call again' })
    const answered = owned({ answeredAt: toInstant(monday - minutes(90)), next: 'follow-up' })
    expect(record(answered, missed, next).lead).toMatchObject({ due: next, nextStep: 'Call again' })
    expect(record(answered, missed, next).lead.answeredAt).toBe(answered.answeredAt)
    expect(record(answered, did('note', { nextStep: 'Ask' })).lead).toMatchObject({
      due: answered.due,
      nextStep: 'Ask',
    })
    expect(record(owned(), missed, next).lead).toEqual(owned())
  })

  test('with a lead that nobody has makes the caller its owner', () => {
    const { lead } = record(newLead({ queueId: 'unanswered', teamId: 'north' }), did('call'))
    expect(lead).toMatchObject({ ownerId: 'anna', next: 'follow-up' })
    expect(lead.queueId).toBeUndefined()
  })

  test('by a colleague leaves the lead with its owner', () => {
    expect(record(owned(), did('call', { by: 'boris' })).lead.ownerId).toBe('anna')
  })

  test.each([
    ['a call that reached nobody', did('call', { outcome: 'no-answer' })],
    ['an e-mail of the customer', did('email', { direction: 'in' })],
    ['a note', did('note')],
  ])('is not %s: it is kept and the promise stands', (_, activity) => {
    const before = owned()
    const { lead, writes } = record(before, activity)
    expect(lead).toBe(before)
    expect(writes.map((write) => write.do)).toEqual(['create'])
  })

  test('ends the chase', async () => {
    const { follow, lead, store, segment, calls, told } = await story()
    await follow(1)
    await store.write(record(await lead(), did('call')).writes)
    for (const call of calls.slice(1)) await segment(call)
    expect(await told()).toHaveLength(1)
  })
})

describe('a lead', () => {
  test('that is closed has no next action and says how it ended', () => {
    expect(record(owned(), did('close', { outcome: 'won' })).lead).toMatchObject({
      status: 'won',
      closedAt: toInstant(monday),
    })
    const { lead } = record(owned(), did('close'))
    expect(lead.status).toBe('lost')
    expect(lead.next).toBeUndefined()
    expect(lead.due).toBeUndefined()
  })

  test('is not closed or reopened twice', () => {
    expect(() => record(owned({ status: 'lost' }), did('close'))).toThrow('closed already')
    expect(() => record(owned(), did('reopen'))).toThrow('open already')
    expect(() => record(owned({ status: 'lost' }), did('take'))).toThrow('reopen it first')
  })

  test('that is reopened has an owner and a next action again', () => {
    const closed = owned({
      status: 'lost',
      ownerId: undefined,
      closedAt: toInstant(monday),
      next: undefined,
      due: undefined,
    })
    const { lead } = record(closed, did('reopen'))
    expect(lead).toMatchObject({ status: 'open', ownerId: 'anna', next: 'answer' })
    expect(lead.closedAt).toBeUndefined()
  })

  test('that is taken from a queue in time keeps what is due', () => {
    const due = toInstant(monday + minutes(30))
    const queued = newLead({
      queueId: 'unanswered',
      teamId: 'north',
      next: 'take',
      due: due,
    })
    const { lead } = record(queued, did('take'))
    expect(lead).toMatchObject({ ownerId: 'anna', next: 'answer', due: due })
    expect(lead.queueId).toBeUndefined()
  })

  test('that is taken late gets the queue’s time again', () => {
    const due = toInstant(monday - minutes(30))
    const queued = newLead({
      queueId: 'unanswered',
      teamId: 'north',
      next: 'take',
      due: due,
    })
    expect(record(queued, did('take')).lead.due).toBe('2026-11-23T12:00:00.000Z')
  })

  test('is not merged or raised by hand', () => {
    expect(() => record(owned(), did('merge'))).toThrow('by Holdfast itself')
  })

  test('that changed meanwhile refuses the activity', async () => {
    const { store, lead, change } = await story(owned())
    const { writes } = record(await lead(), did('close'))
    await change((seen) => seen)
    expect(await store.write(writes)).toEqual({ stored: false, refused: [0] })
  })
})
