/** PutItem, UpdateItem, DeleteItem, BatchWriteItem: a write is planned whole, judged, and only then done. */
import { invalid, TableFault } from './fault.ts'
import {
  item,
  list,
  map,
  nameOfTable,
  oneOf,
  optionalItem,
  readInput,
  refuseLegacy,
  type Input,
} from './input.ts'
import type { Stored } from './item-store.ts'
import { attributesOf, keyAttributes, keyOfItem, readKey, requireIndexable, type Key } from './key.ts'
import type { Update } from './expression/expression.ts'
import { answerOf, expressionsOf, jsonOf, textOf } from './read.ts'
import type { Context, Table } from './table.ts'
import { isSameItem, requireItemSize, sizeOfItem, type Item } from './value.ts'

/** What a request will do to one item. */
export interface Change {
  table: Table
  key: Key
  /** as given: what a new item begins with */
  keyItem: Item
  before: Stored | undefined
  /** nothing: the item goes, or is only looked at */
  after: Item | undefined
  /** of what is there after the change */
  size: number
  isCheck: boolean
  isRefused: boolean
}

/** Does planned changes; within the transaction of the turn. */
export type Perform = (changes: readonly Change[]) => void

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck'

interface Planned extends Change {
  update: Update | undefined
}

/**
 * Plans one write.
 * @param kind as TransactWriteItems names it
 * @throws ValidationException for what no state of the table would make right
 */
export function plan(kind: Kind, input: Input, context: Context): () => Planned {
  const table = context.table(nameOfTable(input))
  refuseLegacy(input)
  const { schema } = table
  const given = item(input, kind === 'Put' ? 'Item' : 'Key')
  const values = optionalItem(input, 'ExpressionAttributeValues')
  const { condition, update } = expressionsOf(input, values)
  const key = kind === 'Put' ? keyOfItem(schema, given) : readKey(schema, given)
  let size = 0
  if (kind === 'Put') {
    requireIndexable(schema, given)
    size = requireItemSize(given)
  }
  if (update) refuseKeyChange(table, update)
  return () => {
    const before = table.items.get(key)
    const planned = { table, key, keyItem: given, before, update, isCheck: kind === 'ConditionCheck' }
    if (condition && !condition.matches(before?.item))
      return { ...planned, after: undefined, size: 0, isRefused: true }
    if (kind === 'Put') return { ...planned, after: given, size, isRefused: false }
    if (kind !== 'Update') return { ...planned, after: undefined, size: 0, isRefused: false }
    const after = update ? update.apply(before?.item ?? given) : (before?.item ?? given)
    requireIndexable(schema, after)
    return { ...planned, after, size: requireUpdatedSize(after), isRefused: false }
  }
}

function requireUpdatedSize(after: Item): number {
  try {
    return requireItemSize(after)
  } catch {
    throw invalid('Item size to update has exceeded the maximum allowed size')
  }
}

function refuseKeyChange({ schema }: Table, update: Update): void {
  const name = attributesOf(schema)
    .map((attribute) => attribute.name)
    .find((attribute) => update.attributes.includes(attribute))
  if (name)
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    )
}

/** Counts what a change takes. */
export function count(context: Context, change: Change, factor = 1): void {
  const { table, before, after, size, isCheck, isRefused } = change
  const bytes = Math.max(before?.size ?? 0, size)
  if (isCheck || isRefused) context.capacity.refused(table.schema, bytes, factor)
  else context.capacity.write(table.schema, { before: before?.item, after, bytes }, factor)
}

/** Whether the change leaves the item as it is: DynamoDB writes no record of such a one. */
export const isIdle = ({ before, after, isCheck }: Change): boolean =>
  isCheck || (before ? after !== undefined && isSameItem(before.item, after) : after === undefined)

const refusal = (change: Change, input: Input): TableFault => {
  const shown = oneOf(input, 'ReturnValuesOnConditionCheckFailure', ['NONE', 'ALL_OLD'])
  return new TableFault('ConditionalCheckFailedException', 'The conditional request failed', {
    ...(shown === 'ALL_OLD' && change.before && { Item: change.before.item }),
  })
}

function single(kind: Kind, input: Input, context: Context, perform: Perform): Planned {
  const change = plan(kind, input, context)()
  count(context, change)
  if (change.isRefused) throw refusal(change, input)
  perform([change])
  return change
}

const returnable = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const

function answer(input: Input, context: Context, attributes: string | undefined): string {
  refuseCollectionMetrics(input)
  return answerOf({
    Attributes: attributes,
    ConsumedCapacity: jsonOf(context.capacity.answer(input)?.[0]),
  })
}

function refuseCollectionMetrics(input: Input): void {
  if (oneOf(input, 'ReturnItemCollectionMetrics', ['NONE', 'SIZE']) === 'SIZE')
    throw invalid('ReturnItemCollectionMetrics SIZE is not modelled')
}

function oldOrNone(input: Input): boolean {
  const wanted = oneOf(input, 'ReturnValues', returnable)
  if (wanted !== 'NONE' && wanted !== 'ALL_OLD') throw invalid('Return values set to invalid value')
  return wanted === 'ALL_OLD'
}

export function putItem(input: Input, context: Context, perform: Perform): string {
  const isReturned = oldOrNone(input)
  const { before } = single('Put', input, context, perform)
  return answer(input, context, isReturned ? before?.text : undefined)
}

export function deleteItem(input: Input, context: Context, perform: Perform): string {
  const isReturned = oldOrNone(input)
  const { before } = single('Delete', input, context, perform)
  return answer(input, context, isReturned ? before?.text : undefined)
}

export function updateItem(input: Input, context: Context, perform: Perform): string {
  const wanted = oneOf(input, 'ReturnValues', returnable)
  const { before, after, update } = single('Update', input, context, perform)
  const touched = (of: Item | undefined): Item | undefined => {
    const some = of && (update ? update.touched(of) : {})
    return some && Object.keys(some).length > 0 ? some : undefined
  }
  const attributes = {
    NONE: () => undefined,
    ALL_OLD: () => before?.item,
    UPDATED_OLD: () => touched(before?.item),
    ALL_NEW: () => after,
    UPDATED_NEW: () => touched(after),
  }[wanted]()
  return answer(input, context, jsonOf(attributes))
}

const mostInBatch = 25
const largestBatch = 16 * 1024 * 1024

export function batchWriteItem(input: Input, context: Context, perform: Perform): string {
  const tables = Object.entries(map(input, 'RequestItems'))
  if (tables.length === 0)
    throw invalid(
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  const requests = tables.flatMap(([name, entries]) =>
    list({ RequestItems: entries }, 'RequestItems', 1, mostInBatch).map((entry) => ({ name, entry })),
  )
  if (requests.length > mostInBatch) throw invalid('Too many items requested for the BatchWriteItem call')
  const seen = new Set<string>()
  const plans = requests.map(({ name, entry }) => {
    const kinds = (['PutRequest', 'DeleteRequest'] as const).filter(
      (kind) => (entry[kind] ?? undefined) !== undefined,
    )
    if (kinds.length !== 1)
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      )
    const request = { ...readInput(entry[kinds[0]!]), TableName: name }
    const planned = plan(kinds[0] === 'PutRequest' ? 'Put' : 'Delete', request, context)
    return planned
  })
  const changes = plans.map((planned) => planned())
  for (const { table, key } of changes) {
    const place = `${table.number} ${textOf(key)}`
    if (seen.has(place)) throw invalid('Provided list of item keys contains duplicates')
    seen.add(place)
  }
  if (changes.reduce((sum, { size }) => sum + size, 0) > largestBatch)
    throw invalid('The request is larger than 16 MB')
  for (const change of changes) count(context, change)
  perform(changes)
  refuseCollectionMetrics(input)
  return answerOf({
    UnprocessedItems: '{}',
    ConsumedCapacity: jsonOf(context.capacity.answer(input)),
  })
}

/** The attributes and bytes of a record of a change. */
export function recordOf(change: Change): { keys: Item; size: number } {
  const { table, before, after, size } = change
  const keys = keyAttributes(table.schema, change.keyItem)
  return { keys, size: sizeOfItem(keys) + (before?.size ?? 0) + (after ? size : 0) }
}
