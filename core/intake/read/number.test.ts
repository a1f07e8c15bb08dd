import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountOf } from '../../money/money.ts'
import { readAmount, readCount } from './number.ts'
import { plainDigits, tidy } from './typed.ts'

/** In whole units. */
function amountIn(value: unknown, currency: string): number | undefined {
  const money = readAmount(value, currency)
  return money && amountOf(money)
}

describe('money', () => {
  test.each<[unknown, number]>([
    [0, 0],
    ['50k', 50_000],
    ['50 K', 50_000],
    ['€50k', 50_000],
    ['50k euro', 50_000],
    ['1.5 million', 1_500_000],
    ['1,5 Mio. €', 1_500_000],
    ['1.1k', 1_100],
    ['1,5 млн', 1_500_000],
    ['50 тис.', 50_000],
    ['50 тыс', 50_000],
    ['50 tys.', 50_000],
    ['2 Mrd EUR', 2_000_000_000],
    ['2 lakh', 200_000],
    ['1 crore', 10_000_000],
    ['1,00,000', 100_000],
    ['12,34,567.50', 1_234_567.5],
    ['50.000 €', 50_000],
    ['12,345 €', 12_345],
    ['50,000', 50_000],
    ['60.000,00 €', 60_000],
    ['1 234,56', 1_234.56],
    ['1\u202F234\u00A0567', 1_234_567],
    ["1'000.50", 1_000.5],
    ['1.234.567', 1_234_567],
    ['0,5', 0.5],
    ['12,50', 12.5],
    ['1000,- €', 1_000],
    ['1000.', 1_000],
    ['EUR 50 000', 50_000],
    ['50 000 євро', 50_000],
    ['１２００', 1_200],
    ['٣٬٠٠٠', 3_000],
    ['€50,000 – €60,000', 50_000],
    ['10 000 - 20 000 €', 10_000],
    ['50–100k', 50_000],
    ['500-1k', 500],
    ['від 200 до 500', 200],
    ['between 10 and 50', 10],
    ['more than 1 000', 1_000],
  ])('%j is %d euro', (typed, amount) => expect(amountIn(typed, 'EUR')).toBe(amount))

  test.each<[unknown]>([
    ['60 000 грн'],
    ['50 000 - 60 000 грн'],
    ['$50k'],
    ['50000 USD'],
    ['¥5000'],
    ['50 000 kr'],
    [-500],
    ['-500'],
    ['−500'],
    ['(500)'],
    ['maybe in Q3 2027'],
    ['Q3 2027'],
    ['5000 per month'],
    ['up to 500'],
    ['< 500'],
    ['5%'],
    ['1.5.2027'],
    ['2027-03'],
    ['555-0132'],
    ['250.125'],
    ['12,345'],
    ['1.250 million'],
    ['12 50'],
    ['1,000,00'],
    ['10-20-30'],
    ['5 billion'],
    ['3 people'],
    ['10²'],
    ['½'],
    ['1e5'],
    ['0x10'],
    ['Infinity'],
    [Infinity],
    [NaN],
    [true],
    [null],
    [['5']],
    [{}],
    [''],
    ['9'.repeat(30)],
    [`${'1'.repeat(90)} to 5`],
    ['10,0000'],
    ['1.0000 €'],
  ])('%j is unknown', (typed) => expect(readAmount(typed, 'EUR')).toBeUndefined())

  test('is of the company’s currency', () => {
    expect(readAmount('60 000 грн', 'UAH')).toEqual({ minor: 6_000_000, currency: 'UAH' })
    expect(amountIn('$50k', 'USD')).toBe(50_000)
    expect(readAmount('50 000 €', 'UAH')).toBeUndefined()
    // Dinars have three digits behind the point.
    expect(readAmount('1.500 KWD', 'KWD')).toBeUndefined()
    expect(readAmount('¥ 20 000 JPY', 'JPY')).toBeUndefined()
    expect(readAmount('20 000 yen', 'JPY')).toEqual({ minor: 20_000, currency: 'JPY' })
    expect(readAmount('20,505', 'KWD')).toBeUndefined()
    expect(readAmount('20.5 KWD', 'KWD')).toEqual({ minor: 20_500, currency: 'KWD' })
  })
})

describe('people', () => {
  test.each<[unknown, number]>([
    [250, 250],
    ['1 200', 1_200],
    ['1.200', 1_200],
    ['1,234', 1_234],
    ['50–249', 50],
    ['200-500', 200],
    ['50–249 employees', 50],
    ['ca. 40', 40],
    ['about 40 people', 40],
    ['> 50', 50],
    ['1000+', 1_000],
    ['1000 і більше', 1_000],
    ['500 oder mehr Mitarbeiter', 500],
    ['1-10 співробітників', 1],
    ['5 чел.', 5],
    ['2 тыс.', 2_000],
    ['Employees: 40', 40],
    ['12', 12],
  ])('%j are %d', (typed, count) => expect(readCount(typed)).toBe(count))

  test.each<[unknown]>([
    [12.5],
    ['12.5'],
    ['40 EUR'],
    ['many'],
    ['two'],
    ['0301234567'],
    ['030-901820'],
    ['24/7'],
    ['3 offices'],
    [-3],
    [2e9],
    ['9'.repeat(30)],
    ['1,0000'],
    ['10,0000'],
  ])('%j are unknown', (typed) => expect(readCount(typed)).toBeUndefined())
})

describe('a number as a program writes it for people', () => {
  const locales = [
    'en',
    'en-GB',
    'en-IN',
    'uk',
    'ru',
    'de',
    'de-AT',
    'de-CH',
    'pl',
    'fr',
    'fr-CH',
    'ar-EG',
    'hi',
  ]
  const whole = fc.integer({ min: 0, max: 1_000_000_000 })
  const cents = fc.integer({ min: 0, max: 100_000_000_000 }).map((n) => n / 100)

  test.each(locales)('in %s is that number or unknown, never another one', (locale) => {
    const write = (options: Intl.NumberFormatOptions) => (n: number) =>
      new Intl.NumberFormat(locale, options).format(n)
    const euro = { style: 'currency', currency: 'EUR' } as const
    fc.assert(
      fc.property(fc.oneof(whole, cents, fc.double({ min: 0, max: 1e9, noNaN: true })), (n) => {
        const rounded = Number(n.toFixed(2))
        for (const [text, expected] of [
          [write({ maximumFractionDigits: 2 })(n), rounded],
          [write({})(n), Number(n.toFixed(3))],
          [write(euro)(n), rounded],
          [write({ ...euro, currencyDisplay: 'code' })(n), rounded],
          [write({ ...euro, currencyDisplay: 'name' })(n), rounded],
        ] as const) {
          const read = amountIn(text, 'EUR')
          // toFixed and Intl may round a tie differently.
          if (read !== undefined) expect(Math.abs(read - expected), text).toBeLessThanOrEqual(0.0101)
        }
        const short = amountIn(write({ notation: 'compact', maximumSignificantDigits: 3 })(n), 'EUR')
        if (short !== undefined && n >= 1) expect(Math.abs(short - n) / n).toBeLessThanOrEqual(0.0051)
      }),
      { numRuns: 300 },
    )
  })

  test.each(locales)('in %s a whole one is read', (locale) => {
    fc.assert(
      fc.property(whole, (n) => {
        const text = new Intl.NumberFormat(locale).format(n)
        expect(readCount(text), text).toBe(n)
      }),
    )
  })

  test('of another currency is unknown', () => {
    const others = Intl.supportedValuesOf('currency').filter((code) => code !== 'EUR')
    for (const currency of others)
      for (const locale of locales) {
        const text = new Intl.NumberFormat(locale, { style: 'currency', currency }).format(1_234)
        expect(readAmount(text, 'EUR'), text).toBeUndefined()
      }
  })
})

test('a text with any word that is not known is no number', () => {
  const word = fc.stringMatching(/^[b-j]{4,8}$/)
  fc.assert(
    fc.property(word, fc.nat(), fc.boolean(), (word, n, before) => {
      expect(readAmount(before ? `${word} ${n}` : `${n} ${word}`, 'EUR')).toBeUndefined()
    }),
  )
})

test('digits of every script are digits', () => {
  for (const system of Intl.supportedValuesOf('numberingSystem')) {
    const digits = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(1_234_567_890)
    if (/^\p{Nd}+$/u.test(digits)) expect(plainDigits(tidy(digits)), system).toBe('1234567890')
  }
})
