/** GetItem, BatchGetItem, TransactGetItems. Each returns the JSON text of its answer. */
import { readExpressions, type Projection } from './expression/expression.ts'
import { readUnits } from './capacity.ts'
import { invalid, TableFault } from './fault.ts'
import {
  flag,
  item,
  list,
  map,
  nameOfTable,
  optionalText,
  readInput,
  refuseLegacy,
  type Input,
} from './input.ts'
import { isSameKey, type Stored } from './item-store.ts'
import { readKey, type Key } from './key.ts'
import type { Context } from './table.ts'

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

/** Names of a request's expressions, which every operation has under the same name. */
export function expressionsOf(
  input: Input,
  values?: Parameters<typeof readExpressions>[0]['ExpressionAttributeValues'],
) {
  const names = input.ExpressionAttributeNames ?? undefined
  return readExpressions({
    ConditionExpression: optionalText(input, 'ConditionExpression'),
    FilterExpression: optionalText(input, 'FilterExpression'),
    KeyConditionExpression: optionalText(input, 'KeyConditionExpression'),
    ProjectionExpression: optionalText(input, 'ProjectionExpression'),
    UpdateExpression: optionalText(input, 'UpdateExpression'),
    ExpressionAttributeNames: names === undefined ? undefined : (readInput(names) as Record<string, string>),
    ExpressionAttributeValues: values,
  })
}

const projected = (stored: Stored, projection: Projection | undefined): string =>
  projection ? JSON.stringify(projection.project(stored.item)) : stored.text

export function getItem(input: Input, context: Context): string {
  const table = context.table(nameOfTable(input))
  refuseLegacy(input)
  const { projection } = expressionsOf(input)
  const found = table.items.get(readKey(table.schema, item(input, 'Key')))
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
    const { projection } = expressionsOf(wanted)
    const consistent = flag(wanted, 'ConsistentRead')
    const places = keys.map((_, at) => readKey(table.schema, item({ Key: keys[at] }, 'Key')))
    refuseTwins(places)
    const found: string[] = []
    for (const [at, place] of places.entries()) {
      const stored = table.items.get(place)
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

function refuseTwins(keys: Key[]): void {
  const seen = new Set<string>()
  for (const key of keys) {
    const place = textOf(key)
    if (seen.has(place)) throw invalid('Provided list of item keys contains duplicates')
    seen.add(place)
  }
}

/** Different for different keys of one table. */
export const textOf = ({ pk, sk }: Key): string =>
  `${typeof pk === 'string' ? pk : pk.toString('latin1')}\u0000${typeof sk === 'string' ? sk : sk.toString('latin1')}`

export function transactGetItems(input: Input, context: Context): string {
  const wanted = list(input, 'TransactItems', 1, mostInTransaction).map((entry) => {
    const get = map(entry, 'Get')
    const table = context.table(nameOfTable(get))
    return {
      table,
      get,
      key: readKey(table.schema, item(get, 'Key')),
      projection: expressionsOf(get).projection,
    }
  })
  for (const [at, { table, key }] of wanted.entries())
    if (wanted.slice(0, at).some((other) => other.table === table && isSameKey(other.key, key)))
      throw invalid('Transaction request cannot include multiple operations on one item')
  let bytes = 0
  const responses = wanted.map(({ table, key, projection }) => {
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
