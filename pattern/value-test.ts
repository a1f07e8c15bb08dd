/*
 * The list of one field, compiled to one test of one value. Values of a kind that no alternative asks for cost one
 * typeof; exact texts are one set look-up however many there are.
 */

import { addressKey, isInRange, parseAddress } from './syntax/address.ts'
import type { Matcher } from './syntax/ast.ts'
import type { Scalar } from './event/fields.ts'
import { SpelledNumber } from './syntax/number.ts'
import { foldedTest, type TextTest, wildcardTest } from './text.ts'
import { wildcardPieces } from './syntax/wildcard.ts'

export type CompiledMatchers = {
  /** Whether one present value satisfies one of the alternatives. */
  test: (value: Scalar) => boolean
  /** Whether the absence of the field satisfies them. */
  absent: boolean
}

/** Compiles the alternatives of one field. */
export function compileMatchers(matchers: readonly Matcher[]): CompiledMatchers {
  const absent = matchers.some((matcher) => matcher.type === 'exists' && !matcher.exists)
  if (matchers.some((matcher) => matcher.type === 'exists' && matcher.exists))
    return { test: () => true, absent }

  const texts = anyText(matchers)
  const numbers = anyNumber(matchers)
  const spelled = matchers.flatMap(spelledTest)
  const has = (value: boolean | null): boolean =>
    matchers.some(
      (matcher) => matcher.type === 'anything-but' || (matcher.type === 'equals' && matcher.value === value),
    )
  const [onTrue, onFalse, onNull] = [has(true), has(false), has(null)]
  return {
    absent,
    test: (value) => {
      if (typeof value === 'string') return texts(value)
      if (typeof value === 'number') return numbers(value)
      if (value === null) return onNull
      if (typeof value === 'boolean') return value ? onTrue : onFalse
      return spelled.some((holds) => holds(value))
    },
  }
}

function anyText(matchers: readonly Matcher[]): TextTest {
  const exact = new Set<string>()
  const addresses = new Set<string>()
  const tests: TextTest[] = []
  for (const matcher of matchers) {
    if (matcher.type === 'equals' && typeof matcher.value === 'string') {
      exact.add(matcher.value)
      const address = matcher.exactly ? undefined : parseAddress(matcher.value)
      if (address) addresses.add(addressKey(address))
      continue
    }
    const test = textTest(matcher)
    if (test) tests.push(test)
  }
  if (addresses.size > 0) {
    tests.push((text) => {
      const address = parseAddress(text)
      return address !== undefined && addresses.has(addressKey(address))
    })
  }
  const [first] = tests
  const [only] = exact
  if (first === undefined) {
    if (only === undefined) return () => false
    return exact.size === 1 ? (text) => text === only : (text) => exact.has(text)
  }
  if (tests.length === 1) return only === undefined ? first : (text) => exact.has(text) || first(text)
  return (text) => exact.has(text) || tests.some((test) => test(text))
}

function textTest(matcher: Matcher): TextTest | undefined {
  switch (matcher.type) {
    case 'prefix': {
      const { text: prefix } = matcher
      return matcher.ignoreCase ? foldedTest(prefix, 'start') : (text) => text.startsWith(prefix)
    }
    case 'suffix': {
      const { text: suffix } = matcher
      return matcher.ignoreCase ? foldedTest(suffix, 'end') : (text) => text.endsWith(suffix)
    }
    case 'equals-ignore-case':
      return foldedTest(matcher.text, 'whole')
    case 'wildcard':
      return wildcardTest(matcher.pieces)
    case 'cidr': {
      const { range } = matcher
      return (text) => {
        const address = parseAddress(text)
        return address !== undefined && isInRange(address, range)
      }
    }
    case 'anything-but':
      return butTest(matcher)
    default:
      return undefined
  }
}

function butTest(matcher: Matcher & { type: 'anything-but' }): TextTest {
  if (matcher.of === 'number') return () => true
  if (matcher.of === 'text') {
    const texts = new Set(matcher.texts)
    const [only] = texts
    return texts.size === 1 ? (text) => text !== only : (text) => !texts.has(text)
  }
  const { of } = matcher
  const tests = matcher.texts.map((operand): TextTest => {
    if (of === 'prefix') return (text) => text.startsWith(operand)
    if (of === 'suffix') return (text) => text.endsWith(operand)
    if (of === 'equals-ignore-case') return foldedTest(operand, 'whole')
    const pieces = wildcardPieces(operand)
    return wildcardTest(Array.isArray(pieces) ? pieces : [])
  })
  return (text) => !tests.some((test) => test(text))
}

function anyNumber(matchers: readonly Matcher[]): (value: number) => boolean {
  const exact = new Set<number>()
  const tests: ((value: number) => boolean)[] = []
  for (const matcher of matchers) {
    if (matcher.type === 'number' && matcher.comparable) exact.add(matcher.value)
    else if (matcher.type === 'numeric') tests.push(rangeTest(matcher))
    else if (matcher.type === 'anything-but') tests.push(butNumber(matcher))
  }
  const [first] = tests
  const [only] = exact
  if (first === undefined) {
    if (only === undefined) return () => false
    return exact.size === 1 ? (value) => value === only : (value) => exact.has(value)
  }
  if (tests.length === 1 && only === undefined) return first
  return (value) => exact.has(value) || tests.some((test) => test(value))
}

function rangeTest(range: Matcher & { type: 'numeric' }): (value: number) => boolean {
  const { low, high } = range
  if (range.lowOpen) {
    return range.highOpen ? (value) => value > low && value < high : (value) => value > low && value <= high
  }
  return range.highOpen ? (value) => value >= low && value < high : (value) => value >= low && value <= high
}

function butNumber(matcher: Matcher & { type: 'anything-but' }): (value: number) => boolean {
  if (matcher.of !== 'number') return () => true
  const numbers = new Set(matcher.numbers)
  return (value) => !numbers.has(value)
}

function spelledTest(matcher: Matcher): ((value: SpelledNumber) => boolean)[] {
  switch (matcher.type) {
    case 'anything-but': {
      const numbers = matcher.of === 'number' ? matcher.numbers : []
      return [(value) => !numbers.includes(value.comparable)]
    }
    case 'numeric': {
      const test = rangeTest(matcher)
      return [(value) => test(value.comparable)]
    }
    case 'number': {
      const { text, value: double, comparable } = matcher
      // A parsed double has lost its spelling. A whole number in a pattern that is not comparable equals it by value,
      // because beyond 2^53 that is how such an identifier arrives; a fraction or an overflow never does.
      const whole = Number.isFinite(double) && !/[.eE]/.test(text)
      return [
        (value) =>
          value.text === '' ? (comparable || whole) && value.double === double : value.text === text,
      ]
    }
    default:
      return []
  }
}
