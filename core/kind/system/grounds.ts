import * as z from 'zod/mini'

/**
 * What a decision rested on, beside what its item says already (when, about what, by which version of which workflow and
 * table, whose turns, which facts): so much that it can be decided again from the journals of what it read.
 */
export const grounds = z.object({
  /** what set it off: something that happened, or that it was time */
  because: z.enum(['event', 'time']),
  /** the versions of what was read, by name: the kind of the record, `roster` */
  seen: z.record(z.string(), z.int()),
  /** hashes of company/ and of the code, and the release of the time zones */
  by: z.object({ company: z.string(), engine: z.string(), zones: z.string() }),
  /** how often in a row automation had caused what happened; absent: not at all */
  hop: z.optional(z.int()),
  /** names what came of it: core/workflow/effects.ts */
  effects: z.string(),
})
export type Grounds = z.infer<typeof grounds>
