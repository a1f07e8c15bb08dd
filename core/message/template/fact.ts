import { messageReasons } from '../../kind/system/message.ts'
import type { MessageSubject } from './definition.ts'

/** What a message may say in `{…}` and ask in `if`. */
export interface MessageFact {
  /** `flag`: true or not there. A list: one of these codes. Neither is shown. */
  type: 'text' | 'time' | 'number' | 'flag' | readonly string[]
  /** with every message about such a record */
  always?: true
  /** only the product itself gives it, never a step of a workflow */
  ownOnly?: true
  /** known once a step of a workflow has given this */
  after?: 'promise' | 'team' | 'owner' | 'watchers'
  help: string
}

const leadFacts = {
  who: { type: 'text', always: true, help: 'who wrote: name, company or address' },
  promised: {
    type: 'time',
    after: 'promise',
    help: 'the time promised to the customer for the first answer',
  },
  due: { type: 'time', help: 'until when its reader must act' },
  owner: { type: 'text', after: 'owner', help: 'who has the lead, when that is not its reader' },
  previousOwner: { type: 'text', after: 'owner', help: 'who had it before' },
  team: { type: 'text', after: 'team', help: 'the team of the lead' },
  queue: { type: 'text', after: 'watchers', help: 'the queue in which it lies' },
  absentUntil: { type: 'time', after: 'owner', help: 'until when the owner is absent' },
  reason: { type: messageReasons, help: 'why it is sent' },
  level: { type: 'number', ownOnly: true, help: 'how often it was raised since the last contact' },
  merge: { type: 'flag', ownOnly: true, help: 'a customer wrote again' },
  leadOf: {
    type: 'text',
    ownOnly: true,
    help: 'of a merge: the customer of the lead, when somebody else wrote',
  },
  isNew: { type: 'flag', ownOnly: true, help: 'of a merge: who wrote did so for the first time' },
  elsewhere: { type: 'flag', ownOnly: true, help: 'of a merge: it belongs to another lead, `otherLead`' },
  otherLead: {
    type: 'text',
    ownOnly: true,
    help: 'of a merge: another open lead with the same phone number',
  },
  otherHolder: { type: 'text', ownOnly: true, help: 'of a merge: who looks after that one' },
  route: {
    type: ['again', 'stays'],
    ownOnly: true,
    help: 'of a merge that changes the route: it is routed again, or stays',
  },
} satisfies Record<string, MessageFact>

const quarantineFacts = {
  count: { type: 'number', always: true, help: 'how many submissions wait, 100 at most' },
  more: { type: 'flag', help: 'there are more than `count`' },
  fresh: { type: 'number', help: 'how many of them are new since the last e-mail, when there are some' },
  queue: { type: 'text', always: true, help: 'the queue whose watchers are told' },
} satisfies Record<string, MessageFact>

export const messageFacts: Record<MessageSubject, Readonly<Record<string, MessageFact>>> = {
  lead: leadFacts,
  quarantine: quarantineFacts,
}

/** What code lays out and a file places. */
export const messageParts: Record<MessageSubject, Readonly<Record<string, string>>> = {
  lead: {
    contact: 'how to reach whoever wrote, and the others who wrote about the same',
    news: 'of a merge: what is said otherwise than before',
    quote: 'the customer’s own words',
    facts: 'what else is known: country, product, budget, where the lead came from',
    also: 'what was also sent and nobody could sort',
    why: 'why it came to its reader: the rule and its row, whose turn it was, who is absent',
  },
  quarantine: {
    groups: 'how many of each form, by what makes them suspicious',
    newest: 'the newest with their words and numbers',
    why: 'why it came to its reader, and how often it does',
  },
}

type Values<Facts extends Record<string, MessageFact>> = {
  [Name in keyof Facts]?: ValueOf<Facts[Name]['type']> | undefined
}
type ValueOf<Type extends MessageFact['type']> = Type extends 'number'
  ? number
  : Type extends 'flag'
    ? true
    : Type extends readonly string[]
      ? Type[number]
      : string

/** Values for a message about a lead. Texts are ready to be read: names harmless, times in the reader's zone. */
export type LeadFacts = Values<typeof leadFacts> & { who: string }
export type QuarantineFacts = Values<typeof quarantineFacts>

/** What the product itself sends, whatever workflows tell: these files must be there. */
export const ownMessages: Readonly<Record<string, MessageSubject>> = {
  'lead-reminder': 'lead',
  'lead-overdue': 'lead',
  'lead-queued': 'lead',
  'lead-raised': 'lead',
  'lead-merged': 'lead',
  'quarantine-waiting': 'quarantine',
}
