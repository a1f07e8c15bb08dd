import * as z from 'zod'
import { instant, leadId, personId, tenantId, type LeadId, type PersonId } from '../../record/id.ts'
import { keyOf, type Entity, type Key } from '../../record/item.ts'
import { watchShard } from '../sales/lead.ts'

/** What tells of a lead. */
export const leadTemplates = [
  'lead-assigned',
  'lead-reminder',
  'lead-overdue',
  'lead-reassigned',
  'lead-queued',
  'lead-merged',
  'lead-raised',
] as const
export type LeadTemplate = (typeof leadTemplates)[number]

/**
 * Something that is to be told to somebody. Until it is sent it carries references only; what is personal is read when
 * it is rendered. Then it keeps the words that were sent, which are personal too: they lie beside the lead, so erasing
 * it reaches them. Created in the transaction of the step; sent by deliver-mail.
 */
export const message = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  /** the lead of which it tells; absent when it tells of the quarantine */
  leadId: leadId.optional(),
  /** `<run or cause>.<segment>.<number>`: the same step of the same run can create it only once */
  id: z.string(),
  to: personId,
  template: z.enum([...leadTemplates, 'quarantine-waiting']),
  /** what the template needs besides the lead and the recipient; references, times and words of rules, nothing personal */
  data: z.record(z.string(), z.json()),
  /** at-least-once: sent, then marked; a crash between the two sends again. Staff would rather read twice than never. */
  policy: z.literal('at-least-once'),
  /**
   * `waiting`: refused for no fault of its own, tried again until it is sent. `skipped`: it made no sense any more when
   * it could be sent
   */
  status: z.enum(['pending', 'waiting', 'sent', 'failed', 'skipped']),
  /** how often the watchdog has announced it again since it was created or released */
  announced: z.int().positive().optional(),
  /** why it waits, or has waited */
  hold: z
    .object({
      cause: z.string(),
      /** `recipient`: mails to others are not held up */
      whose: z.enum(['account', 'recipient']),
      /** what to do, in English, nothing personal */
      remedy: z.string(),
      /** when it was refused last */
      at: instant,
    })
    .optional(),
  /** when it was tried again after it had waited */
  releasedAt: instant.optional(),
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
export type LeadMessage = Message & { leadId: LeadId; template: LeadTemplate }

/** A message about a lead, or one about the quarantine. */
export const isAboutLead = (record: Message): record is LeadMessage =>
  record.leadId !== undefined && record.template !== 'quarantine-waiting'

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
  /** of a merge: what was merged */
  submissionId?: string
  /** of a merge: it belongs to another lead, with which this one shares an address */
  elsewhere?: true
  /** of a merge: another open lead that shares an address, and who has that one */
  otherLead?: string
  otherOwner?: string
  otherQueue?: string
  /** of a merge that changes the route: whether the lead is routed again, by `rule` to `team`, or stays */
  route?: 'again' | 'stays'
  because?: 'answered' | 'taken' | 'not-answered'
  /** how often this lead was raised since the last contact, from 1 */
  level?: number
  /** of the quarantine: when its watchers were told before */
  since?: string
}

export const messageReasons = [
  /** assigned by taking turns */
  'turn',
  /** what the customer said anew changes the route, but not the team */
  'same-team',
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

/** Announced again so often (5 minutes doubled each time: a day in all), it waits and becomes part of an alert. */
export const mostAnnouncements = 8

/** Beside the lead of which it tells, or in the quarantine's own partition. */
export const messageKey = (tenant: string, lead: string | undefined, id: string): Key => ({
  pk: lead === undefined ? quarantinePartition(tenant) : keyOf(tenant, 'lead', lead),
  sk: keyOf('message', id),
})

export const quarantinePartition = (tenant: string): string => keyOf(tenant, 'quarantine')

/** Of the index `list`: every message that waits. */
export const waitingPartition = (tenant: string): string => keyOf(tenant, 'message-waiting')

/** What waits for the same thing: a cause, and the recipient when it concerns him alone. */
export const holdParts = (
  { cause, whose }: Pick<NonNullable<Message['hold']>, 'cause' | 'whose'>,
  to: PersonId,
): [cause: string, to: string] => [cause, whose === 'recipient' ? to : '']

/** What was told of the quarantine is kept for so long: it proves that it was told, and holds nothing else. */
const quarantineMessageSeconds = 90 * 86_400

export const messageEntity: Entity<Message> = {
  kind: 'message',
  schema: message,
  keys: (record) => {
    const about = record.leadId ?? 'quarantine'
    const begun = Date.parse(record.releasedAt ?? record.createdAt)
    const due = begun + messageGraceMilliseconds * 2 ** (record.announced ?? 0)
    return {
      ...messageKey(record.tenant, record.leadId, record.id),
      ...(record.leadId === undefined && {
        expiresAt: Math.floor(Date.parse(record.createdAt) / 1000) + quarantineMessageSeconds,
      }),
      ...(record.status === 'pending' && {
        watchPk: keyOf(record.tenant, 'watch', watchShard(about)),
        watchSk: keyOf(new Date(due).toISOString(), 'message', about, record.id),
      }),
      ...(record.status === 'waiting' && {
        listPk: waitingPartition(record.tenant),
        // By cause, then whoever was refused longest ago: each attempt is another message's, so one that is never taken
        // cannot stand before the others.
        listSk: keyOf(...holdParts(record.hold!, record.to), record.hold!.at, about, record.id),
      }),
    }
  },
}
