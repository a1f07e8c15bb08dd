/* Keys of items and of index entries: what is valid, and how they are ordered. */
import { invalid, invalidParameter, type TableFault } from './fault.ts'
import type { Index, KeyType, Schema } from './schema.ts'
import { bytesIn, keyOf, typeOf, type Item, type Value } from './value.ts'

/** Compared as texts or as bytes; the sort key of what has none is an empty text, which no sort key can be. */
export interface Key {
  pk: string | Buffer
  sk: string | Buffer
}

export const isSameKey = (left: Key, right: Key): boolean =>
  isSamePart(left.pk, right.pk) && isSamePart(left.sk, right.sk)

const isSamePart = (left: string | Buffer, right: string | Buffer): boolean =>
  typeof left === 'string' || typeof right === 'string' ? left === right : left.equals(right)

interface Attribute {
  name: string
  type: KeyType
}

const largestHash = 2048
const largestRange = 1024

const mismatch = () => invalid('The provided key element does not match the schema')

/** The key of an item that is to be stored. @throws ValidationException */
export function keyOfItem(schema: Schema, item: Item): Key {
  for (const { name, type } of attributesOf(schema)) {
    if (!Object.hasOwn(item, name)) throw invalidParameter(`Missing the key ${name} in the item`)
    const actual = typeOf(item[name]!)
    if (actual !== type)
      throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${actual}`)
  }
  return placeOf(schema, item)
}

/** The key that a request names. @throws ValidationException unless it is exactly the key */
export function readKey(schema: Schema, given: Item): Key {
  const attributes = attributesOf(schema)
  if (Object.keys(given).length !== attributes.length) throw mismatch()
  for (const { name, type } of attributes)
    if (!Object.hasOwn(given, name) || typeOf(given[name]!) !== type) throw mismatch()
  return placeOf(schema, given)
}

function placeOf(schema: Schema, item: Item): Key {
  const { hash, range } = schema
  requireContents(schema, item)
  const pk = item[hash.name]!
  requireSize(pk, false)
  if (!range) return { pk: keyOf(pk), sk: '' }
  const sk = item[range.name]!
  requireSize(sk, true)
  return { pk: keyOf(pk), sk: keyOf(sk) }
}

/** @throws ValidationException for a key of which a part is empty, whatever else is wrong with it */
export function requireContents(schema: Schema, item: Item): void {
  for (const { name } of attributesOf(schema))
    if (Object.hasOwn(item, name)) requireContent(name, item[name]!)
}

/** @throws ValidationException for an empty value of that attribute of a key */
export function requireContent(name: string, value: Value): void {
  if (value.S !== '' && value.B !== '') return
  const kind = value.S === '' ? 'string' : 'binary'
  throw invalid(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
  )
}

/** A number is never too long. */
function sizeInKey({ S: text, B: binary }: Value): number {
  if (text !== undefined) return Buffer.byteLength(text)
  return binary === undefined ? 0 : bytesIn(binary)
}

/** @throws ValidationException for a key that is too long */
export function requireSize(value: Value, isRange: boolean): void {
  const size = sizeInKey(value)
  if (isRange && size > largestRange)
    throw invalidParameter(
      `Aggregated size of all range keys has exceeded the size limit of ${largestRange} bytes`,
    )
  if (!isRange && size > largestHash)
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${largestHash} bytes`)
}

/** Where an index has an item, or nowhere: an index holds only items that have all attributes of its key. */
export function keyInIndex({ hash, range }: Index, item: Item): Key | undefined {
  if (!Object.hasOwn(item, hash.name) || (range && !Object.hasOwn(item, range.name))) return undefined
  return { pk: keyOf(item[hash.name]!), sk: range ? keyOf(item[range.name]!) : '' }
}

/** @throws ValidationException for an item that an index could not hold though it has attributes of its key */
export function requireIndexable(schema: Schema, item: Item): void {
  for (const index of schema.indexes)
    for (const { name, type } of attributesOf(index)) {
      if (!Object.hasOwn(item, name)) continue
      const value = item[name]!
      const actual = typeOf(value)
      if (actual !== type)
        throw invalidParameter(
          `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${actual} IndexName: ${index.name}`,
        )
      requireSize(value, name === index.range?.name)
    }
}

/** Whether a fault is that of an empty key: it refuses a transaction as a whole, and is no reason of a part. */
export const isEmptyKey = (fault: TableFault): boolean =>
  fault.message.startsWith('One or more parameter values are not valid.')

/** @throws ValidationException for an item that has an empty value where an index has its key */
export function requireIndexContents(schema: Schema, item: Item, isUpdated: boolean): void {
  for (const index of schema.indexes)
    for (const { name, type } of attributesOf(index)) {
      const value = Object.hasOwn(item, name) ? item[name]! : undefined
      if (value?.[type] !== '') continue
      const what = `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value.`
      throw invalid(
        isUpdated
          ? `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. ${what}`
          : `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ${what} IndexName: ${index.name}, IndexKey: ${name}`,
      )
    }
}

export const attributesOf = ({ hash, range }: Pick<Schema, 'hash' | 'range'>): Attribute[] =>
  range ? [hash, range] : [hash]

/** The first attribute of a key that is among these names. */
export const keyNameAmong = (
  key: Pick<Schema, 'hash' | 'range'>,
  names: readonly string[],
): string | undefined => attributesOf(key).find(({ name }) => names.includes(name))?.name

/** The attributes of an item that are its key in the table, and in an index if one is given. */
export function keyAttributes(schema: Schema, item: Item, index?: Index): Item {
  const key: Item = {}
  for (const { name } of [...attributesOf(schema), ...(index ? attributesOf(index) : [])])
    key[name] = item[name]!
  return key
}

/** The first key after all that begin with this one, or nothing when there is none. */
export function successor(prefix: string | Buffer): string | Buffer | undefined {
  if (typeof prefix !== 'string') {
    const end = prefix.findLastIndex((byte) => byte < 0xff)
    if (end < 0) return undefined
    const bytes = Buffer.from(prefix.subarray(0, end + 1))
    bytes[end]! += 1
    return bytes
  }
  const signs = Array.from(prefix)
  while (signs.at(-1) === '\u{10FFFF}') signs.pop()
  const last = signs.pop()?.codePointAt(0)
  if (last === undefined) return undefined
  return signs.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
}
