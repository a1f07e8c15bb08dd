/* Query and Scan. */
import { beginsWith, comparisons } from './expression/condition.ts'
import type { KeyCondition } from './expression/expression.ts'
import { readUnits } from './capacity.ts'
import { invalid, invalidParameter, TableFault } from './fault.ts'
import {
  expressionValues,
  flag,
  nameOfTable,
  optionalInteger,
  optionalItem,
  optionalText,
  refuseLegacy,
  word,
  type Input,
} from './input.ts'
import type { Range, Stored, Walk } from './item-store.ts'
import {
  attributesOf,
  keyAttributes,
  keyInIndex,
  keyNameAmong,
  readKey,
  requireSize,
  successor,
  type Key,
} from './key.ts'
import { answerOf, expressionsOf, jsonOf, type ExpressionMember } from './read.ts'
import { indexOf, projectionOf, type Index, type Schema } from './schema.ts'
import { leadingKey, type Context, type Table } from './table.ts'
import { keyOf, sizeOfItem, typeOf, type Item, type Value } from './value.ts'

/** A page ends with the item that makes it larger than this. */
const largestPage = 1024 * 1024

interface Asked {
  table: Table
  index: Index | undefined
  walk: Walk
  expressions: ReturnType<typeof expressionsOf>
  select: Select
  limit: number
  /** whether this part of a parallel scan is about an item */
  isMine: (item: Item) => boolean
}

type Select = 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT'

export function query(input: Input, context: Context): string {
  const limit = optionalInteger(input, 'Limit', 1) ?? Infinity
  const { table, index, expressions } = targetOf(input, context, [
    'FilterExpression',
    'KeyConditionExpression',
    'ProjectionExpression',
  ])
  if (!expressions.keyCondition)
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    )
  const key = index ?? table.schema
  const condition = expressions.keyCondition(key)
  requireSize(condition.hash, false)
  refuseKeyFilter(key, expressions.filter?.attributes ?? [])
  context.guard?.({
    action: 'Query',
    table: table.schema.name,
    ...(index && { index: index.name }),
    leadingKeys: [leadingKey(condition.hash)],
  })
  const start = optionalItem(input, 'ExclusiveStartKey')
  const walk: Walk = {
    index,
    hash: keyOf(condition.hash),
    range: rangeOf(condition),
    descending: !flag(input, 'ScanIndexForward', true),
    after: start && startOf(table.schema, index, start),
  }
  if (start) refuseOutside(key, condition, start)
  const select = selectOf(input, index)
  return answer(input, context, { table, index, walk, expressions, select, limit, isMine: () => true })
}

export function scan(input: Input, context: Context): string {
  const limit = optionalInteger(input, 'Limit', 1) ?? Infinity
  const total = optionalInteger(input, 'TotalSegments', 1, 1_000_000)
  const segment = optionalInteger(input, 'Segment', 0, 999_999)
  if (segment !== undefined && total === undefined)
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    )
  if (total !== undefined && segment === undefined)
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    )
  if (total !== undefined && segment! >= total)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    )
  const { table, index, expressions } = targetOf(input, context, ['FilterExpression', 'ProjectionExpression'])
  context.guard?.({
    action: 'Scan',
    table: table.schema.name,
    ...(index && { index: index.name }),
    leadingKeys: [],
  })
  const start = optionalItem(input, 'ExclusiveStartKey')
  const after = start && startOf(table.schema, index, start)
  const hash = (index ?? table.schema).hash.name
  const isMine = (item: Item) => total === undefined || segmentOf(item[hash]!, total) === segment
  if (start && !isMine(start))
    throw invalid(
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. ' +
        `TotalSegments: ${total} Segment: ${segment}`,
    )
  const select = selectOf(input, index)
  return answer(input, context, { table, index, walk: { index, after }, expressions, select, limit, isMine })
}

/** What is read, and the expressions about it. */
function targetOf(
  input: Input,
  context: Context,
  members: readonly ExpressionMember[],
): Pick<Asked, 'table' | 'index' | 'expressions'> {
  const table = context.table(nameOfTable(input))
  refuseLegacy(input)
  const index = indexOf(table.schema, input)
  refuseConsistent(index, input)
  return { table, index, expressions: expressionsOf(input, members, expressionValues(input)) }
}

function answer(input: Input, context: Context, asked: Asked): string {
  const { table, index, expressions, select, limit } = asked
  const { filter, projection } = expressions
  const items: string[] = []
  let matched = 0
  let scanned = 0
  let bytes = 0
  let last: Stored | undefined
  const isConsistent = flag(input, 'ConsistentRead')
  /** Units of what a local index has to read from the table. */
  let fetched = 0
  for (const stored of table.items.walk(asked.walk)) {
    if (!asked.isMine(stored.item)) continue
    scanned++
    const seen = index?.projected ? projectionOf(index, stored.item) : undefined
    bytes += seen ? sizeOfItem(seen) : stored.size
    if (!filter || filter.matches(seen ?? stored.item)) {
      matched++
      if (seen && select === 'ALL_ATTRIBUTES') fetched += readUnits(stored.size, isConsistent)
      if (select !== 'COUNT')
        items.push(textOf(stored, seen, { index, select, project: projection?.project }))
    }
    if (scanned < limit && bytes <= largestPage) continue
    last = stored
    break
  }
  context.capacity.read(table.schema, readUnits(bytes, isConsistent), index)
  if (fetched > 0) context.capacity.read(table.schema, fetched)
  return answerOf({
    Items: select === 'COUNT' ? undefined : `[${items.join(',')}]`,
    Count: String(matched),
    ScannedCount: String(scanned),
    LastEvaluatedKey: last && JSON.stringify(keyAttributes(table.schema, last.item, index)),
    ConsumedCapacity: jsonOf(context.capacity.answer(input)?.[0]),
  })
}

function textOf(
  stored: Stored,
  seen: Item | undefined,
  how: { index: Index | undefined; select: Select; project: ((item: Item) => Item) | undefined },
): string {
  if (how.project) return JSON.stringify(how.project(seen ?? stored.item))
  // A local index reads what it has not from the table.
  return seen && how.select !== 'ALL_ATTRIBUTES' ? JSON.stringify(seen) : stored.text
}

function refuseConsistent(index: Index | undefined, input: Input): void {
  if (index && !index.isLocal && flag(input, 'ConsistentRead'))
    throw invalid('Consistent reads are not supported on global secondary indexes')
}

function refuseKeyFilter(key: Pick<Schema, 'hash' | 'range'>, attributes: readonly string[]): void {
  const name = keyNameAmong(key, attributes)
  if (name)
    throw invalid(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
    )
}

function selectOf(input: Input, index: Index | undefined): Select {
  const isProjected = optionalText(input, 'ProjectionExpression') !== undefined
  const select = word(input, 'Select')
  if (select === undefined && isProjected) return 'SPECIFIC_ATTRIBUTES'
  if (select === undefined) return index ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES'
  if (isProjected && select !== 'SPECIFIC_ATTRIBUTES')
    throw invalid(
      `Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    )
  if (select === 'SPECIFIC_ATTRIBUTES' && !isProjected)
    throw invalid(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    )
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index)
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  if (select === 'ALL_ATTRIBUTES' && index && !index.isLocal && index.projection !== 'ALL')
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    )
  return select
}

/** The sort keys that a condition is about. */
function rangeOf({ range }: KeyCondition): Range {
  if (!range) return {}
  if (range.operator === 'BETWEEN')
    return { low: { at: keyOf(range.low), open: false }, high: { at: keyOf(range.high), open: false } }
  const at = keyOf(range.value)
  switch (range.operator) {
    case '=':
      return { low: { at, open: false }, high: { at, open: false } }
    case '<':
    case '<=':
      return { high: { at, open: range.operator === '<' } }
    case '>':
    case '>=':
      return { low: { at, open: range.operator === '>' } }
    case 'begins_with': {
      const end = successor(at)
      return { low: { at, open: false }, ...(end !== undefined && { high: { at: end, open: true } }) }
    }
  }
}

/** Where to go on. @throws ValidationException for what is not the key of an item, and of an index's entry, if there is one */
function startOf(schema: Schema, index: Index | undefined, start: Item): { entry: Key; item: Key } {
  const wrong = () => invalid('The provided starting key is invalid')
  const names = new Set(
    [...attributesOf(schema), ...(index ? attributesOf(index) : [])].map(({ name }) => name),
  )
  if (Object.keys(start).length !== names.size || [...names].some((name) => !Object.hasOwn(start, name)))
    throw index
      ? wrong()
      : invalid('The provided starting key is invalid: The provided key element does not match the schema')
  const item = startItem(schema, start)
  if (!index) return { entry: item, item }
  if (attributesOf(index).some(({ name, type }) => typeOf(start[name]!) !== type)) throw wrong()
  return { entry: keyInIndex(index, start)!, item }
}

function startItem(schema: Schema, start: Item): Key {
  try {
    return readKey(schema, keyAttributes(schema, start))
  } catch (error) {
    if (!(error instanceof TableFault)) throw error
    throw invalid(`The provided starting key is invalid: ${error.message}`)
  }
}

/** DynamoDB goes on only where the query itself could have come. */
function refuseOutside(key: Pick<Schema, 'hash' | 'range'>, condition: KeyCondition, start: Item): void {
  if (!comparisons['='](start[key.hash.name], condition.hash))
    throw invalid('The provided starting key is outside query boundaries based on provided conditions')
  if (!condition.range || !key.range) return
  if (!isWithin(start[key.range.name]!, condition.range))
    throw invalid('The provided starting key does not match the range key predicate')
}

function isWithin(value: Value, range: NonNullable<KeyCondition['range']>): boolean {
  if (range.operator === 'BETWEEN')
    return comparisons['>='](value, range.low) && comparisons['<='](value, range.high)
  const holds = range.operator === 'begins_with' ? beginsWith : comparisons[range.operator]
  return holds(value, range.value)
}

/** Any spread that stays the same will do: 32-bit FNV-1a. */
function segmentOf(value: Value, total: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(keyOf(value))) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % total
}
