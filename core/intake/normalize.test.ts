import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form } from '../company/form/form.ts'
import type { Fields } from './body/body.ts'
import { livesAbroad, readInquiry, short } from './normalize.ts'
import { isEmpty } from './part.ts'
import { suspect } from './suspicion.ts'

const words = { en: '', uk: '', ru: '' }
const form: Form = {
  title: words,
  intro: words,
  thanks: words,
  consent: words,
  country: 'DE',
  languages: ['en', 'uk', 'ru'],
  fields: [
    { name: 'your-name', fills: 'name', type: 'text', label: words },
    { name: 'email', fills: 'email', type: 'email', label: words },
    { name: 'phone', fills: 'phone', type: 'tel', label: words },
  ],
}
const reading = { currency: 'EUR', placeholders: ['none@none.com'] }
const inquiry = (fields: Fields, visit: { acceptLanguage?: string; page?: string; query?: string } = {}) =>
  readInquiry(fields, form, { ...visit, isAbroad: livesAbroad(fields, form, visit.acceptLanguage) }, reading)

test('what fills no part is shown as it came, what has its own place is not', () => {
  const { also } = inquiry([
    ['your-name', 'Ann'],
    ['How many meters?', '200-500'],
    ['utm_source', 'ads'],
    ['_key', 'k'],
    ['empty', ' '],
    ['file', { file: 'plan.pdf', size: 3 }],
  ])
  expect(also).toEqual([
    { name: 'How many meters?', text: '200-500' },
    { name: 'file', text: 'plan.pdf (3 bytes)' },
  ])
  expect(inquiry([['your-name', 'Ann']])).not.toHaveProperty('also')
})

test('what cannot be read for sure is no fact, and is shown as it came', () => {
  const read = inquiry([
    ['your-name', '\u200B\u3164'],
    ['email', 'a@example.com, b@example.com'],
    ['phone', '+49 30 123456 / +49 171 1234567'],
    ['country', 'Germany, Austria'],
    ['employees', 'twenty'],
    ['budget', '60 000 грн'],
    ['budget', -500],
    ['language', 'Deutsch'],
    ['consent', 'maybe'],
    ['company', 'x'.repeat(250)],
  ])
  expect(read.also).toEqual([
    { name: 'email', text: 'a@example.com, b@example.com' },
    { name: 'country', text: 'Germany, Austria' },
    { name: 'phone', text: '+49 30 123456 / +49 171 1234567' },
    { name: 'employees', text: 'twenty' },
    { name: 'budget', text: '60 000 грн' },
    { name: 'budget', text: '-500' },
    { name: 'language', text: 'Deutsch' },
    { name: 'consent', text: 'maybe' },
  ])
  expect(read.contact).toEqual({
    email: 'a@example.com',
    phone: '+4930123456',
    company: `${'x'.repeat(199)}…`,
  })
  expect(read).not.toHaveProperty('budget')
  expect(read).not.toHaveProperty('employees')
})

test('what is read whole is not shown a second time', () => {
  const read = inquiry([
    ['country', 'Polska'],
    ['employees', '50–249'],
    ['budget', '50k'],
    ['email', 'Anna <a@example.com>'],
    ['language', 'English'],
    ['consent', 'no'],
  ])
  expect(read).toMatchObject({ country: 'PL', employees: 50, budget: { minor: 5_000_000, currency: 'EUR' } })
  expect(read).not.toHaveProperty('also')
})

test('many lines that nobody can read are shown up to a number, and how many there are', () => {
  const { also } = inquiry(Array.from({ length: 25 }, (_, i) => [`field ${i}`, 'x'.repeat(400)]))
  expect(also).toHaveLength(20)
  expect(also?.[0]?.text).toBe(`${'x'.repeat(299)}…`)
  expect(also?.at(-1)).toEqual({ name: '…', text: '+6' })
})

test('a placeholder for an address is shown and makes nobody known', () => {
  const read = inquiry([['email', 'None@none.com']])
  expect(read.contact.email).toBe('none@none.com')
  expect(read.keys).toEqual({})
  expect(read).not.toHaveProperty('emailDomain')
})

describe('a phone number without a country code', () => {
  const german = { country: 'DE', contact: { phone: '+493012345678' } }
  const typed = '030 12345678'
  test.each<[string, Fields, object]>([
    ['nothing tells another country', [], {}],
    ['the browser is German', [], { acceptLanguage: 'de-DE,de;q=0.9,en;q=0.8' }],
    ['the page was shown in English', [['_language', 'en']], { acceptLanguage: 'de' }],
    ['he named the country', [['country', 'Germany']], { acceptLanguage: 'fr-FR' }],
  ])('is of the form’s country: %s', (_why, fields, visit) => {
    expect(inquiry([...fields, ['phone', typed]], visit)).toMatchObject(german)
  })

  test.each<[string, Fields, object]>([
    ['he chose another country', [['country', 'other']], {}],
    ['he named several', [['country', 'DE/AT']], {}],
    ['the browser is French', [], { acceptLanguage: 'fr-FR,fr;q=0.9,de;q=0.8' }],
    ['he read the page in Ukrainian', [['_language', 'uk']], {}],
    ['his form says its language in words', [['lang', 'українська']], {}],
  ])('stays as it was typed: %s', (_why, fields, visit) => {
    const read = inquiry([...fields, ['phone', typed]], visit)
    expect(read.contact.phone).toBe(typed)
    expect(read.keys).toEqual({})
    expect(read).not.toHaveProperty('country')
  })
})

describe('a submission', () => {
  test('gives the lead its parts by the names of the form, the first that says something', () => {
    const read = inquiry([
      ['your-name', ' '],
      ['your-name', 'Олена'],
      ['your-name', 'second'],
      ['email', ['', 'O@Example.com']],
      ['phone', '+380 50 123 45 67'],
      ['message', 'no part of this form'],
    ])
    expect(read.contact).toEqual({ name: 'Олена', email: 'o@example.com', phone: '+380501234567' })
    expect(read).toMatchObject({ country: 'UA', emailDomain: 'example.com' })
    expect(read.keys).toEqual({ email: 'o@example.com', phone: '+380501234567' })
  })

  test('without a form its fields are named like the parts', () => {
    const read = readInquiry(
      [
        ['name', 'A'],
        ['employees', 250],
        ['budget', '50.000 €'],
        ['country', 'Polska'],
      ],
      undefined,
      {},
      reading,
    )
    expect(read).toMatchObject({
      contact: { name: 'A' },
      employees: 250,
      budget: { minor: 5_000_000, currency: 'EUR' },
      country: 'PL',
    })
  })

  test('tells where it came from, without what the addresses carry of a person', () => {
    const read = inquiry(
      [
        ['_referrer', 'https://search.example/?q=secret'],
        ['utm_source', 'field'],
      ],
      {
        page: 'https://shop.example/demo?utm_source=page&utm_medium=mail&email=a@b.example#x',
        query: 'utm_campaign=spring',
      },
    )
    expect(read.source).toEqual({
      page: 'https://shop.example/demo',
      referrer: 'https://search.example/',
      utm: { source: 'field', medium: 'mail', campaign: 'spring' },
    })
  })

  test('is read whatever it holds, and stays short', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.constant('x'.repeat(10_000)))
    const name = fc.oneof(
      fc.constantFrom('your-name', 'email', 'phone', 'country', 'message', '__proto__'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (fields) => {
        const read = readInquiry(
          fields as Fields,
          fc.sample(fc.constantFrom(form, undefined), 1)[0],
          {},
          reading,
        )
        expect(JSON.stringify(read).length).toBeLessThan(20_000)
      }),
    )
  })

  test('without a word is empty, whatever the form itself added', () => {
    expect(
      isEmpty([
        ['_key', 'abc'],
        ['name', ' '],
        ['tags', []],
        ['more', {}],
      ]),
    ).toBe(true)
    expect(isEmpty([['whatever', 0]])).toBe(false)
  })
})

test('a text is never cut inside a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
      const cut = short(text, length) ?? ''
      expect(cut.isWellFormed()).toBe(true)
      expect(cut.length).toBeLessThanOrEqual(length)
      expect(text.trim().startsWith(cut)).toBe(true)
    }),
  )
})

test('a filled honeypot and a form sent faster than a person can are suspicious; a slow or clockless one is not', () => {
  const now = Date.parse('2027-03-01T08:00:00.000Z')
  expect(suspect([['_website', 'https://spam.example']], now)).toEqual(['honeypot'])
  expect(suspect([['_shown', String(now - 500)]], now)).toEqual(['too-fast'])
  for (const shown of [now - 2_000, now + 60_000, '', 'yesterday'])
    expect(
      suspect(
        [
          ['_shown', String(shown)],
          ['_website', ' '],
        ],
        now,
      ),
    ).toEqual([])
})
