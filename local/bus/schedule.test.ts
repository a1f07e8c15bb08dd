import fc from 'fast-check'
import { expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { parseSchedule } from './schedule.ts'
import { hour, start, world } from './fixture.ts'

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

test('a cron expression occurs at the first minute after now that fits each of its fields', () => {
  const list = (least: number, most: number) =>
    fc.oneof(
      fc.constant({ text: '*', has: () => true }),
      fc
        .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 })
        .map((chosen) => ({ text: chosen.join(','), has: (n: number) => chosen.includes(n) })),
      fc
        .record({ from: fc.integer({ min: least, max: most }), by: fc.integer({ min: 1, max: 7 }) })
        .map(({ from, by }) => ({
          text: `${from}/${by}`,
          has: (n: number) => n >= from && (n - from) % by === 0,
        })),
    )
  const fields = fc.record({
    minute: list(0, 59),
    hour: list(0, 23),
    day: list(1, 28),
    month: list(1, 12),
    byWeekday: fc.boolean(),
    weekday: list(1, 7),
    now: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) }),
  })
  fc.assert(
    fc.property(fields, ({ minute, hour, day, month, byWeekday, weekday, now }) => {
      const days = byWeekday ? ['?', weekday.text] : [day.text, '?']
      const expression = `cron(${minute.text} ${hour.text} ${days[0]} ${month.text} ${days[1]} *)`
      const found = parseSchedule(expression).after(now, now)!
      const fits = (time: number) => {
        const date = new Date(time)
        const rightDay = byWeekday ? weekday.has(date.getUTCDay() + 1) : day.has(date.getUTCDate())
        return (
          rightDay &&
          month.has(date.getUTCMonth() + 1) &&
          hour.has(date.getUTCHours()) &&
          minute.has(date.getUTCMinutes())
        )
      }
      const first = Math.floor(now / 60_000) * 60_000 + 60_000
      expect(found).toBeGreaterThanOrEqual(first)
      expect(fits(found)).toBe(true)
      // What lies between is looked at for a week at most, minute by minute.
      for (let time = first; time < Math.min(found, first + 7 * 86_400_000); time += 60_000)
        if (fits(time)) throw new Error(`${expression} should occur at ${new Date(time).toISOString()}`)
    }),
    { numRuns: 100 },
  )
})

test('a schedule fires at each of its times, and only once for all that were missed', async () => {
  const before = world()
  before.rule({ schedule: 'rate(1 hour)' })
  await before.advance(3 * hour)
  expect(before.delivered.map(({ at }) => at)).toEqual([hour, 2 * hour, 3 * hour])
  expect(JSON.parse(before.delivered[0]!.payload)).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2026-01-05T13:00:00Z',
    resources: ['arn:aws:events:eu-central-1:000000000000:rule/r'],
  })
  before.bus.close()
  const after = world({ file: before.file, clock: virtualClock(start + 10.5 * hour) })
  after.rule({ schedule: 'rate(1 hour)' })
  after.bus.resume()
  await after.advance(hour)
  expect(after.delivered.map(({ at }) => at)).toEqual([10.5 * hour, 11 * hour])
})
