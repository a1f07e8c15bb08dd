import { lineName } from './line.ts'
import type { Item, Line } from '../record/item.ts'
import { entryKey, idOfFile, partsOf } from '../record/key.ts'
import type { Kind, Kinds } from '../record/kind.ts'

/*
 * What a person wants to see of a file: what is open in it, and what happened, newest first. A history explains how things
 * came about, with every decision; a timeline says what there was, in one line each.
 */

/** Something that happened, or a record that is filed here. */
export interface Told {
  at: string
  /** of the entry: `activity`, or the kind of the record that is filed here */
  kind: string
  id: string
  title: string
  [fact: string]: unknown
}

/** How entries of a kind are told; those of kinds that nobody tells are left out. */
export interface Teller {
  kind: string
  tell(item: Item): Told
}

/** Where reading stopped: behind this entry of this file. */
export interface Position {
  sk: string
  /** id of the record whose file it is */
  file: string
}

/** The sections of a file that are read for it, from the record down to what happened. */
export const happenedFrom = entryKey('happened')
/** Below it is what happened, and nothing that stands. */
export const standingFrom = entryKey('open')
export const standingBefore = entryKey('derived')

export const isStanding = ({ sk }: Item): boolean => sk >= standingFrom && sk < standingBefore

/** The kind whose line an item is. */
export const kindOfLine = (kinds: Kinds, item: Item): Kind | undefined =>
  [...kinds.values()].find((kind) => lineName(kind) === item.kind)

/** An entry in the words of whoever knows its kind; nothing of what nobody is told. */
export function tellEntry(item: Item, kinds: Kinds, tellers: readonly Teller[]): Told | undefined {
  const kind = kindOfLine(kinds, item)
  if (kind) return tellLine(item, kind)
  return tellers.find((teller) => teller.kind === item.kind)?.tell(item)
}

/** A record that is filed here: when it was closed if it is, else when it came. */
function tellLine({ sk, id, createdAt, closedAt, line }: Item, kind: Kind): Told {
  const { called, ...rest } = (line ?? {}) as Line
  const at = sk < standingFrom ? (partsOf(sk)[1] ?? '') : String(createdAt)
  return {
    ...rest,
    at,
    kind: kind.name,
    id: String(id),
    title: called ?? '',
    createdAt,
    ...(closedAt !== undefined && { closedAt }),
  }
}

/**
 * Which of two entries of several files is told first: the newer one; of one moment that of the file that is named first.
 * @param files ids of the records, the one that is asked for first
 */
export const newerFirst =
  (files: readonly string[]) =>
  (a: Item, b: Item): number =>
    Number(a.sk < b.sk) - Number(a.sk > b.sk) || files.indexOf(idOfFile(a.pk)) - files.indexOf(idOfFile(b.pk))

/** The sort key before which a file goes on, so that nothing is told twice and nothing is left out. */
export const goOnBefore = (file: string, files: readonly string[], after: Position): string =>
  // Of one moment what lies in a file that is named later is still to come.
  files.indexOf(file) > files.indexOf(after.file) ? `${after.sk}\u0000` : after.sk
