import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amountOf, isMoney, moneyOf } from './money.ts'

test.each([
  [20_000, 'EUR', 2_000_000],
  [19.99, 'EUR', 1_999],
  [0.07, 'USD', 7],
  [20_000, 'JPY', 20_000],
  [1.234, 'KWD', 1_234],
  [0, 'UAH', 0],
  [0.5, 'JPY', 1],
  [1.005, 'EUR', 101],
  [250.125, 'EUR', 25_013],
  [1.2344, 'KWD', 1_234],
])('%d %s are %d minor units', (amount, currency, minor) => {
  expect(moneyOf(amount, currency)).toEqual({ minor, currency })
})

test.each([
  [1e15, 'EUR'],
  [Number.NaN, 'EUR'],
])('%d %s is no amount of money', (amount, currency) => {
  expect(moneyOf(amount, currency)).toBeUndefined()
})

test('whatever is money is the same amount again', () => {
  // Beyond, neighbours in thousandths share a double.
  const minor = fc.integer({ min: 0, max: 2 ** 43 })
  fc.assert(
    fc.property(minor, fc.constantFrom('EUR', 'JPY', 'KWD', 'UAH'), (units, currency) => {
      expect(moneyOf(amountOf({ minor: units, currency }), currency)).toEqual({ minor: units, currency })
    }),
  )
})

test('only minor units with a currency are money', () => {
  expect(isMoney({ minor: 5, currency: 'EUR' })).toBe(true)
  for (const other of [
    5,
    null,
    { minor: 5 },
    { minor: 0.5, currency: 'EUR' },
    { minor: 5, currency: 'EUR', x: 1 },
  ])
    expect(isMoney(other)).toBe(false)
})
