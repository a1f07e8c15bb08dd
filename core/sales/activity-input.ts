import * as z from 'zod/mini'
import { isObject } from '../record/operation/read.ts'
import { givenTime } from '../time/given-time.ts'

/** What somebody did with a lead, as they tell it. */
export const activityInput = z
  .strictObject({
    what: z.enum(['call', 'email', 'meeting', 'chat', 'note', 'close', 'reopen', 'take']),
    text: z.optional(z.string().check(z.maxLength(20_000))),
    /** of a contact, such as `reached` or `no-answer`; of closing, `won` or `lost` */
    outcome: z.optional(
      z
        .string()
        .check(z.regex(/^[a-z][a-z-]{0,40}$/, 'write a word such as reached, no-answer, won or lost')),
    ),
    direction: z.optional(z.enum(['in', 'out'])),
    /** seconds */
    duration: z.optional(z.number().check(z.nonnegative(), z.maximum(86_400))),
    /** when it happened, if not now */
    at: z.optional(givenTime),
    /** what is to be done next, in words */
    nextStep: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
    /** when the next step is due */
    nextAt: z.optional(givenTime),
  })
  .check(
    z.refine(({ what, outcome }) => what !== 'close' || !outcome || outcome === 'won' || outcome === 'lost', {
      path: ['outcome'],
      error: 'a lead is closed as won or lost',
      // Told together with what else is wrong.
      when: ({ value }) => isObject(value),
    }),
  )
