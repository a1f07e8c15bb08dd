/*
 * From what a caller gives as a pattern to branches, and the check of one condition that all engines share.
 */

import { type AllOf, type Branch, expandBranches, patternLimits } from './syntax/ast.ts'
import { PatternError } from './syntax/fault.ts'
import { type Fields, slotState } from './event/fields.ts'
import type { Scalar } from './event/fields.ts'
import type { SlotCondition } from './walk.ts'

/** A pattern as JSON text or as a JSON object. Only text can hold duplicate keys and any number. */
export type PatternSource = string | object

/** The text of a pattern. @throws {PatternError} for an object that is not JSON */
export function patternText(pattern: PatternSource): string {
  if (typeof pattern === 'string') return pattern
  const text = JSON.stringify(pattern, jsonOnly, 2) as string | undefined
  return text ?? refuseValue('', pattern)
}

/** The branches of a pattern; over the limits it is refused. @throws {PatternError} */
export function branchesOf(ast: AllOf, source: string): Branch[] {
  return expandBranches(ast, (limit) => {
    const code = limit === 'paths' ? 'pattern-too-wide' : 'pattern-too-many-branches'
    const found = limit === 'paths' ? 'too many fields' : 'too many branches after $or is multiplied out'
    const { paths, branches, conditions } = patternLimits
    const expected =
      limit === 'paths'
        ? `at most ${paths} in a branch`
        : `at most ${branches}, with ${conditions} conditions in all`
    throw new PatternError({ code, path: '', at: ast.at, found, expected }, source)
  })
}

/**
 * Whether a condition holds for some value of its field. Exact for a field without bound values; for others it is
 * necessary, and the walk decides.
 */
export function mayHold(condition: SlotCondition, fields: Fields): boolean {
  const { slot } = condition
  switch (fields.state[slot]) {
    case slotState.empty:
      return condition.absent
    case slotState.one:
      return condition.test(fields.one[slot] as Scalar)
    case slotState.many:
      return fields.someValue(slot, condition.test)
    default:
      return condition.absent || fields.someValue(slot, condition.test)
  }
}

function jsonOnly(key: string, value: unknown): unknown {
  const isJson =
    typeof value === 'number'
      ? Number.isFinite(value)
      : !['bigint', 'function', 'symbol', 'undefined'].includes(typeof value)
  return isJson ? value : refuseValue(key, value)
}

function refuseValue(key: string, value: unknown): never {
  const fault = {
    at: 0,
    found: `${String(value)} in a pattern`,
    expected: 'JSON values; write other numbers as text',
  }
  throw new PatternError({ code: 'value-not-allowed', path: key, ...fault }, '')
}
