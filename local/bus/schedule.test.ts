import { expect, test } from 'vitest'
import { parseSchedule } from './schedule.ts'

const after = (expression: string, from: string, count: number) => {
  const schedule = parseSchedule(expression)
  const found: string[] = []
  for (let now = Date.parse(from), i = 0; i < count; i++) {
    const next = schedule.after(now, now)
    if (next === undefined) break
    found.push(new Date(next).toISOString().slice(0, 16))
    now = next
  }
  return found
}

test.each([
  ['rate(5 minutes)', ['2026-01-05T12:05', '2026-01-05T12:10']],
  ['rate(1 day)', ['2026-01-06T12:00', '2026-01-07T12:00']],
  [
    'cron(0 9 ? * MON-FRI *)',
    ['2026-01-06T09:00', '2026-01-07T09:00', '2026-01-08T09:00', '2026-01-09T09:00', '2026-01-12T09:00'],
  ],
  ['cron(0/20 12 * * ? *)', ['2026-01-05T12:20', '2026-01-05T12:40', '2026-01-06T12:00']],
  ['cron(15 10 L * ? *)', ['2026-01-31T10:15', '2026-02-28T10:15', '2026-03-31T10:15']],
  ['cron(0 8 1W * ? *)', ['2026-02-02T08:00', '2026-03-02T08:00', '2026-04-01T08:00']],
  ['cron(0 8 15W * ? *)', ['2026-01-15T08:00', '2026-02-16T08:00', '2026-03-16T08:00']],
  ['cron(0 8 LW * ? *)', ['2026-01-30T08:00', '2026-02-27T08:00', '2026-03-31T08:00']],
  ['cron(0 8 ? * 6L *)', ['2026-01-30T08:00', '2026-02-27T08:00']],
  ['cron(0 8 ? * 3#2 *)', ['2026-01-13T08:00', '2026-02-10T08:00']],
  ['cron(0 8 ? * L *)', ['2026-01-10T08:00', '2026-01-17T08:00']],
  ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
  [
    'cron(30 6 1 JAN,jul ? 2027-2028)',
    ['2027-01-01T06:30', '2027-07-01T06:30', '2028-01-01T06:30', '2028-07-01T06:30'],
  ],
  [
    'cron(0 0 ? * FRI-MON *)',
    ['2026-01-09T00:00', '2026-01-10T00:00', '2026-01-11T00:00', '2026-01-12T00:00', '2026-01-16T00:00'],
  ],
  ['cron(0 0 1 1 ? 2020)', []],
])('%s occurs at the times AWS gives it', (expression, times) => {
  expect(after(expression, '2026-01-05T12:00:00Z', Math.max(1, times.length))).toEqual(times)
})

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(1 week)',
  'cron(* * * * *)',
  'cron(* * * * * *)',
  'cron(0 9 ? * ? *)',
  'cron(60 9 * * ? *)',
  'cron(0 9 32 * ? *)',
  'cron(0 9 ? * 8 *)',
  'cron(9-5 0 * * ? *)',
  'cron(0 9 ? * MON#6 *)',
  'every day',
])('%s is refused', (expression) => {
  expect(() => parseSchedule(expression)).toThrow('not valid')
})
