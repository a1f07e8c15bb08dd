import { expect, test } from 'vitest'
import { words } from './en.ts'
import { elsewhereText, moneyText, momentText, spanText } from './format.ts'
import { momentOf, showZone } from './zone.ts'

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
  const now = momentOf('2027-03-01T10:00')
  const at = (text: string) => momentText('en', momentOf(`2027-03-${text}:30`), now)
  expect([at('01T14'), at('04T09'), at('25T09')]).toEqual(['14:30', 'Thu 09:30', 'Thu 25 Mar'])
})

test('what a clock elsewhere says is told where it differs alone', () => {
  const at = Date.parse('2027-03-01T09:30Z')
  showZone('Europe/Kyiv')
  expect(elsewhereText('en', at, 'Europe/Berlin')).toBe('10:30 (Berlin)')
  expect(elsewhereText('en', at, 'Europe/Athens')).toBeUndefined()
  showZone(undefined)
})
