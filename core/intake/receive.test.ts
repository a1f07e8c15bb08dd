import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bob, minutes, openIntake, post, tools, start } from '../../test/fixture/intake.ts'
import { sizeOf } from '../../test/fixture/size.ts'
import { northwind } from '../../test/fixture/northwind.ts'
import { toInstant, type Language } from '../record/id.ts'
import type { Submission } from '../kind/system/submission.ts'
import type { Posted } from '../kind/sales/posted.ts'
import type { Write } from '../store/store.ts'
import { readFormBody, type Fields } from './body/body.ts'
import { nothingKnown, receive } from './receive.ts'

describe('a new customer', () => {
  test('becomes an open lead that waits in a watched queue and is to be routed within two minutes', async () => {
    const { submit, of, onlyLead } = openIntake()
    const answer = await submit(bob)
    expect(answer).toEqual({
      submissionId: expect.stringMatching(/^sub_/),
      leadId: onlyLead().id,
      outcome: 'lead',
    })
    expect(onlyLead()).toMatchObject({
      status: 'open',
      queueId: 'intake',
      next: 'route',
      due: toInstant(start + 2 * minutes),
      contact: { email: 'bob@example.com', phone: '+4930123456' },
      country: 'DE',
      submissionId: answer.submissionId,
    })
    expect(of('unique')).toHaveLength(2)
  })

  test('costs at most ten write units, by one request and without a read', async () => {
    const { arrival } = openIntake()
    const consent = northwind.forms.demo!.consent!
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
      const { writes } = await receive(arrival(ordinary), nothingKnown, tools)
      const sizes = writes.map((write) => ('item' in write ? sizeOf(write.item) : 0))
      expect(Math.max(...sizes), `bytes of the largest item in ${language}`).toBeLessThan(1_024)
      expect(writes.reduce((sum, write) => sum + unitsOf(write), 0)).toBeLessThanOrEqual(10)
      expect(consent[language].length).toBeLessThan(120)
    }
  })

  test('checks the window before, but not where an e-mail address at the API does', async () => {
    const { arrival } = openIntake()
    const checks = async (fields: Record<string, string>, door: 'form' | 'api') => {
      const { writes } = await receive(arrival(post(fields, { door })), nothingKnown, tools)
      return writes.filter((write) => write.do === 'absent').length
    }
    expect(await checks({ email: 'a@b.example' }, 'api')).toBe(0)
    expect(await checks({ phone: '+4930901820' }, 'api')).toBe(1)
    expect(await checks({ email: 'a@b.example' }, 'form')).toBe(1)
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
  ['an address of 5,000 characters', [['email', `${'a'.repeat(5_000)}@example.com`]]],
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
  ['control characters', [['message', 'a\u0000b\u0007\r\n']]],
  [
    'a country called constructor',
    [
      ['country', 'constructor'],
      ['message', '-'],
    ],
  ],
]

test.each(ugly)('human, if ugly: %s is stored with all its fields', async (_, fields) => {
  const { store, submit, of, onlyLead } = openIntake()
  const answer = await submit(fields, { acceptLanguage: '\u0000;;q=x,' })
  expect(answer.outcome).toBe('lead')
  const stored = of<Posted>('submission')[0]!
  expect(stored.fields).toEqual(fields)
  expect(onlyLead().workSk, 'the watchdog knows of it').toBeDefined()
  // A key of the table: at most 2,048 bytes.
  for (const item of store.all()) expect(Buffer.byteLength(item.pk)).toBeLessThan(2_048)
})

test('a form in an old encoding is stored as it was meant', async () => {
  const { submit, onlyLead } = openIntake()
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
      const { submit, of } = openIntake()
      const answer = await submit([...fields, ['more', 'said']])
      const [stored] = of<Submission & Posted>('submission')
      expect(stored).toMatchObject({ id: answer.submissionId, outcome: answer.outcome })
      const said = fields.filter(
        ([field, text]) => !['_key', '_shown'].includes(field) && !(field === '_website' && text === ''),
      )
      expect(stored!.fields).toEqual([...said, ['more', 'said']])
    }),
    { numRuns: 300 },
  )
})

/** Write units in a transaction: twice the kilobytes, and one for each index that holds the item's key. */
function unitsOf(write: Write): number {
  if (!('item' in write)) return 2
  const indexes = ['workPk', 'listPk'].filter((name) => name in write.item).length
  return 2 * Math.ceil(sizeOf(write.item) / 1_024) + indexes
}
