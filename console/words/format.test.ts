import { expect, test } from 'vitest'
import { words } from './en.ts'
import { moneyText, momentText, spanText } from './format.ts'

const minute = 60_000

test('whoever is late is at least that late', () => {
  const spans = [0, 59_999, minute, 59.9 * minute, 60 * minute, 25 * 60 * minute]
  expect(spans.map((each) => spanText(words, each))).toEqual([
    'now',
    'now',
    '1 min',
    '59 min',
    '1 h',
    '1 day',
  ])
})

test('amounts have the decimals that their currency has, and none that are empty', () => {
  expect(moneyText('en', { minor: 6_800_000, currency: 'EUR' })).toBe('€68,000')
  expect(moneyText('en', { minor: 950, currency: 'EUR' })).toBe('€9.50')
  expect(moneyText('en', { minor: 950, currency: 'JPY' })).toBe('JP¥950')
})

test('a moment says the day only where it is another one', () => {
  const now = new Date(2027, 2, 1, 10, 0).getTime()
  const at = (day: number, hour: number) => momentText('en', new Date(2027, 2, day, hour, 30).getTime(), now)
  expect([at(1, 14), at(4, 9), at(25, 9)]).toEqual(['14:30', 'Thu 09:30', 'Thu 25 Mar'])
})
