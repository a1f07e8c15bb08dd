import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'

test.each([
  ['30 minutes', { milliseconds: 1_800_000, days: 0, business: false }],
  ['1 minute', { milliseconds: 60_000, days: 0, business: false }],
  ['2 hours', { milliseconds: 7_200_000, days: 0, business: false }],
  ['1.5 hours', { milliseconds: 5_400_000, days: 0, business: false }],
  ['1 hour 30 minutes', { milliseconds: 5_400_000, days: 0, business: false }],
  ['1 hour and 30 minutes', { milliseconds: 5_400_000, days: 0, business: false }],
  ['3 business hours', { milliseconds: 10_800_000, days: 0, business: true }],
  ['2 Business Days', { milliseconds: 0, days: 2, business: true }],
  ['1 day', { milliseconds: 0, days: 1, business: false }],
  ['2 weeks', { milliseconds: 0, days: 14, business: false }],
  ['45 seconds', { milliseconds: 45_000, days: 0, business: false }],
])('reads %s', (text, duration) => {
  expect(parseDuration(text)).toEqual(duration)
})

test.each([
  ['30', 'has no unit'],
  ['2h', 'is not a length of time; write for example "30 minutes"'],
  ['soon', 'is not a length of time'],
  ['-1 hour', 'is not a length of time'],
  ['1 month', 'write days or weeks'],
  ['0 minutes', 'is no time at all'],
  ['0.5 days', 'write a part of a day in hours'],
  ['400 days', 'more than a year'],
  ['', 'is not a length of time'],
])('refuses %s and says how to write it', (text, advice) => {
  expect(() => parseDuration(text)).toThrow(advice)
})
