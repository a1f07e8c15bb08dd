/*
 * Looks for the cause of a difference in the call and in what both sides say.
 */

import type { Call, Input } from './call.ts'
import { compareValues } from './expression.ts'
import type { Step } from './pair.ts'
import type { Answer } from './reference.ts'
import type { Item, Value } from './value.ts'
import { tables } from './world.ts'

/** What an answer says: of a refusal its message, else all of it. */
export const textOf = ({ status, body }: Answer): string =>
  status === 200 ? JSON.stringify(body) : ((body.message ?? body.Message ?? '') as string)
export const typeOf = ({ body }: Answer): string => String(body.__type).split('#').at(-1)!
export const isRefused = (answer: Answer, type: string, text?: RegExp): boolean =>
  answer.status === 400 && typeOf(answer) === type && (!text || text.test(textOf(answer)))
export const isInvalid = (answer: Answer, text?: RegExp): boolean =>
  isRefused(answer, 'ValidationException', text)
/** The request and the requests within it that have expressions or items of their own. */
export function partsOf({ operation, input }: Call): Input[] {
  const entries = Array.isArray(input.TransactItems) ? (input.TransactItems as Record<string, Input>[]) : []
  const requests = operation.startsWith('Batch') ? Object.entries(input.RequestItems ?? {}) : []
  return [
    input,
    ...entries.flatMap((entry) => Object.values(entry)),
    ...requests.flatMap(([TableName, of]) =>
      (Array.isArray(of) ? (of as Record<string, Input>[]) : [{ Keys: of as Input }])
        .flatMap((entry) => Object.values(entry))
        .map((request) => ({ ...request, TableName })),
    ),
  ]
}

export const some = ({ call }: Step, holds: (part: Input) => boolean): boolean => partsOf(call).some(holds)

export const valuesOf = (part: Input): Value[] =>
  Object.values((part.ExpressionAttributeValues ?? {}) as Item)

export const expressionsOf = (part: Input): string[] =>
  Object.entries(part).flatMap(([name, text]) => (name.endsWith('Expression') ? [String(text)] : []))

export const tableOf = (part: Input) => tables.find(({ name }) => name === part.TableName)

/** The table or the index that is asked. */
export const keyOf = (part: Input) =>
  tableOf(part)?.indexes.find(({ name }) => name === part.IndexName) ?? tableOf(part)

/** Bytes of a key's value. */
export const bytesOf = (value: Value | undefined): number =>
  value?.B === undefined
    ? Buffer.byteLength((value?.S ?? '') as string)
    : Buffer.from(value.B as string, 'base64').length

/** The conditions on keys of a query as the generator writes them: attribute, operator, values. */
export function keyConditions(part: Input): { name: string; operator: string; values: Value[] }[] {
  const names = (part.ExpressionAttributeNames ?? {}) as Record<string, string>
  const values = (part.ExpressionAttributeValues ?? {}) as Item
  const text = String(part.KeyConditionExpression)
  const pattern =
    /begins_with\( *(#?\w+) *, *(:\w+) *\)|(#\w+|\b\w+) (BETWEEN) (:\w+) AND (:\w+)|(#\w+|\b\w+) *(<=|>=|<|>|=) *(:\w+)/g
  return [...text.matchAll(pattern)].map((found) => {
    const [, begin, prefix, first, between, low, high, other, operator, value] = found
    const name = begin ?? first ?? other!
    return {
      name: names[name] ?? name,
      operator: begin ? 'begins_with' : (between ?? operator!),
      values: [prefix, low, high, value].flatMap((each) => (each === undefined ? [] : [values[each]!])),
    }
  })
}

/** Whether the key that a query is to go on from lies where the query looks. */
export function startsInside(part: Input): boolean {
  const start = part.ExclusiveStartKey as Item
  return keyConditions(part).every(({ name, operator, values }) => {
    const [value, other] = values as [Value, Value]
    const order = compareValues(start[name]!, value)
    switch (operator) {
      case '=':
        return order === 0
      case '<':
        return order < 0
      case '<=':
        return order <= 0
      case '>':
        return order > 0
      case '>=':
        return order >= 0
      case 'BETWEEN':
        return order >= 0 && compareValues(start[name]!, other) <= 0
      default: {
        const [bytes, prefix] = [start[name]!, value].map((each) =>
          Buffer.from(String(each.S ?? each.B), each.S === undefined ? 'base64' : 'utf8'),
        )
        return bytes!.subarray(0, prefix!.length).equals(prefix!)
      }
    }
  })
}

/** A value of a key of the table or of one of its indexes that is longer than a key may be. */
export function hasLongKey(part: Input): boolean {
  const table = tableOf(part)
  if (!table) return false
  const given = { ...(part.Key as Item), ...(part.Item as Item), ...(part.ExclusiveStartKey as Item) }
  const asked = part.KeyConditionExpression ? keyConditions(part) : []
  const valuesFor = (name: string) => [
    ...(given[name] ? [given[name]] : []),
    ...asked.filter((condition) => condition.name === name).flatMap(({ values }) => values),
    ...(part.UpdateExpression ? valuesOf(part) : []),
  ]
  return [table, ...table.indexes].some(
    ({ hash, range }) =>
      valuesFor(hash.name).some((value) => bytesOf(value) > 2048) ||
      (range && valuesFor(range.name).some((value) => bytesOf(value) > 1024)),
  )
}

export const prefix = /^1 validation error detected: /

/** What the engine says first: of a transaction whose part is refused, the reason of that part. */
export function saidBy({ body, ...answer }: Answer): string {
  const reasons = (body.CancellationReasons ?? []) as { Code: string; Message?: string }[]
  return reasons.find(({ Code }) => Code === 'ValidationError')?.Message ?? textOf({ body, ...answer })
}

/** Whether dynoxide did it, or only a condition kept it from being done. */
export const isLax = (answer: Answer): boolean =>
  answer.status === 200 ||
  isRefused(answer, 'ConditionalCheckFailedException') ||
  isRefused(answer, 'TransactionCanceledException')

/** An expression with names in place of their placeholders. */
export const withNames = (part: Input, text: string): string =>
  text.replace(
    /#\w+/g,
    (name) => (part.ExpressionAttributeNames as Record<string, string> | undefined)?.[name] ?? name,
  )

export const wordsToReturn = new Set(
  'INDEXES TOTAL NONE SIZE ALL_NEW UPDATED_OLD ALL_OLD UPDATED_NEW'.split(' '),
)

/** Whether a BETWEEN has its larger bound first. */
export function hasReversedBounds(part: Input): boolean {
  const values = (part.ExpressionAttributeValues ?? {}) as Item
  return expressionsOf(part).some((text) =>
    [...text.matchAll(/BETWEEN (:\w+) AND (:\w+)/g)].some(
      ([, low, high]) => compareValues(values[low!]!, values[high!]!) > 0,
    ),
  )
}

/** Whether an update does more than one thing. */
export const hasSeveralActions = (part: Input): boolean =>
  /,|(SET|ADD|DELETE|REMOVE) .* (SET|ADD|DELETE|REMOVE) /i.test(
    String(part.UpdateExpression).replace(/\([^()]*\)/g, ''),
  )

/** What an update says of the item that it does not fit. */
export const faultsOfUpdate = [
  /^The document path provided in the update expression is invalid for update$/,
  /^The provided expression refers to an attribute that does not exist in the item$/,
  /^An operand in the update expression has an incorrect data type$/,
  /^Operands for [+-] must be numbers$/,
  /^list_append requires two list operands$/,
  /^Number overflow/,
  /^Attempting to store more than 38 significant digits/,
  /^One or more parameter values were invalid: Type mismatch for Index Key/,
  /^One or more parameter values are not valid\. (A value specified for|The update expression attempted to update) a secondary index key/,
]
