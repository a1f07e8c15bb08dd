import { describe, expect, test } from 'vitest'
import { activityKind, contacts, type Activity } from '../kind/customer/activity.ts'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import { ticketKind } from '../kind/service/ticket.ts'
import { eventOf } from '../record/event.ts'
import { toInstant } from '../record/id.ts'
import { fromItem } from '../record/item.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { newRecord } from '../record/operation/operation.ts'
import { company, hoursLong, monday, tenant } from '../workflow/fixture.ts'
import { timeOfEntry } from './activity-input.ts'
import { recordActivity, type ActivityRequest } from './activity.ts'

const customer = customerKind as unknown as Kind
const contact = contactKind as unknown as Kind
const ticket = ticketKind as unknown as Kind
const kinds = new Map([customer, contact, ticket].map((kind) => [kind.name, kind]))

const at = (hours: number): string => toInstant(monday + hoursLong(hours))
const context = { tenant, now: monday, caller: 'anna', newId: (prefix: string) => `${prefix}_1` }
const newTicket = (more: object = {}): AnyRecord => ({
  ...newRecord(ticket, { subject: 'No power', channel: 'phone', customerId: 'cus_1' }, context),
  ownerId: 'boris',
  next: 'answer',
  respondBy: at(2),
  solveBy: at(8),
  due: at(2),
  ...more,
})

const activityOn = (kind: Kind, { id }: AnyRecord, more: Partial<Activity> = {}): Activity =>
  activityKind.schema.parse({
    tenant,
    version: 1,
    subject: { kind: kind.name, id },
    id: 'act_1',
    at: at(1),
    by: 'anna',
    what: 'call',
    text: 'Canary-Words',
    ...more,
  })

const recorded = (record: AnyRecord, more: Partial<Activity> = {}, told: Partial<ActivityRequest> = {}) => {
  const kind = told.kind ?? ticket
  const activity = activityOn(kind, record, more)
  const by = { caller: 'anna', isStaff: true, isPerson: true }
  return recordActivity({
    kind,
    record,
    activity,
    company,
    kinds,
    now: monday + hoursLong(1),
    ...by,
    ...told,
  })
}
const entriesOf = ({ writes }: ReturnType<typeof recorded>) =>
  writes.flatMap((write) => (write.do === 'create' ? [fromItem(activityKind, write.item)] : []))

describe('a contact with open work', () => {
  test('keeps what a contact keeps, and nothing else; what is due next follows, and who has it stays', () => {
    const before = newTicket()
    const { record, writes } = recorded(before)
    expect(record).toMatchObject({
      answeredAt: at(1),
      version: 2,
      next: 'solve',
      due: at(8),
      ownerId: 'boris',
    })
    expect(record.solvedAt).toBeUndefined()
    expect(writes[0]).toMatchObject({ do: 'replace', seen: 1 })
    const event = eventOf(ticket, before, record)!
    expect(event.type).toBe('ticket.answered')
    expect(JSON.stringify(event)).not.toContain('Canary')
  })

  test.each([
    ['a note', { what: 'note' }, {}],
    ['a page view', { what: 'page-view' }, {}],
    ['a mailing', { what: 'mailing' }, {}],
    ['an attempt', { outcome: 'no-answer' }, {}],
    ['what the customer wrote', { what: 'sms', direction: 'in' }, {}],
    ['what was long before it', { at: at(-25) }, {}],
    ['what is by no member of staff', { by: 'customer' }, { isStaff: false }],
  ] as const)('%s keeps nothing', (_, more, told) => {
    const before = newTicket()
    const result = recorded(before, more, told)
    expect(result.record).toBe(before)
    expect(result.writes.map((write) => write.do)).toEqual(['create', 'create'])
  })

  test.each(contacts)('%s to the customer keeps it', (what) => {
    expect(recorded(newTicket(), { what, direction: 'out' }).record.answeredAt).toBe(at(1))
  })

  test('that is closed changes nothing of it', () => {
    const closed = newTicket({ status: 'closed', next: undefined, due: undefined })
    expect(recorded(closed).record).toBe(closed)
  })

  test('by a person ends the count of the watchdog, also when nothing was left to answer', () => {
    const raised = newTicket({
      answeredAt: at(0.5),
      raised: 2,
      next: 'solve',
      due: at(0.5),
      solveBy: at(0.5),
    })
    const { record } = recorded(raised)
    expect(record.raised).toBeUndefined()
    expect(Date.parse(String(record.due))).toBeGreaterThan(monday + hoursLong(1))
    expect(recorded(raised, {}, { isPerson: false }).record).toBe(raised)
  })
})

describe('an activity', () => {
  test('lies in the file of its record, and in that of the customer under whom it is filed', () => {
    const [own, above] = entriesOf(recorded(newTicket()))
    expect(own).toMatchObject({ subject: { kind: 'ticket', id: 'tkt_1' }, text: 'Canary-Words' })
    expect(own!.about).toBeUndefined()
    expect(above).toEqual({
      ...own,
      subject: { kind: 'customer', id: 'cus_1' },
      about: { kind: 'ticket', id: 'tkt_1' },
    })
  })

  test('with a customer lies there alone', () => {
    const record = newRecord(customer, { type: 'person', name: 'Ann Example' }, context)
    const result = recorded(record, {}, { kind: customer })
    expect(result.record).toBe(record)
    expect(entriesOf(result).map(({ subject }) => subject)).toEqual([{ kind: 'customer', id: 'cus_1' }])
  })

  test('happened when it is said to have, however long ago, and never later than now', () => {
    const now = monday
    expect(timeOfEntry(undefined, now)).toBe(toInstant(now))
    expect(timeOfEntry('1984-05-01T10:00:00.000Z', now)).toBe('1984-05-01T10:00:00.000Z')
    expect(timeOfEntry(toInstant(now + 60_000), now)).toBe(toInstant(now))
    expect(() => timeOfEntry(toInstant(now + 60_001), now)).toThrow('not in the future')
    expect(() => timeOfEntry('1066-10-14T10:00:00.000Z', now)).toThrow('must lie between')
  })
})
