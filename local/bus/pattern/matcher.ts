/* The alternatives in the lists of an event pattern, one function for each operator. */
import { addressOf } from './address.ts'
import type { JsonNode } from './json-text.ts'
import type { Scalar } from './scalar.ts'
import { scalarOf } from './scalar.ts'

export interface Matcher {
  test(scalar: Scalar): boolean
  /** True for `exists: false`, which a missing field satisfies. */
  absent?: true
}

type Refusal = (reason: string) => Error
type TextTest = (value: string) => boolean
type Operator = (operand: JsonNode, refuse: Refusal) => Matcher

/** Names that an object inside $or may not use as fields. */
export const reservedNames = new Set(
  'exactly prefix suffix equals-ignore-case wildcard exists cidr numeric anything-but regex = < <= > >= &&'.split(
    ' ',
  ),
)

export function matcherOf(node: JsonNode, refuse: Refusal): Matcher {
  if (node.kind === 'array') throw refuse('Match value must be String, number, true, false, or null')
  if (node.kind !== 'object') return equals(scalarOf(node))
  const [name, operand] = onlyEntry(node, refuse)
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (!operator) throw refuse(`Unrecognized match type ${name}`)
  return operator(operand, refuse)
}

const operators: Record<string, Operator> = {
  exactly: (operand, refuse) => {
    const wanted = stringOf(operand, refuse)
    return onText((value) => value === wanted)
  },
  prefix: affix((value, part) => value.startsWith(part), foldedPrefix),
  suffix: affix((value, part) => value.endsWith(part), foldedSuffix),
  'equals-ignore-case': (operand, refuse) => onText(ignoringCase(stringOf(operand, refuse))),
  wildcard: (operand, refuse) => onText(wildcard(stringOf(operand, refuse), refuse)),
  exists: (operand, refuse) => {
    if (operand.kind !== 'literal' || operand.value === null)
      throw refuse('exists match pattern must be either true or false.')
    return operand.value ? { test: () => true } : { test: () => false, absent: true }
  },
  cidr: cidr,
  numeric: numeric,
  'anything-but': anythingBut,
}

function onlyEntry(node: JsonNode & { kind: 'object' }, refuse: Refusal): [string, JsonNode] {
  const [first, ...more] = node.entries
  if (!first) throw refuse('Match expression name not found')
  if (more.length > 0) throw refuse('Only one key allowed in match expression')
  return first
}

function stringOf(node: JsonNode, refuse: Refusal): string {
  if (node.kind !== 'string') throw refuse('match pattern must be a string')
  return node.value
}

const onText = (test: TextTest): Matcher => ({
  test: (scalar) => scalar.kind === 'string' && test(scalar.value),
})

function equals(wanted: Scalar): Matcher {
  if (wanted.kind === 'string') {
    const address = addressOf(wanted.value)
    if (!address) return onText((value) => value === wanted.value)
    return onText((value) => {
      const other = addressOf(value)
      return other !== undefined && other.bits === address.bits && other.value === address.value
    })
  }
  if (wanted.kind === 'number')
    return { test: (scalar) => scalar.kind === 'number' && sameNumber(wanted, scalar) }
  return { test: (scalar) => scalar.kind === 'literal' && scalar.value === wanted.value }
}

type NumberScalar = Scalar & { kind: 'number' }

/** Numbers beyond a double's precision equal only their own spelling. */
const sameNumber = (a: NumberScalar, b: NumberScalar) =>
  a.value === undefined || b.value === undefined ? a.text === b.text : a.decimal === b.decimal

function affix(test: (value: string, part: string) => boolean, folded: (part: string) => TextTest): Operator {
  return (operand, refuse) => {
    if (operand.kind !== 'object') {
      const part = stringOf(operand, refuse)
      return onText((value) => test(value, part))
    }
    const [name, inner] = onlyEntry(operand, refuse)
    if (name !== 'equals-ignore-case') throw refuse(`Unsupported prefix pattern: ${name}`)
    return onText(folded(stringOf(inner, refuse)))
  }
}

/** Each character of the pattern stands for itself, its lower and its upper form; the event's text is not folded. */
const foldingsOf = (text: string): string[][] =>
  Array.from(text, (character) => [...new Set([character, character.toLowerCase(), character.toUpperCase()])])

/** All positions that can be reached in `value` from `start` by the foldings, in the given direction. */
function reach(value: string, foldings: string[][], start: number, backward: boolean): Set<number> {
  let ends = new Set([start])
  for (const forms of backward ? [...foldings].reverse() : foldings) {
    const next = new Set<number>()
    for (const at of ends)
      for (const form of forms)
        if (backward ? value.endsWith(form, at) && at >= form.length : value.startsWith(form, at))
          next.add(backward ? at - form.length : at + form.length)
    if (next.size === 0) return next
    ends = next
  }
  return ends
}

function ignoringCase(text: string): TextTest {
  const forms = foldingsOf(text)
  return (value) => reach(value, forms, 0, false).has(value.length)
}

function foldedPrefix(text: string): TextTest {
  const forms = foldingsOf(text)
  return (value) => reach(value, forms, 0, false).size > 0
}

function foldedSuffix(text: string): TextTest {
  const forms = foldingsOf(text)
  return (value) => reach(value, forms, value.length, true).size > 0
}

/** `*` is any run of characters; `\*` and `\\` stand for themselves. */
function wildcard(text: string, refuse: Refusal): TextTest {
  const pieces = ['']
  for (let i = 0, star = false; i < text.length; i++) {
    let character = text[i]!
    if (character === '*') {
      if (star) throw refuse(`Consecutive wildcard characters at pos ${i}`)
      star = true
      pieces.push('')
      continue
    }
    star = false
    if (character === '\\') {
      character = text[++i] ?? ''
      if (character !== '*' && character !== '\\') throw refuse(`Invalid escape character at pos ${i}`)
    }
    pieces[pieces.length - 1] += character
  }
  const [head = '', ...rest] = pieces
  const tail = rest.pop()
  if (tail === undefined) return (value) => value === head
  return (value) => {
    if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail))
      return false
    // The leftmost place for each piece leaves the most room for those after it.
    let at = head.length
    for (const piece of rest) {
      at = value.indexOf(piece, at)
      if (at < 0) return false
      at += piece.length
    }
    return at <= value.length - tail.length
  }
}

function cidr(operand: JsonNode, refuse: Refusal): Matcher {
  const [base = '', mask, ...more] = stringOf(operand, refuse).split('/')
  if (mask === undefined || more.length > 0) throw refuse("Malformed CIDR, one '/' required")
  const address = addressOf(base)
  if (!address) throw refuse(`Invalid IP address: ${base}`)
  if (!/^\+?\d{1,9}$/.test(mask)) throw refuse('Malformed CIDR, mask bits must be a non-negative integer')
  if (Number(mask) >= address.bits) throw refuse(`Mask bits must be < ${address.bits}`)
  const shift = BigInt(address.bits - Number(mask))
  return onText((value) => {
    const other = addressOf(value)
    return other?.bits === address.bits && other.value >> shift === address.value >> shift
  })
}

function numeric(operand: JsonNode, refuse: Refusal): Matcher {
  if (operand.kind !== 'array') throw refuse('Value of numeric must be an array.')
  const [first, bottom, second, top, ...more] = operand.items
  const operator = symbolOf(first, refuse)
  const low = numberOf(bottom, refuse)
  if (operator === '=' || operator.startsWith('<') || second === undefined) {
    if (second !== undefined) throw refuse('Too many elements in numeric expression')
    return onNumber((value) => compare(value, operator, low))
  }
  const upper = symbolOf(second, refuse)
  if (!upper.startsWith('<')) throw refuse(`Bad numeric range operator: ${upper}`)
  const high = numberOf(top, refuse)
  if (more.length > 0) throw refuse('Too many terms in numeric range expression')
  if (low >= high) throw refuse('Bottom must be less than top')
  return onNumber((value) => compare(value, operator, low) && compare(value, upper, high))
}

const onNumber = (test: (value: number) => boolean): Matcher => ({
  test: (scalar) => scalar.kind === 'number' && scalar.value !== undefined && test(scalar.value),
})

function symbolOf(node: JsonNode | undefined, refuse: Refusal): string {
  if (node?.kind !== 'string') throw refuse('Invalid member in numeric match')
  if (!['=', '<', '<=', '>', '>='].includes(node.value))
    throw refuse(`Unrecognized numeric range operator: ${node.value}`)
  return node.value
}

function numberOf(node: JsonNode | undefined, refuse: Refusal): number {
  if (node?.kind !== 'number') throw refuse('Value of equals must be numeric')
  const scalar = scalarOf(node) as NumberScalar
  if (scalar.value === undefined) throw refuse(`Cannot compare number : ${node.text}`)
  return scalar.value
}

function compare(value: number, operator: string, bound: number): boolean {
  if (operator === '=') return value === bound
  if (operator === '<') return value < bound
  if (operator === '<=') return value <= bound
  return operator === '>' ? value > bound : value >= bound
}

/** True for any value that none of the listed ones fits; a value of another type therefore always passes. */
function anythingBut(operand: JsonNode, refuse: Refusal): Matcher {
  const listed = operand.kind === 'object' ? nestedTests(operand, refuse) : literalTests(operand, refuse)
  return { test: (scalar) => !listed.some((matcher) => matcher.test(scalar)) }
}

function literalTests(operand: JsonNode, refuse: Refusal): Matcher[] {
  const items = operand.kind === 'array' ? operand.items : [operand]
  const [first] = items
  if (first?.kind !== 'string' && first?.kind !== 'number')
    throw refuse('Value of anything-but must be an array or single string/number value.')
  return items.map((item) => {
    if (item.kind !== first.kind)
      throw refuse(
        'Inside anything but list, either all values are number or string, mixed type is not supported',
      )
    if (item.kind === 'number') {
      const value = numberOf(item, refuse)
      return onNumber((other) => other === value)
    }
    const text = stringOf(item, refuse)
    return onText((other) => other === text)
  })
}

function nestedTests(operand: JsonNode & { kind: 'object' }, refuse: Refusal): Matcher[] {
  const [name, inner] = onlyEntry(operand, refuse)
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
    throw refuse(`Unsupported anything-but pattern: ${name}`)
  const items = inner.kind === 'array' ? inner.items : [inner]
  if (items.length === 0) throw refuse('Empty lists are not allowed in anything-but')
  return items.map((item) => {
    const text = stringOf(item, refuse)
    if (text === '' && (name === 'prefix' || name === 'suffix'))
      throw refuse('Null prefix/suffix not allowed')
    return operators[name]!(item, refuse)
  })
}
