/** One open table: what it is, its items, its changes. */
import { TableFault } from './fault.ts'
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
