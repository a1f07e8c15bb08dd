import { fromItem, type Item } from '../record/item.ts'
import { idOfFile, recordKey, recordSort } from '../record/key.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { badToken, type Store } from '../store/store.ts'
import {
  goOnBefore,
  happenedFrom,
  isStanding,
  newerFirst,
  standingBefore,
  standingFrom,
  type Position,
} from './timeline.ts'

/*
 * A file as a person reads it: the record, what is computed of it, what is open, and a page of what happened.
 *
 * Problem: whoever speaks with a customer must see all of him at once, however long the file is; and what belongs to him may
 * lie in several files, such as that of the lead which he was.
 * Representation: a file is read from the top by descending queries, one for the first page as long as little is open. Those
 * of several files are merged by their sort keys, which begin with the time. A page goes on behind an entry (`Position`), not
 * behind a token of the store: so it is the same for one file and for several, and what is left out may be decided here.
 * Invariant: an entry that nobody moves is on exactly one page, whatever is added meanwhile.
 * Rejected: an index of entries (a write unit each, and a moment behind the table); a filter of the table (it is paid for the
 * same, and would not say where a page ends).
 */

/** Standing lines that are shown; more are in the list of their kind. */
const mostStanding = 200
/** So many entries are looked at for a page of those that are wanted: it may be short then, and still go on. */
const mostLooked = 1_000
/** Beside the entries of a page: the record, what is computed of it, and what stands in a file as a rule. */
const headroom = 12
/** Entries of one query where most are left out. */
const largest = 250

export interface FileAsked {
  tenant: string
  id: string
  /** entries of a page, at least 1 */
  limit: number
  /** `next` of the page before */
  after?: Position | undefined
  /** whether an entry of what happened is wanted in the file of this record; absent: all are */
  keep?: (item: Item, record: AnyRecord) => boolean
  /** those of the other files that belong to the record which whoever asks may see; absent: all of them */
  others?: (ids: readonly string[]) => Promise<readonly string[]>
  /** few are */
  keepsFew?: boolean
}

export interface FileRead {
  record: AnyRecord
  /** `8#derived`, if there is one; of the first page */
  derived: Item | undefined
  /** lines; of the first page */
  standing: Item[]
  /** there are more than are shown */
  isStandingCut: boolean
  entries: Item[]
  /** where the next page begins; nothing at the end */
  next?: Position
}

type Means = Pick<Store, 'get' | 'file'>

/**
 * A page of the file of a record, and of the files that the field names which its kind calls `files`. Nothing when there is no such record.
 * Throws Fault `input.invalid` for a position that is in none of these files.
 */
export async function readFile(store: Means, kind: Kind, asked: FileAsked): Promise<FileRead | undefined> {
  const { tenant, id, after, keepsFew, limit } = asked
  const size = keepsFew ? largest : limit + (after ? 1 : headroom)
  const descend = (file: string, before: string | undefined): Descent =>
    descentOf(store, { tenant, id: file, before, size })
  // Of one moment the own file is told first: it goes on before that very key, whichever file the page before ended in.
  const own = descend(id, after?.sk)
  // The record lies on top of the first page, and is read beside a further one.
  const [item] = await Promise.all([after && store.get(recordKey(tenant, id)), own.fill()])
  const [top] = after ? [item] : own.takeWhile(({ sk }) => sk === recordSort)
  if (top?.kind !== kind.kind) return undefined
  const record = fromItem(kind, top)
  const ids = filesOf(kind, record)
  const seen = asked.others && ids.length ? await asked.others(ids) : ids
  const files = [...new Set([id, ...seen])]
  if (after && !files.includes(after.file)) throw badToken()
  const others = files
    .slice(1)
    .map((file) => descend(file, after ? goOnBefore(file, files, after) : standingBefore))
  const descents = [own, ...others]
  if (after)
    return {
      record,
      derived: undefined,
      standing: [],
      isStandingCut: false,
      ...(await pageOf(descents, files, { ...asked, record })),
    }
  const [derived] = own.takeWhile(({ sk }) => sk >= standingBefore)
  const standing = (await Promise.all(descents.map(standingIn))).flat().toSorted(newerFirst(files))
  return {
    record,
    derived,
    standing: standing.slice(0, mostStanding),
    isStandingCut: standing.length > mostStanding,
    ...(await pageOf(descents, files, { ...asked, record })),
  }
}

/** Ids of other files that belong to a record. */
function filesOf(kind: Kind, record: AnyRecord): string[] {
  const files = kind.files === undefined ? undefined : record[kind.files]
  return Array.isArray(files) ? files.filter((id) => typeof id === 'string') : []
}

/** What stands in a file; behind it the descent goes on with what happened. */
async function standingIn(descent: Descent): Promise<Item[]> {
  const found: Item[] = []
  while (found.length <= mostStanding) {
    await descent.fill()
    found.push(...descent.takeWhile(isStanding))
    if (descent.head() !== undefined || !descent.hasMore()) return found
  }
  descent.skipTo(standingFrom)
  return found
}

async function pageOf(
  descents: readonly Descent[],
  files: readonly string[],
  { limit, keep, record }: FileAsked & { record: AnyRecord },
): Promise<Pick<FileRead, 'entries' | 'next'>> {
  const order = newerFirst(files)
  const entries: Item[] = []
  let last: Item | undefined
  for (let looked = 0; looked < mostLooked && entries.length < limit; looked++) {
    await Promise.all(descents.map(async (descent) => descent.fill()))
    const [newest] = descents
      .filter((descent) => descent.head() !== undefined)
      .toSorted((a, b) => order(a.head()!, b.head()!))
    if (!newest) return { entries }
    last = newest.take()
    if (keep?.(last, record) ?? true) entries.push(last)
  }
  if (!last || !descents.some((descent) => descent.hasMore())) return { entries }
  return { entries, next: { sk: last.sk, file: idOfFile(last.pk) } }
}

/** A file that is read downwards, by so much at a time. */
interface Descent {
  /** Reads on where nothing is left of what was read. */
  fill(): Promise<void>
  /** the next item; nothing where none is read */
  head(): Item | undefined
  take(): Item
  takeWhile(isMeant: (item: Item) => boolean): Item[]
  /** Passes over what lies at this sort key and above it. */
  skipTo(before: string): void
  hasMore(): boolean
}

function descentOf(
  store: Means,
  { tenant, id, before, size }: { tenant: string; id: string; before: string | undefined; size: number },
): Descent {
  let items: Item[] = []
  let at = 0
  let edge = before
  let isAtEnd = false
  const head = (): Item | undefined => items[at]
  const take = (): Item => items[at++]!
  return {
    head,
    take,
    async fill() {
      if (at < items.length || isAtEnd) return
      const options = { from: happenedFrom, limit: size, ...(edge !== undefined && { before: edge }) }
      const page = await store.file({ tenant, id }, options)
      items = page.items
      at = 0
      edge = items.at(-1)?.sk ?? edge
      isAtEnd = page.next === undefined
    },
    takeWhile(isMeant) {
      const taken: Item[] = []
      for (let next = head(); next && isMeant(next); next = head()) taken.push(take())
      return taken
    },
    skipTo(place) {
      items = []
      at = 0
      edge = place
    },
    hasMore: () => at < items.length || !isAtEnd,
  }
}
