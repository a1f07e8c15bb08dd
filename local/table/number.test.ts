import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addNumbers, canonicalNumber, compareNumbers, numberKey, subtractNumbers } from './number.ts'

/** Exact: value = units × 10^-scale, where every storable number has whole units. */
const scale = 130 + 38

function unitsOf(text: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)!
  const units = BigInt(whole + fraction.padEnd(scale, '0'))
  return sign === '-' ? -units : units
}

/** Of every size that can be stored, with as many digits. */
const numbers = fc
  .record({
    negative: fc.boolean(),
    digits: fc.stringMatching(/^[0-9]{1,38}$/),
    exponent: fc.oneof(fc.integer({ min: -130, max: 125 }), fc.integer({ min: -5, max: 5 })),
  })
  .map(
    ({ negative, digits, exponent }) => `${negative ? '-' : ''}${digits[0]}.${digits.slice(1)}0e${exponent}`,
  )
  .filter((text) => {
    try {
      return canonicalNumber(text) !== ''
    } catch {
      return false
    }
  })
  .map(canonicalNumber)

const sameSize = fc.tuple(
  fc.stringMatching(/^-?[1-9][0-9]{0,37}$/),
  fc.stringMatching(/^-?[1-9][0-9]{0,37}$/),
)
const pairs = fc.oneof(fc.tuple(numbers, numbers), sameSize)

test('numbers compare as what they stand for, and so do their keys', () => {
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      const [a, b] = [unitsOf(left), unitsOf(right)]
      const order = Number(a > b) - Number(a < b)
      expect(Math.sign(compareNumbers(left, right))).toBe(order)
      expect(Math.sign(Buffer.compare(numberKey(left), numberKey(right)))).toBe(order)
    }),
    { numRuns: 2000 },
  )
})

test('sums and differences are exact or refused', () => {
  const significant = (units: bigint): number => String(units).replace(/^-|0+$/g, '').length
  fc.assert(
    fc.property(pairs, fc.boolean(), ([left, right], isSum) => {
      const exact = isSum ? unitsOf(left) + unitsOf(right) : unitsOf(left) - unitsOf(right)
      const size = exact < 0n ? -exact : exact
      const isStorable =
        exact === 0n ||
        (significant(exact) <= 38 && size < 10n ** BigInt(scale + 126) && size >= 10n ** BigInt(scale - 130))
      const result = (): string => (isSum ? addNumbers : subtractNumbers)(left, right)
      if (isStorable) {
        expect(unitsOf(result())).toBe(exact)
        expect(canonicalNumber(result())).toBe(result())
      } else expect(result).toThrow(/^Number (over|under)flow/)
    }),
    { numRuns: 2000 },
  )
})

describe('a sum that is easily wrong', () => {
  test.each([
    ['0.1', '0.2', '0.3'],
    ['0', '0', '0'],
    ['-5', '5', '0'],
    ['999999999999999', '1', '1000000000000000'],
    ['9007199254740993', '1', '9007199254740994'],
    ['10000000000000000000000', '1', '10000000000000000000001'],
    ['99999999999999999999999999999999999999', '1', `1${'0'.repeat(38)}`],
    [`1${'0'.repeat(125)}`, `-1${'0'.repeat(125)}`, '0'],
  ])('%s + %s', (left, right, sum) => {
    expect(addNumbers(left, right)).toBe(sum)
    expect(subtractNumbers(sum, right)).toBe(left)
  })
})
