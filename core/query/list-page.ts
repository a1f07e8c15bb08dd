import { idOfFile, partsOf, type IndexName } from '../record/key.ts'
import { badToken, linesOf, type IndexEntry, type QueryOptions, type Store } from '../store/store.ts'
import type { Listed, ListPlan, Order, SortKey } from './list.ts'

/*
 * A page of a list, of lines alone.
 *
 * Problem: a list has an order in the index that costs nothing, and people want others, and filters. DynamoDB sorts by keys
 * only, and whatever it leaves out it reads and bills all the same.
 * Representation: without another order a page goes on behind the sort key of the last line that was looked at; with one
 * all lines are read, sorted, and a page goes on behind the key of the last line in that order, and its id. So a place is a value
 * and no count: what comes and goes meanwhile moves nobody else from page to page.
 * Invariant: a line that does not change is on exactly one page.
 * A list of more than `widest` lines is told in the index's order whatever is asked, and says so: sorting it would cost each of
 * its pages as much as a report, which belongs elsewhere. It stays so to its end.
 */

/** Lines that are sorted at most: about 60 read units. */
export const widest = 2_000
/** What was sorted for a first page is sorted on, though records were added meanwhile. */
const widestLater = 2 * widest
/** So many lines are looked at for one page; then it is short, and `next` says where to go on. */
const mostLooked = 2_000
/** Lines of one query where many are left out. */
const largest = 500

/** Where a list lies: partitions of an index, one after the other. */
export interface ListPlace extends Pick<QueryOptions, 'from' | 'before' | 'descending'> {
  index: IndexName
  partitions: readonly string[]
}

export interface PageAsked {
  /** lines of a page */
  limit: number
  /** `next` of the page before */
  after?: string | undefined
  /** whether an entry belongs to the list at all */
  keep(entry: IndexEntry): boolean
  /** which of these lines somebody may see, in their order; absent: all of them */
  seen?(lines: readonly Listed[]): Promise<boolean[]>
}

export interface ListPage {
  lines: { entry: IndexEntry; line: Listed }[]
  /** where to go on; absent at the end */
  next?: string
  /** of all pages, where they are sorted and whoever asks may see them all */
  total?: number
  /** there are too many to be sorted as was asked: they are told in the order of the index */
  isWide?: true
}

type Reader = Pick<Store, 'lines'>

/** Throws Fault `input.invalid` for an `after` that is of no page of such a list. */
export async function listPage(
  store: Reader,
  place: ListPlace,
  plan: ListPlan,
  asked: PageAsked,
): Promise<ListPage> {
  const { order } = plan
  const after = asked.after === undefined ? undefined : readPlace(asked.after, place.partitions.length)
  if (!order) {
    if (after && 'key' in after) throw badToken()
    return pageInOrder(store, place, { plan, asked, after })
  }
  if (after && 'partition' in after)
    return { ...(await pageInOrder(store, place, { plan, asked, after })), isWide: true }
  if (after && after.key.length !== order.parts) throw badToken()
  const all = await readAll(store, place, after ? widestLater : widest)
  if (all) return sortedPage(linesIn(all, place.index, { plan, asked }), { order, asked, after: after?.key })
  // Where it was sorted so far there is no place in the other order.
  if (after) throw badToken()
  return { ...(await pageInOrder(store, place, { plan, asked, after: undefined })), isWide: true }
}

interface InOrder {
  partition: number
  /** behind this sort key; absent: from the beginning */
  behind?: string
}

type Place = InOrder | { key: SortKey }

const textOf = (place: Place): string =>
  JSON.stringify('key' in place ? place.key : { at: [place.partition, place.behind] })

function readPlace(text: string, partitions: number): Place {
  const value = parsed(text)
  if (Array.isArray(value)) return { key: value as SortKey }
  const [partition, behind] = (value as { at?: [number, string?] } | undefined)?.at ?? []
  if (partition === undefined || partition >= partitions) throw badToken()
  return { partition, ...(behind != null && { behind }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badToken(cause)
  }
}

/** What the index says of a record: its line, and what follows from where it stands. */
function lineOf({ pk, sort, line }: IndexEntry, index: IndexName): Listed {
  const { called: _, ...fields } = line
  const [createdAt] = index === 'list' ? partsOf(sort) : []
  return { ...fields, id: idOfFile(pk), ...(createdAt !== undefined && { createdAt }) }
}

async function pageInOrder(
  store: Reader,
  { index, partitions, ...bounds }: ListPlace,
  { plan, asked, after }: { plan: ListPlan; asked: PageAsked; after: InOrder | undefined },
): Promise<ListPage> {
  const lines: ListPage['lines'] = []
  let place: InOrder = after ?? { partition: 0 }
  let shown = place
  let size = asked.limit + 1
  for (let looked = 0; looked < mostLooked; size = Math.min(2 * size, largest)) {
    const { partition } = place
    const pk = partitions[partition]
    if (pk === undefined) return { lines }
    const { entries, next } = await store.lines(index, pk, { ...behind(bounds, place), limit: size })
    // Ascending, the line at the place itself comes again.
    const found = linesIn(entries, index, { plan, asked }).filter(({ entry }) => entry.sort !== place.behind)
    const { isFull } = await fill(lines, found, asked)
    const last = lines.at(-1)
    if (last && found.includes(last)) shown = { partition, behind: last.entry.sort }
    if (isFull) return { lines, next: textOf(shown) }
    const end = entries.at(-1)?.sort ?? place.behind
    place =
      next === undefined
        ? { partition: partition + 1 }
        : { ...place, ...(end !== undefined && { behind: end }) }
    looked += entries.length
  }
  return place.partition < partitions.length ? { lines, next: textOf(place) } : { lines }
}

const linesIn = (
  entries: readonly IndexEntry[],
  index: IndexName,
  { plan, asked }: { plan: ListPlan; asked: PageAsked },
): ListPage['lines'] =>
  entries
    .filter((entry) => asked.keep(entry))
    .map((entry) => ({ entry, line: lineOf(entry, index) }))
    .filter(({ line }) => plan.matches(line))

/**
 * Puts those of the lines that may be seen onto the page, asking for no more of them than it may need. It is full once there is
 * one more than fits; `looked` of the lines have been asked about then.
 */
async function fill<Line extends ListPage['lines'][number]>(
  page: Line[],
  found: readonly Line[],
  { limit, seen }: PageAsked,
): Promise<{ isFull: boolean; looked: number }> {
  let looked = 0
  while (looked < found.length && looked < mostLooked) {
    const some = found.slice(looked, looked + limit + 1)
    const may = await seen?.(some.map(({ line }) => line))
    for (const [i, each] of some.entries()) {
      if (may && !may[i]) continue
      if (page.length === limit) return { isFull: true, looked: looked + i }
      page.push(each)
    }
    looked += some.length
  }
  return { isFull: false, looked }
}

function behind(bounds: Pick<QueryOptions, 'from' | 'before' | 'descending'>, place: InOrder): QueryOptions {
  if (place.behind === undefined) return bounds
  return bounds.descending ? { ...bounds, before: place.behind } : { ...bounds, from: place.behind }
}

/** Nothing when there are more than so many. */
async function readAll(
  store: Reader,
  { index, partitions, ...bounds }: ListPlace,
  most: number,
): Promise<IndexEntry[] | undefined> {
  const all: IndexEntry[] = []
  for (const pk of partitions) {
    const pages = linesOf(
      async (page) => store.lines(index, pk, { ...page, limit: most + 1 - all.length }),
      bounds,
    )
    for await (const entries of pages) {
      all.push(...entries)
      if (all.length > most) return undefined
    }
  }
  return all
}

async function sortedPage(
  found: ListPage['lines'],
  { order, asked, after }: { order: Order; asked: PageAsked; after: SortKey | undefined },
): Promise<ListPage> {
  const sorted = found
    .map((each) => ({ ...each, key: order.keyOf(each.line) }))
    .toSorted((one, other) => order.compare(one.key, other.key))
  const rest = after ? sorted.filter(({ key }) => order.compare(key, after) > 0) : sorted
  const page: typeof sorted = []
  const { isFull, looked } = await fill(page, rest, asked)
  const last = isFull ? page.at(-1) : rest[looked - 1]
  return {
    lines: page.map(({ entry, line }) => ({ entry, line })),
    ...(asked.seen === undefined && { total: sorted.length }),
    ...(last && (isFull || looked < rest.length) && { next: textOf({ key: last.key }) }),
  }
}
