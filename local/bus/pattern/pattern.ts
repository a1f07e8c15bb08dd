/*
 * EventBridge's event patterns, plainly.
 *
 * Problem: the embedded bus must decide exactly as the service does, number spellings, duplicate keys and arrays of
 * objects included; it has tens of rules, so speed does not matter, but no pattern may take unbounded time.
 * Representation: a pattern is expanded to branches (one for each way through its $or), a branch being a map from
 * path to alternatives; an event is flattened to fields (path, scalar, and for each array around it which element it
 * is in). A branch matches if each path in sorted order has a field that fits and that is in the same element of
 * every array as the fields chosen before it.
 * Invariant: work is polynomial: choices are remembered by (path, elements that still matter), $or gives at most
 * 1,000 branches, wildcards are searched piece by piece without backtracking.
 * Rejected: the automata of the service's own library (its answers depend on the order of insertion in places).
 */
import type { JsonNode } from './json-text.ts'
import { readJson } from './json-text.ts'
import type { Matcher } from './matcher.ts'
import { matcherOf, reservedNames } from './matcher.ts'
import type { Scalar } from './scalar.ts'
import { scalarOf } from './scalar.ts'

/** Thrown for a pattern that the service would refuse. */
export class InvalidPattern extends Error {
  override name = 'InvalidEventPatternException'
}

export interface Field {
  path: string
  scalar: Scalar
  /** Which element of which array, by the array's number in the event. */
  membership: readonly (readonly [array: number, element: number])[]
}

export interface Pattern {
  /** @param event the event's JSON text, or what `eventFields` made of it */
  matches(event: string | EventFields): boolean
  /**
   * Whether every event matches, or none, that has these texts, each at its path and nothing else there; undefined when
   * that depends on the rest of the event.
   */
  decide(known: Readonly<Record<string, string>>): boolean | undefined
}

/** An event flattened once, for the patterns of many rules. */
export type EventFields = ReadonlyMap<string, readonly Field[]>

const branchLimit = 1000
const pathLimit = 256

type Branch = Map<string, Matcher[]>

/** @throws InvalidPattern */
export function compilePattern(text: string): Pattern {
  let root: JsonNode
  try {
    root = readJson(text)
  } catch (error) {
    throw new InvalidPattern(`Event pattern is not valid. Reason: ${(error as Error).message}`)
  }
  if (root.kind !== 'object') throw refusal('Filter is not an object')
  const branches = expand(root, undefined, [new Map()], false)
  for (const branch of branches) if (branch.size > pathLimit) throw refusal(`More than ${pathLimit} fields`)
  const sorted = branches.map((branch) => [...branch].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    matches(event) {
      const fields = typeof event === 'string' ? eventFields(event) : event
      return sorted.some((branch) => matchesBranch(branch, fields))
    },
    decide(known) {
      const open = sorted.filter((branch) =>
        branch.every(([path, matchers]) => mayFit(known, path, matchers)),
      )
      if (open.length === 0) return false
      return open.some((branch) => branch.every(([path]) => Object.hasOwn(known, path))) || undefined
    },
  }
}

const refusal = (reason: string) => new InvalidPattern(`Event pattern is not valid. Reason: ${reason}`)

function expand(
  node: JsonNode & { kind: 'object' },
  path: string | undefined,
  branches: Branch[],
  inOr: boolean,
): Branch[] {
  if (node.entries.length === 0) throw refusal('Empty objects are not allowed')
  let result = branches
  for (const [key, value] of node.entries) {
    if (key === '$or') {
      result = expandOr(value, path, result)
      continue
    }
    if (inOr && reservedNames.has(key)) throw refusal(`${key} is reserved and cannot be used inside $or`)
    const inner = path === undefined ? key : `${path}.${key}`
    if (value.kind === 'object') {
      result = expand(value, inner, result, inOr)
      continue
    }
    if (value.kind !== 'array') throw refusal(`"${key}" must be an object or an array`)
    if (value.items.length === 0) throw refusal('Empty arrays are not allowed')
    const matchers = value.items.map((item) => matcherOf(item, refusal))
    for (const branch of result) branch.set(inner, matchers)
  }
  return result
}

function expandOr(value: JsonNode, path: string | undefined, branches: Branch[]): Branch[] {
  if (value.kind !== 'array') throw refusal('It must be an Array followed with $or.')
  if (value.items.length < 2) throw refusal('There must have at least 2 Objects in $or relationship.')
  if (branches.length * value.items.length > branchLimit)
    throw refusal(`$or gives more than ${branchLimit} combinations`)
  return value.items.flatMap((item) => {
    if (item.kind !== 'object') throw refusal('Only JSON object is allowed in array of $or relationship.')
    return expand(
      item,
      path,
      branches.map((branch) => new Map(branch)),
      true,
    )
  })
}

/** @param event as JSON, or as that was read */
export function eventFields(event: string | JsonNode): EventFields {
  const fields = new Map<string, Field[]>()
  let arrays = 0
  const walk = (node: JsonNode, path: string | undefined, membership: Field['membership']) => {
    if (node.kind === 'object') {
      for (const [key, value] of node.entries)
        walk(value, path === undefined ? key : `${path}.${key}`, membership)
      return
    }
    if (node.kind === 'array') {
      const array = arrays++
      node.items.forEach((item, element) =>
        // Scalars directly in an array are alternatives, not members.
        walk(
          item,
          path,
          item.kind === 'object' || item.kind === 'array' ? [...membership, [array, element]] : membership,
        ),
      )
      return
    }
    if (path === undefined) return
    const list = fields.get(path)
    const field = { path, scalar: scalarOf(node), membership }
    if (list) list.push(field)
    else fields.set(path, [field])
  }
  walk(typeof event === 'string' ? readJson(event) : event, undefined, [])
  return fields
}

function mayFit(known: Readonly<Record<string, string>>, path: string, matchers: Matcher[]): boolean {
  if (!Object.hasOwn(known, path)) return true
  const scalar: Scalar = { kind: 'string', value: known[path]! }
  return matchers.some((matcher) => matcher.test(scalar))
}

function matchesBranch(branch: [string, Matcher[]][], fields: EventFields): boolean {
  const steps = branch.map(([path, matchers]) => ({ matchers, fields: fields.get(path) ?? [] }))
  // Nothing that is asked for lies in an array of objects: then no choice restricts another.
  if (steps.every((step) => step.fields.every(({ membership }) => membership.length === 0)))
    return steps.every((step) =>
      step.fields.length === 0
        ? step.matchers.some((matcher) => matcher.absent)
        : step.fields.some(({ scalar }) => step.matchers.some((matcher) => matcher.test(scalar))),
    )
  const relevant: Set<number>[] = []
  for (let i = steps.length - 1, seen = new Set<number>(); i >= 0; i--) {
    relevant[i] = seen
    seen = new Set(seen)
    for (const { membership } of steps[i]!.fields) for (const [array] of membership) seen.add(array)
  }
  const failed = steps.map(() => new Set<string>())

  function fits(i: number, bound: ReadonlyMap<number, number>): boolean {
    const step = steps[i]
    if (!step) return true
    const key = [...bound]
      .map(([array, element]) => `${array}:${element}`)
      .sort()
      .join()
    if (failed[i]!.has(key)) return false
    const consistent = step.fields.filter(({ membership }) =>
      membership.every(([array, element]) => (bound.get(array) ?? element) === element),
    )
    const found =
      consistent.length === 0
        ? step.matchers.some((matcher) => matcher.absent) && fits(i + 1, keep(bound, relevant[i]!))
        : consistent.some(
            ({ scalar, membership }) =>
              step.matchers.some((matcher) => matcher.test(scalar)) &&
              fits(i + 1, keep([...bound, ...membership], relevant[i]!)),
          )
    if (!found) failed[i]!.add(key)
    return found
  }

  return fits(0, new Map())
}

const keep = (bound: Iterable<readonly [number, number]>, relevant: ReadonlySet<number>) =>
  new Map([...bound].filter(([array]) => relevant.has(array)))
