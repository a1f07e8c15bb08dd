import { expect, test } from 'vitest'
import { compilePattern } from '#pattern/pattern.ts'
import { kinds } from '../workflow/fixture.ts'
import { inMinorUnits } from './event-pattern.ts'

const lead = (budget?: object) => ({
  'detail-type': 'lead.created',
  detail: { lead: { ...(budget && { budget }) }, old: {} },
})
const euro = (minor: number) => lead({ minor, currency: 'EUR' })
const matches = (accepted: unknown[], event: object, currency = 'EUR'): boolean =>
  compilePattern(
    inMinorUnits(
      { 'detail-type': ['lead.created'], detail: { lead: { budget: accepted } } },
      kinds,
      currency,
    ),
  ).matches(event)

test.each<[string, unknown[], object, boolean]>([
  ['at least as much', [{ numeric: ['>=', 20_000] }], euro(2_000_000), true],
  ['a cent less', [{ numeric: ['>=', 20_000] }], euro(1_999_999), false],
  ['the very amount', [0.07], euro(7), true],
  ['another amount than named', [{ 'anything-but': [5, 10] }], euro(1_000), false],
  ['any amount where one is asked for', [{ exists: true }], euro(1), true],
  ['none where none is asked for', [{ exists: false }], lead(), true],
  ['none or a small one', [{ exists: false }, { numeric: ['<', 100] }], euro(9_999), true],
  ['another currency', [{ numeric: ['>=', 1] }], lead({ minor: 2_000_000, currency: 'USD' }), false],
])('%s', (_, accepted, event, expected) => {
  expect(matches(accepted, event)).toBe(expected)
})

test('a currency without minor units, and one with three digits', () => {
  expect(matches([{ numeric: ['>=', 500] }], lead({ minor: 500, currency: 'JPY' }), 'JPY')).toBe(true)
  expect(matches([{ numeric: ['>=', 500] }], lead({ minor: 499_999, currency: 'KWD' }), 'KWD')).toBe(false)
})

test('alternatives and what was before are turned too, anything else stays as it is', () => {
  const pattern = {
    'detail-type': ['lead.updated'],
    detail: {
      lead: { $or: [{ budget: [5] }, { country: ['DE'] }] },
      old: { budget: [1] },
      changed: ['budget'],
    },
  }
  expect(inMinorUnits(pattern, kinds, 'EUR')).toEqual({
    'detail-type': ['lead.updated'],
    detail: {
      lead: { $or: [{ budget: { minor: [500], currency: ['EUR'] } }, { country: ['DE'] }] },
      old: { budget: { minor: [100], currency: ['EUR'] } },
      changed: ['budget'],
    },
  })
})
