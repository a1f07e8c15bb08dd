import type { Press } from '../../record/item.ts'
import * as z from 'zod/mini'

/** What may have been misread: its bytes, so that no word is gone for good. */
const undecoded = z.object({
  /** the whole body, or of a field its name, its value, or the name of its file */
  of: z.enum(['body', 'name', 'value', 'file']),
  /** the name of the field, as it was read */
  field: z.string(),
  /** in which it was read */
  charset: z.string(),
  base64: z.string(),
})

/** What was posted: read only when somebody looks, or when the words of its lead are asked for. */
export const posted = () =>
  z.object({
    /** as the lead that it made keeps them; absent when it made none */
    message: z.optional(z.string()),
    also: z.optional(z.array(z.object({ name: z.string(), text: z.string() }))),
    /** name and value in the order of arrival; a name may come again */
    fields: z.array(z.tuple([z.string(), z.json()])),
    undecoded: z.optional(z.array(undecoded)),
    contentType: z.string(),
    /** the page on which the form stands, with its query */
    referrer: z.optional(z.string()),
    /** query string of the address that was posted to */
    query: z.optional(z.string()),
    userAgent: z.optional(z.string()),
    /** the words that the visitor agreed to */
    consent: z.optional(z.string()),
  })
export type Posted = z.infer<ReturnType<typeof posted>>

/**
 * One text, in which a message that stands there twice, as it came and as the lead has it, takes twenty bytes more: a
 * submission with a message of 1,000 characters is less than a kilobyte, which is one unit of a write to the table.
 */
export const packPosted = (all: Posted, { pack }: Press): Uint8Array<ArrayBuffer> => pack(JSON.stringify(all))

/** Throws for bytes that nobody can read: what we wrote, we must be able to read. */
export function readPosted(
  { id, posted: bytes }: { id: string; posted: Uint8Array },
  { unpack }: Press,
): Posted {
  const text = unpack(bytes)
  if (text === undefined) throw new Error(`what was posted with ${id} was packed in an unknown way`)
  return JSON.parse(text) as Posted
}
