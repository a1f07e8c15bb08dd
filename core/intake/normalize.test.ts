import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form } from '../model/company.ts'
import type { Fields } from './body.ts'
import { readCountry, readEmail, readPhone } from './contact.ts'
import { chooseLanguage, readNumber, readWish, short } from './normalize.ts'
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
const wish = (fields: Fields, visit = {}) => readWish(fields, form, visit)

describe('e-mail addresses', () => {
  test.each([
    ['  Anna.Becker@Example.COM ', 'anna.becker@example.com'],
    ['mailto:a@example.com', 'a@example.com'],
    ['Anna Becker <Anna@Example.com>', 'anna@example.com'],
    ['a\u200Bnna@example.com\u202C', 'anna@example.com'],
    ['first.last+tag@example.com', 'first.last+tag@example.com'],
    ['олена@приклад.укр', 'олена@приклад.укр'],
  ])('%j is known as %s', (typed, key) => {
    expect(readEmail(typed)).toMatchObject({ address: key, key })
  })

  test.each(['broken at example', 'a@b', 'a@example.com, b@example.com', '@example.com', 'a@@example.com'])(
    '%j is kept as it was typed and makes nobody known',
    (typed) => expect(readEmail(typed)).toEqual({ address: typed }),
  )

  test('reading an address twice changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (typed) => {
        const once = readEmail(typed)
        if (once?.key) expect(readEmail(once.address)).toEqual(once)
      }),
    )
  })
})

test('what fills no part is shown as it came, what has its own place is not', () => {
  const { also } = wish([
    ['your-name', 'Ann'],
    ['How many meters?', '200-500'],
    ['utm_source', 'ads'],
    ['_key', 'k'],
    ['empty', ' '],
    ['file', { file: 'plan.pdf', size: 3 }],
  ])
  expect(also).toEqual([
    { name: 'How many meters?', text: '200-500' },
    { name: 'file', text: '{"file":"plan.pdf","size":3}' },
  ])
  expect(wish([['your-name', 'Ann']])).not.toHaveProperty('also')
})

describe('phone numbers', () => {
  test.each([
    ['030 123456', 'DE', '+4930123456', 'DE'],
    ['+49 (0) 30 123456', 'DE', '+4930123456', 'DE'],
    ['0044 20 7946 0958', 'DE', '+442079460958', 'GB'],
    ['050 123 45 67', 'UA', '+380501234567', 'UA'],
    ['380501234567', 'DE', '+380501234567', 'UA'],
    ['8 (916) 123-45-67', 'RU', '+79161234567', 'RU'],
    ['+7 701 123 4567', 'DE', '+77011234567', 'KZ'],
    ['٠٣٠١٢٣٤٥٦', 'DE', '+4930123456', 'DE'],
  ])('%j in %s is %s', (typed, home, number, country) => {
    expect(readPhone(typed, home)).toEqual({ number, key: number, country })
  })

  test.each(['12345', 'call me at home, +?? 12', '030 123456 / 0171 1234567', '0000000000'])(
    '%j is kept as it was typed',
    (typed) => expect(readPhone(typed, 'DE')).toEqual({ number: typed }),
  )

  test('what was read is read again the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+0-9 ()-]{3,20}$/), (typed) => {
        const once = readPhone(typed, 'DE')
        if (once?.key) expect(readPhone(once.number, 'UA')).toEqual(once)
      }),
    )
  })
})

test('a country is known by its code and by its name in the languages of visitors', () => {
  expect(['de', 'Німеччина', 'Deutschland', 'Украина', 'uk', ' USA '].map(readCountry)).toEqual([
    'DE',
    'DE',
    'DE',
    'UA',
    'GB',
    'US',
  ])
  expect(['other', 'constructor', 'x'.repeat(5_000), ''].map(readCountry)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('a number is found in what people write', () => {
  expect(
    ['1 200', '1.200', '50–249', 'ca. 40', '1000+', '12', 'many', '9'.repeat(30)].map(readNumber),
  ).toEqual([1200, 1200, 50, 40, 1000, 12, undefined, undefined])
})

test('the language is what was chosen, else what the browser prefers, else the first of the form', () => {
  expect(chooseLanguage('uk', 'ru', form)).toBe('uk')
  expect(chooseLanguage('ua', undefined, form)).toBe('uk')
  expect(chooseLanguage('xx', 'de-DE, ru;q=0.8, uk-UA;q=0.9', form)).toBe('uk')
  expect(chooseLanguage('', 'de', form)).toBe('en')
  expect(chooseLanguage('', 'uk;q=0, ru', { ...form, languages: ['en', 'ru'] })).toBe('ru')
})

describe('a submission', () => {
  test('gives the lead its parts by the names of the form, the first that says something', () => {
    const read = wish([
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
    const read = readWish(
      [
        ['name', 'A'],
        ['employees', 250],
        ['budget', '50.000 €'],
        ['country', 'Polska'],
      ],
      undefined,
      {},
    )
    expect(read).toMatchObject({ contact: { name: 'A' }, employees: 250, budget: 50_000, country: 'PL' })
  })

  test('tells where it came from, without what the addresses carry of a person', () => {
    const read = wish(
      [
        ['_referrer', 'https://search.example/?q=secret'],
        ['utm_source', 'field'],
      ],
      {
        page: 'https://shop.example/demo?utm_source=page&utm_medium=mail&email=a@b.de#x',
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
        const read = readWish(fields as Fields, fc.sample(fc.constantFrom(form, undefined), 1)[0], {})
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

test('a text is never cut inside a sign', () => {
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
