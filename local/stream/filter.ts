/*
 * Filters of an event source mapping.
 *
 * The matcher of patterns reads the text of an event sign by sign, which is exact and slow, and a record carries two
 * images of an item. So it is given what the patterns ask for and nothing else, as it is in memory: values of
 * DynamoDB's JSON are texts and booleans, which lose nothing by that.
 */
import type { JsonNode } from '../bus/pattern/json-text.ts'
import { compilePattern, eventFields } from '../bus/pattern/pattern.ts'

/** Says of a record whether any of the patterns matches. */
export type RecordFilter = (record: object) => boolean

type Mask = true | { [name: string]: Mask }

/** @throws InvalidPattern */
export function compileFilter(texts: readonly string[]): RecordFilter {
  if (texts.length === 0) return () => true
  const patterns = texts.map((text) => compilePattern(text))
  const mask = texts.reduce<Mask>((sum, text) => join(sum, maskOf(JSON.parse(text))), {})
  return (record) => {
    const fields = eventFields(nodeOf(record, mask))
    return patterns.some((pattern) => pattern.matches(fields))
  }
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

/** What the mask leaves of a value that came from JSON. */
function nodeOf(value: unknown, mask: Mask): JsonNode {
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number') return { kind: 'number', text: JSON.stringify(value) }
  if (typeof value === 'boolean' || value === null) return { kind: 'literal', value }
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => nodeOf(item, mask)) }
  const entries: [string, JsonNode][] = []
  for (const [name, part] of Object.entries(value as object))
    if (mask === true) entries.push([name, nodeOf(part, true)])
    else if (name in mask) entries.push([name, nodeOf(part, mask[name]!)])
  return { kind: 'object', entries }
}
