/* Document paths: what they stand for, what they find, which may not stand beside each other, and parts of items by them. */
import { type Item, type Value, define } from '../value.ts'
import type { Path, Step } from './syntax/tree.ts'

export type Names = Readonly<Record<string, string>>

/** Levels of a path: Amazon DynamoDB Developer Guide, "Quotas": nested attribute depth. */
const deepest = 32

const isAlias = (step: Step): step is string => typeof step === 'string' && step.startsWith('#')

/** Steps in names of attributes. An alias without a name stays as it is: what is undefined was refused before. */
export const resolve = ({ steps }: Path, names: Names): Step[] =>
  steps.map((step) => (isAlias(step) ? (names[step] ?? step) : step))

/** An alias without a name, or too many levels. */
export function pathFault({ steps }: Path, names: Names): string | undefined {
  const missing = steps.find((step) => isAlias(step) && names[step] === undefined)
  if (missing !== undefined)
    return `An expression attribute name used in the document path is not defined; attribute name: ${missing}`
  if (steps.length > deepest)
    return `The document path has too many nesting levels; nesting levels: ${steps.length}`
  return undefined
}

export const aliasesIn = ({ steps }: Path): string[] => steps.filter(isAlias)

export const pathText = (steps: readonly Step[]): string =>
  `[${steps.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`

/** A reader of what is at a path. Only own members count: an attribute may be named as any of Object's. */
export function finder(steps: readonly Step[]): (item: Item) => Value | undefined {
  const head = steps[0] as string
  if (steps.length === 1) return (item) => (Object.hasOwn(item, head) ? item[head] : undefined)
  const rest = steps.slice(1)
  return (item) => {
    let found: Value | undefined = Object.hasOwn(item, head) ? item[head] : undefined
    for (const step of rest) {
      if (found === undefined) return undefined
      found = within(found, step)
    }
    return found
  }
}

/** What a map or list holds at a step. */
export function within(value: Value, step: Step): Value | undefined {
  if (typeof step === 'number') return value.L?.[step]
  return value.M !== undefined && Object.hasOwn(value.M, step) ? value.M[step] : undefined
}

/** Of two paths of which one leads through the other, or which use one attribute as a list and as a map. */
export function clashFault(paths: readonly Step[][]): string | undefined {
  for (let at = 1; at < paths.length; at++)
    for (let before = 0; before < at; before++) {
      const [earlier, later] = [paths[before]!, paths[at]!]
      const how = clash(earlier, later)
      if (how !== undefined)
        return (
          `Two document paths ${how} with each other; must remove or rewrite one of these paths; ` +
          `path one: ${pathText(earlier)}, path two: ${pathText(later)}`
        )
    }
  return undefined
}

function clash(earlier: Step[], later: Step[]): 'overlap' | 'conflict' | undefined {
  const end = Math.min(earlier.length, later.length)
  for (let at = 0; at < end; at++) {
    if (typeof earlier[at] !== typeof later[at]) return 'conflict'
    if (earlier[at] !== later[at]) return undefined
  }
  return 'overlap'
}

/** Paths by their common beginnings. Leaves hold the position of a path in the list. */
export type Branches = Map<Step, Branches | number>

/** Of paths that are distinct. */
export function branchesOf(paths: readonly Step[][]): Branches {
  const root: Branches = new Map()
  for (const [at, steps] of paths.entries()) {
    let branch = root
    for (const step of steps.slice(0, -1)) {
      let next = branch.get(step)
      if (typeof next !== 'object') branch.set(step, (next = new Map()))
      branch = next
    }
    branch.set(steps.at(-1)!, at)
  }
  return root
}

/** A new item; the parts of a list keep their order and close up. What is not there is left out. */
export function project(item: Item, branches: Branches): Item {
  const result: Item = {}
  for (const [name, branch] of branches) {
    const value = within({ M: item }, name)
    const part = value && partOf(value, branch)
    if (part) define(result, name as string, part)
  }
  return result
}

function partOf(value: Value, branch: Branches | number): Value | undefined {
  if (typeof branch === 'number') return value
  if (value.M) {
    const part = project(value.M, branch)
    return Object.keys(part).length > 0 ? { M: part } : undefined
  }
  if (!value.L) return undefined
  const indexes = [...branch.keys()].filter((step) => typeof step === 'number').sort((a, b) => a - b)
  const entries = indexes.flatMap((index) => {
    const entry = value.L![index]
    const part = entry && partOf(entry, branch.get(index)!)
    return part ? [part] : []
  })
  return entries.length > 0 ? { L: entries } : undefined
}

export const headsOf = (paths: readonly Step[][]): string[] => [
  ...new Set(paths.map((steps) => steps[0] as string)),
]
