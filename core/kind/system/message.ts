import * as z from 'zod/mini'
import { choice, instant, optional, ref, stored, value } from '../../record/field.ts'
import { entryKey, fileOf, keyOf, section, type Key, type Keys } from '../../record/key.ts'
import { entry, type RecordOf, type Subject } from '../../record/kind.ts'

/** What is told of a record of any kind. */
type Told = 'assigned' | 'reminder' | 'overdue' | 'reassigned' | 'queued' | 'raised'

/** In place of the name of a kind: about any kind that is worked on. */
export const anyWork = 'work'

/** What the engines tell of a record, as its kind calls it: `lead-queued`. */
export const messageTemplate = ({ name }: { name: string }, what: Told): string => `${name}-${what}`

/** Whether a template tells this of a record, in the kind's own words or in those for any: `work-queued`. */
export const isTemplate = (template: string, kind: { name: string }, what: Told): boolean =>
  template === messageTemplate(kind, what) || template === messageTemplate({ name: anyWork }, what)

/** References, times and words of rules, nothing personal: what a template needs besides the record and the recipient. */
const data = z.record(z.string(), z.json())

const template = stored('Template', { given: true, help: 'a file of messages/ by its name' })

/**
 * Whom to tell what, as the item of the decision carries it that says so. What is the same for all messages of a decision
 * stands beside them once.
 */
export const notice = z.object({ to: ref('person', 'To'), template, data: optional(data) })
export type Notice = z.infer<typeof notice>

/**
 * What became of something that was to be told. As long as nothing has, the decision that says so is all there is of it:
 * it carries references only, and what is personal is read when it is rendered. A message that was sent keeps the words,
 * which are personal too: they lie beside the lead, so erasing it reaches them. Sent, then stored; a crash between the
 * two sends again: staff would rather read twice than never.
 */
export const messageKind = entry({
  name: 'message',
  title: 'Message',
  help: 'What became of an e-mail that a decision or a segment says is to be sent: the words as sent, or why it waits, has failed or was left out. Until then there is none.',
  fields: () => ({
    id: stored('Id', {
      given: true,
      help: '`<cause>.<number>`: which message of which segment (`<workflow>.<occurrence>.<segment>`) or decision',
    }),
    to: ref('person', 'To', { given: true }),
    template,
    data: value('Data', data, {
      given: true,
      help: 'what the template needs besides the record and the recipient: references, times and words of rules, nothing personal. One that was sent leaves it to its decision',
    }),
    status: choice('Status', ['pending', 'waiting', 'sent', 'failed', 'skipped'], {
      given: true,
      help: '`waiting`: refused for no fault of its own, tried again until it is sent; `pending` while it is. `skipped`: it made no sense any more when it could be sent',
    }),
    hold: optional(
      value(
        'Hold',
        z.object({
          cause: z.string(),
          /** `recipient`: mails to others are not held up */
          whose: z.enum(['account', 'recipient']),
          /** what to do, in English, nothing personal */
          remedy: z.string(),
          /** when it was refused last */
          at: instant('When'),
        }),
        { given: true, help: 'why it waits, or has waited' },
      ),
    ),
    releasedAt: optional(
      instant('Released', { given: true, help: 'when it was tried again after it had waited' }),
    ),
    createdAt: instant('Created', { given: true }),
    sentAt: optional(instant('Sent', { given: true })),
    providerId: optional(stored('Id at SES', { given: true })),
    words: optional(
      value('Words', z.instanceof(Uint8Array), {
        given: true,
        personal: 'identity',
        help: 'subject and text as they were sent, compressed',
      }),
    ),
    wordsCut: optional(
      value('Words were cut', z.literal(true), {
        given: true,
        help: 'their end is missing: what was sent was longer than two write units',
      }),
    ),
    error: optional(stored('Error', { given: true })),
  }),
  place: ({ id }) => messagePlace(id),
  said: (id = '') => ({ id }),
  indexed(record): Partial<Keys> {
    const { tenant, subject, id, createdAt, status, hold, to } = record
    return {
      ...expiryOf({ subject, at: createdAt }),
      ...(status === 'waiting' && {
        listPk: waitingPartition(tenant),
        // By cause, then whoever was refused longest ago: each attempt is another message's, so one that is never taken
        // cannot stand before the others.
        listSk: keyOf(...holdParts(hold!, to), hold!.at, subject.id, id),
      }),
    }
  },
})
export type Message = RecordOf<typeof messageKind>

/**
 * What a message's `data` may hold, as workflows and the watchdog write it. References, times and words of rules only.
 * A template that lacks something leaves the sentence out.
 */
export interface MessageData {
  /** the promised times lie beside these by their fields, such as a lead's */
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
  /** the level to which it was raised since the last contact, from 1 */
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
  /** nobody was asked about it: its owner or queue is gone, or it had no time */
  'forgotten',
  /** a colleague, or a program, gave it to its reader */
  'given',
] as const
export type MessageReason = (typeof messageReasons)[number]

/** The quarantine as a subject: messages about it lie in a file of its own. */
export const quarantine = { kind: 'quarantine', id: 'quarantine' } as const

const messagePlace = (id: string): string => entryKey('message', id)

/** All messages of a file. */
export const messagePrefix = `${section.message}#`

/** In the file of what it tells of. */
export const messageKey = (tenant: string, about: string, id: string): Key => ({
  pk: fileOf(tenant, about),
  sk: messagePlace(id),
})

/** Of the index `list`: every message that waits. */
export const waitingPartition = (tenant: string): string => keyOf(tenant, 'message-waiting')

/** What waits for the same thing: a cause, and the recipient when it concerns him alone. */
export const holdParts = (
  { cause, whose }: { cause: string; whose: 'account' | 'recipient' },
  to: string,
): [cause: string, to: string] => [cause, whose === 'recipient' ? to : '']

/** What was told of the quarantine is kept for so long: it proves that it was told, and holds nothing else. */
const quarantineSeconds = 90 * 86_400

/** When what was told and decided about the quarantine may go; what is about records stays with them. */
export const expiryOf = ({ subject, at }: { subject: Subject; at: string }): Pick<Keys, 'expiresAt'> =>
  subject.kind === quarantine.kind ? { expiresAt: Math.floor(Date.parse(at) / 1000) + quarantineSeconds } : {}
