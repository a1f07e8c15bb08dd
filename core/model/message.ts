import * as z from 'zod'
import { instant, leadId, personId, tenantId } from './base.ts'
import { keyOf, type Entity, type Key } from './entity.ts'
import { watchShard } from './lead.ts'

/**
 * Something that is to be told to somebody. It carries references only; what is personal is read when it is
 * rendered, so erasing a person reaches it. Created in the transaction of the step; sent by deliver-mail.
 */
export const message = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  leadId,
  /** `<run or cause>.<segment>.<number>`: the same step of the same run can create it only once */
  id: z.string(),
  to: personId,
  template: z.enum([
    'lead-assigned',
    'lead-reminder',
    'lead-overdue',
    'lead-reassigned',
    'lead-queued',
    'lead-merged',
    'lead-raised',
  ]),
  /** what the template needs besides the lead and the recipient; references, times and words of rules, nothing personal */
  data: z.record(z.string(), z.json()),
  /** at-least-once: sent, then marked; a crash between the two sends again. Staff would rather read twice than never. */
  policy: z.literal('at-least-once'),
  status: z.enum(['pending', 'sent', 'failed']),
  createdAt: instant,
  sentAt: instant.optional(),
  providerId: z.string().optional(),
  error: z.string().optional(),
})
export type Message = z.infer<typeof message>

/** A message that is not sent this long after it was created is announced again by the watchdog. */
export const messageGraceMilliseconds = 5 * 60_000

export const messageKey = (tenant: string, lead: string, id: string): Key => ({
  pk: keyOf(tenant, 'lead', lead),
  sk: keyOf('message', id),
})

export const messageEntity: Entity<Message> = {
  kind: 'message',
  schema: message,
  keys: (record) => ({
    ...messageKey(record.tenant, record.leadId, record.id),
    ...(record.status === 'pending' && {
      watchPk: keyOf(record.tenant, 'watch', watchShard(record.leadId)),
      watchSk: keyOf(
        new Date(Date.parse(record.createdAt) + messageGraceMilliseconds).toISOString(),
        'message',
        record.leadId,
        record.id,
      ),
    }),
  }),
}
