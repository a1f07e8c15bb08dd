import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalsOf } from './decimals.ts'
import { share, totalsOf, type SaleLine, type SaleTerms } from './sale.ts'

const line = (price: number, quantity: number, taxPercent: number, discountPercent = 0): SaleLine => ({
  price,
  quantity,
  taxPercent,
  discountPercent,
})

/* What went wrong elsewhere: each is a report of another system's public tracker, by its number there. */
test.each([
  ['37896', 'EUR', [line(348.35, 16, 22, 4)], 535_066, 117_715],
  ['36675', 'EUR', [line(55.55, 1, 23), line(11.11, 1, 23)], 6_666, 1_533],
  ['265433', 'JPY', [line(100.5, 1, 0), line(100.5, 1, 0)], 202, 0],
  ['177192', 'EUR', [line(30.75, 10, 15, 5), line(70, 1, 15, 5)], 35_863, 5_379],
  ['248889', 'EUR', [line(19.99, 3, 20, 100)], 0, 0],
])('case %s', (...[, currency, lines, net, tax]) => {
  expect(totalsOf(lines, { currency })).toMatchObject({ net, tax, total: net + tax })
})

test('prices that include tax are what is paid', () => {
  expect(totalsOf([line(119, 1, 19), line(10.7, 1, 7)], { currency: 'EUR', includesTax: true })).toEqual({
    lines: [11_900, 1_070],
    taxes: [
      { percent: 7, net: 1_000, tax: 70 },
      { percent: 19, net: 10_000, tax: 1_900 },
    ],
    net: 11_000,
    tax: 1_970,
    total: 12_970,
  })
})

test('what is off the whole is shared, to the last cent', () => {
  const sold = [line(10, 1, 20), line(10, 1, 20), line(10, 1, 10)]
  expect(totalsOf(sold, { currency: 'EUR', discount: 100 })).toMatchObject({
    lines: [966, 967, 967],
    net: 2_900,
  })
})

test('what is no number, or is not exact any more, is refused', () => {
  expect(() => totalsOf([line(Number.NaN, 1, 0)], { currency: 'EUR' })).toThrow(RangeError)
  expect(() => totalsOf([line(1e15, 1, 0)], { currency: 'EUR' })).toThrow('2⁵³')
  expect(totalsOf([line(1e-7, 1e7, 0)], { currency: 'EUR' }).total).toBe(100)
})

/*
 * The oracle: rational numbers, and the sentences of the rule one by one; it rounds by comparing twice the distance, not by a division.
 */
type Rational = readonly [n: bigint, d: bigint]
const rational = (value: number): Rational => {
  const text = value.toFixed(9)
  return [BigInt(text.replace('.', '')), 10n ** 9n]
}
const times = (a: Rational, b: Rational): Rational => [a[0] * b[0], a[1] * b[1]]
const rounded = ([n, d]: Rational): bigint => {
  const size = n < 0n ? -n : n
  let whole = size / d
  if ((size - whole * d) * 2n >= d) whole += 1n
  return n < 0n ? -whole : whole
}
function oracle(lines: readonly SaleLine[], { currency, includesTax = false }: SaleTerms) {
  const minor: Rational = [10n ** BigInt(decimalsOf(currency)), 1n]
  const sums = lines.map((each) =>
    rounded(
      [each.price, each.quantity, 1]
        .map(rational)
        .concat([times([1n, 100n], rational(100 - (each.discountPercent ?? 0)))])
        .reduce(times, minor),
    ),
  )
  let [net, tax] = [0n, 0n]
  for (const percent of new Set(lines.map((each) => each.taxPercent))) {
    const sum = sums.filter((_, at) => lines[at]!.taxPercent === percent).reduce((a, b) => a + b, 0n)
    const [n, d] = times([1n, 100n], rational(percent))
    const of = includesTax ? rounded([sum * n, d + n]) : rounded([sum * n, d])
    tax += of
    net += includesTax ? sum - of : sum
  }
  return { lines: sums.map(Number), net: Number(net), tax: Number(tax), total: Number(net + tax) }
}

const decimal = (most: number, digits: number) =>
  fc
    .integer({ min: 0, max: most * 10 ** digits })
    .map((value) => Number((value / 10 ** digits).toFixed(digits)))
const lines = fc.array(
  fc.record({
    price: fc.oneof(decimal(20_000, 2), decimal(100, 4)),
    quantity: fc.oneof(
      fc.integer({ min: -20, max: 500 }).map((each) => each || 1),
      decimal(50, 3),
    ),
    discountPercent: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), decimal(100, 2)),
    taxPercent: fc.constantFrom(0, 5.5, 7, 8.1, 10, 15, 19, 20, 21, 22, 23, 25.5),
  }),
  { minLength: 1, maxLength: 6 },
)
const terms = fc.record({
  currency: fc.constantFrom('EUR', 'UAH', 'JPY', 'KWD', 'HUF', 'CLF'),
  includesTax: fc.boolean(),
})

test('of 100,000 documents none differs from rational arithmetic, in whatever order its lines stand', () => {
  fc.assert(
    fc.property(lines, terms, fc.nat(), (sold, how, turn) => {
      const { lines: each, net, tax, total } = totalsOf(sold, how)
      expect({ lines: each, net, tax, total }).toEqual(oracle(sold, how))
      const at = turn % sold.length
      const turned = totalsOf([...sold.slice(at), ...sold.slice(0, at)].toReversed(), how)
      expect([turned.net, turned.tax, turned.total]).toEqual([net, tax, total])
    }),
    { numRuns: 100_000 },
  )
}, 120_000)

test('a credit is the mirror of what it takes back', () => {
  fc.assert(
    fc.property(lines, terms, fc.nat(10_000), (sold, how, discount) => {
      fc.pre(totalsOf(sold, how).lines.reduce((a, b) => a + b, 0) !== 0)
      const back = sold.map((each) => ({ ...each, quantity: -each.quantity }))
      const [there, again] = [
        totalsOf(sold, { ...how, discount }),
        totalsOf(back, { ...how, discount: -discount }),
      ]
      expect([again.net, again.tax, again.total]).toEqual(
        [there.net, there.tax, there.total].map((x) => 0 - x),
      )
    }),
  )
})

test('parts add up to the whole, and nobody gets a unit less than his due rounded down', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), weights, (amount, of) => {
      const parts = share(amount, of)
      const all = of.reduce((a, b) => a + b, 0n)
      if (all === 0n) return expect(parts.every((each) => each === 0n)).toBe(true)
      expect(parts.reduce((a, b) => a + b, 0n)).toBe(amount)
      parts.forEach((part, at) => {
        const distance = part * all - amount * of[at]!
        expect(distance < all && distance > -all).toBe(true)
      })
    }),
  )
})
