/* PutItem, UpdateItem, DeleteItem, BatchWriteItem: a write is planned whole, judged, and only then done. */
import { invalid, invalidParameter, TableFault } from './fault.ts'
import {
  expressionValues,
  item,
  list,
  map,
  nameOfTable,
  readInput,
  refuseLegacy,
  word,
  type Input,
} from './input.ts'
import type { Stored } from './item-store.ts'
import {
  keyAttributes,
  keyNameAmong,
  keyOfItem,
  readKey,
  requireContents,
  requireIndexable,
  requireIndexContents,
  type Key,
} from './key.ts'
import type { Update } from './expression/expression.ts'
import { answerOf, expressionsOf, jsonOf } from './read.ts'
import { admit, refuseTwins, type Context, type Table } from './table.ts'
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

/** What one needs a permission for. */
export const actionOf: Record<Kind, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

interface Planned extends Change {
  update: Update | undefined
}

/** A write that is well formed. What its functions throw is, in a transaction, the reason of its cancellation. */
export interface Plan {
  table: Table
  /** the item or its key, as the request has it */
  given: Item
  /** @throws ValidationException for what the table's key or indexes do not allow */
  locate(): Key
  /** @throws ValidationException for what is wrong for the item that is there */
  evaluate(key: Key): Planned
}

/**
 * Plans one write.
 * @param kind as TransactWriteItems names it
 * @throws ValidationException for what is wrong whatever the table is
 */
export function plan(kind: Kind, input: Input, context: Context): Plan {
  const table = context.table(nameOfTable(input))
  refuseLegacy(input)
  const { schema } = table
  const given = item(input, kind === 'Put' ? 'Item' : 'Key')
  const values = expressionValues(input)
  const { condition, update } = expressionsOf(
    input,
    kind === 'Update' ? ['UpdateExpression', 'ConditionExpression'] : ['ConditionExpression'],
    values,
  )
  // Before what is wrong with its key: that wants the table, this the item alone.
  const size = kind === 'Put' ? requireItemSize(given) : 0
  requireContents(schema, given)
  if (kind === 'Put') requireIndexContents(schema, given, false)
  return {
    table,
    given,
    locate() {
      const key = kind === 'Put' ? keyOfItem(schema, given) : readKey(schema, given)
      if (kind === 'Put') requireIndexable(schema, given)
      if (update) refuseKeyChange(table, update)
      return key
    },
    evaluate(key) {
      const before = table.items.get(key)
      const planned = { table, key, keyItem: given, before, update, isCheck: kind === 'ConditionCheck' }
      if (condition && !condition.matches(before?.item))
        return { ...planned, after: undefined, size: 0, isRefused: true }
      if (kind === 'Put') return { ...planned, after: given, size, isRefused: false }
      if (kind !== 'Update') return { ...planned, after: undefined, size: 0, isRefused: false }
      const after = update ? update.apply(before?.item ?? given, !before) : (before?.item ?? given)
      requireIndexable(schema, after)
      requireIndexContents(schema, after, true)
      return { ...planned, after, size: requireItemSize(after, 'Item size to update'), isRefused: false }
    },
  }
}

function refuseKeyChange({ schema }: Table, update: Update): void {
  const name = keyNameAmong(schema, update.attributes)
  if (name) throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`)
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
  const shown = word(input, 'ReturnValuesOnConditionCheckFailure')
  return new TableFault('ConditionalCheckFailedException', 'The conditional request failed', {
    ...(shown === 'ALL_OLD' && change.before && { Item: change.before.item }),
  })
}

function single(kind: Kind, input: Input, context: Context, perform: Perform): Planned {
  const planned = plan(kind, input, context)
  refuseCollectionMetrics(input, [planned.table])
  const key = planned.locate()
  admit(context, actionOf[kind], planned.table, [planned.given])
  const change = planned.evaluate(key)
  count(context, change)
  if (change.isRefused) throw refusal(change, input)
  perform([change])
  return change
}

function answer(input: Input, context: Context, attributes: string | undefined): string {
  return answerOf({
    Attributes: attributes,
    ConsumedCapacity: jsonOf(context.capacity.answer(input)?.[0]),
  })
}

/** Only a local index makes an item collection; what has none is asked for metrics in vain. */
export function refuseCollectionMetrics(input: Input, tables: readonly Table[]): void {
  if (word(input, 'ReturnItemCollectionMetrics') !== 'SIZE') return
  if (tables.some(({ schema }) => schema.indexes.some((index) => index.isLocal)))
    throw invalid('ReturnItemCollectionMetrics SIZE is not modelled for a table that has local indexes')
}

function oldOrNone(input: Input): boolean {
  const wanted = word(input, 'ReturnValues') ?? 'NONE'
  if (wanted !== 'NONE' && wanted !== 'ALL_OLD')
    throw invalid('1 validation error detected: ReturnValues can only be ALL_OLD or NONE')
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
  const wanted = word(input, 'ReturnValues') ?? 'NONE'
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
  const requests = tables.flatMap(([name, entries]) => requestsOf(entries).map((entry) => ({ name, entry })))
  if (requests.length > mostInBatch) throw invalid('Too many items requested for the BatchWriteItem call')
  const plans = requests.map(({ name, entry }) => {
    const kinds = (['PutRequest', 'DeleteRequest'] as const).filter(
      (kind) => (entry[kind] ?? undefined) !== undefined,
    )
    if (kinds.length !== 1)
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      )
    const request = { ...readInput(entry[kinds[0]!]), TableName: name }
    return plan(kinds[0] === 'PutRequest' ? 'Put' : 'Delete', request, context)
  })
  const located = plans.map((planned) => ({ ...planned, key: planned.locate() }))
  refuseTwins(located, 'Provided list of item keys contains duplicates')
  for (const [table, ofTable] of Map.groupBy(located, (one) => one.table))
    admit(
      context,
      'BatchWriteItem',
      table,
      ofTable.map(({ given }) => given),
    )
  const changes = located.map(({ evaluate, key }) => evaluate(key))
  if (changes.reduce((sum, { size }) => sum + size, 0) > largestBatch)
    throw invalid('The request is larger than 16 MB')
  refuseCollectionMetrics(
    input,
    changes.map(({ table }) => table),
  )
  for (const change of changes) count(context, change)
  perform(changes)
  return answerOf({
    UnprocessedItems: '{}',
    ConsumedCapacity: jsonOf(context.capacity.answer(input)),
  })
}

function requestsOf(entries: unknown): Input[] {
  if (Array.isArray(entries) && (entries.length === 0 || entries.length > mostInBatch))
    throw invalid(
      `1 validation error detected: Value '{${entries.length} requests}' at 'requestItems' failed to satisfy constraint: ` +
        `Map value must satisfy constraint: [Member must have length less than or equal to ${mostInBatch}, Member must have length greater than or equal to 1]`,
    )
  return list({ RequestItems: entries }, 'RequestItems', 1, mostInBatch)
}

/** The attributes and bytes of a record of a change. */
export function recordOf(change: Change): { keys: Item; size: number } {
  const { table, before, after, size } = change
  const keys = keyAttributes(table.schema, change.keyItem)
  return { keys, size: sizeOfItem(keys) + (before?.size ?? 0) + (after ? size : 0) }
}
