import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { editsToBeginning } from './typo.ts'

/** Optimal string alignment distance, as it is defined. */
function distance(a: string, b: string): number {
  if (!a || !b) return a.length + b.length
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)]
  const ways = [
    distance(restA, b) + 1,
    distance(a, restB) + 1,
    distance(restA, restB) + Number(a.at(-1) !== b.at(-1)),
  ]
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    ways.push(distance(a.slice(0, -2), b.slice(0, -2)) + 1)
  return Math.min(...ways)
}

test('edits are those to the nearest beginning, the longest of equally near ones, and given up beyond the most', () => {
  const word = fc.stringMatching(/^[abc]{1,6}$/)
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 3 }), (typed, known, most) => {
      const all = Array.from({ length: known.length + 1 }, (_, end) => distance(typed, known.slice(0, end)))
      const least = Math.min(...all)
      const { edits, end } = editsToBeginning(Array.from(typed), Array.from(known), most)
      expect(edits).toBe(Math.min(least, most + 1))
      if (edits <= most) expect(end).toBe(all.lastIndexOf(least))
    }),
    { numRuns: 400 },
  )
})

test('long words after short ones, whose rows they share', () => {
  const [typed, known] = ['b'.repeat(90), 'b'.repeat(120)].map((text) => Array.from(text))
  expect(editsToBeginning(['a'], ['a', 'b'], 2)).toEqual({ edits: 0, end: 1 })
  expect(editsToBeginning(typed!, known!, 2)).toEqual({ edits: 0, end: 90 })
  expect(editsToBeginning(['a'], ['b', 'a'], 2)).toEqual({ edits: 1, end: 2 })
})
