import * as z from 'zod'
import { toInstant } from '../model/base.ts'

const time = z.iso
  .datetime({ offset: true, error: 'write a time as 2027-03-01T09:00:00Z or with its offset' })
  .transform((text) => toInstant(Date.parse(text)))

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
    at: time.optional(),
    /** when the next step is due */
    nextAt: time.optional(),
  })
  .refine(({ what, outcome }) => what !== 'close' || !outcome || outcome === 'won' || outcome === 'lost', {
    path: ['outcome'],
    message: 'a lead is closed as won or lost',
  })
