import * as z from 'zod/mini'
import { instant, leadId, tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { entryKey, fileOf, recordKey, type Key } from '../../record/key.ts'

/**
 * The answer to a post that carried an Idempotency-Key, written in the transaction of what it tells of: its key is the
 * proof that this was done, and whoever repeats the post gets the same answer, whatever became of the record since.
 * Submissions need none: their own id follows from the key.
 */
export const reply = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  /** of the caller, the address and the key */
  id: z.string(),
  at: instant,
  /** a hash of what was posted: other content under the same key is refused */
  content: z.string(),
  status: z.int(),
  location: z.optional(z.string()),
  /** of the state that it tells of */
  etag: z.optional(z.string()),
  /** the very text, JSON; personal as far as the lead is */
  body: z.string(),
  /** of an activity: the reply lies with its lead, and is erased with it */
  leadId: z.optional(leadId),
  /** of anything else: until when repeating it could still do something */
  until: z.optional(instant),
})
export type Reply = z.infer<typeof reply>

export const replyKey = (tenant: string, id: string, of?: string): Key =>
  of === undefined
    ? recordKey(tenant, `reply.${id}`)
    : { pk: fileOf(tenant, of), sk: entryKey('other', 'reply', id) }

export const replyEntity: Entity<Reply> = {
  kind: 'reply',
  schema: reply,
  keys: (record) => ({
    ...replyKey(record.tenant, record.id, record.leadId),
    ...(record.until !== undefined && {
      expiresAt: Math.floor(Date.parse(record.until) / 1000),
    }),
  }),
}
