/*
 * Why a pattern does not match: the first condition that does not hold, in words.
 */

import { type Branch, describeMatchers } from './syntax/ast.ts'
import { clip, positionAt } from './syntax/fault.ts'
import { type Fields, slotState } from './event/fields.ts'
import { SpelledNumber } from './syntax/number.ts'
import { maxWalkSteps, type SlotCondition, walk } from './walk.ts'

/** A condition that does not hold. */
export type Unmet = {
  /** Path of the field. */
  path: string
  /** What the pattern asks for, as a person reads it. */
  wanted: string
  /** The values that the event has there as JSON, several separated by commas; or `absent`. */
  seen: string
  /**
   * `value`: no value satisfies the condition. `element`: one does, but in another element of a list than the values
   * that satisfy the conditions before it.
   */
  reason: 'value' | 'element'
  /** Place of the field in the pattern's source, from 1. */
  line: number
  column: number
}

export type Explanation =
  | { matches: true; branch: number }
  | {
      matches: false
      /** The first condition that does not hold, of the branch in which most conditions do. */
      unmet: Unmet
      /** The same for every branch of `$or`. */
      branches: readonly Unmet[]
    }

/** Explains the event that `fields` holds. Conditions are named in the order of the pattern's source. */
export function explainBranches(
  branches: readonly Branch[],
  compiled: readonly (readonly SlotCondition[])[],
  fields: Fields,
  source: string,
): Explanation {
  const unmet: Unmet[] = []
  let best: { held: number; unmet: Unmet } | undefined
  const steps = { left: maxWalkSteps }
  for (const [index, branch] of branches.entries()) {
    const conditions = compiled[index] ?? []
    const failing = conditions.map((condition) => !hasValue(condition, fields))
    const inOrder = branch
      .map((condition, at) => ({ condition, at }))
      .sort((a, b) => a.condition.at - b.condition.at)
    let first = inOrder.find(({ at }) => failing[at])
    let reason: Unmet['reason'] = 'value'
    if (!first) {
      const lost = walk(conditions, fields, steps)
      if (lost < 0) return { matches: true, branch: index }
      first = inOrder.find(({ at }) => at === lost)
      reason = hasAlone(conditions[lost] as SlotCondition, fields) ? 'element' : 'value'
    }
    if (!first) continue
    const { condition, at } = first
    const slot = conditions[at]?.slot ?? 0
    const entry: Unmet = {
      path: condition.path,
      wanted: describeMatchers(condition.matchers),
      seen: seenIn(fields, slot),
      reason,
      ...positionAt(source, condition.at),
    }
    unmet.push(entry)
    const held = failing.filter((fails) => !fails).length
    if (!best || held > best.held) best = { held, unmet: entry }
  }
  if (!best) throw new Error('a pattern has at least one branch')
  return { matches: false, unmet: best.unmet, branches: unmet }
}

/** Whether the condition may hold, whatever the other conditions. */
function hasValue(condition: SlotCondition, fields: Fields): boolean {
  if (condition.absent && fields.state[condition.slot] === slotState.bound) return true
  return hasAlone(condition, fields)
}

function hasAlone(condition: SlotCondition, fields: Fields): boolean {
  const values = fields.valuesOf(condition.slot)
  return values.length === 0 ? condition.absent : values.some(condition.test)
}

function seenIn(fields: Fields, slot: number): string {
  const values = fields.valuesOf(slot)
  if (values.length === 0) return 'absent'
  const texts = values
    .slice(0, 10)
    .map((value) =>
      value instanceof SpelledNumber ? value.text || String(value.double) : JSON.stringify(value),
    )
  return clip(values.length > 10 ? `${texts.join(', ')}, …` : texts.join(', '), 300)
}
