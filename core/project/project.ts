import { changeEntryOf, isJournaled } from './change-entry.ts'
import { lineItem, linesPlaces } from './line.ts'
import { milestoneOf } from './milestone.ts'
import { derivedPageKind } from '../kind/system/derived.ts'
import { fromItem, type Item } from '../record/item.ts'
import { idOfFile, partsOf, type Key } from '../record/key.ts'
import { kindOfId, type AnyRecord, type Kind, type Kinds, type Subject } from '../record/kind.ts'
import type { Projection } from '../store/store.ts'
import type { FileToDerive } from './derive.ts'

/*
 * What follows from a change of a record, beside events: an entry of its journal, one among what happened where it is
 * a transition, and its line in the file where it is filed; and which files come to something else by it (derive.ts).
 *
 * Problem: it must not make the change itself slower or dearer, and it must be right however often, and with however many
 * others at once, a change is read from the stream.
 * Representation: writes by key that rest on nothing: a change has one entry, by its version, and one milestone at most; a record has one line in the
 * file of its parent, as of its newest version, which the stream gives in order.
 * Invariant: whoever writes all of it again from the table gets the same.
 * Rejected: in the transaction of the change (two write units each, and it would wait for them); adding to what is there
 * (a change that is read twice would count twice).
 */

/** What the stream says of an item. */
export interface ItemChange {
  before: Item | undefined
  after: Item | undefined
}

/** What must be written after a change of the table; nothing for what is no record of these kinds. */
export function projectionsOf(kinds: Kinds, { before, after }: ItemChange): Projection[] {
  const kind = kinds.get((after ?? before)?.kind ?? '')
  if (!kind || !isJournaled(kind)) return []
  // What is new, or gone, has no entry; without a line nothing follows, and reading a record is most of this work.
  if (kind.filedUnder === undefined && !(before && after)) return []
  const was = before && fromItem(kind, before)
  const is = after && fromItem(kind, after)
  const entries = [changeEntryOf(kind, was, is), milestoneOf(kind, was, is)]
  return [...entries.flatMap((put) => (put ? [{ put }] : [])), ...linesOf(kind, was, is)]
}

/** The line in the file of the parent: open ones by themselves, closed ones among what happened. */
function linesOf(kind: Kind, was: AnyRecord | undefined, is: AnyRecord | undefined): Projection[] {
  const place = is && linesPlaces(kind, is)
  const before = was && linesPlaces(kind, was)
  const hasMoved = before && (before.pk !== place?.pk || before.sk !== place?.sk)
  return [
    ...(hasMoved ? [{ remove: before }] : []),
    ...(is && place ? [{ put: lineItem(kind, is, place) }] : []),
  ]
}

/**
 * Files whose derived fields rest on what has changed, each once, and where in them: to be computed after all of it is
 * written.
 */
export function filesToDerive(kinds: Kinds, changes: readonly ItemChange[]): FileToDerive[] {
  const files = new Map<string, { tenant: string; subject: Subject; touched: Set<string>; hop: number }>()
  const touch = (pk: string, sk: string | undefined, hop: unknown): void => {
    const [tenant = '', id = ''] = partsOf(pk)
    const file = files.get(pk) ?? { tenant, subject: { kind: '', id }, touched: new Set<string>(), hop: 0 }
    file.subject.kind = kindOfId(kinds, id)?.name ?? ''
    if (sk !== undefined) file.touched.add(sk)
    file.hop = Math.max(file.hop, Number(hop ?? 0))
    files.set(pk, file)
  }
  for (const { before, after } of changes) {
    const item = after ?? before
    if (!item) continue
    for (const { pk, sk } of touchedBy(kinds, before, after)) touch(pk, sk, after?.hop)
    // A file that nothing lies in comes to nothing, which is other than unknown. Pages that are marked come back.
    const isNew = !before && kinds.get(item.kind)?.derived !== undefined
    if (isNew || (item.kind === derivedPageKind.kind && item.pending !== undefined))
      touch(item.pk, undefined, 0)
  }
  return [...files.values()].map(({ touched, ...file }) => ({ ...file, touched: [...touched] }))
}

/** Lines and entries that derived fields of their file read and that are otherwise than before. */
function touchedBy(kinds: Kinds, before: Item | undefined, after: Item | undefined): Key[] {
  const item = (after ?? before)!
  const kind = kinds.get(item.kind)
  const isRead = ({ pk }: Key): boolean => {
    const plan = kindOfId(kinds, idOfFile(pk))?.derived ?? {}
    return Object.values(plan).some(({ of }) => of.name === item.kind)
  }
  if (!kind) return isRead(item) ? [item] : []
  if (!isJournaled(kind) || kind.filedUnder === undefined) return []
  const lines = [before, after].flatMap((each) => {
    const record = each && fromItem(kind, each)
    const place = record && linesPlaces(kind, record)
    return place ? [lineItem(kind, record, place)] : []
  })
  const [was, is] = lines
  const isSame = before && after && is && told(was!) === told(is)
  return isSame ? [] : lines.filter(isRead)
}

/** All of a line that can be read of it. */
const told = ({ pk, sk, createdAt, closedAt, line }: Item): string =>
  JSON.stringify([pk, sk, createdAt, closedAt, line])
