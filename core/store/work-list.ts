import { idOfFile, keyOf } from '../record/key.ts'
import { badToken, type IndexEntry, type Store } from './store.ts'

/*
 * Open work of several holders as one list, by when it is due.
 *
 * Problem: what a person works on lies in a partition of the index `work` for himself and one for each queue that he watches,
 * each in its order; a page must be the next of all of them, however many entries are due at one moment.
 * Representation: the place of an entry is its sort key (due, kind, id), which follows from its line, and which no two records
 * share. A page goes on behind the place of the last entry that was shown, in all partitions, so `after` is one place.
 * Invariant: an entry is shown only once everything before it is known: up to the least of the last places of those partitions
 * that have more. Pages together are the sorted union of the partitions, each entry once, as far as none moves meanwhile.
 * Rejected: a token of each partition (as long as there are queues, and what was read too far is read again all the same).
 */

export interface WorkListOptions {
  /** entries of a page */
  limit: number
  /** `next` of the page before */
  after?: string | undefined
  /** whether an entry is shown; others are passed over */
  keep(entry: IndexEntry): boolean
}

export interface WorkList {
  entries: IndexEntry[]
  /** where to go on; absent at the end */
  next?: string
}

/** How much there is, as far as it was counted. */
export interface WorkCount {
  total: number
  /** of them: what is late */
  overdue: number
  /** by kind */
  kinds: Record<string, number>
  /** there are more: each is at least this */
  isMore?: true
}

/** So many entries are counted at most: of a person with more nobody wants to know how many, and it is read each time. */
export const mostCounted = 200

/** The first page, with how much there is of all: both are one read. */
export async function countedWorkList(
  store: Pick<Store, 'lines'>,
  partitions: readonly string[],
  { limit, keep, isOverdue }: Omit<WorkListOptions, 'after'> & { isOverdue(entry: IndexEntry): boolean },
): Promise<WorkList & { count: WorkCount }> {
  const all = await workList(store, partitions, { limit: mostCounted, keep })
  const entries = all.entries.slice(0, limit)
  const last = entries.at(-1)
  const isCut = entries.length < all.entries.length
  const next = isCut && last ? tokenOf(placeOf(last)) : all.next
  return { entries, ...(next !== undefined && { next }), count: countOf(all, isOverdue) }
}

function countOf({ entries, next }: WorkList, isOverdue: (entry: IndexEntry) => boolean): WorkCount {
  const kinds: Record<string, number> = {}
  for (const { kind } of entries) kinds[kind] = (kinds[kind] ?? 0) + 1
  return {
    total: entries.length,
    overdue: entries.filter(isOverdue).length,
    kinds,
    ...(next !== undefined && { isMore: true as const }),
  }
}

/** A page of which much is left out is filled up in so many rounds; after that it is short, and `next` says where to go on. */
const mostRounds = 12

/** A page of what lies in these partitions of the index `work`. Throws Fault `input.invalid` for what is no `next`. */
export async function workList(
  store: Pick<Store, 'lines'>,
  partitions: readonly string[],
  { limit, after, keep }: WorkListOptions,
): Promise<WorkList> {
  const entries: IndexEntry[] = []
  let place = after === undefined ? undefined : placeIn(after)
  let shown = place
  let open = [...new Set(partitions)]
  for (let round = 0; round < mostRounds; round++) {
    const found = await readBehind(store, open, { place, most: limit - entries.length + 1 })
    for (const { at, entry } of found.known) {
      const isShown = keep(entry)
      if (isShown && entries.length === limit) return { entries, next: tokenOf(shown!) }
      if (isShown) {
        entries.push(entry)
        shown = at
      }
      place = at
    }
    open = found.more
    if (!open.length) return { entries }
  }
  return { entries, next: tokenOf(place!) }
}

interface Placed {
  at: string
  entry: IndexEntry
}

/** The next entries that are known to be next, and in which partitions there are others. */
async function readBehind(
  store: Pick<Store, 'lines'>,
  partitions: readonly string[],
  { place, most }: { place: string | undefined; most: number },
): Promise<{ known: Placed[]; more: string[] }> {
  // What lies at the place itself was looked at: one more is read, so that something new is.
  const options = { limit: most + 1, ...(place !== undefined && { from: place }) }
  const pages = await Promise.all(
    partitions.map(async (pk) => {
      const { entries, next } = await store.lines('work', pk, options)
      const all = entries.map((entry): Placed => ({ at: placeOf(entry), entry }))
      return { pk, all, end: next === undefined ? undefined : all.at(-1)?.at }
    }),
  )
  const ends = pages.flatMap(({ end }) => (end === undefined ? [] : [end])).toSorted()
  const [bound] = ends
  const known = pages
    .flatMap(({ all }) => all)
    .filter(({ at }) => (place === undefined || at > place) && (bound === undefined || at <= bound))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  // What was read to its end and lies behind the bound is to be read again.
  const more = pages.filter(
    ({ all, end }) => end !== undefined || all.some(({ at }) => bound !== undefined && at > bound),
  )
  return { known, more: more.map(({ pk }) => pk) }
}

const placeOf = ({ pk, kind, line }: IndexEntry): string => keyOf(String(line.due), kind, idOfFile(pk))

/** A place as an address can carry it: no part of one has the sign. */
const tokenOf = (place: string): string => place.replaceAll('#', '~')

function placeIn(token: string): string {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z~[A-Za-z0-9]+~[A-Za-z0-9_-]+$/.test(token)) throw badToken()
  return token.replaceAll('~', '#')
}
