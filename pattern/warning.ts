/*
 * Patterns that are valid and still say nothing useful: they can never match, or mean less than they seem to.
 */

import { type Condition, describeMatcher, type Matcher, type OneOf, patternLimits } from './syntax/ast.ts'
import { positionAt } from './syntax/fault.ts'
import { wildcardComplexity, wildcardPieces } from './syntax/wildcard.ts'
import type { Pattern } from './pattern.ts'

export type FieldKind = 'text' | 'number' | 'boolean' | 'any'

/** What is known of a field of the record kinds that a pattern is for. A list of values has the type of its values. */
export type FieldType = {
  kind: FieldKind
  /** The only texts that it can hold. */
  values?: readonly string[]
  /** Whether it can be null. */
  nullable?: boolean
}

/** Path ("detail.country") to type. */
export type FieldTypes = Readonly<Record<string, FieldType | FieldKind>>

export type PatternWarning = {
  code:
    | 'never-matches'
    | 'alternative-never-matches'
    | 'unknown-field'
    | 'always-holds'
    | 'replaced'
    | 'wildcard-near-limit'
    | 'not-on-bus'
  path: string
  /** Place in the pattern's source, from 1. */
  line: number
  column: number
  message: string
}

/**
 * What is suspicious in a pattern, for fields of known types.
 *
 * A field is unknown if its siblings are known and it is not; fields outside of what the types describe are left alone.
 */
export function warnings(pattern: Pattern, types: FieldTypes = {}): PatternWarning[] {
  const found: PatternWarning[] = []
  const known = new Map(Object.entries(types))
  const parents = new Set([...known.keys()].map(parentOf))
  const warn = (code: PatternWarning['code'], path: string, at: number, message: string): void => {
    found.push({ code, path, ...positionAt(pattern.source, at), message })
  }

  for (const condition of conditionsOf(pattern.ast.parts)) {
    const { path, matchers, at } = condition
    const type = known.get(path)
    if (type !== undefined) {
      const { kind, ...rest } = typeof type === 'string' ? { kind: type } : type
      const impossible = matchers.filter((matcher) => !canMatch(matcher, { kind, ...rest }))
      const everything = impossible.length === matchers.length
      for (const matcher of impossible) {
        const code = everything ? 'never-matches' : 'alternative-never-matches'
        warn(
          code,
          path,
          matcher.at,
          `${describeMatcher(matcher)} never holds: the field is ${describeType({ kind, ...rest })}`,
        )
      }
    } else if (parents.has(parentOf(path)) && !matchers.some(holdsWhenAbsent)) {
      warn('unknown-field', path, at, `no record has this field, so the pattern never matches`)
    }
    if (holdsForAll(matchers)) {
      warn(
        'always-holds',
        path,
        at,
        'every value satisfies one of these alternatives; they are joined by "or"',
      )
    }
    const complexity = wildcardComplexity(matchers.flatMap(piecesOf))
    if (complexity === patternLimits.wildcardComplexity - 1) {
      warn(
        'wildcard-near-limit',
        path,
        at,
        `the wildcards have complexity ${complexity}, the most that is accepted`,
      )
    }
    for (const matcher of matchers) {
      const reason = notOnBus(matcher)
      if (reason) warn('not-on-bus', path, matcher.at, reason)
    }
  }
  for (const condition of replaced(pattern)) {
    warn('replaced', condition.path, condition.at, 'the same field stands further down and replaces this one')
  }
  return found
}

function canMatch(matcher: Matcher, type: FieldType): boolean {
  const { kind } = type
  if (kind === 'any') return true
  switch (matcher.type) {
    case 'exists':
      return true
    case 'equals':
      if (matcher.value === null) return type.nullable === true
      if (typeof matcher.value === 'boolean') return kind === 'boolean'
      return kind === 'text' && (type.values?.includes(matcher.value) ?? true)
    case 'number':
    case 'numeric':
      return kind === 'number'
    case 'anything-but':
      // Every value of another type satisfies it.
      if (kind !== 'text' || matcher.of !== 'text' || !type.values || type.nullable) return true
      return type.values.some((value) => !(matcher.texts as readonly string[]).includes(value))
    case 'prefix':
      return (
        kind === 'text' &&
        (matcher.ignoreCase || (type.values?.some((text) => text.startsWith(matcher.text)) ?? true))
      )
    case 'suffix':
      return (
        kind === 'text' &&
        (matcher.ignoreCase || (type.values?.some((text) => text.endsWith(matcher.text)) ?? true))
      )
    default:
      return kind === 'text'
  }
}

function describeType(type: FieldType): string {
  const values = type.values
    ? ` (one of ${type.values.slice(0, 8).join(', ')}${type.values.length > 8 ? ', …' : ''})`
    : ''
  const name = { text: 'a text', number: 'a number', boolean: 'true or false', any: 'anything' }[type.kind]
  return `${name}${values}${type.nullable ? ' or null' : ''}`
}

function holdsWhenAbsent(matcher: Matcher): boolean {
  return matcher.type === 'exists' && !matcher.exists
}

function holdsForAll(matchers: readonly Matcher[]): boolean {
  const exists = (wanted: boolean): boolean =>
    matchers.some((matcher) => matcher.type === 'exists' && matcher.exists === wanted)
  if (exists(true)) return matchers.length > 1
  const excluded = matchers.filter((matcher) => matcher.type === 'anything-but')
  const [first, ...others] = excluded.map(excludedValues)
  if (!first || others.length === 0 || others.some((list) => !list)) return false
  // Two exclusions leave nothing out that is not in both.
  return !first.some((value) => others.every((list) => list?.includes(value)))
}

/** The values that an exclusion leaves out, or undefined if it names no values but starts, ends and the like. */
function excludedValues(matcher: Matcher & { type: 'anything-but' }): readonly unknown[] | undefined {
  if (matcher.of === 'number') return matcher.numbers
  return matcher.of === 'text' ? matcher.texts : undefined
}

function notOnBus(matcher: Matcher): string | undefined {
  if (matcher.type === 'equals' && matcher.exactly)
    return 'EventBridge does not document "exactly"; write the text itself'
  const beyond = numbersOf(matcher).find((number) => Math.abs(number) > 5e9)
  return beyond === undefined
    ? undefined
    : `EventBridge documents numbers from -5e9 to 5e9; this is ${beyond}`
}

/** The numbers that a matcher names. */
function numbersOf(matcher: Matcher): readonly number[] {
  if (matcher.type === 'number') return [matcher.value]
  if (matcher.type === 'numeric') return [matcher.low, matcher.high].filter(Number.isFinite)
  return matcher.type === 'anything-but' && matcher.of === 'number' ? matcher.numbers : []
}

function piecesOf(matcher: Matcher): string[][] {
  if (matcher.type === 'wildcard') return [matcher.pieces]
  if (matcher.type !== 'anything-but' || matcher.of !== 'wildcard') return []
  return matcher.texts.flatMap((text) => {
    const pieces = wildcardPieces(text)
    return Array.isArray(pieces) ? [pieces] : []
  })
}

function conditionsOf(parts: readonly (Condition | OneOf)[]): Condition[] {
  return parts.flatMap((part) =>
    part.type === 'field' ? [part] : part.parts.flatMap((each) => conditionsOf(each.parts)),
  )
}

/** Conditions that are in no branch: a later one of the same path took their place in each. */
function replaced(pattern: Pattern): Condition[] {
  const kept = new Set(pattern.branches.flat())
  return conditionsOf(pattern.ast.parts).filter((condition) => !kept.has(condition))
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}
