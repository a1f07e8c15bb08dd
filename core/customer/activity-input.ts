import * as z from 'zod/mini'
import { toldTypes } from '../kind/customer/activity.ts'
import { toInstant } from '../record/id.ts'
import { givenTime, requireWithin } from '../time/given-time.ts'

/** What somebody tells of a record of any kind. */
export const activityInput = z.strictObject({
  what: z.enum(toldTypes),
  text: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(20_000))),
  outcome: z.optional(
    z.string().check(z.regex(/^[a-z][a-z-]{0,40}$/, 'write a word such as reached, no-answer or delivered')),
  ),
  direction: z.optional(z.enum(['in', 'out'])),
  /** seconds */
  duration: z.optional(z.number().check(z.nonnegative(), z.maximum(86_400))),
  campaign: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
  order: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
  /** when it happened, if not now */
  at: z.optional(givenTime),
  /** of a program: whose it is, a person or `customer` */
  by: z.optional(z.string().check(z.maxLength(100))),
})
export type ActivityInput = z.infer<typeof activityInput>

/** A clock that goes ahead by so much is not a mistake of the one who looks at it. */
const clockSkew = 60_000

/** Nothing on paper is older. */
const earliest = Date.parse('1900-01-01T00:00:00.000Z')

/** When it happened: as given, however long ago, or now. Throws Fault `field.invalid` for what is still to come. */
export function timeOfEntry(given: string | undefined, now: number): string {
  if (given === undefined) return toInstant(now)
  requireWithin('at', given, { from: earliest, until: now + clockSkew }, 'not in the future')
  return toInstant(Math.min(Date.parse(given), now))
}
