/*
 * Filters of an event source mapping.
 *
 * The matcher of patterns reads the text of an event sign by sign, which is exact and slow, and a record carries two
 * images of an item. So it is given what the patterns ask for and nothing else, as it is in memory: values of
 * DynamoDB's JSON are texts and booleans, which lose nothing by that. Where only scalars are found, as with nearly every
 * record, they are fields already; else the matcher flattens what is there, with its lists.
 */
import type { JsonNode } from '../bus/pattern/json-text.ts'
import { compilePattern, eventFields, type Field } from '../bus/pattern/pattern.ts'
import { scalarOf } from '../bus/pattern/scalar.ts'

/** Says of a record whether any of the patterns matches. */
export type RecordFilter = (record: object) => boolean

type Input = Record<string, unknown>
type Mask = true | { [name: string]: Mask }

/** @throws InvalidPattern */
export function compileFilter(texts: readonly string[]): RecordFilter {
  if (texts.length === 0) return () => true
  const patterns = texts.map((text) => compilePattern(text))
  const mask = texts.reduce<Mask>((sum, text) => join(sum, maskOf(JSON.parse(text))), {})
  return (record) => {
    const found = new Map<string, Field[]>()
    const fields = pick(record, mask, '', found) ? found : eventFields(nodeOf(record, mask))
    return patterns.some((pattern) => pattern.matches(fields))
  }
}

/** Adds the scalars that the mask asks for; false where a list stands in the way, or an object in the place of a scalar. */
function pick(value: unknown, mask: Mask, path: string, found: Map<string, Field[]>): boolean {
  if (typeof value !== 'object' || value === null) {
    const field = { path, scalar: scalarOf(scalarNode(value)), membership: [] }
    const others = found.get(path)
    if (others) others.push(field)
    else found.set(path, [field])
    return true
  }
  if (mask === true || Array.isArray(value)) return false
  for (const name in mask)
    if (
      Object.hasOwn(value, name) &&
      !pick((value as Input)[name], mask[name]!, path === '' ? name : `${path}.${name}`, found)
    )
      return false
  return true
}

/** The fields that a pattern names; a list of conditions ends a path, and the branches of `$or` lie at its own level. */
function maskOf(pattern: unknown): Mask {
  if (Array.isArray(pattern) || typeof pattern !== 'object' || pattern === null) return true
  const mask: Mask = Object.create(null) as Record<string, Mask>
  for (const [name, part] of Object.entries(pattern)) {
    if (name === '$or' && Array.isArray(part))
      Object.assign(
        mask,
        part.reduce<Mask>((sum, branch) => join(sum, maskOf(branch)), mask),
      )
    else mask[name] = name in mask ? join(mask[name]!, maskOf(part)) : maskOf(part)
  }
  return mask
}

function join(left: Mask, right: Mask): Mask {
  if (left === true || right === true) return true
  const both: Mask = Object.assign(Object.create(null), left) as Record<string, Mask>
  for (const [name, mask] of Object.entries(right)) both[name] = name in both ? join(both[name]!, mask) : mask
  return both
}

type ScalarNode = Parameters<typeof scalarOf>[0]

function scalarNode(value: unknown): ScalarNode {
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number') return { kind: 'number', text: JSON.stringify(value) }
  return { kind: 'literal', value: value as boolean | null }
}

/** What the mask leaves of a value that came from JSON. */
function nodeOf(value: unknown, mask: Mask): JsonNode {
  if (typeof value !== 'object' || value === null) return scalarNode(value)
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => nodeOf(item, mask)) }
  const entries: [string, JsonNode][] = []
  for (const [name, part] of Object.entries(value))
    if (mask === true) entries.push([name, nodeOf(part, true)])
    else if (name in mask) entries.push([name, nodeOf(part, mask[name]!)])
  return { kind: 'object', entries }
}
