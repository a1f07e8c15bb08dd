/* Names and values that a request gives to its expressions. */
import { invalid } from '../fault.ts'
import type { Item } from '../value.ts'
import type { ExpressionRequest } from './expression.ts'
import type { Names } from './path.ts'

/** Bytes of a placeholder: Amazon DynamoDB Developer Guide, "Quotas": expression parameters. */
const longestKey = 255

/** Those that may use values, in the order in which the service lists them. */
const valueExpressions = [
  'FilterExpression',
  'KeyConditionExpression',
  'UpdateExpression',
  'ConditionExpression',
] as const

/** @throws ValidationException for placeholders that are none, and for some without an expression */
export function requirePlaceholders(request: ExpressionRequest): void {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request
  const isUsed = (name: keyof ExpressionRequest): boolean => request[name] !== undefined
  const usesValues = valueExpressions.some(isUsed)
  if (names && !usesValues && !isUsed('ProjectionExpression'))
    throw invalid('ExpressionAttributeNames can only be specified when using expressions')
  if (values && !usesValues) {
    const known = valueExpressions.filter((name) => name in request)
    throw invalid(
      'ExpressionAttributeValues can only be specified when using expressions' +
        (known.length > 0 ? `: ${known.join(' and ')} ${known.length > 1 ? 'are' : 'is'} null` : ''),
    )
  }
  if (names) requireNames(names)
  if (values) requireKeys('ExpressionAttributeValues', values, /^:[a-zA-Z0-9_]+$/)
}

function requireNames(names: Names): void {
  requireKeys('ExpressionAttributeNames', names, /^#[a-zA-Z0-9_]+$/)
  for (const key in names)
    if (names[key] === '')
      throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`)
}

function requireKeys(member: string, placeholders: object, syntax: RegExp): void {
  let count = 0
  for (const key in placeholders) {
    count++
    if (!syntax.test(key)) throw invalid(`${member} contains invalid key: Syntax error; key: "${key}"`)
    if (key.length > longestKey)
      throw invalid(
        `${member} contains invalid key: The expression attribute map contains a key that is too long; ` +
          `size of key: ${key.length}`,
      )
  }
  if (count === 0) throw invalid(`${member} must not be empty`)
}

type Used = 'aliases' | 'values'

/** @throws ValidationException for one that no expression uses */
export function requireUse(
  names: Names,
  values: Item,
  used: readonly Record<Used, ReadonlySet<string>>[],
): void {
  const unused = (placeholders: object, which: Used): string[] => {
    let found: string[] | undefined
    for (const key in placeholders) if (!used.some((uses) => uses[which].has(key))) (found ??= []).push(key)
    return found ?? none
  }
  const [unusedNames, unusedValues] = [unused(names, 'aliases'), unused(values, 'values')]
  if (unusedNames.length > 0)
    throw invalid(
      `Value provided in ExpressionAttributeNames unused in expressions: keys: {${unusedNames.join(', ')}}`,
    )
  if (unusedValues.length > 0)
    throw invalid(
      `Value provided in ExpressionAttributeValues unused in expressions: keys: {${unusedValues.join(', ')}}`,
    )
}

const none: string[] = []
