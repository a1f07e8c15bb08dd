import type { CalendarPlan } from './calendar-plan.ts'
import { Fault } from '../record/fault.ts'
import { parseDuration, type Duration } from './duration.ts'
import { isTimeZone, offsetAt } from './zone.ts'

/*
 * Business time.
 *
 * Problem: count time only while a team is at work, exactly, also in the nights in which clocks are changed.
 * Definition: an instant is open when the wall clock of the zone shows, at that instant, a time within the opening
 * hours of the date it shows, and that date is no holiday. Everything else follows: an hour that clocks skip is not
 * worked, an hour that they repeat is worked twice.
 * Representation: the open instants of one UTC day as ordered, disjoint intervals of absolute time, computed from
 * the stretches of constant offset within that day. UTC days, not local dates, because local dates may overlap
 * (where clocks go back over midnight, 23:30 follows 00:30) and may be missing (Samoa, 30 December 2011).
 * Assumption: a zone changes its offset at most once in six hours.
 * Rejected: adding to local date fields and converting back (ambiguous in a fold, undefined in a gap); stepping
 * minute by minute (the test's oracle does).
 */

const day = 86_400_000
const sampling = day / 4
/** The days that one calendar remembers: a year ahead and behind, then it starts anew. */
const remembered = 800
/** A search that finds nothing open for so many days gives up: holidays without end. */
const longestClosure = 3660

export interface Interval {
  from: number
  /** exclusive */
  until: number
}

interface OpenStretch extends Interval {
  offset: number
}

export interface BusinessCalendar {
  isOpen(at: number): boolean
  /** `at` when it is open, otherwise the next opening */
  nextOpening(at: number): number
  /** The first instant by which `milliseconds` of open time have passed since `at`. */
  addBusinessTime(at: number, milliseconds: number): number
  /** Open milliseconds between two instants; negative when `to` lies before `from`. */
  businessTimeBetween(from: number, to: number): number
  /** The same time of day so many working days after the next opening, or the nearest working time of that day. */
  addBusinessDays(at: number, days: number): number
  /** A duration: in business time when it says so or when `always` is set, otherwise on the clock. */
  add(at: number, duration: Duration | string, always?: 'business'): number
}

/** Opening hours as a calendar to count with. Throws Fault `config.broken` for a plan with `calendarProblems`. */
export function businessCalendar(plan: CalendarPlan): BusinessCalendar {
  const [problem] = calendarProblems(plan)
  if (problem) throw new Fault('config.broken', problem.message, { where: problem.path.join('.') })
  const { timeZone } = plan
  const week = weekdays.map((name) => plan.week[name].map(wallInterval))
  const holidays = new Set(plan.holidays.map((date) => Date.parse(date) / day))
  const cache = new Map<number, OpenStretch[]>()

  function stretchesOf(utcDay: number): OpenStretch[] {
    let open = cache.get(utcDay)
    if (!open) {
      if (cache.size >= remembered) cache.clear()
      open = constantOffsets(timeZone, utcDay * day).flatMap(openWithin)
      cache.set(utcDay, open)
    }
    return open
  }

  function openWithin({ from, until, offset }: OpenStretch): OpenStretch[] {
    const open: OpenStretch[] = []
    const lastDate = Math.floor((until - 1 + offset) / day)
    for (let date = Math.floor((from + offset) / day); date <= lastDate; date++)
      for (const hours of hoursOf(date)) {
        const start = Math.max(from, date * day + hours.from - offset)
        const end = Math.min(until, date * day + hours.until - offset)
        if (start < end) open.push({ from: start, until: end, offset })
      }
    return open
  }

  /** 1 January 1970 was a Thursday. */
  const hoursOf = (date: number): Interval[] => (holidays.has(date) ? [] : week[(((date + 3) % 7) + 7) % 7]!)

  /** Open stretches from `at` on, without end. */
  function* openFrom(at: number): Generator<OpenStretch> {
    let closed = 0
    for (let utcDay = Math.floor(at / day); closed < longestClosure; utcDay++) {
      const open = stretchesOf(utcDay).filter((stretch) => stretch.until > at)
      closed = open.length ? 0 : closed + 1
      for (const stretch of open) yield { ...stretch, from: Math.max(stretch.from, at) }
    }
    throw new Fault('config.broken', `the calendar "${plan.title}" is closed for ten years`)
  }

  const firstOf = (stretches: Generator<OpenStretch>): OpenStretch => {
    const { value } = stretches.next()
    return value as OpenStretch
  }

  const calendar: BusinessCalendar = {
    isOpen: (at) => stretchesOf(Math.floor(at / day)).some((open) => open.from <= at && at < open.until),
    nextOpening: (at) => firstOf(openFrom(at)).from,

    addBusinessTime(at, milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError('business time is added forwards')
      let left = milliseconds
      if (left === 0) return at
      for (const open of openFrom(at)) {
        const length = open.until - open.from
        if (left <= length) return open.from + left
        left -= length
      }
      return at
    },

    businessTimeBetween(begin, end) {
      if (end < begin) return -calendar.businessTimeBetween(end, begin)
      let sum = 0
      for (let utcDay = Math.floor(begin / day); utcDay * day < end; utcDay++)
        for (const open of stretchesOf(utcDay))
          sum += Math.max(0, Math.min(open.until, end) - Math.max(open.from, begin))
      return sum
    },

    addBusinessDays(at, days) {
      const start = firstOf(openFrom(at))
      let date = Math.floor((start.from + start.offset) / day)
      const timeOfDay = start.from + start.offset - date * day
      for (let left = days; left > 0;) {
        date++
        // A working date may still have no instant: clocks can skip a whole day.
        if (hoursOf(date).length && stretchesOn(date).length) left--
      }
      const open = stretchesOn(date)
      for (const stretch of open) {
        const opens = stretch.from + stretch.offset - date * day
        if (timeOfDay <= opens) return stretch.from
        const inside = stretch.from + timeOfDay - opens
        if (inside < stretch.until) return inside
      }
      return open.at(-1)!.until
    },

    add(at, length, always) {
      const duration = typeof length === 'string' ? parseDuration(length) : length
      if (!duration.business && !always) return at + duration.days * day + duration.milliseconds
      const onDay = duration.days ? calendar.addBusinessDays(at, duration.days) : at
      return calendar.addBusinessTime(onDay, duration.milliseconds)
    },
  }

  /** Open stretches of a local date; it lies within the UTC days around it. */
  function stretchesOn(date: number): OpenStretch[] {
    return [date - 1, date, date + 1]
      .flatMap(stretchesOf)
      .filter((open) => Math.floor((open.from + open.offset) / day) === date)
  }

  return calendar
}

const compiled = new WeakMap<CalendarPlan, BusinessCalendar>()

/** The calendar of a plan, compiled once: it remembers the days that it has computed. */
export function calendarOf(plan: CalendarPlan): BusinessCalendar {
  let calendar = compiled.get(plan)
  if (!calendar) compiled.set(plan, (calendar = businessCalendar(plan)))
  return calendar
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** What is wrong with a plan, each with the path of the value. */
export function calendarProblems(plan: CalendarPlan): { path: (string | number)[]; message: string }[] {
  const problems: { path: (string | number)[]; message: string }[] = []
  if (!isTimeZone(plan.timeZone))
    problems.push({
      path: ['timeZone'],
      message: `"${plan.timeZone}" is not a time zone; write an IANA name such as Europe/Kyiv`,
    })
  for (const name of weekdays) {
    let last = 0
    for (const [i, text] of plan.week[name].entries()) {
      const { from, until } = wallInterval(text)
      const path = ['week', name, i]
      if (until <= from)
        problems.push({
          path,
          message: `${name} ${text} ends before it begins; write hours over midnight as two: 22:00-24:00 and 00:00-06:00 on the next day`,
        })
      else if (from < last)
        problems.push({ path, message: `${name} ${text} overlaps or precedes the hours before it` })
      last = Math.max(last, until)
    }
  }
  if (weekdays.every((name) => plan.week[name].length === 0))
    problems.push({
      path: ['week'],
      message: `the calendar "${plan.title}" never opens; write hours for a day at least`,
    })
  return problems
}

/** `09:00-13:30` as milliseconds since the clock showed midnight. */
function wallInterval(text: string): Interval {
  const [from = 0, until = 0] = text.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    return (hours * 60 + minutes) * 60_000
  })
  return { from, until }
}

/** The stretches of constant offset of the day of absolute time that begins at `start`. */
function constantOffsets(timeZone: string, start: number): OpenStretch[] {
  const stretches: OpenStretch[] = []
  let current: OpenStretch = { from: start, until: start, offset: offsetAt(timeZone, start) }
  for (let at = start; at < start + day; at += sampling) {
    const end = at + sampling
    // The offset of the last millisecond: the end itself belongs to what follows.
    const offset = offsetAt(timeZone, end - 1)
    if (offset !== current.offset) {
      // From the last sample on: the change may be at the very first millisecond after it.
      const change = changeBetween(timeZone, Math.max(start, at - 1), end - 1)
      if (change > current.from) stretches.push({ ...current, until: change })
      current = { from: change, until: end, offset }
    }
    current.until = end
  }
  stretches.push(current)
  return stretches
}

/** The first instant after `low` that has the offset of `high`. Offsets change on whole seconds. */
function changeBetween(timeZone: string, low: number, high: number): number {
  const before = offsetAt(timeZone, low)
  let [closed, open] = [low, high]
  while (open - closed > 1) {
    const middle = Math.floor((closed + open) / 2)
    if (offsetAt(timeZone, middle) === before) closed = middle
    else open = middle
  }
  return open
}
