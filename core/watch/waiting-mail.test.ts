import { beforeEach, describe, expect, test } from 'vitest'
import { northwindMessages } from '../../test/fixture/northwind.ts'
import { recordKey } from '../record/key.ts'
import { leadId, personId, toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { alertKind, type Alert } from '../kind/system/alert.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { mailHoldEntity } from '../kind/system/mail-hold.ts'
import { messageKind, type Message, type MessageData } from '../kind/system/message.ts'
import { deliver } from '../message/delivery/deliver.ts'
import type { WaitCause } from '../message/delivery/refusal.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import {
  company,
  hoursLong,
  minutes,
  monday,
  newLead,
  plainPress,
  rules,
  tenant,
  kinds,
  letters,
} from '../workflow/fixture.ts'
import { sweep } from './sweep.ts'

const account: WaitCause = { code: 'sender-not-verified', whose: 'account', remedy: 'Verify the sender.' }
const sandbox: WaitCause = {
  code: 'recipient-not-verified',
  whose: 'recipient',
  remedy: 'Leave the sandbox.',
}

let store: MemoryStore
let now: number
/** Whom SES refuses, and why. */
let refuses: (to: string) => WaitCause | undefined
let sent: string[]
let attempts: number
beforeEach(() => {
  store = memoryStore()
  now = monday
  refuses = () => undefined
  sent = []
  attempts = 0
})

const messageOf = (number: number, more: Partial<Message> = {}): Message => ({
  tenant,
  version: 1,
  subject: { kind: 'lead', id: leadId.parse(`lead_${number}`) },
  id: `m${number}`,
  to: personId.parse('anna'),
  template: 'lead-assigned',
  data: {},
  status: 'pending',
  createdAt: toInstant(now),
  ...more,
})

async function put(message: Message, lead: Partial<Lead> = {}): Promise<void> {
  const about = newLead({ queueId: undefined, ownerId: message.to, teamId: 'north' })
  const item = toItem(leadKind, {
    ...about,
    id: message.subject.id as Lead['id'],
    next: 'follow-up',
    due: '2099-01-01T00:00:00.000Z',
    ...lead,
  })
  await store.write([
    { do: 'create', item },
    { do: 'create', item: toItem(messageKind, message) },
  ])
}

const messages = (): Message[] => all(messageKind)
const statuses = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(messages(), ({ status }) => status)).map(([status, list]) => [
      status,
      list.length,
    ]),
  )
const alerts = (): Alert[] => all(alertKind)
function all<R extends { version: number }>(entity: Parameters<typeof fromItem<R>>[0]): R[] {
  return store
    .all()
    .filter(({ kind }) => kind === entity.kind)
    .map((item) => fromItem(entity, item))
}

/** What the stream and the mail queue do: whatever is pending is delivered. */
async function deliverAll(): Promise<void> {
  for (const message of messages().filter(({ status }) => status === 'pending')) {
    const { pk, sk } = messageKind.keys(message)
    await deliver(
      { pk, sk },
      {
        kinds,
        letters,
        store,
        company,
        messages: northwindMessages,
        publicUrl: 'https://crm.example',
        press: plainPress,
        now,
        send: async (mail, { id, to }) => {
          attempts++
          const waits = refuses(to)
          if (waits) return { waits }
          sent.push(`${id}: ${mail.text}`)
          return { id: `ses-${id}` }
        },
      },
    )
  }
}

/** Every five minutes a round of the watchdog, and what it announces is delivered. */
async function pass(milliseconds: number): Promise<void> {
  for (const end = now + milliseconds; now < end; now += minutes(5)) {
    await sweep(store, { rules, kinds }, tenant, now)
    await deliverAll()
  }
}

describe('e-mails that wait for their account', () => {
  test('are all sent, once, when it is ready, whatever the time', async () => {
    refuses = () => account
    for (let i = 0; i < 30; i++) await put(messageOf(i))
    await deliverAll()
    await pass(hoursLong(24 * 21))
    expect(statuses()).toEqual({ waiting: 30 })
    refuses = () => undefined
    await pass(minutes(75))
    expect(statuses()).toEqual({ sent: 30 })
    expect(sent).toHaveLength(30)
    expect(all(mailHoldEntity)).toEqual([])
  })

  test('try one at a time, less and less often, and never less than once an hour', async () => {
    refuses = () => account
    for (let i = 0; i < 300; i++) await put(messageOf(i))
    await deliverAll()
    expect(attempts).toBe(300)
    attempts = 0
    await pass(hoursLong(24))
    expect(attempts).toBeGreaterThanOrEqual(24)
    expect(attempts).toBeLessThanOrEqual(29)
  })

  test('flow in lots that grow, once one was taken', async () => {
    refuses = () => account
    for (let i = 0; i < 700; i++) await put(messageOf(i))
    await deliverAll()
    await pass(minutes(10))
    refuses = () => undefined
    const lots: number[] = []
    for (let i = 0; i < 6; i++) {
      const before = sent.length
      await pass(minutes(5))
      lots.push(sent.length - before)
    }
    expect(lots.filter(Boolean)).toEqual([1, 200, 400, 99])
  })

  test('stop flowing when the account is refused again', async () => {
    refuses = () => account
    for (let i = 0; i < 700; i++) await put(messageOf(i))
    await deliverAll()
    refuses = () => undefined
    await pass(minutes(10))
    refuses = () => account
    attempts = 0
    await pass(hoursLong(2))
    expect(attempts).toBeLessThan(220)
    expect(statuses().waiting).toBeGreaterThan(450)
  })

  test('are not held up by one that is never taken', async () => {
    refuses = () => account
    await put(messageOf(0, { to: personId.parse('boris') }))
    for (let i = 1; i < 4; i++) await put(messageOf(i))
    await deliverAll()
    refuses = (to) => (to === 'boris' ? account : undefined)
    await pass(hoursLong(3))
    expect(statuses()).toEqual({ sent: 3, waiting: 1 })
  })

  test('raise one alert that says what to do and how many wait, and is solved by itself', async () => {
    refuses = () => account
    for (let i = 0; i < 3; i++) await put(messageOf(i))
    await deliverAll()
    await pass(minutes(5))
    expect(alerts()).toMatchObject([
      { id: 'alert_mail-waits.sender-not-verified', what: 'mail-waits', waiting: 3 },
    ])
    expect(alerts()[0]!.text).toMatch(/^Verify the sender\. .*: 3, for anna; the oldest since 2/)
    refuses = () => undefined
    await pass(minutes(30))
    expect(alerts()).toMatchObject([{ waiting: 0, acknowledgedBy: 'holdfast' }])
    expect(alerts()[0]!.solvedAt).toBeDefined()
    expect(alertKind.keys(alerts()[0]!).listPk).toContain('2026-11')

    refuses = () => account
    await put(messageOf(7))
    await deliverAll()
    await pass(minutes(5))
    expect(alerts()).toMatchObject([{ waiting: 1 }])
    expect(alertKind.keys(alerts()[0]!).listPk).toContain('open')
  })

  test('stay acknowledged when somebody has seen the alert', async () => {
    refuses = () => account
    await put(messageOf(0))
    await deliverAll()
    await pass(minutes(5))
    const [seen] = alerts()
    const acknowledged = { ...seen!, version: 2, acknowledgedAt: toInstant(now), acknowledgedBy: 'maria' }
    await store.write([{ do: 'replace', item: toItem(alertKind, acknowledged), seen: 1 }])
    await put(messageOf(1))
    await deliverAll()
    await pass(hoursLong(3))
    expect(alerts()).toMatchObject([{ acknowledgedBy: 'maria', waiting: 2 }])
  })
})

describe('e-mails that wait for their recipient', () => {
  test('hold up nobody else, and are named together in one alert', async () => {
    refuses = (to) => (to === 'anna' ? undefined : sandbox)
    const people = ['anna', 'boris', 'maria'].map((id) => personId.parse(id))
    for (const [i, to] of people.entries()) await put(messageOf(i, { to }))
    await deliverAll()
    await pass(hoursLong(30))
    await put(messageOf(9))
    await deliverAll()
    expect(statuses()).toEqual({ sent: 2, waiting: 2 })
    expect(alerts()).toMatchObject([{ id: 'alert_mail-waits.recipient-not-verified' }])
    expect(alerts()[0]!.text).toContain('2, for boris, maria;')
    refuses = (to) => (to === 'boris' ? sandbox : undefined)
    await pass(minutes(70))
    expect(statuses()).toEqual({ sent: 3, waiting: 1 })
    expect(alerts()[0]!.solvedAt).toBeUndefined()
    refuses = () => undefined
    await pass(minutes(75))
    expect(statuses()).toEqual({ sent: 4 })
    expect(alerts()[0]!.solvedAt).toBeDefined()
  })
})

describe('what has waited is sent only while it is still so', () => {
  const answered = toInstant(monday + minutes(60))
  const boris = personId.parse('boris')
  test.each<[template: string, data: MessageData, lead: Partial<Lead>, isSent: boolean]>([
    ['lead-assigned', {}, {}, true],
    ['lead-assigned', {}, { ownerId: boris }, false],
    ['lead-assigned', {}, { ownerId: undefined, queueId: 'intake' as never }, false],
    ['lead-assigned', {}, { answeredAt: answered }, false],
    ['lead-assigned', {}, { status: 'won' }, false],
    ['lead-reassigned', {}, {}, true],
    ['lead-reassigned', { owner: 'boris' }, { ownerId: boris }, true],
    ['lead-reassigned', { owner: 'boris' }, {}, false],
    ['lead-reminder', {}, {}, true],
    ['lead-reminder', {}, { ownerId: boris }, false],
    ['lead-overdue', { owner: 'boris' }, { ownerId: boris }, true],
    ['lead-overdue', { owner: 'boris' }, {}, false],
    ['lead-overdue', {}, { answeredAt: answered }, false],
    ['lead-queued', { queue: 'intake' }, { ownerId: undefined, queueId: 'intake' as never }, true],
    ['lead-queued', { queue: 'intake' }, {}, false],
    ['lead-raised', { level: 1 }, { raised: 1 }, true],
    ['lead-raised', { level: 1 }, { raised: 2 }, false],
    ['lead-merged', { submissionId: 'sub_2' }, { answeredAt: answered }, true],
    ['lead-merged', { submissionId: 'sub_2' }, { ownerId: boris }, false],
    ['lead-merged', { submissionId: 'sub_2' }, { status: 'lost' }, false],
  ])('%s %j of a lead that is now %j: %s', async (template, data, lead, isSent) => {
    refuses = () => account
    await put(messageOf(0, { template, data: { ...data } }))
    await deliverAll()
    expect(statuses()).toEqual({ waiting: 1 })
    now += hoursLong(72)
    const item = (await store.get(recordKey(tenant, 'lead_0')))!
    const changed = { ...fromItem(leadKind, item), ...lead, version: 2 }
    await store.write([{ do: 'replace', item: toItem(leadKind, changed), seen: 1 }])
    refuses = () => undefined
    await pass(minutes(15))
    expect(statuses()).toEqual(isSent ? { sent: 1 } : { skipped: 1 })
    if (isSent) expect(sent[0]).toContain('This e-mail is late: it is of')
  })

  test('needless ones in front do not delay the one that is tried', async () => {
    refuses = () => account
    // The index sorts them by text: lead_99 is the last.
    for (let i = 0; i < 150; i++) await put(messageOf(i), { status: i === 99 ? 'open' : 'lost' })
    await deliverAll()
    refuses = () => undefined
    await pass(minutes(10))
    expect(statuses()).toEqual({ skipped: 149, sent: 1 })
  })

  test('somebody who has left meanwhile is seen as before', async () => {
    refuses = () => account
    await put(messageOf(0, { to: personId.parse('gone') }), { ownerId: personId.parse('anna') })
    const [message] = messages()
    const hold = { cause: account.code, whose: account.whose, remedy: account.remedy, at: toInstant(now) }
    const item = toItem(messageKind, { ...message!, version: 2, status: 'waiting', hold })
    await store.write([{ do: 'replace', item, seen: 1 }])
    await pass(minutes(15))
    expect(statuses()).toEqual({ failed: 1 })
    expect(alerts().map(({ what }) => what)).toContain('message-failed')
  })
})
