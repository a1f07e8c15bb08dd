import { anyWork, messageReasons, quarantine } from '../../kind/system/message.ts'
import type { Kinds } from '../../record/kind.ts'
import { isWorkKind } from '../../record/open-work.ts'

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

/** What messages about something may say, and which of them the product sends itself. */
export interface Tellable {
  /** the kind, or what else it is, by name */
  about: string
  facts: Readonly<Record<string, MessageFact>>
  /** names of what code lays out and a file places, with words for people who write such a file */
  parts: Readonly<Record<string, string>>
  /** files of messages/ that must be there, because the product itself sends them */
  sends: readonly string[]
}

/** Nouns, and what only messages about them have. */
export interface Nouns {
  kinds: Kinds
  letters: ReadonlyMap<string, Tellable>
}

/** Of a record of any kind that is worked on. */
export const workFacts = {
  kind: { type: 'text', always: true, help: 'what such a record is called: `Visit`' },
  title: { type: 'text', always: true, help: 'what this one is called' },
  promised: { type: 'time', after: 'promise', help: 'the time that is promised and not kept yet' },
  due: { type: 'time', help: 'until when its reader must act' },
  owner: { type: 'text', after: 'owner', help: 'who has it, when that is not its reader' },
  previousOwner: { type: 'text', after: 'owner', help: 'who had it before' },
  team: { type: 'text', after: 'team', help: 'its team' },
  queue: { type: 'text', after: 'watchers', help: 'the queue in which it lies' },
  absentUntil: { type: 'time', after: 'owner', help: 'until when the owner is absent' },
  reason: { type: messageReasons, help: 'why it is sent' },
  level: { type: 'number', ownOnly: true, help: 'the level that it has reached since the last contact' },
} satisfies Record<string, MessageFact>

export const workParts = {
  facts: 'what is known: the promised time, who has it, and each field that lists show',
  why: 'why it came to its reader: the rule and its row, whose turn it was, who is absent',
}

/** About any kind of work. What Holdfast itself sends about one that has no message of its own for it must be there. */
export const work: Tellable = {
  about: anyWork,
  facts: workFacts,
  parts: workParts,
  sends: ['reminder', 'overdue', 'reassigned', 'queued', 'raised'].map((what) => `${anyWork}-${what}`),
}

/** What a message about this may say; nothing when no message can be about it. */
export function tellable(about: string, { kinds, letters }: Nouns): Tellable | undefined {
  const own = letters.get(about)
  if (about === anyWork) return work
  if (!isWorkKind(kinds.get(about))) return about === quarantine.kind ? own : undefined
  return {
    about,
    facts: { ...workFacts, ...own?.facts },
    parts: { ...workParts, ...own?.parts },
    sends: own?.sends ?? [],
  }
}

/** All that messages can be about. */
export const allTellable = (nouns: Nouns): Tellable[] =>
  [...nouns.kinds.keys(), anyWork, quarantine.kind].flatMap((about) => tellable(about, nouns) ?? [])
