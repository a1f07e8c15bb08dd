import * as z from 'zod/mini'
import { Fault } from '../../record/fault.ts'
import { instant } from '../../record/id.ts'
import { canExist, idOfFile, partsOf, recordKey } from '../../record/key.ts'
import { kindOfId, type AnyRecord, type Kind, type Kinds } from '../../record/kind.ts'
import { closedList, hasEnd, openList, wholeList } from '../../record/place.ts'
import { recordOf, type Store } from '../../store/store.ts'
import { learnFrom } from './index-records.ts'
import { idOf, postingChanges, postingsOf, type Posting } from './posting.ts'
import type { FindStore } from './store.ts'
import { isSearched } from './token.ts'

/*
 * All postings, written anew from the ledger while people work.
 *
 * Problem: postings may be lost or stale (a table that was dropped, records older than the search, what the stream's reader gave
 * up), and records change meanwhile.
 * Representation: first every list of every kind that is found, whose records' postings are written; then every posting there
 * is, of which those are removed that their records do not have. A call does a part of it and says where to go on.
 * Invariant: what is written is read again, until nobody has changed it meanwhile: whoever changes it later has his change
 * from the stream, written later. So afterwards no record lacks a posting, and one that is too many shows nothing.
 * Rejected: a new table beside and a switch (two tables to deploy for what happens once a year).
 */

/** So much is done in one call. */
const chunk = { records: 100, lists: 24, postings: 500 }

/** Ten years of lists of what was closed. */
const mostMonths = 120

/** A record is changed so often while it is written, or it is somebody's mistake. */
const attempts = 8

/** Where to go on: among the lists, then among the postings. */
const rebuildPlace = z.union([
  z.strictObject({
    since: instant,
    list: z.int().check(z.minimum(0), z.maximum(100_000)),
    after: z.optional(z.string().check(z.maxLength(2_000))),
  }),
  z.strictObject({ since: instant, swept: z.strictObject({ pk: z.string(), sk: z.string() }) }),
  z.strictObject({ since: instant, swept: z.literal('nothing') }),
])
export type RebuildPlace = z.infer<typeof rebuildPlace>

/** A part of a rebuild: the first, or the one that the answer before said. */
export const rebuildInput = z.strictObject({ place: z.optional(rebuildPlace) })

export interface RebuildStep {
  /** records whose postings were written */
  written: number
  /** postings that were removed */
  removed: number
  /** absent: all is done */
  next?: RebuildPlace
}

export interface Ledger {
  find: FindStore
  store: Pick<Store, 'getAll' | 'lines'>
}

/** Does the next part of a rebuild that was begun at `place.since`. */
export async function rebuildStep(
  ledger: Ledger,
  kinds: Kinds,
  tenant: string,
  place: RebuildPlace,
): Promise<RebuildStep> {
  return 'swept' in place
    ? await sweep(ledger, kinds, tenant, place)
    : await writeLists(ledger, kinds, tenant, place)
}

type InLists = Extract<RebuildPlace, { list: number }>
type InPostings = Exclude<RebuildPlace, InLists>

async function writeLists(
  ledger: Ledger,
  kinds: Kinds,
  tenant: string,
  place: InLists,
): Promise<RebuildStep> {
  const lists = listsOf(kinds, tenant, place.since)
  let { list, after } = place
  let written = 0
  for (let queries = 0; list < lists.length && queries < chunk.lists && written === 0; queries++) {
    const { kind, pk, isAgain } = lists[list]!
    const page = await ledger.store.lines('list', pk, {
      limit: chunk.records,
      ...(after !== undefined && { after }),
    })
    const ids = page.entries.map((entry) => idOfFile(entry.pk))
    written = await writeAll(ledger, kind, { tenant, ids, ...(isAgain && { since: place.since }) })
    after = page.next
    if (after === undefined) list++
  }
  const next: RebuildPlace =
    list < lists.length
      ? { since: place.since, list, ...(after !== undefined && { after }) }
      : { since: place.since, swept: 'nothing' }
  return { written, removed: 0, next }
}

interface List {
  kind: Kind
  pk: string
  /** it was walked before: what has come back to it meanwhile is written */
  isAgain: boolean
}

/**
 * Where the records of all kinds are listed, as of a moment. What closes meanwhile comes to the newest list of closed ones, which
 * is walked behind the open ones; what is opened again comes back to these, which are walked once more.
 */
function listsOf(kinds: Kinds, tenant: string, since: string): List[] {
  return [...kinds.values()].filter(isSearched).flatMap((kind) => {
    const first = (pk: string): List => ({ kind, pk, isAgain: false })
    if (!hasEnd(kind)) return [first(wholeList(tenant, kind.name))]
    const open = openList(tenant, kind.name)
    const closed = monthsBefore(since).map((month) => first(closedList(tenant, kind.name, month)))
    return [first(open), ...closed, { kind, pk: open, isAgain: true }]
  })
}

/** The month after a moment, in which the walk may end, and those before it. */
function monthsBefore(since: string): string[] {
  const [year = 0, month = 0] = since.split('-').map(Number)
  return Array.from({ length: mostMonths }, (_, back) =>
    new Date(Date.UTC(year, month - back, 1)).toISOString().slice(0, 7),
  )
}

/** Writes the postings of records, again of those that were changed meanwhile. Resolves with the number of records. */
async function writeAll(
  { find, store }: Ledger,
  kind: Kind,
  { tenant, ids, since }: { tenant: string; ids: readonly string[]; since?: string },
): Promise<number> {
  const written = new Map<string, AnyRecord | undefined>()
  let open = [...ids]
  for (let attempt = 0; open.length; attempt++) {
    if (attempt > attempts)
      throw new Fault('record.changed', 'records are changed faster than their words are written; try again')
    const items = await store.getAll(open.map((id) => recordKey(tenant, id)))
    const changed = open.flatMap((id, i) => {
      const is = recordOf(kind, items[i])
      const was = written.get(id)
      const isOld = since !== undefined && is !== undefined && String(is.updatedAt) < since
      return is?.version === was?.version || isOld ? [] : [{ id, was, is }]
    })
    await find.write(changed.flatMap(({ was, is }) => postingChanges(kind, was, is)))
    await learnFrom(
      find,
      changed.flatMap(({ was, is }) => (is ? [{ kind, record: is, known: was }] : [])),
    )
    for (const { id, is } of changed) written.set(id, is)
    open = changed.map(({ id }) => id)
  }
  return written.size
}

/** Removes those of a page of postings that their records do not have. */
async function sweep(
  ledger: Ledger,
  kinds: Kinds,
  tenant: string,
  { since, swept }: InPostings,
): Promise<RebuildStep> {
  const { find, store } = ledger
  if (swept !== 'nothing' && (swept.sk === '' || !canExist(swept)))
    throw new Fault('input.invalid', 'place: take it from `next` of an answer, or begin with {}', {
      where: 'place',
    })
  const page = await find.walk({
    limit: chunk.postings,
    ...(swept !== 'nothing' && { after: swept }),
  })
  const own = page.postings.filter(({ pk }) => partsOf(pk)[0] === tenant)
  const ids = [...new Set(own.map(idOf))]
  const read = async (): Promise<Map<string, AnyRecord>> => {
    const items = await store.getAll(ids.map((id) => recordKey(tenant, id)))
    return new Map(
      items.flatMap((item, i) => {
        const kind = kinds.get(item?.kind ?? '')
        const record = kind && recordOf(kind, item)
        return record ? [[ids[i]!, record]] : []
      }),
    )
  }
  const before = await read()
  const stale = own.filter((posting) => {
    const kind = kinds.get(posting.kind)
    const record = before.get(idOf(posting))
    return !kind || !record || !hasPosting(kind, record, posting)
  })
  if (stale.length) {
    await find.write(stale.map(({ pk, sk }) => ({ remove: { pk, sk } })))
    // Whoever changed one meanwhile may have written what was just removed.
    const after = await read()
    for (const [id, record] of after) {
      const kind = kindOfId(kinds, id)
      if (kind && before.get(id)?.version !== record.version)
        await writeAll(ledger, kind, { tenant, ids: [id] })
    }
  }
  const next = page.next && ({ since, swept: page.next } as const)
  return { written: 0, removed: stale.length, ...(next && { next }) }
}

const hasPosting = (kind: Kind, record: AnyRecord, { sk }: Posting): boolean =>
  isSearched(kind) && postingsOf(kind, record).some((posting) => posting.sk === sk)
