import { fromItem, type Entity, type Item, type Line } from '../record/item.ts'
import { entryKey, recordKey, type IndexName, type Key, type Section } from '../record/key.ts'
import { Fault } from '../record/fault.ts'

/**
 * What a store is. Writes are values: a decision returns them, one call performs them as one transaction, so
 * deciding stays pure and a refused transaction has changed nothing.
 */
export type Write =
  /** a new item: refused when the key is taken */
  | { do: 'create'; item: Item }
  /** a whole new state of an item: refused unless it is still at version `seen` */
  | { do: 'replace'; item: Item; seen: number }
  /** refused unless it is still at version `seen` */
  | { do: 'remove'; key: Key; seen: number }
  /** writes nothing; refuses the transaction when the key is taken */
  | { do: 'absent'; key: Key }

/** `stored`, or refused because of the writes at these places of the list; nothing was changed then. */
export type WriteResult = { stored: true } | { stored: false; refused: number[] }

/** A place inside an item: names of fields, and numbers of entries where a list lies on the way. */
export type Path = readonly (string | number)[]

/** What must be so for an item to be changed. */
export type Check =
  /** that very value; lists are compared entry by entry */
  { at: Path; is: unknown } | { at: Path; exists: boolean }

/** One of the things that are done to an item; each rests on the item as it was before all of them. */
export type Change =
  | { at: Path; set: unknown }
  /** a number grows */
  | { at: Path; add: number }
  /** what lies at the place `copy`; of a number, with so much more */
  | { at: Path; copy: Path; plus?: number }
  /** one more entry of a list */
  | { at: Path; append: unknown }
  /** a field goes; nothing where none is */
  | { at: Path; remove: true }

/**
 * A change of one item where it lies. Those that happen at the same time follow each other and none is refused because
 * of another, unless its own checks say so. Its version grows by one with each.
 */
export interface Update {
  key: Key
  /** All hold, or nothing is changed. After a lost answer it is sent again: the checks must not hold twice. */
  checks: readonly Check[]
  /** no two of one place, or of one within the other */
  changes: readonly Change[]
}

/** A write by key that rests on nothing. */
export type Projection = { put: Item } | { remove: Key }

/** The last write of each key, since a batch may name a key only once; their order is kept. */
export function lastOfEach<W extends { put: Key } | { remove: Key }>(writes: readonly W[]): W[] {
  const last = new Map<string, W>()
  for (const each of writes) {
    const { pk, sk } = 'put' in each ? each.put : each.remove
    const name = `${pk}\n${sk}`
    last.delete(name)
    last.set(name, each)
  }
  return [...last.values()]
}

/** The item as it is now, in either case; a refused one found none when there is none. */
export type UpdateResult = { updated: true; item: Item } | { updated: false; item: Item | undefined }

export interface Page {
  items: Item[]
  /** where to go on, or nothing at the end */
  next?: string
}

/** What an index says of an item without reading it. */
export interface IndexEntry extends Key {
  kind: string
  /** its sort key in the index, which no two entries of a partition share */
  sort: string
  line: Line
}

export interface LinePage {
  entries: IndexEntry[]
  /** where to go on, or nothing at the end */
  next?: string
}

export interface QueryOptions {
  /** sort key at or after this */
  from?: string
  /** sort key before this */
  before?: string
  prefix?: string
  limit?: number
  /** newest (greatest) first */
  descending?: boolean
  /** `next` of a page of the same partition; any other is refused with Fault `input.invalid` */
  after?: string
}

/** What of a file is asked for. */
export interface FileOptions {
  /** one section alone; absent: all of them, from the record down to bookkeeping */
  section?: Section
  /** sort key at or after this: what lies lower is left out */
  from?: string
  /** sort key before this: what lies higher is left out */
  before?: string
  /** items of these kinds only, of at most 100: others are passed over, but count for `limit` and are paid for */
  kinds?: readonly string[]
  /** so many are looked at: with `kinds` a page may have fewer, or none, and still a `next` */
  limit?: number
  /** `next` of a page of the same file; any other is refused with Fault `input.invalid` */
  after?: string
}

export interface Store {
  /** Nothing also for a key that cannot exist. */
  get(key: Key): Promise<Item | undefined>
  /** Items of the keys that exist, in the order of the keys. */
  getAll(keys: readonly Key[]): Promise<(Item | undefined)[]>
  query(pk: string, options?: QueryOptions): Promise<Page>
  /** The file of a record as a person reads it: the record, what is computed, what is open, what happened, newest first. */
  file(of: { tenant: string; id: string }, options?: FileOptions): Promise<Page>
  /** What the index holds: keys, kind and line. May be a moment behind the table. */
  lines(index: IndexName, pk: string, options?: QueryOptions): Promise<LinePage>
  /** The items of an index, as the table has them. */
  queryIndex(index: IndexName, pk: string, options?: QueryOptions): Promise<Page>
  /**
   * Performs the writes as one transaction (one item: one plain write), at most 100.
   * Conflicts with other transactions are tried again inside. Throws Fault `store.unavailable` when the table is down or throttled.
   */
  write(writes: readonly Write[]): Promise<WriteResult>
  /** Writes by key that rest on nothing and may be done again, in any number and no particular order of different keys. */
  project(projections: readonly Projection[]): Promise<void>
  /** Changes an item that exists. Throws Fault `store.unavailable` as `write` does. */
  update(update: Update): Promise<UpdateResult>
}

/**
 * The pages of a query one after the other, each asked for when it is wanted.
 * @example for await (const items of pagesOf((page) => store.query(pk, page), { prefix })) …
 */
export async function* pagesOf(
  ask: (options: QueryOptions) => Promise<Page>,
  options: QueryOptions = {},
): AsyncGenerator<Item[]> {
  let after: string | undefined
  do {
    const page: Page = await ask({ ...options, ...(after && { after }) })
    yield page.items
    after = page.next
  } while (after)
}

/** The same of what an index says. */
export async function* linesOf(
  ask: (options: QueryOptions) => Promise<LinePage>,
  options: QueryOptions = {},
): AsyncGenerator<IndexEntry[]> {
  let after: string | undefined
  do {
    const page: LinePage = await ask({ ...options, ...(after && { after }) })
    yield page.entries
    after = page.next
  } while (after)
}

/** Every item of a query, where they are few enough to be held. */
export async function allOf(
  ask: (options: QueryOptions) => Promise<Page>,
  options: QueryOptions = {},
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pagesOf(ask, options)) items.push(...page)
  return items
}

/** The same as a query. */
export const queryOfFile = ({ section: of, from, before, limit, after }: FileOptions): QueryOptions => ({
  ...(of && { prefix: entryKey(of) }),
  ...(from !== undefined && { from }),
  ...(before !== undefined && { before }),
  ...(limit !== undefined && { limit }),
  ...(after !== undefined && { after }),
  descending: true,
})

/** The sort keys that a query is about: by prefix alone, or from (inclusive) to before (exclusive). */
export interface KeyRange {
  from?: string
  before?: string
  prefix?: string
}

/** A prefix together with bounds becomes bounds: DynamoDB takes one condition on the sort key. */
export function rangeOf({ from, before, prefix }: QueryOptions): KeyRange {
  if (prefix === undefined || (from === undefined && before === undefined))
    return {
      ...(from !== undefined && { from }),
      ...(before !== undefined && { before }),
      ...(prefix && { prefix }),
    }
  const end = `${prefix}\u{10FFFF}`
  return {
    from: from !== undefined && from > prefix ? from : prefix,
    before: before !== undefined && before < end ? before : end,
  }
}

export const badToken = (cause?: unknown): Fault =>
  new Fault(
    'input.invalid',
    'this is no page of this list; take `after` from `next` of one, or leave it out',
    {
      where: 'after',
      cause,
    },
  )

/** A record by its id. Nothing also for the id of a record of another kind: to whoever asks there is no such one. */
export async function readRecord<R extends { version: number }>(
  store: Pick<Store, 'get'>,
  kind: Entity<R>,
  { tenant, id }: { tenant: string; id: string },
): Promise<R | undefined> {
  return recordOf(kind, await store.get(recordKey(tenant, id)))
}

/** What was found, if it is of this kind. */
export const recordOf = <R extends { version: number }>(
  kind: Entity<R>,
  item: Item | undefined,
): R | undefined => (item?.kind === kind.kind ? fromItem(kind, item) : undefined)

/**
 * Decides and writes; when somebody else was faster, decides again from what is there then. Throws Fault `record.changed`
 * when that happens too often.
 * @param decide what is written together, and what is said once it is
 */
export async function decideAndWrite<T>(
  store: Pick<Store, 'write'>,
  decide: () => Promise<{ writes: readonly Write[]; result: T }>,
  { busy, attempts = 10 }: { busy: string; attempts?: number },
): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { writes, result } = await decide()
    if (!writes.length || (await store.write(writes)).stored) return result
  }
  throw new Fault('record.changed', busy)
}
