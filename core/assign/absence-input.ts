import * as z from 'zod/mini'
import { givenTime, requireWithin, twoYears } from '../time/given-time.ts'

/** When somebody is away, as they tell it. */
export const absenceInput = z
  .strictObject({
    from: givenTime,
    until: givenTime,
    reason: z.optional(z.string().check(z.maxLength(200))),
    /** yes, it is longer than two years */
    confirm: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
      path: ['until'],
      error: 'must be later than `from`',
    }),
  )

const longestConfirmed = 5 * twoYears

/**
 * The absence, when it makes sense: it ends in the future, begins within two years before or after now, and lasts for
 * two years at most, or ten when that is confirmed. One that is over would change nothing, so it is a mistake. Throws Fault `field.invalid`.
 */
export function absenceOf(
  { confirm, ...absence }: z.output<typeof absenceInput>,
  now: number,
): { from: string; until: string; reason?: string | undefined } {
  const begin = { from: now - twoYears, until: now + twoYears }
  requireWithin('from', absence.from, begin, 'within two years from now')
  const longest = Date.parse(absence.from) + (confirm ? longestConfirmed : twoYears)
  const why = confirm
    ? 'not over yet, and at most ten years long'
    : 'not over yet, and at most two years long; if it is longer on purpose, send "confirm": true'
  requireWithin('until', absence.until, { from: now + 1, until: Math.max(longest, now + 1) }, why)
  return absence
}
