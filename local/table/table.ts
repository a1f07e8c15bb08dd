/* One open table: what it is, its items, its changes. */
import { invalid, TableFault } from './fault.ts'
import type { Key } from './key.ts'
import type { ItemStore } from './item-store.ts'
import type { Capacity } from './capacity.ts'
import type { Schema } from './schema.ts'
import type { TableStream } from './stream.ts'
import type { Item, Value } from './value.ts'

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

/** What a request is about to do to a table or an index. */
export interface Access {
  /** such as `GetItem`; a part of a transaction is what it would be alone */
  action: string
  /** its name; nothing where the request is about no single one */
  table: string | undefined
  index?: string
  /** values of the partition key, of the table or of the index; none where a request does not name any */
  leadingKeys: readonly string[]
}

/**
 * Whether whoever asks may do that; it is asked before anything is read for the request.
 * @throws TableFault when not
 */
export type Guard = (access: Access) => void

/** What operations get: the tables, a place to count what they take, and who keeps whoever asks within bounds. */
export interface Context {
  /** @throws ResourceNotFoundException */
  table(name: string): Table
  now(): number
  capacity: Capacity
  /** absent for who may do everything */
  guard: Guard | undefined
}

/** Asks the guard about items of one table by their keys, or what holds them. @throws what it throws */
export function admit({ guard }: Context, action: string, { schema }: Table, keys: readonly Item[]): void {
  guard?.({ action, table: schema.name, leadingKeys: keys.map((key) => leadingKey(key[schema.hash.name]!)) })
}

/** As conditions of policies see it: bytes are their base64. */
export const leadingKey = ({ S: text, N: number, B: bytes }: Value): string => text ?? number ?? bytes ?? ''

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
