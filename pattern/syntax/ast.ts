/*
 * The pattern language as data: what the parser gives, what static checks, decision tables and the engine read.
 */

import type { AddressRange } from './address.ts'

/** One alternative in the list of a field. `at` is its offset in the pattern's source. */
export type Matcher = { at: number } & (
  | {
      type: 'equals'
      value: string | boolean | null
      /** `exactly`: never read as an address. */ exactly: boolean
    }
  | { type: 'number'; value: number; text: string; comparable: boolean }
  | { type: 'numeric'; low: number; lowOpen: boolean; high: number; highOpen: boolean }
  | { type: 'prefix' | 'suffix'; text: string; ignoreCase: boolean }
  | { type: 'equals-ignore-case'; text: string }
  | { type: 'wildcard'; text: string; pieces: string[] }
  | { type: 'cidr'; text: string; range: AddressRange }
  | { type: 'exists'; exists: boolean }
  | { type: 'anything-but'; of: 'text'; texts: string[] }
  | { type: 'anything-but'; of: 'number'; numbers: number[] }
  | { type: 'anything-but'; of: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard'; texts: string[] }
)

/** A field with its alternatives: it holds if one of them does. */
export type Condition = { type: 'field'; path: string; at: number; matchers: Matcher[] }

/** All parts hold, in the order of the source; a later field of the same path replaces an earlier one. */
export type AllOf = { type: 'all'; at: number; parts: (Condition | OneOf)[] }

/** `$or`: one of the parts holds. */
export type OneOf = { type: 'or'; at: number; parts: AllOf[] }

/** A pattern without `$or`: its conditions in the order in which they are judged, that of their paths' UTF-16 units. */
export type Branch = readonly Condition[]

/** Bounds of one pattern. Over any of them it is refused. */
export const patternLimits = {
  /** UTF-16 units of the pattern's text. */
  length: 100_000,
  /** Levels of objects and lists. */
  depth: 128,
  /** Different paths in one branch, as on the bus. */
  paths: 256,
  /** Branches after `$or` is multiplied out. */
  branches: 1_000,
  /** Conditions of all branches together. */
  conditions: 20_000,
  /** Wildcard prefixes that one text can be in at once: from here on the bus refuses the pattern. */
  wildcardComplexity: 11,
}

/**
 * Multiplies `$or` out: the pattern holds if all conditions of one branch hold. Two `$or` side by side multiply, a path
 * that occurs again in the same branch replaces the earlier condition.
 */
export function expandBranches(
  pattern: AllOf,
  refuse: (limit: 'branches' | 'paths') => never = refuseExpansion,
): Branch[] {
  const expand = (node: AllOf, start: Map<string, Condition>[]): Map<string, Condition>[] => {
    let branches = start
    for (const part of node.parts) {
      if (part.type === 'field') {
        for (const branch of branches) branch.set(part.path, part)
        if ((branches[0]?.size ?? 0) > patternLimits.paths) refuse('paths')
        continue
      }
      if (branches.length * part.parts.length > patternLimits.branches) refuse('branches')
      branches = part.parts.flatMap((alternative) =>
        expand(
          alternative,
          branches.map((branch) => new Map(branch)),
        ),
      )
      if (branches.length > patternLimits.branches) refuse('branches')
    }
    return branches
  }
  const branches = expand(pattern, [new Map()])
  if (branches.some((branch) => branch.size > patternLimits.paths)) refuse('paths')
  if (branches.reduce((sum, branch) => sum + branch.size, 0) > patternLimits.conditions) refuse('branches')
  return branches.map((branch) => [...branch.values()].sort((a, b) => (a.path < b.path ? -1 : 1)))
}

/** The alternatives of a condition as a person reads them: `one of "FR", "DE"`, `≥ 50`, `present`. */
export function describeMatchers(matchers: readonly Matcher[]): string {
  const texts = matchers.map(describeMatcher)
  if (texts.length === 1) return texts[0] ?? ''
  if (matchers.every((matcher) => matcher.type === 'equals' || matcher.type === 'number'))
    return `one of ${texts.join(', ')}`
  return texts.join(' or ')
}

/** One alternative as a person reads it. */
export function describeMatcher(matcher: Matcher): string {
  switch (matcher.type) {
    case 'equals':
      return JSON.stringify(matcher.value)
    case 'number':
      return matcher.text
    case 'numeric':
      return describeRange(matcher)
    case 'prefix':
      return `starting with ${quoted([matcher.text])}${matcher.ignoreCase ? ' in any case' : ''}`
    case 'suffix':
      return `ending with ${quoted([matcher.text])}${matcher.ignoreCase ? ' in any case' : ''}`
    case 'equals-ignore-case':
      return `${quoted([matcher.text])} in any case`
    case 'wildcard':
      return `like ${quoted([matcher.text])}`
    case 'cidr':
      return `an address in ${matcher.text}`
    case 'exists':
      return matcher.exists ? 'present' : 'absent'
    case 'anything-but':
      if (matcher.of === 'number') return `anything but ${matcher.numbers.join(', ')}`
      return `anything but ${butWords[matcher.of]}${quoted(matcher.texts)}${matcher.of === 'equals-ignore-case' ? ' in any case' : ''}`
  }
}

const butWords = {
  text: '',
  prefix: 'starting with ',
  suffix: 'ending with ',
  'equals-ignore-case': '',
  wildcard: 'like ',
}

function describeRange(range: { low: number; lowOpen: boolean; high: number; highOpen: boolean }): string {
  if (range.low === range.high) return `= ${range.low}`
  const low = range.low === -Infinity ? '' : `${range.lowOpen ? '>' : '≥'} ${range.low}`
  const high = range.high === Infinity ? '' : `${range.highOpen ? '<' : '≤'} ${range.high}`
  return [low, high].filter((bound) => bound !== '').join(' and ')
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(', ')
}

function refuseExpansion(limit: string): never {
  throw new RangeError(`pattern has too many ${limit}`)
}
