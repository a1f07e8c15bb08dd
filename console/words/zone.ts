import { offsetAt } from '../../core/time/zone.ts'

/*
 * In which time zone the console shows times and reads what is typed: that of whoever is signed in, in which his e-mails tell them too
 * (`GET /me`, `person.timeZone`); until it is known who that is, the browser's. Nothing else in the console knows of local time, so that
 * one moment is never told in two ways: a `Date` is asked for no part of one (test/console-clock.test.ts).
 */

const minute = 60_000
const day = 24 * 60 * minute

const ofBrowser = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

let shown: string | undefined

/** @param zone by its IANA name; one that this browser does not know leaves its own */
export function showZone(zone: string | undefined): void {
  if (zone === shown) return
  try {
    if (zone !== undefined) offsetAt(zone, 0)
    shown = zone
  } catch {
    shown = undefined
  }
}

export const shownZone = (): string => shown ?? ofBrowser()

/** `Berlin` of Europe/Berlin, as e-mails name it. */
export const cityOf = (zone: string): string => zone.split('/').at(-1)!.replaceAll('_', ' ')

/** Whether clocks in two zones say the same, in summer and winter. */
const isSameClock = (one: string, other: string, at: number): boolean =>
  [at, at + 182 * day].every((each) => offsetAt(one, each) === offsetAt(other, each))

/** The zone that is shown and the browser's, where their clocks differ; else nothing has to be said. */
export function otherZone(now: number): { shown: string; browser: string } | undefined {
  const [zone, browser] = [shownZone(), ofBrowser()]
  return isSameClock(zone, browser, now) ? undefined : { shown: zone, browser }
}

/** As the clock on the wall says it, in milliseconds, as if it hung in UTC. */
const wallOf = (at: number): number => at + offsetAt(shownZone(), at)

/**
 * When the clock on the wall says so. What it says twice, when summer ends, is the first time; what it never says, when summer begins, is
 * as long after the change as it would have been after it: 2:30 is 3:30. Calendars and phones do the same.
 */
function momentAt(wall: number): number {
  const zone = shownZone()
  // An offset a day before and one a day after: clocks are not changed twice in between.
  const [before, after] = [wall - day, wall + day].map((at) => wall - offsetAt(zone, at)) as [number, number]
  const isShown = (at: number) => at + offsetAt(zone, at) === wall
  return [before, after].filter(isShown).toSorted((a, b) => a - b)[0] ?? before
}

/** As `datetime-local` has it: `2027-03-01T10:30`. */
export const localText = (at: number): string => new Date(wallOf(at)).toISOString().slice(0, 16)

/** What stands in a `datetime-local`, in milliseconds; NaN: no time. */
export function momentOf(text: string): number {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text.slice(0, 16)}Z`) : NaN
  return Number.isNaN(wall) ? NaN : momentAt(wall)
}

/** The day of a moment: `2027-03-01`. */
export const dayOf = (at: number): string => localText(at).slice(0, 10)

/** 0 is a Sunday. */
export const weekdayOf = (at: number): number => new Date(wallOf(at)).getUTCDay()

/** A time so many days after the day of a moment: tomorrow at ten. */
export function timeOn(
  now: number,
  { days, hour, minutes = 0 }: { days: number; hour: number; minutes?: number },
): number {
  const midnight = Math.floor(wallOf(now) / day) * day
  return momentAt(midnight + days * day + (hour * 60 + minutes) * minute)
}
