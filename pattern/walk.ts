/*
 * The exact judgement of a branch on an event with lists of objects.
 *
 * Conditions are judged in the order of their paths. A state says which element of each list the values chosen so far
 * lie in; a condition leads from a state to one state per element in which one of its values holds, and `exists: false`
 * keeps a state in which no value of the path is compatible. A list that no later condition can meet is dropped from
 * the state, and equal states are judged once; so the states of a branch are at most the elements of one list, not
 * their product, unless one path reaches independent lists (duplicate keys, "a.b" beside {"a": {"b": …}}).
 * What is left is bounded by a number of steps.
 */

import { EventError } from './syntax/fault.ts'
import type { Element, Fields } from './event/fields.ts'
import { slotState } from './event/fields.ts'
import type { Scalar } from './event/fields.ts'
import type { CompiledMatchers } from './value-test.ts'

/** Steps that the judgement of one event may take; a step looks at one value or one element. */
export const maxWalkSteps = 2_000_000

export type SlotCondition = CompiledMatchers & { slot: number }

export type Steps = { left: number }

// The values of one path by the elements that they lie in: a level has the values that are exactly there.
type Level = { values: Scalar[]; lists: Map<number, Map<number, Level>> }

// List to the element that is bound in it.
type State = ReadonlyMap<number, number>

/**
 * Whether the conditions hold together. They are in the order of their paths.
 * @returns the index of the first condition that leaves no state, or -1 if all hold
 */
export function walk(conditions: readonly SlotCondition[], fields: Fields, steps: Steps): number {
  const levels = conditions.map(({ slot }) => levelsOf(slot, fields, steps))
  const lastUse = new Map<number, number>()
  levels.forEach((level, index) => {
    for (const list of listsBelow(level)) lastUse.set(list, index)
  })

  let states: State[] = [new Map()]
  for (const [index, condition] of conditions.entries()) {
    const next = new Map<string, State>()
    const keep = (state: State): void => {
      const kept = new Map([...state].filter(([list]) => (lastUse.get(list) ?? -1) > index))
      const key = [...kept]
        .sort(([a], [b]) => a - b)
        .map(([, element]) => element)
        .join()
      if (!next.has(key)) next.set(key, kept)
    }
    const search: Search = { test: condition.test, keep, steps }
    const level = levels[index] as Level
    for (const state of states) {
      if (condition.absent && !reaches(level, state, steps)) keep(state)
      choose(level, state, search)
    }
    if (next.size === 0) return index
    states = [...next.values()]
  }
  return -1
}

/** What is looked for in the levels of a path: values that pass the test; each state that has one is kept. */
type Search = { test: CompiledMatchers['test']; keep: (state: State) => void; steps: Steps }

/** Finds the elements, compatible with the state, in which a value satisfies the condition. */
function choose(level: Level, state: State, search: Search): void {
  const { test, keep, steps } = search
  spend(steps, 1 + level.values.length)
  if (level.values.some(test)) keep(state)
  for (const [list, elements] of level.lists) {
    const bound = state.get(list)
    if (bound !== undefined) {
      const inside = elements.get(bound)
      if (inside) choose(inside, state, search)
      continue
    }
    for (const [element, inside] of elements) {
      spend(steps, state.size)
      choose(inside, new Map(state).set(list, element), search)
    }
  }
}

/** Whether the path has a value that is compatible with the state. */
function reaches(level: Level, state: State, steps: Steps): boolean {
  spend(steps, 1)
  if (level.values.length > 0) return true
  for (const [list, elements] of level.lists) {
    const bound = state.get(list)
    // Below an element that is still free there is always a value: levels are made for values only.
    if (bound === undefined) return true
    const inside = elements.get(bound)
    if (inside && reaches(inside, state, steps)) return true
  }
  return false
}

function levelsOf(slot: number, fields: Fields, steps: Steps): Level {
  const root: Level = { values: [], lists: new Map() }
  const isOne = fields.state[slot] === slotState.one
  fields.valuesOf(slot).forEach((value, index) => {
    levelOf(root, isOne ? undefined : fields.elements[slot]?.[index], steps).values.push(value)
  })
  return root
}

function levelOf(root: Level, element: Element | undefined, steps: Steps): Level {
  const chain: Element[] = []
  for (let at = element; at; at = at.parent) chain.push(at)
  spend(steps, 1 + chain.length)
  let level = root
  for (let index = chain.length - 1; index >= 0; index--) {
    const { list, id } = chain[index] as Element
    let elements = level.lists.get(list)
    if (!elements) level.lists.set(list, (elements = new Map()))
    let inside = elements.get(id)
    if (!inside) elements.set(id, (inside = { values: [], lists: new Map() }))
    level = inside
  }
  return level
}

function listsBelow(root: Level): Set<number> {
  const found = new Set<number>()
  const open = [root]
  for (let level = open.pop(); level; level = open.pop()) {
    for (const [list, elements] of level.lists) {
      found.add(list)
      for (const inside of elements.values()) open.push(inside)
    }
  }
  return found
}

function spend(steps: Steps, count: number): void {
  steps.left -= count
  if (steps.left < 0) {
    throw new EventError(
      'event-too-complex',
      `the lists of the event need more than ${maxWalkSteps} steps to judge`,
    )
  }
}
