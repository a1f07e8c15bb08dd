/** How a record lies in the single table. Attribute names of the keys and of the three sparse indexes. */
export interface Keys {
  pk: string
  sk: string
  /** index `queue`: open work of an owner or a queue, overdue first */
  queuePk?: string
  queueSk?: string
  /** index `list`: lists by day, status or stage */
  listPk?: string
  listSk?: string
  /** index `watch`: whatever has a promised time, for the watchdog */
  watchPk?: string
  watchSk?: string
  /** seconds since the epoch; the table deletes the item some time after */
  expiresAt?: number
}

export type Key = Pick<Keys, 'pk' | 'sk'>
export type Item = Keys & { kind: string; version: number } & Record<string, unknown>
export type IndexName = 'queue' | 'list' | 'watch'

export interface Entity<R extends { version: number }> {
  kind: string
  schema: { parse(value: unknown): R }
  /** The record's key attributes, those of the sparse indexes included. */
  keys(record: R): Keys
}

const keyAttributes = new Set([
  'pk',
  'sk',
  'queuePk',
  'queueSk',
  'listPk',
  'listSk',
  'watchPk',
  'watchSk',
  'expiresAt',
  'kind',
])

/** The item that is stored for a record: its fields beside its keys. */
export function toItem<R extends { version: number }>(entity: Entity<R>, record: R): Item {
  const item = {} as Item
  for (const part of [record, entity.keys(record)])
    for (const [name, value] of Object.entries(part)) if (value !== undefined) setOwn(item, name, value)
  item.kind = entity.kind
  item.version = record.version
  return item
}

/** The record of an item. Throws a ZodError when the item is not of this kind: what we wrote, we must be able to read. */
export function fromItem<R extends { version: number }>(entity: Entity<R>, item: Item): R {
  if (item.kind !== entity.kind)
    throw new Error(`expected a ${entity.kind}, found a ${item.kind} at ${item.pk} ${item.sk}`)
  const record = {}
  for (const [name, value] of Object.entries(item)) if (!keyAttributes.has(name)) setOwn(record, name, value)
  return entity.schema.parse(record)
}

/** Sets a field as JSON does: one called `__proto__` is a field like any other. */
export function setOwn(target: object, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  else (target as Record<string, unknown>)[name] = value
}

/** Joins key parts with `#`. `#` and `%` inside a part are escaped, so no value can reach into another part. */
export function keyOf(...parts: (string | number)[]): string {
  return parts
    .map((part) => String(part).replace(/[%#]/g, (sign) => (sign === '%' ? '%25' : '%23')))
    .join('#')
}

/**
 * Whether an item can have this key. DynamoDB refuses to look for longer ones: 2,048 bytes of partition key, 1,024 of
 * sort key (Developer Guide, "Constraints in Amazon DynamoDB"). A stranger may ask for such an id: it does not exist.
 */
export const canExist = ({ pk, sk }: Key): boolean =>
  pk !== '' && pk.isWellFormed() && sk.isWellFormed() && bytesOf(pk) <= 2_048 && bytesOf(sk) <= 1_024

/** Bytes of a text in UTF-8: what it takes in the table. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair counts two of the pair's four.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return bytes
}
