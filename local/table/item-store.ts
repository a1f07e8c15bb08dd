/*
 * The items of one table in SQLite.
 *
 * Problem: an item is found by its key and by those of its indexes, in their order, and a write must cost the same at
 * the millionth item as at the first.
 * Representation: items lie in the order in which they came, as JSON in DynamoDB's own form, beside their key; an entry
 * of an index is its key, the item's key and the item's number, and what an index projects is read from the item.
 * Texts and bytes compare in SQLite as DynamoDB compares them (memcmp); numbers are stored as bytes that do so.
 * Invariant: an index has an entry for exactly the items that have all attributes of its key.
 * Rejected: items inside the b-tree of the key (a row of more than a thousand bytes spills to a page of its own);
 * projected copies inside index entries (written again with every change).
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { isSameKey, keyInIndex, type Key } from './key.ts'
import type { Index, Schema } from './schema.ts'
import type { Item } from './value.ts'

/** An item as it is stored. */
export class Stored {
  readonly id: number
  readonly text: string
  /** bytes, as DynamoDB counts them */
  readonly size: number
  #item: Item | undefined

  constructor(id: number, text: string, size: number, item?: Item) {
    this.id = id
    this.text = text
    this.size = size
    this.#item = item
  }

  get item(): Item {
    return (this.#item ??= JSON.parse(this.text) as Item)
  }
}

interface Row {
  id: number
  data: string
  size: number
}

/** Bounds of a sort key; an open end is left out. */
export interface Range {
  low?: { at: string | Buffer; open: boolean }
  high?: { at: string | Buffer; open: boolean }
}

export interface Walk {
  index?: Index | undefined
  /** the partition, or nothing: the whole table */
  hash?: string | Buffer
  range?: Range
  descending?: boolean
  /** goes on behind this entry: of the index its own key and that of the item */
  after?: { entry: Key; item: Key } | undefined
}

export interface ItemStore {
  get(key: Key): Stored | undefined
  /** Writes an item in the place of `before`. */
  put(key: Key, item: Item, size: number, before: Stored | undefined): Stored
  remove(key: Key, before: Stored): void
  /** Items in the order of the key, read while they are asked for. */
  walk(walk: Walk): Iterable<Stored>
  /** Items whose time to live lies between these, in seconds since the epoch; at most so many. */
  expired(from: number, to: number, most: number): Stored[]
  /** The attribute that holds the time to live, from now on and, with `again`, of what is stored already. */
  expireBy(attribute: string | undefined, again: boolean): void
  count(): { items: number; bytes: number }
  drop(): void
}

export function openItemStore(db: DatabaseSync, number: number, schema: Schema): ItemStore {
  const table = `table_${number}`
  const names = new Map(schema.indexes.map((index, at) => [index, `${table}_index_${at}`]))
  db.exec(`CREATE TABLE IF NOT EXISTS ${table} (
    id INTEGER PRIMARY KEY, pk NOT NULL, sk NOT NULL, size INTEGER NOT NULL, expires INTEGER, data TEXT NOT NULL)`)
  db.exec(`CREATE UNIQUE INDEX IF NOT EXISTS ${table}_key ON ${table} (pk, sk)`)
  db.exec(`CREATE INDEX IF NOT EXISTS ${table}_expiry ON ${table} (expires) WHERE expires IS NOT NULL`)
  for (const name of names.values())
    db.exec(`CREATE TABLE IF NOT EXISTS ${name} (
      hash NOT NULL, range NOT NULL, pk NOT NULL, sk NOT NULL, id INTEGER NOT NULL,
      PRIMARY KEY (hash, range, pk, sk)) WITHOUT ROWID`)

  const prepared = new Map<string, StatementSync>()
  const sql = (text: string): StatementSync => {
    const known = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, known)
    return known
  }
  const select = db.prepare(`SELECT id, size, data FROM ${table} WHERE pk = ? AND sk = ?`)
  const insert = db.prepare(`INSERT INTO ${table} (pk, sk, size, expires, data) VALUES (?, ?, ?, ?, ?)`)
  const update = db.prepare(`UPDATE ${table} SET size = ?, expires = ?, data = ? WHERE id = ?`)
  const remove = db.prepare(`DELETE FROM ${table} WHERE id = ?`)
  const entries = schema.indexes.map((index) => ({
    index,
    add: db.prepare(`INSERT INTO ${names.get(index)} VALUES (?, ?, ?, ?, ?)`),
    drop: db.prepare(`DELETE FROM ${names.get(index)} WHERE hash = ? AND range = ? AND pk = ? AND sk = ?`),
  }))
  let lifetime: string | undefined

  function expiryOf(item: Item): number | null {
    const value = lifetime === undefined || !Object.hasOwn(item, lifetime) ? undefined : item[lifetime]!.N
    const seconds = value === undefined ? Number.NaN : Math.floor(Number(value))
    return Number.isSafeInteger(seconds) ? seconds : null
  }

  function moveEntries(key: Key, id: number, before: Item | undefined, after: Item | undefined): void {
    for (const { index, add, drop } of entries) {
      const old = before && keyInIndex(index, before)
      const now = after && keyInIndex(index, after)
      if (old && now && isSameKey(old, now)) continue
      if (old) drop.run(old.pk, old.sk, key.pk, key.sk)
      if (now) add.run(now.pk, now.sk, key.pk, key.sk, id)
    }
  }

  return {
    get({ pk, sk }) {
      const row = select.get(pk, sk) as unknown as Row | undefined
      return row && new Stored(row.id, row.data, row.size)
    },
    put(key, item, size, before) {
      const text = JSON.stringify(item)
      const expires = expiryOf(item)
      let id = before?.id
      if (id === undefined) id = Number(insert.run(key.pk, key.sk, size, expires, text).lastInsertRowid)
      else update.run(size, expires, text, id)
      moveEntries(key, id, before?.item, item)
      return new Stored(id, text, size, item)
    },
    remove(key, before) {
      remove.run(before.id)
      moveEntries(key, before.id, before.item, undefined)
    },
    *walk(walk) {
      const { text, values } = walkSql(table, walk.index && names.get(walk.index)!, walk)
      for (const row of sql(text).iterate(...values) as unknown as Iterable<Row>)
        yield new Stored(row.id, row.data, row.size)
    },
    expired: (from, to, most) =>
      (
        sql(`SELECT id, size, data FROM ${table} WHERE expires BETWEEN ? AND ? ORDER BY expires LIMIT ?`).all(
          from,
          to,
          most,
        ) as unknown as Row[]
      ).map((row) => new Stored(row.id, row.data, row.size)),
    expireBy(attribute, again) {
      lifetime = attribute
      if (!again) return
      const change = db.prepare(`UPDATE ${table} SET expires = ? WHERE id = ?`)
      for (const row of sql(`SELECT id, size, data FROM ${table}`).all() as unknown as Row[])
        change.run(expiryOf(new Stored(row.id, row.data, row.size).item), row.id)
    },
    count() {
      const row = sql(`SELECT COUNT(*) AS items, TOTAL(size) AS bytes FROM ${table}`).get()!
      return { items: Number(row.items), bytes: Number(row.bytes) }
    },
    drop() {
      for (const name of [...names.values(), table]) db.exec(`DROP TABLE ${name}`)
    },
  }
}

/** One text for each kind of walk, so that its statement is prepared once. */
function walkSql(
  table: string,
  index: string | undefined,
  walk: Walk,
): { text: string; values: SQLInputValue[] } {
  const { hash, range = {}, descending = false, after } = walk
  const [partition, sort] = index ? ['e.hash', 'e.range'] : ['i.pk', 'i.sk']
  const conditions: string[] = []
  const values: SQLInputValue[] = []
  const when = (condition: string, ...bound: SQLInputValue[]) => {
    conditions.push(condition)
    values.push(...bound)
  }
  if (hash !== undefined) when(`${partition} = ?`, hash)
  if (range.low) when(`${sort} ${range.low.open ? '>' : '>='} ?`, range.low.at)
  if (range.high) when(`${sort} ${range.high.open ? '<' : '<='} ?`, range.high.at)
  const order = [...(hash === undefined ? [partition] : []), sort, ...(index ? ['e.pk', 'e.sk'] : [])]
  if (after) {
    const place = [
      ...(hash === undefined ? [after.entry.pk] : []),
      after.entry.sk,
      ...(index ? [after.item.pk, after.item.sk] : []),
    ]
    when(`(${order.join(', ')}) ${descending ? '<' : '>'} (${place.map(() => '?').join(', ')})`, ...place)
  }
  const from = index ? `${index} e JOIN ${table} i ON i.id = e.id` : `${table} i`
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  const sorted = order.map((column) => (descending ? `${column} DESC` : column)).join(', ')
  return { text: `SELECT i.id, i.size, i.data FROM ${from}${where} ORDER BY ${sorted}`, values }
}
