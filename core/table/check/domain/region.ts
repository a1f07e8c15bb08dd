import type { Box } from './domain.ts'

/** What a search found: a box that nothing covers, nothing (all is covered), or that it would take too long. */
export type Search = { found: 'rest'; rest: Box } | { found: 'nothing' } | { found: 'too-long' }

/** Splits of one search. Asking whether boxes cover a region is as hard as SAT; tables that people write need few. */
const mostSplits = 20_000

/**
 * Seeks a part of the region that no box covers, by cutting away box after box. What remains after the last box is a
 * box itself, so a sample of it lies outside of all. Only boxes that meet the part are looked at again, and the one that
 * cuts it in the fewest fields comes first: it leaves the fewest pieces.
 */
export function uncovered(region: Box, boxes: readonly Box[]): Search {
  let splits = 0
  const search = (part: Box, before: readonly Box[]): Box | undefined | 'too-long' => {
    const near: Box[] = []
    let best: Box | undefined
    let fewest = Infinity
    for (const box of before) {
      const cuts = cutsOf(part, box)
      if (cuts === 0) return undefined
      if (cuts < 0) continue
      near.push(box)
      if (cuts < fewest) {
        best = box
        fewest = cuts
      }
    }
    if (!best) return part
    if (++splits > mostSplits) return 'too-long'
    let inside = part
    for (let field = 0; field < part.length; field++) {
      const outside = inside[field]! & ~best[field]!
      if (outside === 0n) continue
      const found = search(inside.with(field, outside), near)
      if (found) return found
      inside = inside.with(field, inside[field]! & best[field]!)
    }
    return undefined
  }
  const rest = search(region, boxes)
  if (rest === 'too-long') return { found: 'too-long' }
  return rest ? { found: 'rest', rest } : { found: 'nothing' }
}

/** In how many fields the box leaves something of the part; -1 when they have nothing in common. */
function cutsOf(part: Box, box: Box): number {
  let cuts = 0
  for (let field = 0; field < part.length; field++) {
    const shared = part[field]! & box[field]!
    if (shared === 0n) return -1
    if (shared !== part[field]) cuts++
  }
  return cuts
}

/** Whether two boxes have a record in common. */
export const meets = (a: Box, b: Box): boolean => a.every((bits, field) => (bits & b[field]!) !== 0n)

/** What two boxes have in common. */
export const common = (a: Box, b: Box): Box => a.map((bits, field) => bits & b[field]!)
