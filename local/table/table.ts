/* One open table: what it is, its items, its changes. */
import { invalid, TableFault } from './fault.ts'
import type { Key } from './key.ts'
import type { ItemStore } from './item-store.ts'
import type { Capacity } from './capacity.ts'
import type { Schema } from './schema.ts'
import type { TableStream } from './stream.ts'

export interface Table {
  number: number
  id: string
  createdAt: number
  schema: Schema
  items: ItemStore
  stream: TableStream | undefined
  /** attribute of the time to live, while it is enabled */
  lifetime: string | undefined
}

/** What operations get: the tables, and a place to count what they take. */
export interface Context {
  /** @throws ResourceNotFoundException */
  table(name: string): Table
  now(): number
  capacity: Capacity
}

export const notFound = (message = 'Requested resource not found'): TableFault =>
  new TableFault('ResourceNotFoundException', message)

/** @throws ValidationException with that message for two keys of one table that are the same */
export function refuseTwins(
  places: readonly { table: Table; key: Key | undefined }[],
  message: string,
): void {
  const seen = new Set<string>()
  for (const { table, key } of places) {
    if (!key) continue
    const place = `${table.number} ${textOf(key)}`
    if (seen.has(place)) throw invalid(message)
    seen.add(place)
  }
}

/** Different for different keys of one table: any character may stand in either part, so the first one's length is told. */
const textOf = ({ pk, sk }: Key): string => `${pk.length} ${partText(pk)}${partText(sk)}`

const partText = (part: string | Buffer): string =>
  typeof part === 'string' ? part : part.toString('latin1')
