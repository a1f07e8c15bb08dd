import { toInstant } from '../record/id.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { days, requireWithin } from '../time/given-time.ts'

/** Somebody may have called before the lead was entered; a call longer ago belongs to another story. */
const longestBefore = days(30)
/** A clock that goes ahead by so much is not a mistake of the one who looks at it. */
const clockSkew = 5 * 60_000

/** When an activity happened: as given, or now. Throws Fault `field.invalid` for a time at which it cannot have. */
export function timeOfActivity(
  given: string | undefined,
  lead: Pick<Lead, 'createdAt'>,
  now: number,
): string {
  if (given === undefined) return toInstant(now)
  const range = { from: Date.parse(lead.createdAt) - longestBefore, until: now + clockSkew }
  requireWithin('at', given, range, 'not before 30 days ahead of the lead, and not in the future')
  return toInstant(Math.min(Date.parse(given), now))
}
