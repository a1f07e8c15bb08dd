/** Reads the members of a request, with the refusals of the service's front, which knows only their shape. */
import { invalid, TableFault } from './fault.ts'
import { readItem, type Item } from './value.ts'

export type Input = Record<string, unknown>

/** A request as it was sent. @throws SerializationException */
export function readInput(value: unknown): Input {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TableFault('SerializationException', 'Unexpected value type in payload')
  return value as Input
}

/** DynamoDB writes the names of members small when it tells of them. */
const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

export const constraint = (value: string, at: string, what: string): TableFault =>
  invalid(
    `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${what}`,
  )

const required = (name: string): TableFault => constraint('null', memberName(name), 'not be null')

const mistyped = (name: string, what: string): TableFault =>
  new TableFault('SerializationException', `${name} is no ${what}`)

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw mistyped(name, 'text')
  return value
}

export function text(input: Input, name: string): string {
  const value = optionalText(input, name)
  if (value === undefined) throw required(name)
  return value
}

export function flag(input: Input, name: string): boolean {
  const value = input[name] ?? false
  if (typeof value !== 'boolean') throw mistyped(name, 'boolean')
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
  if (typeof value !== 'number') throw mistyped(name, 'number')
  const number = Math.trunc(value)
  if (number < least)
    throw constraint(`'${number}'`, memberName(name), `have value greater than or equal to ${least}`)
  if (most !== undefined && number > most)
    throw constraint(`'${number}'`, memberName(name), `have value less than or equal to ${most}`)
  return number
}

/** One of a set of words; the first of them when the member is missing. */
export function oneOf<T extends string>(input: Input, name: string, words: readonly T[]): T {
  const value = optionalText(input, name)
  if (value === undefined) return words[0]!
  if (!(words as readonly string[]).includes(value))
    throw constraint(
      `'${value}'`,
      memberName(name),
      `satisfy enum value set: [${words.toReversed().join(', ')}]`,
    )
  return value as T
}

export function list(input: Input, name: string, least: number, most: number): Input[] {
  const value = input[name] ?? undefined
  if (value === undefined) throw required(name)
  if (!Array.isArray(value)) throw mistyped(name, 'list')
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

/** Name or ARN of a table. */
export function nameOfTable(input: Input): string {
  const given = text(input, 'TableName')
  const name = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(given)?.[1] ?? given
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
