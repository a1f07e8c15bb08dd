/*
 * Capacity units, as AWS bills them on demand.
 *
 * A read takes one unit for each 4 KB begun, half when it may be stale; a write one for each 1 KB begun; transactions
 * take twice as much, but not in the indexes, which follow the table. An index takes a write for each entry that is
 * made, removed or changed in what it projects.
 * Source: Amazon DynamoDB Developer Guide, "Read and write operations", "Managing global secondary indexes in DynamoDB";
 * indexes within transactions: measured at AWS by the authors of dynoxide.
 */
import { word, type Input } from './input.ts'
import { isSameKey, keyInIndex } from './key.ts'
import { projectionOf, type Index, type Schema } from './schema.ts'
import { isSameItem, sizeOfItem, type Item } from './value.ts'

export interface Units {
  read: number
  write: number
}

interface TableUnits {
  table: Units
  indexes: Map<Index, Units>
}

export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5)

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))

/** What one request takes. */
export class Capacity {
  readonly #tables = new Map<Schema, TableUnits>()

  #of(schema: Schema): TableUnits {
    const known = this.#tables.get(schema) ?? {
      table: { read: 0, write: 0 },
      indexes: new Map<Index, Units>(),
    }
    this.#tables.set(schema, known)
    return known
  }

  read(schema: Schema, units: number, index?: Index): void {
    const tables = this.#of(schema)
    if (!index) tables.table.read += units
    else unitsOf(tables, index).read += units
  }

  /** A write of one item, with what it does to the indexes. */
  write(
    schema: Schema,
    change: { before: Item | undefined; after: Item | undefined; bytes: number },
    factor = 1,
  ): void {
    const tables = this.#of(schema)
    tables.table.write += writeUnits(change.bytes) * factor
    for (const index of schema.indexes) {
      const units = entryUnits(index, change.before, change.after)
      if (units > 0) unitsOf(tables, index).write += units
    }
  }

  /** A write that a condition refused: what is there is read and paid for like a write. */
  refused(schema: Schema, bytes: number, factor = 1): void {
    this.#of(schema).table.write += writeUnits(bytes) * factor
  }

  /** Sums by table, for a meter. */
  totals(): { table: string; read: number; write: number }[] {
    return [...this.#tables].map(([{ name }, units]) => ({ table: name, ...sumOf(units) }))
  }

  /** The answer's `ConsumedCapacity`, if the request asks for it: one, or a list of all tables. */
  answer(input: Input, options: { split?: boolean } = {}): object[] | undefined {
    const mode = word(input, 'ReturnConsumedCapacity') ?? 'NONE'
    if (mode === 'NONE') return undefined
    return [...this.#tables].map(([{ name }, units]) => ({
      TableName: name,
      ...consumed(sumOf(units), options.split),
      ...(mode === 'INDEXES' && detail(units, options.split)),
    }))
  }
}

function unitsOf(tables: TableUnits, index: Index): Units {
  const known = tables.indexes.get(index) ?? { read: 0, write: 0 }
  tables.indexes.set(index, known)
  return known
}

function sumOf({ table, indexes }: TableUnits): Units {
  let { read, write } = table
  for (const units of indexes.values()) {
    read += units.read
    write += units.write
  }
  return { read, write }
}

function consumed({ read, write }: Units, split = false): object {
  return {
    CapacityUnits: read + write,
    ...(split && read > 0 && { ReadCapacityUnits: read }),
    ...(split && write > 0 && { WriteCapacityUnits: write }),
  }
}

function detail({ table, indexes }: TableUnits, split?: boolean): object {
  const of = (isLocal: boolean) => {
    const some = [...indexes].filter(([index]) => index.isLocal === isLocal)
    return some.length > 0
      ? Object.fromEntries(some.map(([{ name }, units]) => [name, consumed(units, split)]))
      : undefined
  }
  return {
    Table: consumed(table, split),
    GlobalSecondaryIndexes: of(false),
    LocalSecondaryIndexes: of(true),
  }
}

function entryUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const old = before && keyInIndex(index, before)
  const now = after && keyInIndex(index, after)
  if (!old && !now) return 0
  const oldEntry = old && projectionOf(index, before)
  const newEntry = now && projectionOf(index, after)
  if (oldEntry && newEntry && isSameKey(old, now))
    return isSameItem(oldEntry, newEntry)
      ? 0
      : writeUnits(Math.max(sizeOfItem(oldEntry), sizeOfItem(newEntry)))
  return (oldEntry ? writeUnits(sizeOfItem(oldEntry)) : 0) + (newEntry ? writeUnits(sizeOfItem(newEntry)) : 0)
}
