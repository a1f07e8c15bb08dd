import type { Company } from '../../company/company.ts'
import type { Fact } from '../../record/vocabulary.ts'
import { calendarOf } from '../../time/calendar.ts'
import { offsetAt } from '../../time/zone.ts'

/*
 * Facts of the moment in which a table about any kind of record decides. Those of the time of day are judged by the
 * calendar that the table names.
 */

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const count = { type: 'number', whole: true, least: 0, derived: true } as const

export const momentFacts: readonly Fact[] = [
  { name: 'daysSince.created', ...count, about: 'whole days since the record came in', example: 0 },
  {
    name: 'now.businessHours',
    type: 'flag',
    derived: true,
    about: "the team's calendar says open",
    example: true,
  },
  {
    name: 'now.weekday',
    type: 'text',
    derived: true,
    about: "day of the week in the calendar's time zone",
    values: [...weekdays.slice(1), weekdays[0]],
    example: 'mon',
  },
  { name: 'now.hour', ...count, most: 23, about: "hour of the day in the calendar's time zone", example: 9 },
  { name: 'now.month', ...count, least: 1, most: 12, about: 'month of the year', example: 11 },
]

/** The moment in which something is decided. */
export interface Moment {
  /** milliseconds */
  now: number
  /** whose calendars and currency count; nothing where there is no company */
  company: Company | undefined
}

/** Their values, by their names. Without a calendar nothing is known of the time of day. */
export function factsOfMoment(
  calendar: string | undefined,
  createdAt: unknown,
  { now, company }: Moment,
): Record<string, unknown> {
  const age = typeof createdAt === 'string' ? Math.floor((now - Date.parse(createdAt)) / 86_400_000) : NaN
  const plan = calendar === undefined ? undefined : company?.calendars[calendar]
  const local = plan && new Date(now + offsetAt(plan.timeZone, now))
  return {
    ...(!Number.isNaN(age) && { 'daysSince.created': Math.max(0, age) }),
    ...(plan &&
      local && {
        'now.businessHours': calendarOf(plan).isOpen(now),
        'now.weekday': weekdays[local.getUTCDay()],
        'now.hour': local.getUTCHours(),
        'now.month': local.getUTCMonth() + 1,
      }),
  }
}
