import { toInstant } from '../record/id.ts'
import type { Company } from './company.ts'

/** Somebody needs so long to learn next year's holidays and to enter them. */
export const warnDays = 60

export interface CalendarEnd {
  calendar: string
  /** the last holiday that is listed, as a local date */
  last: string
  /** where it stands in the list */
  place: number
  /** the first year, this one or the next, of which holidays are missing */
  year: number
}

/**
 * Calendars whose list of holidays ends within `warnDays` or has ended: after it every holiday counts as a working day,
 * so promised times are wrong and nobody sees it. A calendar without any holiday means it so.
 * `now` in milliseconds.
 */
export function endingCalendars({ calendars }: Pick<Company, 'calendars'>, now: number): CalendarEnd[] {
  const horizon = toInstant(now + warnDays * 86_400_000)
  return Object.entries(calendars).flatMap(([calendar, { holidays }]) => {
    const last = holidays.toSorted().at(-1)
    if (last === undefined || last >= horizon.slice(0, 10)) return []
    const year = Math.max(Number(last.slice(0, 4)) + 1, Number(horizon.slice(0, 4)))
    return [{ calendar, last, place: holidays.indexOf(last), year }]
  })
}

export const calendarEndText = ({ calendar, last, year }: CalendarEnd): string =>
  `the calendar "${calendar}" lists no holiday after ${last}: later ones count as working days, and what is promised to customers is too early; add those of ${year}`
