/* Conditions and filters as functions of an item and the values of a request. */
import { type Item, type Value, bytesIn, compareValues, isEqual, typeOf } from '../value.ts'
import { type Names, finder, resolve } from './path.ts'
import type { Call, Comparator, Condition, Operand } from './syntax/tree.ts'
import { type Node, childrenOf } from './syntax/words.ts'

export type Test = (item: Item, values: Item) => boolean
export type Reader = (item: Item, values: Item) => Value | undefined

/** Of a condition that passed the checks. */
export function testOf(condition: Condition, names: Names): Test {
  const reader = (operand: Operand): Reader => readerOf(operand, names)
  switch (condition.kind) {
    case 'and': {
      const tests = condition.terms.map((term) => testOf(term, names))
      return (item, values) => tests.every((test) => test(item, values))
    }
    case 'or': {
      const tests = condition.terms.map((term) => testOf(term, names))
      return (item, values) => tests.some((test) => test(item, values))
    }
    case 'not': {
      const test = testOf(condition.term, names)
      return (item, values) => !test(item, values)
    }
    case 'compare': {
      const [left, right] = [reader(condition.left), reader(condition.right)]
      const holds = comparisons[condition.operator]
      return (item, values) => holds(left(item, values), right(item, values))
    }
    case 'between': {
      const [operand, low, high] = [condition.operand, condition.low, condition.high].map(reader) as [
        Reader,
        Reader,
        Reader,
      ]
      return (item, values) => {
        const value = operand(item, values)
        return comparisons['>='](value, low(item, values)) && comparisons['<='](value, high(item, values))
      }
    }
    case 'in': {
      const operand = reader(condition.operand)
      const candidates = condition.candidates.map(reader)
      return (item, values) => {
        const value = operand(item, values)
        return candidates.some((candidate) => comparisons['='](value, candidate(item, values)))
      }
    }
    case 'call':
      return testOfCall(condition, names)
  }
}

type Comparison = (left: Value | undefined, right: Value | undefined) => boolean

const isSame: Comparison = (left, right) => left !== undefined && right !== undefined && isEqual(left, right)

/** What is not there, or of another type, is only unequal. */
const orderHolds =
  (holds: (order: number) => boolean): Comparison =>
  (left, right) => {
    const order = left && right && compareValues(left, right)
    return order !== undefined && holds(order)
  }

export const comparisons: Readonly<Record<Comparator, Comparison>> = {
  '=': isSame,
  '<>': (left, right) => !isSame(left, right),
  '<': orderHolds((order) => order < 0),
  '<=': orderHolds((order) => order <= 0),
  '>': orderHolds((order) => order > 0),
  '>=': orderHolds((order) => order >= 0),
}

function testOfCall({ name, operands }: Call, names: Names): Test {
  const [first, second] = operands.map((operand) => readerOf(operand, names)) as [Reader, Reader]
  switch (name) {
    case 'attribute_exists':
      return (item, values) => first(item, values) !== undefined
    case 'attribute_not_exists':
      return (item, values) => first(item, values) === undefined
    case 'attribute_type':
      return (item, values) => {
        const value = first(item, values)
        return value !== undefined && typeOf(value) === second(item, values)!.S
      }
    case 'begins_with':
      return (item, values) => beginsWith(first(item, values), second(item, values))
    default:
      return (item, values) => contains(first(item, values), second(item, values))
  }
}

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64')

export const beginsWith: Comparison = (value, start) => {
  if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S)
  if (value?.B === undefined || start?.B === undefined) return false
  const beginning = bytesOf(start.B)
  return bytesOf(value.B).subarray(0, beginning.length).equals(beginning)
}

/** Part of a text or of bytes, member of a set or of a list. */
const contains: Comparison = (value, part) => {
  if (value === undefined || part === undefined) return false
  if (value.L) return value.L.some((entry) => isEqual(entry, part))
  if (part.S !== undefined) return (value.S ?? value.SS)?.includes(part.S) ?? false
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false
  if (part.B === undefined) return false
  return value.B === undefined
    ? (value.BS?.includes(part.B) ?? false)
    : bytesOf(value.B).includes(bytesOf(part.B))
}

/** Of what stands in a condition: a path, a value or a size. */
function readerOf(operand: Operand, names: Names): Reader {
  if (operand.kind === 'path') return finder(resolve(operand, names))
  if (operand.kind === 'value') {
    const { name } = operand
    return (_, values) => values[name]
  }
  const inner = readerOf(operand.operands[0]!, names)
  return (item, values) => {
    const value = inner(item, values)
    const size = value && lengthOf(value)
    return size === undefined ? undefined : { N: String(size) }
  }
}

/** As size() counts it: characters, bytes or members. Numbers, truth values and null have none. */
function lengthOf(value: Value): number | undefined {
  if (value.S !== undefined) return value.S.length
  if (value.B !== undefined) return bytesIn(value.B)
  if (value.M) return Object.keys(value.M).length
  return (value.L ?? value.SS ?? value.NS ?? value.BS)?.length
}

/** All paths of a part of an expression, in the order in which they stand. */
export const pathsIn = (node: Node, names: Names): (string | number)[][] =>
  node.kind === 'path' ? [resolve(node, names)] : childrenOf(node).flatMap((child) => pathsIn(child, names))
