/*
 * EventBridge event patterns: compile once, match many.
 *
 * A pattern is expanded to branches; a branch holds if each of its conditions holds, on elements of the event's lists
 * that go together (walk.ts). Events without lists of objects, nearly all, need no walk: there the conditions
 * are independent of each other.
 *
 * Parsed events and text differ only where JSON.parse loses something: spellings of numbers beyond a double and
 * duplicate keys. `matchesText` is exact there.
 *
 * Patterns and sets read an event into their own buffers, and keep it there until the next one: a getter in an event must
 * not call the same pattern.
 */

import type { AllOf, Branch } from './syntax/ast.ts'
import { branchesOf, mayHold, patternText, type PatternSource } from './compile.ts'
import { explainBranches, type Explanation } from './explain.ts'
import { positionAt } from './syntax/fault.ts'
import { Fields } from './event/fields.ts'
import { parsePattern } from './syntax/parse.ts'
import { scanEvent } from './event/scan.ts'
import { compileMatchers } from './value-test.ts'
import { maxWalkSteps, type SlotCondition, walk } from './walk.ts'

export type Pattern = {
  /** The text that positions refer to: what was given, or an object written with an indent of 2. */
  readonly source: string
  readonly ast: AllOf
  /** `$or` multiplied out; the pattern matches if all conditions of one branch hold. */
  readonly branches: readonly Branch[]
  /** Whether an event, as JSON.parse returns it, matches. @throws {EventError} over the bounds */
  matches(event: unknown): boolean
  /** Whether an event given as JSON text matches; exact for any number and for duplicate keys. @throws {EventError} */
  matchesText(json: string): boolean
  /** Why an event matches or does not: the first condition that does not hold, with its place in the source. */
  explain(event: unknown): Explanation
  /** Line and column, from 1, of an offset (`at`) in the source. */
  position(at: number): { line: number; column: number }
}

/**
 * Compiles an event pattern.
 * @throws {PatternError} with code, path, line, column and what would be valid
 * @example compilePattern({ 'detail-type': ['lead.created'] }).matches({ 'detail-type': 'lead.created' }) // true
 */
export function compilePattern(pattern: PatternSource): Pattern {
  return new CompiledPattern(pattern)
}

class CompiledPattern implements Pattern {
  readonly source: string
  readonly ast: AllOf
  readonly branches: readonly Branch[]
  readonly #fields = new Fields()
  readonly #conditions: readonly (readonly SlotCondition[])[]

  constructor(pattern: PatternSource) {
    this.source = patternText(pattern)
    this.ast = parsePattern(this.source)
    this.branches = branchesOf(this.ast, this.source)
    this.#conditions = this.branches.map((branch) =>
      branch.map(({ path, matchers }) => ({ slot: this.#fields.use(path), ...compileMatchers(matchers) })),
    )
  }

  matches(event: unknown): boolean {
    this.#fields.read(event)
    return this.#holds()
  }

  matchesText(json: string): boolean {
    scanEvent(json, this.#fields)
    return this.#holds()
  }

  explain(event: unknown): Explanation {
    this.#fields.read(event)
    const explanation = explainBranches(this.branches, this.#conditions, this.#fields, this.source)
    return explanation
  }

  position(at: number): { line: number; column: number } {
    return positionAt(this.source, at)
  }

  #holds(): boolean {
    const steps = { left: maxWalkSteps }
    return this.#conditions.some(
      (conditions) =>
        conditions.every((condition) => mayHold(condition, this.#fields)) &&
        (!this.#fields.hasBound || walk(conditions, this.#fields, steps) < 0),
    )
  }
}

export type { AllOf, Branch, Condition, Matcher, OneOf } from './syntax/ast.ts'
export { describeMatchers, expandBranches, patternLimits } from './syntax/ast.ts'
export type { Explanation, Unmet } from './explain.ts'
export { EventError, PatternError } from './syntax/fault.ts'
export type { PatternSource } from './compile.ts'
export { compilePatterns, type PatternEntry, PatternSet } from './set.ts'
export { type FieldKind, type FieldType, type FieldTypes, type PatternWarning, warnings } from './warning.ts'
