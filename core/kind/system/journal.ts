import type { Press } from '../../record/item.ts'
import * as z from 'zod/mini'
import { decisionEntry } from './decision.ts'
import { grounds } from './grounds.ts'
import type { Segment } from './segment.ts'

/** What a segment keeps for readers of the past, packed in its item: it is read seldom, and billed by the kilobyte. */
export const journal = z.object({
  /** the reasons of its steps */
  entries: z.array(decisionEntry),
  /** what all of its messages say */
  data: z.optional(z.record(z.string(), z.json())),
  grounds: z.optional(grounds),
})
export type Journal = z.infer<typeof journal>

export const packJournal = (kept: Journal, { pack }: Press): Segment['journal'] => pack(JSON.stringify(kept))

/** The journal of a segment; an empty one where there is none, and of bytes that this version cannot read. */
export function journalOf({ journal: bytes }: Pick<Segment, 'journal'>, { unpack }: Press): Journal {
  const text = bytes && unpack(bytes)
  return text === undefined ? { entries: [] } : journal.parse(JSON.parse(text))
}
