import type { IndexName, Item, Key } from '../model/entity.ts'
import { Fault } from '../model/fault.ts'

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

export interface Page {
  items: Item[]
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

export interface Store {
  /** Nothing also for a key that cannot exist. */
  get(key: Key): Promise<Item | undefined>
  /** Items of the keys that exist, in the order of the keys. */
  getAll(keys: readonly Key[]): Promise<(Item | undefined)[]>
  query(pk: string, options?: QueryOptions): Promise<Page>
  /** The index holds keys only: the items are read from the table after. */
  queryIndex(index: IndexName, pk: string, options?: QueryOptions): Promise<Page>
  /**
   * Performs the writes as one transaction (one item: one plain write), at most 100.
   * Conflicts with other transactions are tried again inside. Throws Fault `store.unavailable` when the table is down or throttled.
   */
  write(writes: readonly Write[]): Promise<WriteResult>
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

/** Every item of a query, where they are few enough to be held. */
export async function allOf(
  ask: (options: QueryOptions) => Promise<Page>,
  options: QueryOptions = {},
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pagesOf(ask, options)) items.push(...page)
  return items
}

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
