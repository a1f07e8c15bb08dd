import * as z from 'zod/mini'
import { howToWrite, parseDuration } from './duration.ts'

/** Validates the text of a duration, with the same advice. */
export const durationText = z.string({ error: ({ input }) => howToWrite(String(input)) }).check(
  z.superRefine((text, context) => {
    try {
      parseDuration(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    }
  }),
  z.describe('A length of time, such as "30 minutes", "2 hours", "3 business hours" or "1 day"'),
)
