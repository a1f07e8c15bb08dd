import * as z from 'zod'
import { givenTime } from '../time/given-time.ts'

/** What somebody did with a lead, as they tell it. */
export const activityInput = z
  .strictObject({
    what: z.enum(['call', 'email', 'meeting', 'chat', 'note', 'close', 'reopen', 'take']),
    text: z.string().max(20_000).optional(),
    /** of a contact, such as `reached` or `no-answer`; of closing, `won` or `lost` */
    outcome: z
      .string()
      .regex(/^[a-z][a-z-]{0,40}$/, 'write a word such as reached, no-answer, won or lost')
      .optional(),
    direction: z.enum(['in', 'out']).optional(),
    /** seconds */
    duration: z.number().nonnegative().max(86_400).optional(),
    /** when it happened, if not now */
    at: givenTime.optional(),
    /** when the next step is due */
    nextAt: givenTime.optional(),
  })
  .refine(({ what, outcome }) => what !== 'close' || !outcome || outcome === 'won' || outcome === 'lost', {
    path: ['outcome'],
    message: 'a lead is closed as won or lost',
  })
