import { describe, expect, test } from 'vitest'
import { northwindMessages } from '../../test/fixture/northwind.ts'
import { personId, submissionId, toInstant } from '../record/id.ts'
import { company as companySchema } from '../company/company.ts'
import { toItem } from '../record/item.ts'
import { alertKind } from '../kind/system/alert.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { messagesIn } from '../message/notice.ts'
import { submissionKind, type Submission } from '../kind/system/submission.ts'
import { packPosted, type Posted } from '../kind/sales/posted.ts'
import { deliver } from '../message/delivery/deliver.ts'
import type { RenderedMessage } from '../message/render.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import {
  company as small,
  hoursLong,
  minutes,
  plainPress,
  published,
  tenant,
  kinds,
  machinery,
  letters,
} from '../workflow/fixture.ts'
import { rulesOf } from '../workflow/rules.ts'
import { sweep } from './sweep.ts'
import { isOldDigest, readWaiting } from '../message/quarantine-waiting.ts'
import { tellOfQuarantine } from './quarantine.ts'

const watchers = ['maria', 'viktor']
const companyWith = (queues: object) =>
  companySchema.parse({ ...small, queues: { ...small.queues, ...queues } })
const company = companyWith({
  quarantine: { title: 'Spam?', calendar: 'office', watchers, takeWithin: '1 business day' },
})
const rules = rulesOf({ ...published, company }, machinery)

/** Kyiv, where the office opens at nine: 07:00 UTC in winter. */
const at = (text: string) => Date.parse(`${text}Z`)
const sunday = at('2026-11-22T12:00:00.000')
const monday = at('2026-11-23T07:00:00.000')

let number = 0
const spam: Posted['fields'] = [
  ['name', 'Eva'],
  ['_website', 'https://cheap.example'],
]
const submission = (
  receivedAt: number,
  { fields = spam, ...more }: Partial<Submission & Pick<Posted, 'fields'>> = {},
): Submission => ({
  tenant,
  version: 1,
  id: submissionId.parse(`sub_${String(number++).padStart(26, '0')}`),
  createdAt: toInstant(receivedAt),
  updatedAt: toInstant(receivedAt),
  door: 'form',
  formId: 'demo',
  posted: packPosted({ fields, contentType: 'application/json' }, plainPress),
  language: 'en',
  outcome: 'quarantined',
  suspicion: ['honeypot'],
  ...more,
})

async function quarantined(...submissions: Submission[]): Promise<MemoryStore> {
  const store = memoryStore()
  for (const one of submissions) await store.write([{ do: 'create', item: toItem(submissionKind, one) }])
  return store
}

const messagesOf = (store: MemoryStore) => messagesIn(store.all(), plainPress)

/** Rounds of the watchdog every five minutes. */
async function rounds(store: MemoryStore, from: number, until: number): Promise<void> {
  for (let now = from; now < until; now += minutes(5)) {
    const { errors } = await sweep(store, { rules, kinds }, tenant, now)
    expect(errors).toEqual([])
  }
}

async function send(store: MemoryStore, now: number, by = company): Promise<RenderedMessage[]> {
  const mails: RenderedMessage[] = []
  const decisions = store.all().filter(({ kind }) => kind === decisionKind.kind)
  for (const { pk, sk, messages } of decisions)
    for (const number of (messages as object[]).keys())
      await deliver(
        { pk, sk, number },
        {
          kinds,
          letters,
          store,
          company: by,
          messages: northwindMessages,
          publicUrl: 'https://crm.example',
          press: plainPress,
          now,
          send: async (mail) => (mails.push(mail), { id: 'ses-1' }),
        },
      )
  return mails
}

describe('whoever watches the quarantine', () => {
  test('is told at the opening of the next business day, and once a day, however often it is looked', async () => {
    const store = await quarantined(submission(sunday))
    await rounds(store, sunday, monday)
    expect(messagesOf(store)).toEqual([])
    await rounds(store, monday, monday + hoursLong(16))
    expect(messagesOf(store).map(({ id, to, createdAt }) => [id, to, createdAt])).toEqual([
      ['2026-11-23.0', 'maria', toInstant(monday)],
      ['2026-11-23.1', 'viktor', toInstant(monday)],
    ])
    await rounds(store, monday + hoursLong(16), monday + hoursLong(48))
    expect(messagesOf(store).map(({ id }) => id)).toEqual([
      '2026-11-23.0',
      '2026-11-23.1',
      '2026-11-24.0',
      '2026-11-24.1',
    ])
  })

  test('is told once by two rounds at once', async () => {
    const store = await quarantined(submission(sunday))
    const told = await Promise.all(
      Array.from({ length: 6 }, () => tellOfQuarantine(store, rules, tenant, monday)),
    )
    expect(told.filter(Boolean)).toHaveLength(1)
    expect(messagesOf(store)).toHaveLength(2)
  })

  test('is told nothing when nothing waits, and of what comes during the day on the next one', async () => {
    const store = await quarantined(submission(sunday, { outcome: 'lead' }), submission(monday + minutes(1)))
    await rounds(store, monday, monday + hoursLong(12))
    expect(messagesOf(store)).toEqual([])
    expect(await tellOfQuarantine(store, rules, tenant, monday + hoursLong(24))).toBe(true)
  })

  test('is still told on the day when the watchdog did not run in the morning', async () => {
    const store = await quarantined(submission(sunday))
    expect(await tellOfQuarantine(store, rules, tenant, monday + hoursLong(7))).toBe(true)
  })

  test('is told nothing on a weekend, and no more of what was told for two weeks', async () => {
    const saturday = at('2026-11-21T12:00:00.000')
    const store = await quarantined(submission(saturday - hoursLong(24)))
    expect(await tellOfQuarantine(store, rules, tenant, saturday)).toBe(false)
    expect(await tellOfQuarantine(store, rules, tenant, saturday + hoursLong(24 * 16))).toBe(false)
  })

  test('is the watcher of new leads in a company without a queue for it', async () => {
    const store = await quarantined(submission(sunday))
    await tellOfQuarantine(store, rulesOf(published, machinery), tenant, monday)
    expect(messagesOf(store).map(({ to }) => to)).toEqual(['viktor'])
  })
})

describe('the e-mail about the quarantine', () => {
  test('counts by form and suspicion and shows the newest with their words, harmless and on one line', async () => {
    const store = await quarantined(
      submission(sunday - 5, { suspicion: ['too-fast'] }),
      submission(sunday - 4),
      submission(sunday - 3, {
        fields: [
          ['name', 'A\u202Eb\r\nBcc: x'],
          ['say', '<script>'],
        ],
      }),
      ...Array.from({ length: 4 }, (_, i) => submission(sunday + i, { formId: 'other' })),
    )
    await tellOfQuarantine(store, rules, tenant, monday)
    const [mail, ...more] = await send(store, monday)
    expect(more).toHaveLength(1)
    expect(mail).toMatchObject({ to: 'maria@example.com', subject: 'Quarantine: 7 submissions wait' })
    expect(mail!.text).toMatch(/other: +4 · filled in a field that people do not see/)
    expect(mail!.text).toMatch(/demo: +2 · filled in/)
    expect(mail!.text).toMatch(/demo: +1 · sent faster/)
    expect(mail!.text.match(/sub_0/g)).toHaveLength(5)
    expect(mail!.text).toContain('name: Ab Bcc: x · say: <script>')
    expect(mail!.text).toContain('https://crm.example/open/quarantine')
    expect(mail!.html).not.toContain('<script>')
    expect(mail!.text).not.toContain('cheap.example')
  })

  test('says what is new since the last one', async () => {
    const store = await quarantined(submission(sunday), submission(monday + minutes(30)))
    await rounds(store, monday, monday + minutes(5))
    await send(store, monday)
    await rounds(store, monday + hoursLong(24), monday + hoursLong(24) + minutes(5))
    const mails = await send(store, monday + hoursLong(24))
    expect(mails.map(({ subject }) => subject)).toEqual(
      watchers.map(() => 'Quarantine: 2 submissions wait, 1 of them new'),
    )
  })

  test.each([
    ['uk', 'Карантин: чекає 1 звернення', 'Карантин: чекає понад 100 звернень'],
    ['ru', 'Карантин: ждёт 1 обращение', 'Карантин: ждёт более 100 обращений'],
    ['en', 'Quarantine: 1 submission waits', 'Quarantine: more than 100 submissions wait'],
  ])('in %s says how many in its own forms', async (language, one, many) => {
    const speaking = companySchema.parse({
      ...company,
      people: { ...company.people, maria: { ...company.people[personId.parse('maria')], language } },
    })
    for (const [count, subject] of [
      [1, one],
      [120, many],
    ] as const) {
      const store = await quarantined(...Array.from({ length: count }, () => submission(sunday)))
      await tellOfQuarantine(store, rules, tenant, monday)
      expect((await send(store, monday, speaking))[0]?.subject).toBe(subject)
    }
  })

  test('is not sent when all was restored meanwhile', async () => {
    const one = submission(sunday)
    const store = await quarantined(one)
    await tellOfQuarantine(store, rules, tenant, monday)
    const restored = toItem(submissionKind, { ...one, version: 2, outcome: 'lead' })
    await store.write([{ do: 'replace', item: restored, seen: 1 }])
    expect(await send(store, monday)).toEqual([])
    expect(messagesOf(store).map(({ status }) => status)).toEqual(['skipped', 'skipped'])
  })

  test('that had to wait is old when another day has one, for it would tell of the same', async () => {
    const store = await quarantined(submission(sunday))
    await rounds(store, monday, monday + hoursLong(48))
    const digests = messagesOf(store).filter(({ to }) => to === 'viktor')
    expect(digests).toHaveLength(2)
    expect(await Promise.all(digests.map(async (digest) => isOldDigest(digest, store)))).toEqual([
      true,
      false,
    ])
  })

  test('keeps no words: they are of people who are no lead', async () => {
    const store = await quarantined(submission(sunday))
    await tellOfQuarantine(store, rules, tenant, monday)
    await send(store, monday)
    for (const message of messagesOf(store)) {
      expect(message).toMatchObject({ status: 'sent' })
      expect(message.words).toBeUndefined()
    }
  })

  test('reads a page at most, whatever waits', async () => {
    const store = await quarantined(...Array.from({ length: 300 }, (_, i) => submission(sunday - i)))
    let read = 0
    const counting = {
      ...store,
      queryIndex: async (...given: Parameters<MemoryStore['queryIndex']>) => {
        const page = await store.queryIndex(...given)
        read += page.items.length
        return page
      },
    }
    await tellOfQuarantine(counting, rules, tenant, monday)
    expect(read).toBe(1)
    expect(await readWaiting(counting, tenant, monday)).toMatchObject({ more: true })
    expect(read).toBe(101)
  })
})

test('a calendar whose holidays end raises one alert for each year that is missing, however often it is looked', async () => {
  const calendars = { office: { ...company.calendars.office!, holidays: ['2026-12-25'] } }
  const ending = rulesOf({ ...published, company: { ...company, calendars } }, machinery)
  const store = memoryStore()
  for (const now of [sunday - hoursLong(24 * 60), sunday, sunday + minutes(5), monday + hoursLong(24 * 200)])
    await Promise.all([
      sweep(store, { rules: ending, kinds }, tenant, now),
      sweep(store, { rules: ending, kinds }, tenant, now),
    ])
  const alerts = store.all().filter(({ kind }) => kind === alertKind.kind)
  expect(alerts).toMatchObject([{ id: 'alert_calendar-ends.office.2027', line: { what: 'calendar-ends' } }])
  expect(alerts[0]?.text).toContain('2026-12-25')
  await sweep(store, { rules: ending, kinds }, tenant, monday + hoursLong(24 * 370))
  expect(store.all().filter(({ kind }) => kind === alertKind.kind)).toHaveLength(2)
})
