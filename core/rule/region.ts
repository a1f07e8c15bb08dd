import type { Box } from './domain.ts'

/** What a search found: a box that nothing covers, nothing (all is covered), or that it would take too long. */
export type Search = { found: 'rest'; rest: Box } | { found: 'nothing' } | { found: 'too-long' }

/** Splits of one search. Asking whether boxes cover a region is as hard as SAT; tables that people write need few. */
const mostSplits = 20_000

/**
 * Seeks a part of the region that no box covers, by cutting away box after box. What remains after the last box is a
 * box itself, so a sample of it lies outside of all.
 */
export function uncovered(region: Box, boxes: readonly Box[]): Search {
  let splits = 0
  const search = (part: Box, from: number): Box | undefined | 'too-long' => {
    let at = from
    while (at < boxes.length && !meets(part, boxes[at]!)) at++
    const box = boxes[at]
    if (!box) return part
    if (++splits > mostSplits) return 'too-long'
    let inside = part
    for (let field = 0; field < part.length; field++) {
      const outside = inside[field]! & ~box[field]!
      if (outside === 0n) continue
      const found = search(inside.with(field, outside), at + 1)
      if (found) return found
      inside = inside.with(field, inside[field]! & box[field]!)
    }
    return undefined
  }
  const rest = search(region, 0)
  if (rest === 'too-long') return { found: 'too-long' }
  return rest ? { found: 'rest', rest } : { found: 'nothing' }
}

/** Whether two boxes have a record in common. */
export const meets = (a: Box, b: Box): boolean => a.every((bits, field) => (bits & b[field]!) !== 0n)

/** What two boxes have in common. */
export const common = (a: Box, b: Box): Box => a.map((bits, field) => bits & b[field]!)
