import { timeOn, weekdayOf } from '../../words/zone.ts'

/** Usual ends of an absence, in the reader's own days. */
export function usualEnds(now: number): { name: 'today' | 'tomorrow' | 'week'; at: number }[] {
  // On a Monday it is the next one.
  const untilMonday = (8 - weekdayOf(now)) % 7 || 7
  return [
    { name: 'today', at: timeOn(now, { days: 0, hour: 23, minutes: 59 }) },
    { name: 'tomorrow', at: timeOn(now, { days: 1, hour: 9 }) },
    { name: 'week', at: timeOn(now, { days: untilMonday, hour: 9 }) },
  ]
}
