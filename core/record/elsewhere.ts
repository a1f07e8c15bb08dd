import type { Item, Press } from './item.ts'
import type { Key } from './key.ts'

/*
 * Fields of a record that stand in another item, and there only.
 *
 * Problem: a table bills each begun kilobyte of an item with each of its writes, so a long text that never changes makes
 * every change of its record dearer.
 * Representation: the record says which of its fields stand elsewhere. It may have them in memory too: such a whole record
 * is a record like any other, and storing it leaves them where they are. Who does not look at them does not read them.
 */
export interface Elsewhere<R> {
  /** which fields */
  fields(record: R): readonly string[]
  /** of the item that has them */
  key(record: R): Key
  /** takes them out of that item */
  read(item: Item, press: Press): Partial<R>
}

interface Scattered<R> {
  elsewhere?: Elsewhere<R>
}

/** Where the fields are that a record has not itself; nothing when it has all of them. */
export const elsewhereKey = <R>({ elsewhere }: Scattered<R>, record: R): Key | undefined =>
  elsewhere?.fields(record).length ? elsewhere.key(record) : undefined

/** The record with all its fields, of the item that was read by `elsewhereKey`; as it is where there is none. */
export function wholeRecord<R extends object>(
  { elsewhere }: Scattered<R>,
  record: R,
  item: Item | undefined,
  press: Press,
): R {
  const fields = elsewhere?.fields(record) ?? []
  if (!elsewhere || !item || !fields.length) return record
  const found = Object.entries(elsewhere.read(item, press)).filter(([name]) => fields.includes(name))
  return { ...record, ...Object.fromEntries(found) }
}

interface Reader {
  getAll(keys: readonly Key[]): Promise<(Item | undefined)[]>
}

/** Records with all their fields: one request to the table, or none when they have all themselves. */
export async function readWhole<R extends object>(
  store: Reader,
  kind: Scattered<R>,
  records: readonly R[],
  press: Press,
): Promise<R[]> {
  const keys = records.map((record) => elsewhereKey(kind, record))
  const wanted = keys.filter((key) => key !== undefined)
  const found = wanted.length ? await store.getAll(wanted) : []
  let next = 0
  return records.map((record, i) => (keys[i] ? wholeRecord(kind, record, found[next++], press) : record))
}
