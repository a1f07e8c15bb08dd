/*
 * Makes what fails small: fewer calls, fewer items before them, less in each call.
 */

import type { Call, Input } from './call.ts'
import { saidBy, typeOf } from './cause.ts'
import type { Difference, Stored } from './pair.ts'
import type { Answer } from './reference.ts'

export interface Case {
  before: Stored[]
  calls: Call[]
}

/** How it fails, or nothing when it does not; runs it from the beginning. */
export type Check = (candidate: Case) => Promise<Difference | undefined>

/** The smallest case that still fails found within so many runs. */
export async function shrink(
  failing: Case,
  check: Check,
  runs = 600,
): Promise<{ smallest: Case; found: Difference }> {
  let found = await check(failing)
  if (!found) throw new Error('it does not fail when it is repeated')
  const kind = kindOf(found)
  let smallest = failing
  let left = runs

  async function attempt(candidate: Case): Promise<boolean> {
    if (left-- <= 0) return false
    const difference = await check(candidate)
    if (!difference || kindOf(difference) !== kind) return false
    smallest = candidate
    found = difference
    return true
  }

  /** Drops ever smaller parts of a list. */
  async function fewer<T>(
    listOf: (from: Case) => readonly T[],
    replaced: (list: T[]) => Case,
  ): Promise<void> {
    for (
      let size = Math.ceil(listOf(smallest).length / 2);
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      for (let at = 0; at < listOf(smallest).length;) {
        const list = listOf(smallest)
        if (!(await attempt(replaced([...list.slice(0, at), ...list.slice(at + size)])))) at += size
      }
  }

  await fewer(
    ({ calls }) => calls,
    (calls) => ({ ...smallest, calls }),
  )
  await fewer(
    ({ before }) => before,
    (before) => ({ ...smallest, before }),
  )
  for (let at = 0; at < smallest.calls.length; at++)
    for (let isSmaller = true; isSmaller;) {
      isSmaller = false
      for (const input of smallerObjects(smallest.calls[at]!.input)) {
        const calls = smallest.calls.with(at, { ...smallest.calls[at]!, input: input as Input })
        if ((isSmaller = await attempt({ ...smallest, calls }))) break
      }
    }
  for (let at = 0; at < smallest.before.length; at++)
    for (let isSmaller = true; isSmaller;) {
      isSmaller = false
      for (const item of smallerObjects(smallest.before[at]!.item)) {
        const before = smallest.before.with(at, { ...smallest.before[at]!, item: item as Stored['item'] })
        if ((isSmaller = await attempt({ ...smallest, before }))) break
      }
    }
  return { smallest, found }
}

/** So that what fails does not turn into something else on the way. */
function kindOf({ where, step }: Difference): string {
  const about = (answer: Answer) =>
    answer.status === 200 ? '' : `${typeOf(answer)} ${saidBy(answer).slice(0, 30)}`
  return step
    ? `${step.call.operation} ${about(step.reference)} ${about(step.engine)} ${where.split(/[.:]/)[0]}`
    : where.split(':')[0]!
}

/** The value with one thing left out, whatever is outermost first. */
function* smallerObjects(value: unknown): Generator {
  if (!value || typeof value !== 'object') return
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1)
    for (const [at, entry] of value.entries())
      for (const smaller of smallerObjects(entry)) yield value.with(at, smaller)
    return
  }
  for (const name of Object.keys(value)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>
    yield rest
  }
  for (const [name, entry] of Object.entries(value))
    for (const smaller of smallerObjects(entry)) yield { ...value, [name]: smaller }
}
