import type { Elsewhere } from './elsewhere.ts'
import type { Key, Keys } from './key.ts'

export type Item = Keys & { kind: string; version: number } & Record<string, unknown>

/** How records of a sort lie in the table. */
export interface Entity<R extends { version: number }> {
  kind: string
  schema: { parse(value: unknown): R }
  /** The record's key attributes, those of the sparse indexes included. */
  keys(record: R): Keys
  /** fields that lie in the map `line`, which the indexes project */
  listed?: readonly string[]
  /** what a person calls it, for the line */
  titleOf?(record: R): string
  /** Fields that follow from the item's key, and from `of`, the kind of its subject: they are not stored beside it. */
  said?(item: Key & { of?: unknown }): Record<string, unknown>
  /** fields that are not stored with it, because another item has them */
  elsewhere?: Elsewhere<R>
}

/** Short facts of a record, readable in the indexes without reading the record. */
export type Line = { called?: string } & Record<string, unknown>

/** What an item has beside the fields of its record, whose names no field can have. */
export const keyAttributes: ReadonlySet<string> = new Set<string>([
  'pk',
  'sk',
  'workPk',
  'workSk',
  'listPk',
  'listSk',
  'expiresAt',
  'kind',
  'line',
  'of',
] satisfies (keyof Keys | 'kind' | 'line' | 'of')[])

/** The item that is stored for a record: its fields beside its keys, those of its line together. */
export function toItem<R extends { version: number }>(entity: Entity<R>, record: R): Item {
  const item = {} as Item
  const keys = entity.keys(record)
  for (const [name, value] of Object.entries(keys)) if (value !== undefined) setOwn(item, name, value)
  const isListed = keys.workPk !== undefined || keys.listPk !== undefined
  const line: Line =
    isListed && entity.titleOf ? { called: entity.titleOf(record).slice(0, longestTitle) } : {}
  const listed = new Set(isListed ? entity.listed : undefined)
  const said = entity.said?.({ pk: keys.pk, sk: keys.sk })
  const elsewhere = new Set(entity.elsewhere?.fields(record))
  for (const [name, value] of Object.entries(record))
    if (value !== undefined && !elsewhere.has(name) && !(said && Object.hasOwn(said, name)))
      setOwn(listed.has(name) ? line : item, name, value)
  if (said) item.of = (record as unknown as { subject: { kind: string } }).subject.kind
  if (Object.keys(line).length) item.line = line
  item.kind = entity.kind
  item.version = record.version
  return item
}

const longestTitle = 100

/** The record of an item. Throws a ZodError when the item is not of this kind: what we wrote, we must be able to read. */
export function fromItem<R extends { version: number }>(entity: Entity<R>, item: Item): R {
  if (item.kind !== entity.kind)
    throw new Error(`expected a ${entity.kind}, found a ${item.kind} at ${item.pk} ${item.sk}`)
  return entity.schema.parse({ ...fieldsOf(item), ...entity.said?.(item) })
}

/** The fields of a record as they are stored, unread. */
export function fieldsOf(item: Item): Record<string, unknown> {
  const fields = {}
  for (const [name, value] of Object.entries(item)) if (!keyAttributes.has(name)) setOwn(fields, name, value)
  const { called: _, ...line } = (item.line ?? {}) as Line
  for (const [name, value] of Object.entries(line)) setOwn(fields, name, value)
  return fields
}

/** One field as it is stored, unread. */
export const storedOf = (item: Item, name: string): unknown =>
  item[name] === undefined ? (item.line as Line | undefined)?.[name] : item[name]

/** Sets a field as JSON does: one called `__proto__` is a field like any other. */
export function setOwn(target: object, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  else (target as Record<string, unknown>)[name] = value
}

/** Compresses and restores texts: a table bills each begun kilobyte of an item. */
export interface Press {
  pack(text: string): Uint8Array<ArrayBuffer>
  /** Nothing for bytes that it does not know. */
  unpack(bytes: Uint8Array): string | undefined
}
