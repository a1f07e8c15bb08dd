import * as z from 'zod'
import { instant, leadId, personId, tenantId } from './base.ts'
import { keyOf, type Entity, type Key } from './entity.ts'
import { watchShard } from './lead.ts'

/**
 * Something that is to be told to somebody. Until it is sent it carries references only; what is personal is read when
 * it is rendered. Then it keeps the words that were sent, which are personal too: they lie beside the lead, so erasing
 * it reaches them. Created in the transaction of the step; sent by deliver-mail.
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
  /** `skipped`: the lead was answered or closed before it could be sent */
  status: z.enum(['pending', 'sent', 'failed', 'skipped']),
  /** how often the watchdog has announced it again */
  announced: z.int().positive().optional(),
  createdAt: instant,
  sentAt: instant.optional(),
  providerId: z.string().optional(),
  /** personal: subject and text as they were sent, compressed */
  words: z.instanceof(Uint8Array).optional(),
  /** their end is missing: what was sent was longer than two write units */
  wordsCut: z.literal(true).optional(),
  error: z.string().optional(),
})
export type Message = z.infer<typeof message>

/**
 * What a message's `data` may hold, as workflows and the watchdog write it. References, times and words of rules only.
 * A template that lacks something leaves the sentence out.
 */
export interface MessageData {
  /** the time promised to the customer for the first answer */
  respondBy?: string
  /** until when the recipient must act before the next level is reached */
  dueAt?: string
  team?: string
  /** who has the lead after this step; absent when it lies in a queue */
  owner?: string
  /** who had it before, when it was taken from him */
  previousOwner?: string
  queue?: string
  /** why it came to this team: decision table, its version and row, and the row's own words */
  rule?: { table: string; version: string; row: string; note?: string }
  /** why this message: a code of `messageReasons` */
  reason?: MessageReason
  /** of an absent person: until when */
  absentUntil?: string
  /** how often this lead was raised since the last contact, from 1 */
  level?: number
}

export const messageReasons = [
  /** assigned by taking turns */
  'turn',
  /** the only one left, so the lead stays where it is */
  'nobody-else',
  /** the whole team is absent */
  'nobody-available',
  /** the owner is absent */
  'owner-absent',
  /** the promised time has passed without an answer */
  'no-answer',
  /** all levels of the workflow passed without an answer */
  'last-level',
  /** nobody took it out of the queue in time */
  'not-taken',
  /** the next step that was planned is overdue */
  'follow-up-overdue',
  /** no workflow took it up */
  'not-routed',
  /** the workflow that looked after it has failed */
  'run-failed',
] as const
export type MessageReason = (typeof messageReasons)[number]

/** A message that is not sent this long after it was created is announced again by the watchdog; each time it waits twice as long. */
export const messageGraceMilliseconds = 5 * 60_000

/** Announced again so often (5 minutes doubled each time: a day in all), it has failed and becomes an alert. */
export const mostAnnouncements = 8

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
        new Date(
          Date.parse(record.createdAt) + messageGraceMilliseconds * 2 ** (record.announced ?? 0),
        ).toISOString(),
        'message',
        record.leadId,
        record.id,
      ),
    }),
  }),
}
