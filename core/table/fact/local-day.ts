import { offsetAt } from '../../time/zone.ts'

/** The first moment of a local day (`2026-12-31`) in a time zone, in milliseconds; of 23- and 25-hour days too. */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // The offset is that of the moment sought, so it is looked up near it; twice, for a change in between.
  const first = midnight - offsetAt(timeZone, midnight)
  const second = midnight - offsetAt(timeZone, first)
  // A day that begins with a skipped hour has no midnight: its first moment is the later of the two.
  return second === first || midnight - offsetAt(timeZone, second) === second
    ? second
    : Math.max(first, second)
}
