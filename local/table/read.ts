/* GetItem, BatchGetItem, TransactGetItems. Each returns the JSON text of its answer. */
import {
  readExpressions,
  type ExpressionRequest,
  type Expressions,
  type Projection,
} from './expression/expression.ts'
import { readUnits } from './capacity.ts'
import { cancelled, invalid, reasonOfFault, TableFault, type Reason } from './fault.ts'
import {
  flag,
  item,
  list,
  map,
  nameOfTable,
  optionalText,
  optionalTexts,
  readInput,
  refuseLegacy,
  type Input,
} from './input.ts'
import type { Stored } from './item-store.ts'
import { isEmptyKey, readKey, type Key } from './key.ts'
import { admit, refuseTwins, type Context, type Table } from './table.ts'
import type { Item } from './value.ts'

const mostInBatch = 100
const largestBatch = 16 * 1024 * 1024
const mostInTransaction = 100
const largestTransaction = 4 * 1024 * 1024

/** The members of an answer as JSON; what is undefined is left out. */
export const answerOf = (members: Record<string, string | undefined>): string =>
  `{${Object.entries(members)
    .flatMap(([name, text]) => (text === undefined ? [] : [`"${name}":${text}`]))
    .join(',')}}`

export const jsonOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

export type ExpressionMember = Extract<keyof ExpressionRequest, `${string}Expression`>

/** @param members the expressions that the operation has */
export function expressionsOf(
  input: Input,
  members: readonly ExpressionMember[],
  values?: ExpressionRequest['ExpressionAttributeValues'],
): Expressions {
  const request: ExpressionRequest = {}
  for (const name of members) request[name] = optionalText(input, name)
  request.ExpressionAttributeNames = optionalTexts(input, 'ExpressionAttributeNames')
  request.ExpressionAttributeValues = values
  return readExpressions(request)
}

const projectionOf = (input: Input): Projection | undefined =>
  expressionsOf(input, ['ProjectionExpression']).projection

const projected = (stored: Stored, projection: Projection | undefined): string =>
  projection ? JSON.stringify(projection.project(stored.item)) : stored.text

export function getItem(input: Input, context: Context): string {
  const table = context.table(nameOfTable(input))
  refuseLegacy(input)
  const projection = projectionOf(input)
  const given = item(input, 'Key')
  const key = readKey(table.schema, given)
  admit(context, 'GetItem', table, [given])
  const found = table.items.get(key)
  context.capacity.read(table.schema, readUnits(found?.size ?? 0, flag(input, 'ConsistentRead')))
  return answerOf({
    Item: found && projected(found, projection),
    ConsumedCapacity: jsonOf(context.capacity.answer(input)?.[0]),
  })
}

export function batchGetItem(input: Input, context: Context): string {
  const requests = Object.entries(map(input, 'RequestItems')).map(([name, request]) => {
    const wanted = readInput(request)
    refuseLegacy(wanted)
    return { name, wanted, keys: list(wanted, 'Keys', 1, mostInBatch) }
  })
  if (requests.length === 0)
    throw invalid(
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  const count = requests.reduce((sum, { keys }) => sum + keys.length, 0)
  if (count > mostInBatch) throw invalid('Too many items requested for the BatchGetItem call')
  let bytes = 0
  const responses: string[] = []
  const unprocessed: Input = {}
  for (const { name, wanted, keys } of requests) {
    const table = context.table(nameOfTable({ TableName: name }))
    const projection = projectionOf(wanted)
    const consistent = flag(wanted, 'ConsistentRead')
    const places = keys.map((Key) => {
      const given = item({ Key }, 'Key')
      return { table, given, key: readKey(table.schema, given) }
    })
    refuseTwins(places, 'Provided list of item keys contains duplicates')
    admit(
      context,
      'BatchGetItem',
      table,
      places.map(({ given }) => given),
    )
    const found: string[] = []
    for (const [at, { key }] of places.entries()) {
      const stored = table.items.get(key)
      if (bytes + (stored?.size ?? 0) > largestBatch) {
        unprocessed[name] = { ...wanted, Keys: keys.slice(at) }
        break
      }
      bytes += stored?.size ?? 0
      context.capacity.read(table.schema, readUnits(stored?.size ?? 0, consistent))
      if (stored) found.push(projected(stored, projection))
    }
    responses.push(`${JSON.stringify(table.schema.name)}:[${found.join(',')}]`)
  }
  return answerOf({
    Responses: `{${responses.join(',')}}`,
    UnprocessedKeys: JSON.stringify(unprocessed),
    ConsumedCapacity: jsonOf(context.capacity.answer(input)),
  })
}

/** @throws TransactionCanceledException, with a reason for each key that is none of its table */
function locate<T extends { table: Table; given: Item }>(wanted: readonly T[]): (T & { key: Key })[] {
  const reasons: Reason[] = []
  const located = wanted.flatMap((get) => {
    try {
      const key = readKey(get.table.schema, get.given)
      reasons.push({ Code: 'None' })
      return { ...get, key }
    } catch (error) {
      if (!(error instanceof TableFault) || isEmptyKey(error)) throw error
      reasons.push(reasonOfFault(error))
      return []
    }
  })
  if (located.length < wanted.length) throw cancelled(reasons)
  return located
}

export function transactGetItems(input: Input, context: Context): string {
  const wanted = list(input, 'TransactItems', 1, mostInTransaction).map((entry) => {
    const get = map(entry, 'Get')
    const table = context.table(nameOfTable(get))
    return { table, given: item(get, 'Key'), projection: projectionOf(get) }
  })
  const gets = locate(wanted)
  refuseTwins(gets, 'Transaction request cannot include multiple operations on one item')
  for (const { table, given } of gets) admit(context, 'GetItem', table, [given])
  let bytes = 0
  const responses = gets.map(({ table, key, projection }) => {
    const found = table.items.get(key)
    bytes += found?.size ?? 0
    context.capacity.read(table.schema, readUnits(found?.size ?? 0, true) * 2)
    return found ? `{"Item":${projected(found, projection)}}` : '{}'
  })
  if (bytes > largestTransaction)
    throw new TableFault(
      'ValidationException',
      'The aggregated size of all items in the transaction exceeds 4 MB',
    )
  return answerOf({
    Responses: `[${responses.join(',')}]`,
    ConsumedCapacity: jsonOf(context.capacity.answer(input, { split: true })),
  })
}
