/* Conditions of a query: one on the partition key, and perhaps one on the sort key. */
import { invalid, invalidParameter, type TableFault } from '../fault.ts'
import { requireContent } from '../key.ts'
import { type Item, type Value, typeOf } from '../value.ts'
import type { KeyCondition, KeyNames } from './expression.ts'
import { type Names, resolve } from './path.ts'
import type { Comparator, Condition, Operand } from './syntax/tree.ts'

type Operator = Exclude<Comparator, '<>'> | 'begins_with' | 'BETWEEN'

/** One condition: names of the values, in the order in which they stand. */
export interface KeyTerm {
  attribute: string
  operator: Operator
  values: string[]
}

/** The same with the sides exchanged. */
const mirrored: Partial<Record<Operator, Operator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/**
 * The conditions of a tree that passed the checks.
 * @throws ValidationException for what no query can be about, whatever its table is
 */
export function keyTermsOf(condition: Condition, names: Names): KeyTerm[] {
  const terms: KeyTerm[] = []
  const visit = (part: Condition): void => {
    if (part.kind === 'and') return part.terms.forEach(visit)
    const term = termOf(part, names)
    if (terms.some(({ attribute }) => attribute === term.attribute))
      throw invalid('KeyConditionExpressions must only contain one condition per key')
    terms.push(term)
  }
  visit(condition)
  if (terms.length > 2) throw invalid('Conditions can be of length 1 or 2 only')
  return terms
}

function termOf(part: Condition, names: Names): KeyTerm {
  switch (part.kind) {
    case 'compare':
      if (part.operator === '<>') throw unsupported('<>')
      return keyTerm(part.operator, [part.left, part.right], names)
    case 'between':
      requireFirst('BETWEEN', part.operand)
      return keyTerm('BETWEEN', [part.operand, part.low, part.high], names)
    case 'call':
      if (part.name !== 'begins_with') throw unsupported(part.name)
      requireFirst(part.name, part.operands[0]!)
      return keyTerm('begins_with', part.operands, names)
    default:
      throw unsupported(part.kind.toUpperCase())
  }
}

const unsupported = (operator: string): TableFault =>
  invalid(`Invalid operator used in KeyConditionExpression: ${operator}`)

const malformed = (what: string): TableFault =>
  invalid(`Invalid condition in KeyConditionExpression: ${what}`)

function requireFirst(operator: string, first: Operand): void {
  if (first.kind === 'value')
    throw malformed(`${operator} operator must have the key attribute as its first operand`)
}

function keyTerm(operator: Operator, operands: readonly Operand[], names: Names): KeyTerm {
  let attribute: string | undefined
  for (const operand of operands) {
    if (operand.kind === 'call') throw invalid('KeyConditionExpressions cannot contain nested operations')
    if (operand.kind !== 'path') continue
    if (attribute !== undefined) throw malformed('Multiple attribute names used in one condition')
    if (operand.steps.length > 1)
      throw invalid('KeyConditionExpressions cannot have conditions on nested attributes')
    attribute = resolve(operand, names)[0] as string
  }
  if (attribute === undefined) throw malformed('No key attribute specified')
  const values = operands.flatMap((operand) => (operand.kind === 'value' ? [operand.name] : []))
  const isMirrored = operands[0]!.kind === 'value'
  return { attribute, operator: (isMirrored && mirrored[operator]) || operator, values }
}

/** @throws ValidationException when they are not about such a key */
export function keyConditionOf(terms: readonly KeyTerm[], values: Item, key: KeyNames): KeyCondition {
  const hash = terms.find(({ attribute }) => attribute === key.hash.name)
  if (hash === undefined) throw missed(key.hash.name)
  const range = terms.find((term) => term !== hash)
  if (range !== undefined && key.range !== undefined && range.attribute !== key.range.name)
    throw missed(key.range.name)
  if (hash.operator !== '=' || (range !== undefined && key.range === undefined))
    throw invalid('Query key condition not supported')
  const condition: KeyCondition = { hash: keyValue(hash, 0, values, key.hash) }
  if (range === undefined) return condition
  const { operator } = range
  const value = keyValue(range, 0, values, key.range!)
  condition.range =
    operator === 'BETWEEN'
      ? { operator, low: value, high: keyValue(range, 1, values, key.range!) }
      : { operator, value }
  return condition
}

const missed = (name: string): TableFault => invalid(`Query condition missed key schema element: ${name}`)

function keyValue(term: KeyTerm, at: number, values: Item, key: KeyNames['hash']): Value {
  const value = values[term.values[at]!]!
  if (typeOf(value) !== key.type)
    throw invalidParameter('Condition parameter type does not match schema type')
  requireContent(key.name, value)
  return value
}
