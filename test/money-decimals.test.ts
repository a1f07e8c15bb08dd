import * as iso from 'dinero.js/currencies'
import { expect, test } from 'vitest'
import { decimalsOf } from '#core/money/decimals.ts'

test('each currency has the minor units that a library made of ISO 4217 says', () => {
  const known = Object.values(iso)
  expect(known.length).toBeGreaterThan(150)
  const others = known.filter(({ code, exponent }) => decimalsOf(code) !== exponent)
  // Their coins are fifths, which that library counts in; ISO gives two digits to them, too.
  expect(others.map(({ code, base }) => [code, base])).toEqual([
    ['MGA', 5],
    ['MRU', 5],
  ])
})

test('people write fewer digits of some than there are: they are not asked', () => {
  expect(['HUF', 'IDR', 'COP', 'IQD', 'JPY', 'KWD', 'CLF'].map(decimalsOf)).toEqual([2, 2, 2, 3, 0, 3, 4])
})
