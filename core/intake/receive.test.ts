import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { leadId, newId, personId, teamId, toInstant, type Language } from '../model/base.ts'
import { readCompany } from '../company/company-read.ts'
import type { Item } from '../model/entity.ts'
import type { Activity } from '../model/history.ts'
import { toItem } from '../model/entity.ts'
import { isFault } from '../model/fault.ts'
import { leadEntity, type Lead } from '../model/lead.ts'
import type { Submission } from '../model/submission.ts'
import { parseYaml } from '../source/yaml.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import { rulesOf } from '../workflow/rules.ts'
import { arrival as arrivalSchema, arrive, type Post } from './arrival.ts'
import { readFormBody, type Fields } from './body/body.ts'
import { nothingKnown, receive } from './receive.ts'
import { takeIn, takeInAcknowledged, takeInRestored } from './take-in.ts'

const folder = new URL('../../company/', import.meta.url)
const company = readCompany(
  readdirSync(folder).map((file) => parseYaml(file, readFileSync(new URL(file, folder), 'utf8'))),
)
const rules = rulesOf({ company, tables: {} })
const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())
const start = Date.parse('2027-03-01T08:00:00.000Z')
const minutes = 60_000

let store: MemoryStore
let ids = 0
beforeEach(() => {
  store = memoryStore()
})

const newLeadId = () => leadId.parse(newId('lead', start, new Uint8Array(10).fill(ids++ % 256, 9)))
const post = (fields: Fields | Record<string, string>, more: Partial<Post> = {}): Post => ({
  tenant: 'main',
  door: 'form',
  formId: 'demo',
  contentType: 'application/json',
  fields: Array.isArray(fields) ? fields : Object.entries(fields),
  ...more,
})
const arrival = (what: Post, at = start) => arrive(what, company, at, newLeadId(), sha256)
const submit = (fields: Fields | Record<string, string>, more: Partial<Post> = {}, at = start) =>
  takeIn(store, arrival(post(fields, more), at), rules)
const of = <T = Item>(kind: string) => store.all().filter((item) => item.kind === kind) as unknown as T[]
const onlyLead = () => of<Lead & Item>('lead')[0]!

/** As the workflow or a person would have changed it. */
async function change(fields: Partial<Lead>): Promise<void> {
  const { pk: _, sk: __, kind: ___, ...lead } = onlyLead()
  const next = { ...(lead as unknown as Lead), ...fields, version: lead.version + 1 }
  const clean = Object.fromEntries(
    Object.entries(next).filter(([name]) => !/^(queue|list|watch)(Pk|Sk)$/.test(name)),
  ) as unknown as Lead
  const result = await store.write([{ do: 'replace', item: toItem(leadEntity, clean), seen: lead.version }])
  expect(result.stored).toBe(true)
}

const bob = { name: 'Bob', email: 'Bob@Example.com', phone: '+49 30 123456', message: 'Hello' }

describe('a new customer', () => {
  test('becomes an open lead that waits in a watched queue and is to be routed within two minutes', async () => {
    const answer = await submit(bob)
    expect(answer).toEqual({
      submissionId: expect.stringMatching(/^sub_/),
      leadId: onlyLead().id,
      outcome: 'lead',
    })
    expect(onlyLead()).toMatchObject({
      status: 'open',
      queueId: 'intake',
      nextAction: { what: 'route', dueAt: toInstant(start + 2 * minutes) },
      contact: { email: 'bob@example.com', phone: '+4930123456' },
      country: 'DE',
      submissionId: answer.submissionId,
    })
    expect(of('unique')).toHaveLength(2)
  })

  test('costs at most thirteen write units, by one request and without a read', async () => {
    const consent = company.forms.demo!.consent!
    const languages: Language[] = ['en', 'uk', 'ru']
    for (const language of languages) {
      const ordinary = post(
        {
          _key: 'k'.repeat(22),
          _shown: String(start - 60_000),
          _language: language,
          _consent: 'shown',
          _website: '',
          name: 'Олександра Шевченко-Коваленко',
          email: `someone.${language}@company.example`,
          phone: '+380 50 123 45 67',
          company: 'Ковальчук і партнери',
          country: 'UA',
          employees: '50',
          product: 'monitoring',
          message: 'Скільки коштує моніторинг для двох цехів?',
          utm_source: 'newsletter',
        },
        {
          contentType: 'application/x-www-form-urlencoded',
          referer: 'https://www.company.example/forms/demo?utm_source=newsletter',
          userAgent:
            'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
        },
      )
      const { writes } = await receive(arrival(ordinary), nothingKnown, rules)
      const sizes = writes.map((write) => ('item' in write ? sizeOf(write.item) : 0))
      expect(Math.max(...sizes), `bytes of the largest item in ${language}`).toBeLessThan(1_024)
      expect(writes.reduce((sum, write) => sum + unitsOf(write), 0)).toBeLessThanOrEqual(13)
      expect(consent[language].length).toBeLessThan(120)
    }
  })
})

describe('a repeated submission', () => {
  test('under the same key gets the same answer, now and months later', async () => {
    const first = await submit(bob, { key: 'k1' })
    expect(await submit(bob, { key: 'k1' }, start + 90 * 24 * 60 * minutes)).toEqual(first)
    expect(of('submission')).toHaveLength(1)
  })

  test('under the same key with other content is refused and changes nothing', async () => {
    await submit(bob, { key: 'k1' })
    const before = store.all()
    const error = await submit({ ...bob, message: 'Bye' }, { key: 'k1' }).catch((reason: unknown) => reason)
    expect(isFault(error, 'key.reused')).toBe(true)
    expect(store.all()).toEqual(before)
  })

  test('under the same key at another door or from another caller is another one', async () => {
    const first = await submit({ message: 'a' }, { key: 'k1' })
    const second = await submit({ message: 'b' }, { key: 'k1', door: 'api' })
    const third = await submit({ message: 'c' }, { key: 'k1', door: 'api', caller: 'someone' })
    expect(new Set([first, second, third].map((answer) => answer.submissionId)).size).toBe(3)
  })

  test('of the same page is one; an edited page sent again is not lost', async () => {
    const first = await submit({ _key: 'p1', _shown: '1', ...bob })
    expect(await submit({ _key: 'p1', _shown: '2', ...bob }, {}, start + 300 * minutes)).toEqual(first)
    const edited = await submit({ _key: 'p1', ...bob, message: 'And one more thing' })
    expect(edited).toMatchObject({ outcome: 'merged', leadId: first.leadId })
  })

  test.each([0, 1, 5, 9, 10])('without any key within %i minutes is a double click', async (later) => {
    for (const at of [start, start + 7 * minutes + 31_000]) {
      const first = await submit({ message: `hello ${at}` }, {}, at)
      expect(await submit({ message: `hello ${at}` }, {}, at + later * minutes)).toEqual(first)
    }
    expect(of('lead')).toHaveLength(2)
  })

  test.each([10.1, 15, 25])('without any key after %d minutes is a new one', async (later) => {
    const first = await submit(bob)
    const second = await submit(bob, {}, start + later * minutes)
    expect(second.submissionId).not.toBe(first.submissionId)
    expect(second).toMatchObject({ outcome: 'merged', leadId: first.leadId })
  })

  test('twenty times at once is stored once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(bob)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect([of('submission').length, of('lead').length]).toEqual([1, 1])
  })
})

describe('a known customer', () => {
  test('with an open lead is merged into it, and its owner is told', async () => {
    const first = await submit(bob)
    await change({ ownerId: personId.parse('anna'), teamId: teamId.parse('sales-dach') })
    const second = await submit(
      { email: ' BOB@example.com', company: 'Bob & Sons', message: 'Are you there?' },
      {},
      start + minutes,
    )
    expect(second).toMatchObject({ outcome: 'merged', leadId: first.leadId })
    expect(onlyLead()).toMatchObject({ contact: { name: 'Bob', company: 'Bob & Sons' }, version: 3 })
    expect(onlyLead().message).toBe('Are you there?\n\n———\n\nHello')
    expect(of('activity')).toMatchObject([
      {
        what: 'merge',
        by: 'customer',
        submissionId: second.submissionId,
        leadId: first.leadId,
        text: 'Are you there?',
      },
    ])
    expect(of('message')).toMatchObject([{ to: 'anna', template: 'lead-merged', status: 'pending' }])
  })

  test('is known by the phone number too, and what is new of them makes them known', async () => {
    const first = await submit({ phone: '030 123456', message: 'call me' })
    expect(await submit({ phone: '+49 30 123 456', email: 'c@example.com' })).toMatchObject({
      leadId: first.leadId,
      outcome: 'merged',
    })
    expect(await submit({ email: 'c@example.com', message: 'third' })).toMatchObject({
      leadId: first.leadId,
      outcome: 'merged',
    })
    expect(of('lead')).toHaveLength(1)
  })

  test('whose lead is closed gets a new one, which is then the known one', async () => {
    const first = await submit(bob)
    await change({ status: 'lost', queueId: undefined, nextAction: undefined })
    const second = await submit(bob, {}, start + 60 * minutes)
    expect(second.outcome).toBe('lead')
    expect(second.leadId).not.toBe(first.leadId)
    expect(await submit({ ...bob, message: 'again' }, {}, start + 61 * minutes)).toMatchObject({
      outcome: 'merged',
      leadId: second.leadId,
    })
  })

  test('who was answered is to be answered again within a first follow-up', async () => {
    await submit(bob)
    const far = toInstant(start + 30 * 24 * 60 * minutes)
    await change({
      ownerId: personId.parse('anna'),
      teamId: teamId.parse('sales-dach'),
      queueId: undefined,
      answeredAt: toInstant(start),
      nextAction: { what: 'follow-up', dueAt: far },
    })
    await submit({ ...bob, message: 'a new question' }, {}, start + minutes)
    // Two working days after Monday, 09:01 in Berlin
    expect(onlyLead().nextAction).toEqual({ what: 'follow-up', dueAt: '2027-03-03T08:01:00.000Z' })
  })

  test('whose lead waits in a queue: its watchers are told', async () => {
    await submit(bob)
    await change({ queueId: 'unanswered' as Lead['queueId'] })
    await submit({ ...bob, message: 'hello?' })
    expect(of<{ to: string }>('message').map(({ to }) => to)).toEqual(['iryna', 'maria', 'priya'])
  })

  test('never has two open leads, whatever arrives at once', async () => {
    const email = fc.constantFrom('a@example.com', 'b@example.com', undefined)
    const phone = fc.constantFrom('+4930123456', '+380501234567', undefined)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ email, phone, message: fc.string({ minLength: 1 }) }), { maxLength: 12 }),
        async (all) => {
          store = memoryStore()
          const answers = await Promise.all(
            all.map(({ email: e, phone: p, message }) =>
              submit([
                ['message', `m ${message}`],
                ...(e ? [['email', e] as [string, string]] : []),
                ...(p ? [['phone', p] as [string, string]] : []),
              ]),
            ),
          )
          const submissions = of<Submission>('submission')
          const count = (outcome: string) => submissions.filter((item) => item.outcome === outcome).length
          expect(submissions.length).toBe(of('lead').length + count('merged'))
          expect(of<Activity>('activity').filter(({ what }) => what === 'merge')).toHaveLength(
            count('merged'),
          )
          for (const answer of answers)
            expect(submissions.some(({ id }) => id === answer.submissionId)).toBe(true)
          const emails = of<Lead>('lead').flatMap((lead) => lead.contact.email ?? [])
          expect(new Set(emails).size).toBe(emails.length)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a suspicious submission', () => {
  const spam = { ...bob, _website: 'https://spam.example' }

  test('is kept in quarantine and makes nobody known', async () => {
    const answer = await submit(spam)
    expect(answer).toEqual({ submissionId: expect.any(String), outcome: 'quarantined' })
    expect(store.all().map((item) => item.kind)).toEqual(['submission'])
    expect(of('submission')[0]).toMatchObject({ listPk: 'main#quarantine', suspicion: ['honeypot'] })
  })

  test('that is restored enters the normal flow, its time counted from now', async () => {
    const { submissionId } = await submit(spam)
    const now = start + 300 * minutes
    const request = { tenant: 'main', id: submissionId, by: 'maria', now, leadId: newLeadId() }
    const answer = await takeInRestored(store, rules, request)
    expect(answer).toMatchObject({ submissionId, outcome: 'lead' })
    expect(onlyLead()).toMatchObject({
      createdAt: toInstant(now),
      nextAction: { dueAt: toInstant(now + 2 * minutes) },
    })
    expect(of('submission')[0]).toMatchObject({
      outcome: 'lead',
      restoredBy: 'maria',
      receivedAt: toInstant(start),
    })
    expect(await takeInRestored(store, rules, { ...request, leadId: newLeadId() })).toEqual(answer)
    expect(of('lead')).toHaveLength(1)
  })

  test('that is restored is merged when the customer has an open lead by then', async () => {
    const { submissionId } = await submit(spam)
    const { leadId: open } = await submit({ ...bob, message: 'by hand' })
    const answer = await takeInRestored(store, rules, {
      tenant: 'main',
      id: submissionId,
      by: 'maria',
      now: start + minutes,
      leadId: newLeadId(),
    })
    expect(answer).toEqual({ submissionId, outcome: 'merged', leadId: open })
  })

  test('that is restored overrules nothing that was said after it, and fills what is missing', async () => {
    const { submissionId } = await submit({ ...spam, company: 'Early', employees: '10', message: 'early' })
    const late = { name: 'Bob', email: bob.email, phone: '+49 30 654321', employees: '200', message: 'late' }
    await submit(late, {}, start + minutes)
    const request = {
      tenant: 'main',
      id: submissionId,
      by: 'maria',
      now: start + 5 * minutes,
      leadId: newLeadId(),
    }
    await takeInRestored(store, rules, request)
    expect(onlyLead()).toMatchObject({
      contact: { phone: '+4930654321', company: 'Early' },
      employees: 200,
      message: 'late\n\n———\n\nearly',
    })
    expect(
      await submit({ phone: bob.phone }, {}, start + 6 * minutes),
      'but its number finds the lead',
    ).toMatchObject({
      leadId: onlyLead().id,
    })
  })

  test('that nobody knows cannot be restored', async () => {
    const error = await takeInRestored(store, rules, {
      tenant: 'main',
      id: 'sub_X',
      by: 'maria',
      now: start,
      leadId: newLeadId(),
    }).catch((reason: unknown) => reason)
    expect(isFault(error, 'record.unknown')).toBe(true)
  })
})

describe('a submission that waited in the spool', () => {
  test('is stored once with the ids and the time it was acknowledged with, however often it is delivered', async () => {
    const waiting = arrivalSchema.parse(JSON.parse(JSON.stringify(arrival(post(bob, { key: 'k1' })))))
    const answer = await takeInAcknowledged(store, waiting, rules, sha256)
    expect(await takeInAcknowledged(store, waiting, rules, sha256)).toEqual(answer)
    expect(answer).toEqual({ submissionId: waiting.id, leadId: waiting.leadId, outcome: 'lead' })
    expect(onlyLead().createdAt).toBe(toInstant(start))
  })

  test('has the receipt that a repetition of the request gets from the store', async () => {
    const spooled = arrival(post(bob, { key: 'k1' }))
    const direct = await submit(bob, { key: 'k1' }, start + 90 * minutes)
    expect(direct.submissionId).toBe(spooled.id)
    expect(await takeInAcknowledged(store, spooled, rules, sha256)).toEqual(direct)
  })

  test('is stored under its receipt even when the same words came just before', async () => {
    const first = await submit(bob)
    const waiting = arrival(post(bob), start + 10 * minutes)
    expect(await submit(bob, {}, start + 10 * minutes)).toEqual(first)
    expect(await takeInAcknowledged(store, waiting, rules, sha256)).toEqual({
      submissionId: waiting.id,
      leadId: first.leadId,
      outcome: 'merged',
    })
  })

  test('is not lost when its key turns out to be used', async () => {
    await submit(bob, { key: 'k1' })
    const other = arrival(post({ ...bob, message: 'other' }, { key: 'k1' }))
    const answer = await takeInAcknowledged(store, other, rules, sha256)
    expect(answer.outcome).toBe('merged')
    expect(await takeInAcknowledged(store, other, rules, sha256)).toEqual(answer)
    expect(of('submission')).toHaveLength(2)
  })
})

const ugly: [string, Fields][] = [
  ['no name', [['email', 'x@example.com']]],
  [
    'only spaces for an e-mail',
    [
      ['email', '  '],
      ['message', 'hi'],
    ],
  ],
  ['an address of 5,000 signs', [['email', `${'a'.repeat(5_000)}@example.com`]]],
  ['a phone number of 5,000 digits', [['phone', '1'.repeat(5_000)]]],
  ['100 KB of text', [['message', 'Ї'.repeat(50_000)]]],
  [
    'right to left',
    [
      ['name', 'محمد \u202Eevil\u202C'],
      ['message', 'مرحبا'],
    ],
  ],
  [
    'emoji',
    [
      ['name', '👩‍👩‍👧‍👦🎉'],
      ['email', '🎉@example.com'],
    ],
  ],
  [
    'names of the language',
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ],
  ],
  ['the same name five times', Array.from({ length: 5 }, (_, i): [string, string] => ['name', `n${i}`])],
  ['nested values', [['address', { city: 'Lviv', lines: ['a', { b: [1, null, true] }] }]]],
  ['an empty name of a field', [['', 'value']]],
  ['control signs', [['message', 'a\u0000b\u0007\r\n']]],
  [
    'a country called constructor',
    [
      ['country', 'constructor'],
      ['message', '-'],
    ],
  ],
]

test.each(ugly)('human, if ugly: %s is stored with all its fields', async (_, fields) => {
  const answer = await submit(fields, { acceptLanguage: '\u0000;;q=x,' })
  expect(answer.outcome).toBe('lead')
  const stored = of<Submission>('submission')[0]!
  expect(stored.fields).toEqual(fields)
  expect(onlyLead().watchSk, 'the watchdog knows of it').toBeDefined()
  // A key of the table: at most 2,048 bytes.
  for (const item of store.all()) expect(Buffer.byteLength(item.pk)).toBeLessThan(2_048)
})

test('a form in an old encoding is stored as it was meant', async () => {
  const body = Buffer.from('name=%CE%EB%E5%EA%F1%E0%ED%E4%F0&email=o@example.com')
  await submit(readFormBody(body, 'windows-1251').fields)
  expect(onlyLead().contact.name).toBe('Олександр')
})

test('whatever arrives is a lead, a merge or in quarantine', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('a@example.com', '+4930123456', 'uk', ''),
  )
  const name = fc.oneof(
    fc.constantFrom('name', 'email', 'phone', '_website', '_key', '_shown', 'message'),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 6 }), async (fields) => {
      store = memoryStore()
      const answer = await submit([...fields, ['more', 'said']])
      const [stored] = of<Submission>('submission')
      expect(stored).toMatchObject({ id: answer.submissionId, outcome: answer.outcome })
      const said = fields.filter(
        ([field, text]) => !['_key', '_shown'].includes(field) && !(field === '_website' && text === ''),
      )
      expect(stored!.fields).toEqual([...said, ['more', 'said']])
    }),
    { numRuns: 300 },
  )
})

/** Bytes of an item as the table counts them: names and values in UTF-8, 3 for a list or map and 1 for each entry. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, entry) => sum + 1 + sizeOf(entry), 0)
  if (typeof value !== 'object' || value === null) return 1
  return Object.entries(value).reduce(
    (sum, [name, entry]) => sum + Buffer.byteLength(name) + 1 + sizeOf(entry),
    3,
  )
}

/** Write units in a transaction: twice the kilobytes, and one for each index that holds the item's key. */
function unitsOf(write: Parameters<MemoryStore['write']>[0][number]): number {
  if (!('item' in write)) return 2
  const indexes = ['queuePk', 'listPk', 'watchPk'].filter((name) => name in write.item).length
  return 2 * Math.ceil(sizeOf(write.item) / 1_024) + indexes
}
