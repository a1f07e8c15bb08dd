import { changeEntryOf } from './change-entry.ts'
import { lineItem, linesPlaces } from './line.ts'
import { fromItem, type Item } from '../record/item.ts'
import type { AnyRecord, Kind, Kinds } from '../record/kind.ts'
import type { Projection } from '../store/store.ts'

/*
 * What follows from a change of a record, beside events: an entry of its journal, and its line in the file where it is
 * filed.
 *
 * Problem: it must not make the change itself slower or dearer, and it must be right however often, and with however many
 * others at once, a change is read from the stream.
 * Representation: writes by key that rest on nothing: a change has one entry, by its version; a record has one line in the
 * file of its parent, as of its newest version, which the stream gives in order.
 * Invariant: whoever writes all of it again from the table gets the same.
 * Rejected: in the transaction of the change (two write units each, and it would wait for them); adding to what is there
 * (a change that is read twice would count twice).
 */

/** What must be written after a change of the table; nothing for what is no record of these kinds. */
export function projectionsOf(
  kinds: Kinds,
  { before, after }: { before: Item | undefined; after: Item | undefined },
): Projection[] {
  const kind = kinds.get((after ?? before)?.kind ?? '')
  if (!kind || (kind.silent && !kind.journaled)) return []
  const was = before && fromItem(kind, before)
  const is = after && fromItem(kind, after)
  const entry = changeEntryOf(kind, was, is)
  return [...(entry ? [{ put: entry }] : []), ...linesOf(kind, was, is)]
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

/** The last write of each key, since a batch may name a key only once; their order is kept. */
export function lastOfEach(projections: readonly Projection[]): Projection[] {
  const last = new Map<string, Projection>()
  for (const each of projections) {
    const { pk, sk } = 'put' in each ? each.put : each.remove
    const name = `${pk}\n${sk}`
    last.delete(name)
    last.set(name, each)
  }
  return [...last.values()]
}
