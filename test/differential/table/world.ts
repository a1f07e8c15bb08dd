/*
 * The tables of a differential round: keys of all three types, with and without a sort key, indexes of all projections.
 */

import type { Draw } from '../../random.ts'
import { anyAttributes, type Item, type Type, type Value } from './value.ts'

export interface KeyPart {
  name: string
  type: 'S' | 'N' | 'B'
}

export interface Index {
  name: string
  hash: KeyPart
  range?: KeyPart
  projection: 'ALL' | 'KEYS_ONLY' | { include: string[] }
  /** In the partitions of the table, with another sort key. */
  isLocal?: boolean
}

export interface Table {
  name: string
  hash: KeyPart
  range?: KeyPart
  indexes: Index[]
}

const part = (name: string, type: KeyPart['type']): KeyPart => ({ name, type })

export const tables: Table[] = [
  {
    name: 'orders',
    hash: part('pk', 'S'),
    range: part('sk', 'S'),
    indexes: [
      { name: 'by-group', hash: part('group-of', 'S'), range: part('rank-of', 'N'), projection: 'ALL' },
      { name: 'by-rank', hash: part('rank-of', 'N'), projection: 'KEYS_ONLY' },
      {
        name: 'by-blob',
        hash: part('sk', 'S'),
        range: part('blob', 'B'),
        projection: { include: ['txt', 'map'] },
      },
    ],
  },
  {
    name: 'counters',
    hash: part('id', 'N'),
    indexes: [{ name: 'by-text', hash: part('txt', 'S'), projection: 'ALL' }],
  },
  {
    name: 'parcels',
    hash: part('pk', 'B'),
    range: part('at', 'N'),
    indexes: [{ name: 'inverted', hash: part('at', 'N'), range: part('pk', 'B'), projection: 'KEYS_ONLY' }],
  },
  {
    name: 'letters',
    hash: part('pk', 'S'),
    range: part('sk', 'B'),
    indexes: [
      { name: 'by-number', hash: part('pk', 'S'), range: part('num', 'N'), projection: 'ALL', isLocal: true },
      {
        name: 'by-name',
        hash: part('pk', 'S'),
        range: part('name', 'S'),
        projection: { include: ['txt', 'nums'] },
        isLocal: true,
      },
    ],
  },
  { name: 'pages', hash: part('name', 'S'), indexes: [] },
]

/** Attributes that only indexes know. */
const indexOnly: Record<string, Type> = { 'group-of': 'S', 'rank-of': 'N' }

export function creationOf(table: Table): Record<string, unknown> {
  const parts = [table, ...table.indexes].flatMap(({ hash, range }) => (range ? [hash, range] : [hash]))
  const schema = ({ hash, range }: Table | Index) => [
    { AttributeName: hash.name, KeyType: 'HASH' },
    ...(range ? [{ AttributeName: range.name, KeyType: 'RANGE' }] : []),
  ]
  const indexesOf = (member: string, isLocal: boolean) => {
    const indexes = table.indexes.filter((index) => (index.isLocal ?? false) === isLocal)
    return indexes.length === 0 ? {} : { [member]: indexes.map(indexOf) }
  }
  const indexOf = (index: Index) => ({
    IndexName: index.name,
    KeySchema: schema(index),
    Projection:
      typeof index.projection === 'string'
        ? { ProjectionType: index.projection }
        : { ProjectionType: 'INCLUDE', NonKeyAttributes: index.projection.include },
  })
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schema(table),
    AttributeDefinitions: [...new Map(parts.map(({ name, type }) => [name, type]))].map(
      ([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }),
    ),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    ...indexesOf('GlobalSecondaryIndexes', false),
    ...indexesOf('LocalSecondaryIndexes', true),
  }
}

const keyValues: Record<KeyPart['type'], readonly string[]> = {
  S: ['a', 'b', 'c', 'ab', 'abc', 'ä', 'B', '1', 'z'],
  N: ['0', '1', '2', '-1', '10', '1.5', '100', '-0.25', '12345678901234567890123456789012345678'],
  B: ['YQ==', 'YWI=', '/w==', 'AA==', 'AAE='],
}
/** Bytes that a key of this part may have at most. */
const mostBytes = { hash: 2048, range: 1024 }

export function anyKeyValue(draw: Draw, { type }: KeyPart, role: 'hash' | 'range' = 'hash'): Value {
  const at = draw.below(2000)
  if (at < 4) return atLimit(type, mostBytes[role] + draw.below(3) - 1)
  if (at < 5) return { [type]: '' }
  if (at < 8 && type === 'N') return { N: draw.pick(['1e2', '1.0', '-0', '1E-130', '9.99E125']) }
  return { [type]: draw.pick(keyValues[type]) }
}

function atLimit(type: KeyPart['type'], bytes: number): Value {
  if (type === 'S') return { S: 'k'.repeat(bytes) }
  if (type === 'B') return { B: Buffer.alloc(bytes, 7).toString('base64') }
  return { N: '1'.repeat(38) }
}

export function anyKey(draw: Draw, table: Table): Item {
  return {
    [table.hash.name]: anyKeyValue(draw, table.hash),
    ...(table.range && { [table.range.name]: anyKeyValue(draw, table.range, 'range') }),
  }
}

/** The parts of the table's indexes, most of them there and of the right type: indexes are sparse. */
export function anyIndexAttributes(draw: Draw, table: Table): Item {
  const item: Item = {}
  for (const index of table.indexes)
    for (const [role, entry] of [['hash', index.hash] as const, ['range', index.range] as const])
      if (entry && draw.chance(0.75))
        item[entry.name] = draw.chance(0.995) ? anyKeyValue(draw, entry, role) : { BOOL: true }
  return item
}

export function anyItem(draw: Draw, table: Table): Item {
  const item = { ...anyAttributes(draw), ...anyIndexAttributes(draw, table) }
  // What an index is keyed on is seldom of a type that it refuses.
  for (const { hash, range } of table.indexes)
    for (const entry of range ? [hash, range] : [hash])
      if (item[entry.name] && !(entry.type in item[entry.name]!) && draw.chance(0.98)) delete item[entry.name]
  for (const [name, value] of Object.entries(item))
    if (isIndexKey(table, name) && Object.values(value)[0] === '' && draw.chance(0.98)) delete item[name]
  Object.assign(item, anyKey(draw, table))
  if (draw.chance(0.003)) fill(draw, item, keyNames(table))
  return item
}

const isIndexKey = (table: Table, name: string): boolean =>
  table.indexes.some(({ hash, range }) => hash.name === name || range?.name === name)

/** Makes the item about as large as an item may be, to the byte when it has only texts. */
function fill(draw: Draw, item: Item, keys: readonly string[]): void {
  for (const name of Object.keys(item))
    if (!('S' in item[name]! || 'B' in item[name]! || keys.includes(name))) delete item[name]
  const used = Object.entries(item).reduce((sum, [name, value]) => {
    const text = value as { S?: string; B?: string }
    return (
      sum +
      Buffer.byteLength(name) +
      (text.S === undefined ? Buffer.byteLength(text.B ?? '', 'base64') : Buffer.byteLength(text.S))
    )
  }, 0)
  const room = draw.pick([409_600, 409_600, 300_000, 4096, 1024])
  item['rest-of'] = { S: 'r'.repeat(Math.max(0, room - used - 'rest-of'.length + draw.below(3) - 1)) }
}

export const namesOf = (table: Table): string[] => [
  ...new Set([
    table.hash.name,
    ...(table.range ? [table.range.name] : []),
    ...table.indexes.flatMap(({ hash, range }) => (range ? [hash.name, range.name] : [hash.name])),
  ]),
]

export const keyNames = ({ hash, range }: Table | Index): string[] =>
  range ? [hash.name, range.name] : [hash.name]

export const typeOfKey = (table: Table, name: string): Type | undefined =>
  [table, ...table.indexes]
    .flatMap(({ hash, range }) => (range ? [hash, range] : [hash]))
    .find((entry) => entry.name === name)?.type ?? indexOnly[name]
