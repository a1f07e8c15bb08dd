import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarPlan } from './calendar-plan.ts'
import { businessCalendar, calendarProblems } from './calendar.ts'

const minute = 60_000
const hour = 60 * minute
const at = (iso: string): number => Date.parse(iso)
const iso = (instant: number): string => new Date(instant).toISOString()

const plan = (more: Partial<CalendarPlan> = {}, hours = ['09:00-18:00']): CalendarPlan => ({
  title: 'Office',
  timeZone: 'Europe/Kyiv',
  week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: [], sun: [] },
  holidays: [],
  ...more,
})

const allWeek = (hours: string[]) => ({
  week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours },
})

describe('business time', () => {
  // Kyiv is two hours ahead of UTC in winter, three in summer. 20 November 2026 is a Friday.
  const office = businessCalendar(plan())

  test('passes while the office is open', () => {
    expect(iso(office.addBusinessTime(at('2026-11-20T08:00Z'), 2 * hour))).toBe('2026-11-20T10:00:00.000Z')
  })

  test('stands still over the weekend', () => {
    expect(iso(office.addBusinessTime(at('2026-11-20T15:00Z'), 2 * hour))).toBe('2026-11-23T08:00:00.000Z')
    expect(iso(office.addBusinessTime(at('2026-11-21T15:00Z'), 30 * minute))).toBe('2026-11-23T07:30:00.000Z')
  })

  test('that fills the day exactly is over at closing, not at the next opening', () => {
    expect(iso(office.addBusinessTime(at('2026-11-20T07:00Z'), 9 * hour))).toBe('2026-11-20T16:00:00.000Z')
  })

  test('of nothing is now, even when closed', () => {
    expect(iso(office.addBusinessTime(at('2026-11-21T12:00Z'), 0))).toBe('2026-11-21T12:00:00.000Z')
  })

  test('stands still on a holiday', () => {
    const withHoliday = businessCalendar(plan({ holidays: ['2026-11-23'] }))
    expect(iso(withHoliday.addBusinessTime(at('2026-11-20T15:30Z'), hour))).toBe('2026-11-24T07:30:00.000Z')
  })

  test('stands still in breaks', () => {
    const withLunch = businessCalendar(plan({}, ['09:00-13:00', '14:00-18:00']))
    expect(iso(withLunch.addBusinessTime(at('2026-11-20T10:30Z'), hour))).toBe('2026-11-20T12:30:00.000Z')
    expect(withLunch.isOpen(at('2026-11-20T11:30Z'))).toBe(false)
  })

  test('runs through midnight where hours end at 24:00 and begin at 00:00', () => {
    const always = businessCalendar(plan(allWeek(['00:00-24:00'])))
    expect(iso(always.addBusinessTime(at('2026-11-20T21:00Z'), 48 * hour))).toBe('2026-11-22T21:00:00.000Z')
  })

  test('loses the hour that clocks skip in spring and gains the one they repeat in autumn', () => {
    const night = businessCalendar(plan(allWeek(['00:00-06:00'])))
    expect(night.businessTimeBetween(at('2026-03-28T22:00Z'), at('2026-03-29T10:00Z'))).toBe(5 * hour)
    expect(night.businessTimeBetween(at('2026-10-24T21:00Z'), at('2026-10-25T10:00Z'))).toBe(7 * hour)
  })

  test('of hours inside the repeated hour comes in two pieces', () => {
    // 25 October 2026, Kyiv: 04:00 summer time is 03:00 winter time, so 03:15 to 03:45 comes twice.
    const odd = businessCalendar(plan(allWeek(['03:15-03:45'])))
    expect(odd.businessTimeBetween(at('2026-10-24T22:00Z'), at('2026-10-25T10:00Z'))).toBe(hour)
    expect(iso(odd.addBusinessTime(at('2026-10-25T00:30Z'), 45 * minute))).toBe('2026-10-25T01:45:00.000Z')
  })

  test('is counted backwards as negative', () => {
    expect(office.businessTimeBetween(at('2026-11-20T10:00Z'), at('2026-11-20T08:00Z'))).toBe(-2 * hour)
  })

  test('in days comes to the same time of a later working day', () => {
    expect(iso(office.addBusinessDays(at('2026-11-20T08:00Z'), 1))).toBe('2026-11-23T08:00:00.000Z')
    expect(iso(office.addBusinessDays(at('2026-11-21T08:00Z'), 1))).toBe('2026-11-24T07:00:00.000Z')
  })

  test('in days comes to closing where that day ends earlier', () => {
    const short = businessCalendar(plan({ week: { ...plan().week, fri: ['09:00-14:00'] } }))
    expect(iso(short.addBusinessDays(at('2026-11-19T15:00Z'), 1))).toBe('2026-11-20T12:00:00.000Z')
  })

  test('a day on the clock is 24 hours, a business day is not', () => {
    expect(iso(office.add(at('2026-11-20T08:00Z'), '1 day'))).toBe('2026-11-21T08:00:00.000Z')
    expect(iso(office.add(at('2026-11-20T08:00Z'), '1 business day'))).toBe('2026-11-23T08:00:00.000Z')
    expect(iso(office.add(at('2026-11-20T08:00Z'), '1 day', 'business'))).toBe('2026-11-23T08:00:00.000Z')
  })

  test('skips a day that the clocks of a zone skip', () => {
    // Samoa crossed the date line: after 29 December 2011 came the 31st.
    const apia = businessCalendar({ ...plan(allWeek(['09:00-17:00'])), timeZone: 'Pacific/Apia' })
    expect(iso(apia.addBusinessDays(at('2011-12-29T20:00Z'), 1))).toBe('2011-12-30T20:00:00.000Z')
  })
})

describe('a calendar is refused', () => {
  test.each([
    ['that never opens', plan({ ...allWeek([]) }), 'never opens'],
    ['in a zone that does not exist', plan({ timeZone: 'Europe/Kiyv' }), 'not a time zone'],
    ['whose hours end before they begin', plan(allWeek(['18:00-09:00'])), 'ends before it begins'],
    ['whose hours overlap', plan(allWeek(['09:00-13:00', '12:00-18:00'])), 'overlaps'],
  ])('%s', (_, broken, message) => {
    expect(calendarProblems(broken)[0]?.message).toContain(message)
    expect(() => businessCalendar(broken)).toThrow(message)
  })

  test('that is closed for ten years while it is used', () => {
    const holidays = Array.from({ length: 4000 }, (_, i) => iso(at('2026-01-01T00:00Z') + i * 24 * hour))
    const closed = businessCalendar(plan({ holidays: holidays.map((date) => date.slice(0, 10)) }))
    expect(() => closed.nextOpening(at('2026-02-01T00:00Z'))).toThrow('closed for ten years')
  })
})

/*
 * The oracle reads the wall clock of every minute on its own and counts. Changes of offset, where the errors are:
 * half an hour (Lord Howe), Ramadan (Casablanca), over midnight (São Paulo until 2018, Toronto in 1957), none with
 * an odd offset (Kathmandu), a whole day (Apia).
 */
const changes: [string, string][] = [
  ['Europe/Kyiv', '2026-03-29T01:00Z'],
  ['Europe/Kyiv', '2026-10-25T01:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['America/Toronto', '2005-04-03T07:00Z'],
  ['America/St_Johns', '2005-10-30T02:31Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['UTC', '2026-02-28T23:00Z'],
]

class Oracle {
  readonly calendar: CalendarPlan
  readonly clock: Intl.DateTimeFormat
  constructor(calendar: CalendarPlan) {
    this.calendar = calendar
    this.clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: calendar.timeZone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  }

  isOpen(instant: number): boolean {
    const [weekday = '', date = '', time = ''] = this.clock.format(instant).split(', ')
    const [day, month, year] = date.split('/')
    if (this.calendar.holidays.includes(`${year}-${month}-${day}`)) return false
    const hours = this.calendar.week[weekday.toLowerCase() as keyof CalendarPlan['week']]
    return hours.some((interval) => time >= interval.slice(0, 5) && time < interval.slice(6))
  }

  between(from: number, to: number): number {
    let open = 0
    for (let instant = from; instant < to; instant += minute) if (this.isOpen(instant)) open += minute
    return open
  }
}

const clockTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const someHours = fc.oneof(
  fc.constantFrom<string[][]>(
    [],
    ['00:00-24:00'],
    ['09:00-18:00'],
    ['09:00-13:00', '14:00-18:00'],
    ['23:00-24:00'],
  ),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 24 * 12 }), { minLength: 2, maxLength: 6 })
    .map((marks) => marks.sort((a, b) => a - b).slice(0, marks.length - (marks.length % 2)))
    .map((marks) =>
      marks.flatMap((mark, i) =>
        i % 2 ? [] : [`${clockTime(mark * 5)}-${clockTime((marks[i + 1] ?? 0) * 5)}`],
      ),
    ),
)

const someCase = fc
  .record({
    change: fc.constantFrom(...changes),
    week: fc.record({
      mon: someHours,
      tue: someHours,
      wed: someHours,
      thu: someHours,
      fri: someHours,
      sat: someHours,
      sun: someHours,
    }),
    start: fc.integer({ min: -36 * 60, max: 12 * 60 }),
    length: fc.integer({ min: 0, max: 48 * 60 }),
    holiday: fc.option(fc.integer({ min: -1, max: 1 })),
  })
  .map(({ change: [timeZone, instant], week, start, length, holiday }) => {
    const middle = at(instant)
    const holidays = holiday === null ? [] : [iso(middle + holiday * 24 * hour).slice(0, 10)]
    const from = middle + start * minute
    return { plan: { title: 'some', timeZone, week, holidays }, from, to: from + length * minute }
  })
  .filter(({ plan: some }) => calendarProblems(some).length === 0)

test('agrees with an oracle that reads the clock of every minute, in the nights in which clocks change', () => {
  fc.assert(
    fc.property(someCase, ({ plan: some, from, to }) => {
      const calendar = businessCalendar(some)
      const oracle = new Oracle(some)
      const open = oracle.between(from, to)
      expect(calendar.businessTimeBetween(from, to)).toBe(open)
      expect(calendar.isOpen(from)).toBe(oracle.isOpen(from))
      const due = calendar.addBusinessTime(from, open)
      expect(due).toBeLessThanOrEqual(to)
      expect(oracle.between(from, due)).toBe(open)
      expect(open === 0 || oracle.isOpen(due - minute)).toBe(true)
      const opening = calendar.nextOpening(from)
      expect(oracle.isOpen(opening)).toBe(true)
      expect(oracle.between(from, Math.min(opening, to))).toBe(0)
    }),
    { numRuns: 300 },
  )
})

test('the sum of two additions is the addition of the sum', () => {
  fc.assert(
    fc.property(
      someCase,
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.integer({ min: 1, max: 90_000_000 }),
      ({ plan: some, from }, first, second) => {
        const calendar = businessCalendar(some)
        const inTwo = calendar.addBusinessTime(calendar.addBusinessTime(from, first), second)
        expect(inTwo).toBe(calendar.addBusinessTime(from, first + second))
      },
    ),
    { numRuns: 200 },
  )
})
