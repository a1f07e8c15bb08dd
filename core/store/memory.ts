import { type Item, type Line } from '../record/item.ts'
import { canExist, fileOf, type IndexName, type Key } from '../record/key.ts'
import { copyOf, holdsIn, performChanges, requireApart } from './update-item.ts'
import {
  badToken,
  queryOfFile,
  rangeOf,
  type Page,
  type QueryOptions,
  type Store,
  type Update,
  type UpdateResult,
  type Write,
  type WriteResult,
} from './store.ts'

/** What a write changed: the same as a record of the table's stream. */
export interface Changed {
  before: Item | undefined
  after: Item | undefined
}

export interface MemoryStore extends Store {
  /** Every item, ordered by key. */
  all(): Item[]
  /** Every change so far, oldest first. */
  changes(): readonly Changed[]
}

/** A store for tests and simulation: the same contract as the table, in one process, nothing kept. */
export function memoryStore(): MemoryStore {
  const items = new Map<string, Item>()
  const changed: Changed[] = []
  const find = (key: Key): Item | undefined => {
    const item = canExist(key) ? items.get(placeOf(key)) : undefined
    return item && copy(item)
  }

  const write = (writes: readonly Write[]): WriteResult => {
    const places = writes.map((entry) => placeOf(keyOfWrite(entry)))
    if (new Set(places).size < places.length) throw new Error('a transaction may name an item only once')
    const refused = writes.flatMap((entry, i) => (holds(entry, items.get(places[i]!)) ? [] : [i]))
    if (refused.length) return { stored: false, refused }
    for (const [i, entry] of writes.entries()) {
      if (entry.do === 'absent') continue
      const before = items.get(places[i]!)
      const after = entry.do === 'remove' ? undefined : copy(entry.item)
      if (after) items.set(places[i]!, after)
      else items.delete(places[i]!)
      changed.push({ before, after })
    }
    return { stored: true }
  }

  const update = ({ key, checks, changes }: Update): UpdateResult => {
    requireApart(changes)
    const before = find(key)
    if (!before || !checks.every((check) => holdsIn(before, check))) return { updated: false, item: before }
    const after = performChanges(before, changes)
    items.set(placeOf(key), after)
    changed.push({ before, after: copy(after) })
    return { updated: true, item: copy(after) }
  }

  const query = (pk: string, options: QueryOptions): Page =>
    page(
      {
        partition: JSON.stringify([pk]),
        rows: [...items.values()].filter((item) => item.pk === pk),
        sort: (item) => item.sk,
      },
      options,
    )

  const queryIndex = (index: IndexName, pk: string, options: QueryOptions): Page => {
    const [partition, sort] = attributesOf(index)
    const rows = [...items.values()].filter((item) => item[partition] === pk && item[sort] !== undefined)
    return page({ partition: JSON.stringify([index, pk]), rows, sort: (item) => String(item[sort]) }, options)
  }

  return {
    get: async (key) => find(key),
    getAll: async (keys) => keys.map(find),
    query: async (pk, options = {}) => query(pk, options),
    file: async ({ tenant, id }, options = {}) => {
      const { kinds } = options
      if (kinds?.length === 0) return { items: [] }
      const { items: found, next } = query(fileOf(tenant, id), queryOfFile(options))
      return {
        items: kinds ? found.filter(({ kind }) => kinds.includes(kind)) : found,
        ...(next && { next }),
      }
    },
    lines: async (index, pk, options = {}) => {
      const { items: found, next } = queryIndex(index, pk, options)
      return {
        entries: found.map(({ pk, sk, kind, line, [`${index}Sk`]: sort }) => ({
          pk,
          sk,
          kind,
          sort: String(sort),
          line: (line ?? {}) as Line,
        })),
        ...(next && { next }),
      }
    },
    queryIndex: async (index, pk, options = {}) => queryIndex(index, pk, options),
    write: async (writes) => write(writes),
    project: async (projections) => {
      for (const each of projections) {
        const key = 'put' in each ? each.put : each.remove
        const before = find(key)
        const after = 'put' in each ? copy(each.put) : undefined
        if (after) items.set(placeOf(key), after)
        else items.delete(placeOf(key))
        if (before ?? after) changed.push({ before, after })
      }
    },
    update: async (asked) => update(asked),
    all: () => [...items.values()].map(copy).sort((a, b) => byCodePoint(placeOf(a), placeOf(b))),
    changes: () => changed,
  }
}

interface Rows {
  /** index, if any, and partition key: a token of another one is refused */
  partition: string
  rows: Item[]
  sort: (item: Item) => string
}

/** Where a row stands among those of its partition. */
type Place = [sort: string, pk: string, sk: string]

function page({ partition, rows, sort }: Rows, options: QueryOptions): Page {
  const { from, before, prefix } = rangeOf(options)
  const placeIn = (item: Item): Place => [sort(item), item.pk, item.sk]
  const order = (a: Item, b: Item): number => byPlace(placeIn(a), placeIn(b))
  const found = rows
    .filter((item) => from === undefined || byCodePoint(sort(item), from) >= 0)
    .filter((item) => before === undefined || byCodePoint(sort(item), before) < 0)
    .filter((item) => prefix === undefined || sort(item).startsWith(prefix))
    .sort(options.descending ? (a, b) => order(b, a) : order)
  const last = options.after === undefined ? undefined : readToken(options.after, partition)
  const rest = last
    ? found.filter((item) => (options.descending ? -1 : 1) * byPlace(placeIn(item), last) > 0)
    : found
  const slice = rest.slice(0, options.limit)
  const end = slice.at(-1)
  const more = end !== undefined && slice.length < rest.length
  return {
    items: slice.map(copy),
    ...(more && { next: JSON.stringify({ partition, place: placeIn(end) }) }),
  }
}

/** What comes out shares nothing with what went in, and `undefined` is gone as in the table. */
const copy = (item: Item): Item => copyOf(item) as Item

function readToken(token: string, partition: string): Place {
  try {
    const read = JSON.parse(token) as { partition: unknown; place: Place }
    if (read.partition === partition) return read.place
  } catch {
    // as if it were of another partition
  }
  throw badToken()
}

const byPlace = (a: Place, b: Place): number =>
  byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]) || byCodePoint(a[2], b[2])

function holds(write: Write, present: Item | undefined): boolean {
  if (write.do === 'create' || write.do === 'absent') return present === undefined
  return present?.version === write.seen
}

const attributesOf = (index: IndexName) => [`${index}Pk`, `${index}Sk`] as const
const keyOfWrite = (write: Write): Key => ('item' in write ? write.item : write.key)
const placeOf = (key: Key): string => `${key.pk}\n${key.sk}`

/** DynamoDB sorts by the bytes of UTF-8, which is the order of code points; JavaScript's `<` is not beyond U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1)
}
