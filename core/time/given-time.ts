import * as z from 'zod/mini'
import { toInstant } from '../record/id.ts'
import { fieldFault } from '../record/fault.ts'

/** A time as people write it, with an offset; what comes out is in UTC and may lie in any year. */
export const givenTime = z.pipe(
  z.iso.datetime({ offset: true, error: 'write a time as 2027-03-01T09:00:00Z or with its offset' }),
  z.transform((text) => toInstant(Date.parse(text))),
)

const day = 86_400_000
export const days = (count: number): number => count * day
/** With a leap day in it. */
export const twoYears = 731 * day

/** Milliseconds, both inclusive. */
export interface TimeRange {
  from: number
  until: number
}

/**
 * A time that makes sense where it stands. Throws Fault `field.invalid` that names the field and, as `allowed`, the
 * range; `why` is the rest of its sentence.
 */
export function requireWithin(field: string, at: string, range: TimeRange, why: string): void {
  const time = Date.parse(at)
  if (time >= range.from && time <= range.until) return
  const allowed = { from: toInstant(range.from), until: toInstant(range.until) }
  const message = `must lie between ${allowed.from} and ${allowed.until}: ${why}`
  throw fieldFault([{ path: [field], message }], { allowed })
}

/** When the next step is due, if that is said. Throws Fault `field.invalid` unless it is within two years from now. */
export function timeOfNextStep<Given extends string | undefined>(given: Given, now: number): Given {
  const range = { from: now + 1, until: now + twoYears }
  if (given !== undefined) requireWithin('nextAt', given, range, 'in the future, within two years')
  return given
}
