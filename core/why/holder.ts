import type { ChangeEntry } from '../kind/system/change.ts'
import type { WorkRecord } from '../record/open-work.ts'
import { bySegments, entriesOf, type Decided, type Found, type Past } from './decided.ts'
import { namedPerson, namedQueue, type Named, type Reader } from './reader.ts'

/*
 * Who has a record, and by what: whoever gave it to him last of all that has its way with it, an assignment, the watchdog, or
 * people. What led to somebody else is no reason.
 */

export interface HolderWhy {
  person?: Named
  queue?: { id: string; title: string }
  at?: string
  /**
   * `assigned` by its workflow, `raised` by the watchdog, `given` by somebody, `taken` by whoever has it, `made` so; `unknown`: it was
   * so long ago that only its history tells it
   */
  how: 'assigned' | 'raised' | 'given' | 'taken' | 'made' | 'unknown'
  /** of what was given or made: by whom */
  by?: Named
}

/** Who has it, and the decision that says so. */
export function holderOf(
  record: WorkRecord,
  past: Past,
  reader: Reader,
): { why: HolderWhy; found?: Found } | undefined {
  const { ownerId, queueId } = record
  if (ownerId === undefined && queueId === undefined) return undefined
  const holder = {
    ...(ownerId !== undefined && { person: namedPerson(ownerId, reader) }),
    ...(ownerId === undefined && queueId !== undefined && { queue: namedQueue(queueId, reader) }),
  }
  const [given] = assigned(record, past.decided)
  const [raised] = raisedTo(record, past.decided)
  const isRaisedLast = raised && (!given || raised.found.decided.at > given.found.decided.at)
  const automatic = isRaisedLast ? raised : given
  const hand = byHand(record, past.changes)
  if (hand && (!automatic || hand.at >= automatic.found.decided.at))
    return { why: { ...holder, ...handed(ownerId, hand, reader) } }
  if (automatic) {
    const { how, found } = automatic
    return { why: { ...holder, at: found.decided.at, how }, found }
  }
  return { why: { ...holder, ...withoutTrace(record, past, reader) } }
}

type Automatic = { how: 'assigned' | 'raised'; found: Found }

const assigned = ({ ownerId, queueId }: WorkRecord, decided: readonly Decided[]): Automatic[] =>
  entriesOf(bySegments(decided), 'assign', ({ chosen, queue }) =>
    ownerId === undefined ? queue === queueId : chosen === ownerId,
  ).map((found) => ({ how: 'assigned', found }))

const raisedTo = ({ ownerId, queueId }: WorkRecord, decided: readonly Decided[]): Automatic[] =>
  ownerId === undefined
    ? entriesOf(decided, 'watch', ({ queue }) => queue === queueId).map((found) => ({ how: 'raised', found }))
    : []

interface Hand {
  at: string
  by: string
}

/** The newest change that somebody made by which it came to whoever has it. */
function byHand({ ownerId, queueId }: WorkRecord, changes: readonly ChangeEntry[]): Hand | undefined {
  const [field, is] = ownerId === undefined ? ['queueId', queueId] : ['ownerId', ownerId]
  const found = changes.find(({ fields }) => Object.hasOwn(fields, field) && fields[field]!.is === is)
  return found?.by === undefined ? undefined : { at: found.at, by: found.by }
}

function handed(
  ownerId: string | undefined,
  { at, by }: Hand,
  reader: Reader,
): Omit<HolderWhy, 'person' | 'queue'> {
  return by === ownerId ? { at, how: 'taken' } : { at, how: 'given', by: namedPerson(by, reader) }
}

/** Nothing that was read says it: it was made so, or its last change is not in the journal yet. */
function withoutTrace(
  { version, createdAt, createdBy, updatedAt, updatedBy, ownerId }: WorkRecord,
  { changes }: Past,
  reader: Reader,
): Omit<HolderWhy, 'person' | 'queue'> {
  const seen = changes[0]?.to ?? 1
  if (version > seen && typeof updatedBy === 'string')
    return handed(ownerId, { at: updatedAt, by: updatedBy }, reader)
  const isWhole = changes.length === 0 || changes.at(-1)!.to === 2
  if (isWhole && typeof createdBy === 'string')
    return { at: createdAt, how: 'made', by: namedPerson(createdBy, reader) }
  return { how: 'unknown' }
}
