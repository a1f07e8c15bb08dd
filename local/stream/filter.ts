/**
 * Filters of an event source mapping.
 *
 * The matcher of patterns reads the text of a record sign by sign, which is exact and slow, and a record carries two
 * images of an item. So only what the patterns ask for is given to it; values of DynamoDB's JSON are texts and booleans, which lose nothing by that.
 */
import { compilePattern, eventFields } from '../pattern.ts'

/** Says of a record whether any of the patterns matches. */
export type RecordFilter = (record: object) => boolean

type Mask = true | { [name: string]: Mask }

/** @throws InvalidPattern */
export function compileFilter(texts: readonly string[]): RecordFilter {
  if (texts.length === 0) return () => true
  const patterns = texts.map((text) => compilePattern(text))
  const mask = texts.reduce<Mask>((sum, text) => join(sum, maskOf(JSON.parse(text))), {})
  return (record) => {
    const fields = eventFields(JSON.stringify(cut(record, mask)))
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

function cut(value: unknown, mask: Mask): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((element) => cut(element, mask))
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (name in mask ? [[name, cut(part, mask[name]!)]] : [])),
  )
}
