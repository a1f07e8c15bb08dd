/* Reads the members of a request, with the refusals of the service's front, which knows only their shape. */
import { invalid, mistyped, TableFault, unreadable } from './fault.ts'
import { readItem, readValue, type Item } from './value.ts'

export type Input = Record<string, unknown>

/** A request as it was sent. @throws SerializationException */
export function readInput(value: unknown): Input {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable(Array.isArray(value) ? 'Unrecognized collection type' : 'Unexpected field type')
  return value as Input
}

/** DynamoDB writes the names of members small when it tells of them. */
const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

export const constraint = (value: string, at: string, what: string): TableFault =>
  invalid(
    `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${what}`,
  )

const required = (name: string): TableFault => constraint('null', memberName(name), 'not be null')

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw mistyped(value, 'String')
  return value
}

export function text(input: Input, name: string): string {
  const value = optionalText(input, name)
  if (value === undefined) throw required(name)
  return value
}

/** The values of a request's expressions. @throws ValidationException that names the placeholder of a wrong one */
export function expressionValues(input: Input): Item | undefined {
  const given = input.ExpressionAttributeValues ?? undefined
  if (given === undefined) return undefined
  const values = readInput(given)
  try {
    return readItem(values)
  } catch (error) {
    const key = Object.keys(values).find((name) => isWrong(values[name]))
    if (!(error instanceof TableFault) || error.code !== 'ValidationException') throw error
    const what = error.message.replace(detected, '')
    throw invalid(`ExpressionAttributeValues contains invalid value: ${what} for key ${key}`)
  }
}

function isWrong(value: unknown): boolean {
  try {
    readValue(value)
    return false
  } catch {
    return true
  }
}

const detected = /^1 validation error detected: /

/** A map of texts. */
export function optionalTexts(input: Input, name: string): Record<string, string> | undefined {
  const value = input[name] ?? undefined
  if (value === undefined) return undefined
  const texts = readInput(value)
  for (const key in texts) if (typeof texts[key] !== 'string') throw mistyped(texts[key], 'String')
  return texts as Record<string, string>
}

export function flag(input: Input, name: string, otherwise = false): boolean {
  const value = input[name] ?? otherwise
  if (typeof value !== 'boolean') throw mistyped(value, 'Boolean')
  return value
}

export function optionalInteger(
  input: Input,
  name: string,
  least: number,
  most?: number,
): number | undefined {
  const value = input[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw mistyped(value, 'Integer')
  const number = Math.trunc(value)
  if (number < least)
    throw constraint(`'${number}'`, memberName(name), `have value greater than or equal to ${least}`)
  if (most !== undefined && number > most)
    throw constraint(`'${number}'`, memberName(name), `have value less than or equal to ${most}`)
  return number
}

/** The words of members that have the same in every operation, in the order in which DynamoDB tells of them. */
const words = {
  ReturnConsumedCapacity: ['INDEXES', 'TOTAL', 'NONE'],
  ReturnItemCollectionMetrics: ['SIZE', 'NONE'],
  ReturnValues: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
  ReturnValuesOnConditionCheckFailure: ['ALL_OLD', 'NONE'],
  Select: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
} as const

type Words = typeof words

/** One of the member's words; nothing when it is missing. */
export function word<Name extends keyof Words>(input: Input, name: Name): Words[Name][number] | undefined {
  return optionalOneOf(input, name, words[name])
}

const ofAll = ['ReturnConsumedCapacity'] as const
const ofWrite = [
  ...ofAll,
  'ReturnItemCollectionMetrics',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
] as const
const wordsOf: Record<string, readonly (keyof Words)[]> = {
  GetItem: ofAll,
  BatchGetItem: ofAll,
  TransactGetItems: ofAll,
  Query: [...ofAll, 'Select'],
  Scan: [...ofAll, 'Select'],
  PutItem: ofWrite,
  UpdateItem: ofWrite,
  DeleteItem: ofWrite,
  BatchWriteItem: [...ofAll, 'ReturnItemCollectionMetrics'],
  TransactWriteItems: [...ofAll, 'ReturnItemCollectionMetrics'],
  TransactWriteItem: ['ReturnValuesOnConditionCheckFailure'],
}

/**
 * Reads those members of a request that say how to answer it, so that what is wrong in them is known before anything
 * is done.
 * @param operation or `TransactWriteItem` for a part of a transaction
 * @throws SerializationException, ValidationException
 */
export function requireWords(operation: string, input: Input): void {
  for (const name of wordsOf[operation] ?? []) word(input, name)
}

function optionalOneOf<T extends string>(input: Input, name: string, allowed: readonly T[]): T | undefined {
  const value = optionalText(input, name)
  if (value !== undefined && !(allowed as readonly string[]).includes(value))
    throw constraint(`'${value}'`, memberName(name), `satisfy enum value set: [${allowed.join(', ')}]`)
  return value as T | undefined
}

/** One of a set of words; the first of them when the member is missing. */
export const oneOf = <T extends string>(input: Input, name: string, allowed: readonly T[]): T =>
  optionalOneOf(input, name, allowed) ?? allowed[0]!

export function list(input: Input, name: string, least: number, most: number): Input[] {
  const value = input[name] ?? undefined
  if (value === undefined) throw required(name)
  if (!Array.isArray(value)) throw unreadable('Unexpected field type')
  if (value.length < least || value.length > most)
    throw constraint(
      `'[${value
        .map(() => '…')
        .join(', ')
        .slice(0, 60)}]'`,
      memberName(name),
      value.length < least
        ? `have length greater than or equal to ${least}`
        : `have length less than or equal to ${most}`,
    )
  return value.map(readInput)
}

export function map(input: Input, name: string): Input {
  const value = input[name] ?? undefined
  if (value === undefined) throw required(name)
  return readInput(value)
}

export function item(input: Input, name: string): Item {
  return readItem(map(input, name))
}

export function optionalItem(input: Input, name: string): Item | undefined {
  return (input[name] ?? undefined) === undefined ? undefined : item(input, name)
}

const tableName = /^[a-zA-Z0-9_.-]+$/
const longestName = 255

/** Name or ARN of a table. */
export function nameOfTable(input: Input): string {
  const given = text(input, 'TableName')
  const name = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(given)?.[1] ?? given
  if (name === '') throw constraint("''", 'tableName', 'have length greater than or equal to 1')
  if (name.length > longestName)
    throw constraint(`'${name}'`, 'tableName', `have length less than or equal to ${longestName}`)
  if (!tableName.test(name))
    throw constraint(`'${name}'`, 'tableName', 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+')
  return name
}

/** Members from the time before expressions; no client of today sends them. */
const legacy = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
]

/** @throws ValidationException for what is not modelled */
export function refuseLegacy(input: Input): void {
  const name = legacy.find((member) => (input[member] ?? undefined) !== undefined)
  if (name) throw invalid(`${name} is not modelled; use an expression instead`)
}
