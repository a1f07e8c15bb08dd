import fc from 'fast-check'
import { expect, test } from 'vitest'
import { company as small } from '../workflow/fixture.ts'
import { endingCalendars } from './calendar-end.ts'

const office = small.calendars.office!
const ending = (holidays: string[], now: string) =>
  endingCalendars({ calendars: { office: { ...office, holidays } } }, Date.parse(now))

const listed = ['2027-12-26', '2027-01-01', '2026-12-25']

test.each([
  ['long before its end', '2027-10-26T12:00:00Z', undefined],
  ['within sixty days of its end', '2027-10-28T12:00:00Z', 2028],
  ['after its end', '2028-03-01T12:00:00Z', 2028],
  ['when the year after is near, still without holidays', '2028-11-15T12:00:00Z', 2029],
])('a calendar is warned of %s: for the year that is missing', (_when, now, year) => {
  const [end] = ending(listed, now)
  expect(end?.year).toBe(year)
  if (end) expect(end).toMatchObject({ calendar: 'office', last: '2027-12-26', place: 0 })
})

test('a calendar without any holiday means it so', () => {
  expect(ending([], '2030-01-01T00:00:00Z')).toEqual([])
})

test('whatever the order of the list, the last holiday decides and is pointed at', () => {
  const date = fc.date({ min: new Date('2026-01-01'), max: new Date('2031-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(
      fc.uniqueArray(
        date.map((at) => at.toISOString().slice(0, 10)),
        { minLength: 1 },
      ),
      (dates) => {
        const [end] = ending(dates, '2035-06-01T00:00:00Z')
        expect(dates[end!.place]).toBe(dates.toSorted().at(-1))
        expect(end!.year).toBe(2035)
      },
    ),
  )
})
