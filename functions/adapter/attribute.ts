import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { setOwn, type Item } from '#core/record/item.ts'

/*
 * Items as DynamoDB writes them. Items are plain JSON and bytes, and names inside them are a stranger's: the SDK's `marshall`
 * asks `value.constructor.name` what a value is, so that a field named `constructor` decides how, or whether, its
 * whole record is stored. Here only the kind of the value itself counts.
 */

type Attributes = Record<string, AttributeValue>

/** Fields that are undefined are left out, as in JSON. Throws for anything else, which nothing here writes. */
export function toAttributes(item: object): Attributes {
  const attributes: Attributes = {}
  for (const [name, value] of Object.entries(item))
    if (value !== undefined) setOwn(attributes, name, toAttribute(value))
  return attributes
}

export const fromAttributes = (attributes: Attributes): Item => fromMap(attributes) as Item

export function toAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true }
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) }
  if (value instanceof Uint8Array) return { B: value }
  if (Array.isArray(value)) return { L: value.map(toAttribute) }
  if (typeof value === 'object') return { M: toAttributes(value) }
  throw new Error(`a ${typeof value} cannot be stored`)
}

function fromMap(attributes: Attributes): Record<string, unknown> {
  const item: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(attributes)) setOwn(item, name, fromAttribute(value))
  return item
}

function fromAttribute(value: AttributeValue): unknown {
  const bytes: unknown = value.B
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return Number(value.N)
  if (value.BOOL !== undefined) return value.BOOL
  if (value.NULL !== undefined) return null
  if (value.L !== undefined) return value.L.map(fromAttribute)
  if (value.M !== undefined) return fromMap(value.M)
  if (bytes instanceof Uint8Array) return bytes
  // A function gets the stream's records as JSON.
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64')
  throw new Error('this attribute was not written by Holdfast')
}
