/*
 * Keys of the single table.
 *
 * A partition is a file: everything about one record lies in `<tenant>#<id>`, and the id's prefix says what kind it is.
 * The sort key's first digit is the section, so that a descending query reads as a person wants to: the record, what
 * is computed of it, what is open, what happened, and then how it came about.
 */

/** Sections of a file, the greatest digit first. */
export const section = {
  record: '9',
  derived: '8',
  /** records that are filed here, while they are open */
  open: '7',
  /** what happened, by its time */
  happened: '6',
  /** who changed what, by the version */
  change: '5',
  run: '4',
  decision: '3',
  message: '2',
  merge: '1',
  /** bookkeeping, and what time alone will bring */
  other: '0',
} as const
export type Section = keyof typeof section

/** How an item lies in the table: its key, and those of the two sparse indexes. */
export interface Keys {
  pk: string
  sk: string
  /** index `work`: open work of a person or a queue, and what the watchdog waits for, by the time it is due */
  workPk?: string | undefined
  workSk?: string | undefined
  /** index `list`: records of a kind, open ones and those of a month */
  listPk?: string | undefined
  listSk?: string | undefined
  /** seconds since the epoch; the table deletes the item some time after */
  expiresAt?: number | undefined
}

export type Key = Pick<Keys, 'pk' | 'sk'>
export type IndexName = 'work' | 'list'
export const indexNames: readonly IndexName[] = ['work', 'list']

/** Joins key parts with `#`. `#` and `%` inside a part are escaped, so no value can reach into another part. */
export function keyOf(...parts: (string | number)[]): string {
  return parts
    .map((part) => String(part).replace(/[%#]/g, (sign) => (sign === '%' ? '%25' : '%23')))
    .join('#')
}

/** The parts that `keyOf` has joined. */
export const partsOf = (key: string): string[] =>
  key.split('#').map((part) => part.replace(/%2[35]/g, (sign) => (sign === '%25' ? '%' : '#')))

/** The partition of everything about a record. */
export const fileOf = (tenant: string, id: string): string => keyOf(tenant, id)

/** Of whom a file is. */
export const idOfFile = (pk: string): string => partsOf(pk)[1] ?? ''

/** Sort key of a record itself. */
export const recordSort = `${section.record}#record`

/** Where a record itself lies. */
export const recordKey = (tenant: string, id: string): Key => ({
  pk: fileOf(tenant, id),
  sk: recordSort,
})

/** The place of an entry of a file. */
export const entryKey = (place: Section, ...parts: (string | number)[]): string =>
  `${section[place]}#${keyOf(...parts)}`

/** The watch partitions are several, so that no single one takes the write of every new record. */
export const watchShards = 4

/** What the watchdog waits for and nobody holds. */
export function watchPartition(tenant: string, id: string): string {
  let sum = 0
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) >>> 0
  return keyOf(tenant, 'watch', sum % watchShards)
}

/** All of them. */
export const watchPartitions = (tenant: string): string[] =>
  Array.from({ length: watchShards }, (_, shard) => keyOf(tenant, 'watch', shard))

/** Partitions of the index `work`. */
export const workOfPerson = (tenant: string, person: string): string => keyOf(tenant, `person.${person}`)
export const workOfQueue = (tenant: string, queue: string): string => keyOf(tenant, `queue.${queue}`)

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
    const isTwo = unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)
    bytes += 1 + Number(unit >= 0x80) + Number(!isTwo)
  }
  return bytes
}
