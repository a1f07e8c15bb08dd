/*
 * Random patterns and events, from a printed seed: the product's engine against the slow one, sets against single
 * patterns, text against parsed events, changed sets against rebuilt ones.
 *
 * PATTERN_SEED repeats a run, PATTERN_PAIRS makes it longer.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compilePattern, compilePatterns, PatternError, PatternSet } from '#pattern/pattern.ts'
import { patternSuite } from '../suite/pattern-suite.ts'
import { PatternGenerator } from './pattern-generator.ts'
import { slowMatches } from './slow-matcher.ts'

const seed = Number(process.env['PATTERN_SEED'] ?? Date.now() % 1_000_000_000)
const pairs = Number(process.env['PATTERN_PAIRS'] ?? 60_000)

patternSuite('the slow matcher, on what it covers', {
  matchesText: (pattern, event) => {
    try {
      compilePattern(pattern)
    } catch {
      return 'invalid'
    }
    return slowMatches(pattern, event)
  },
  skip: { 'number-065': 'the slow matcher knows one print of a double, 5e-324' },
})

type LibraryDefect = {
  class: string
  event: string
  documented: boolean | string[]
  pattern?: string
  rules?: string[]
}

test('where the library of the bus contradicts its documentation, the documentation holds', () => {
  const path = new URL('../fixture/pattern-ruler-bugs.json', import.meta.url)
  const { pairs: defects } = JSON.parse(readFileSync(path, 'utf8')) as { pairs: LibraryDefect[] }
  for (const { pattern, rules = [], event, documented, class: kind } of defects) {
    const seen = pattern
      ? compilePattern(pattern).matchesText(event)
      : compilePatterns(rules.map((rule, at) => ({ id: `rule ${at}`, pattern: rule }))).matchText(event)
    expect(seen, `${kind}: ${pattern ?? rules.join()} on ${event}`).toEqual(documented)
  }
})

describe(`random patterns, PATTERN_SEED=${seed}`, () => {
  test(`the engine and the slow matcher agree on ${pairs} pairs`, () => {
    const random = new PatternGenerator(seed)
    let matches = 0
    for (let done = 0; done < pairs; done++) {
      const eventText = random.event()
      const patternText = patternFrom(random, eventText)
      const pattern = compilePattern(patternText)
      const wanted = slowMatches(patternText, eventText)
      if (wanted) matches++
      if (pattern.matchesText(eventText) !== wanted) expect.fail(report(patternText, eventText, wanted))
    }
    console.log(`PATTERN_SEED=${seed}: ${pairs} pairs, ${matches} match`)
    // A generator whose pairs never match, or always, would show nothing.
    expect(matches).toBeGreaterThan(pairs / 20)
    expect(matches).toBeLessThan(pairs * 0.8)
  })

  test('a parsed event gives what its text gives, where JSON.parse loses nothing', () => {
    const random = new PatternGenerator(seed + 1, { lossless: true })
    for (let done = 0; done < pairs / 4; done++) {
      const eventText = random.event()
      const patternText = patternFrom(random, eventText)
      const pattern = compilePattern(patternText)
      const byText = pattern.matchesText(eventText)
      const parsed: unknown = JSON.parse(eventText)
      if (pattern.matches(parsed) !== byText) expect.fail(report(patternText, eventText, byText))
      const { matches } = pattern.explain(parsed)
      if (matches !== byText)
        expect.fail(`explain says ${matches}: ${report(patternText, eventText, byText)}`)
    }
  })

  test('a set gives what its patterns give one by one, parsed and as text', () => {
    const random = new PatternGenerator(seed + 2, { lossless: true })
    for (let round = 0; round < pairs / 1_000; round++) checkSet(random, 120, true)
  })

  test('a set gives what its patterns give on texts that JSON.parse cannot hold', () => {
    const random = new PatternGenerator(seed + 3)
    for (let round = 0; round < pairs / 2_000; round++) checkSet(random, 60, false)
  })

  test('a set that patterns were added to and removed from equals one built afresh', () => {
    const random = new PatternGenerator(seed + 4, { lossless: true })
    for (let round = 0; round < pairs / 3_000; round++) {
      const set = new PatternSet<number>()
      const live = new Map<number, string>()
      for (let step = 0; step < 300; step++) {
        const id = random.below(80)
        if (live.has(id)) {
          expect(set.remove(id)).toBe(true)
          live.delete(id)
        } else {
          const pattern = patternFrom(random)
          set.add(id, pattern)
          live.set(id, pattern)
        }
        if (step % 20 !== 0) continue
        expect(set.size).toBe(live.size)
        const fresh = compilePatterns([...live].map(([key, pattern]) => ({ id: key, pattern })))
        for (let event = 0; event < 10; event++) {
          const eventText = random.event()
          expect(set.matchText(eventText), eventText).toEqual(fresh.matchText(eventText))
        }
      }
      for (const id of live.keys()) set.remove(id)
      expect(set.size).toBe(0)
      expect(set.matchText(random.event())).toEqual([])
    }
  })
})

/** Whether a set of up to `most` patterns gives for random events what they give one by one. */
function checkSet(random: PatternGenerator, most: number, parses: boolean): void {
  const events = Array.from({ length: 30 }, () => random.event())
  const count = random.below(most) + 1
  const patterns = Array.from({ length: count }, (_, at) => patternFrom(random, events[at % 30]))
  const set = compilePatterns(patterns.map((pattern, id) => ({ id, pattern })))
  const singles = patterns.map((pattern) => compilePattern(pattern))
  for (const event of events) {
    const wanted = singles.flatMap((pattern, id) => (pattern.matchesText(event) ? [id] : []))
    for (const ids of [set.matchText(event), ...(parses ? [set.match(JSON.parse(event))] : [])]) {
      if (ids.join() === wanted.join()) continue
      const wrong = [...new Set([...ids, ...wanted])].filter((id) => ids.includes(id) !== wanted.includes(id))
      expect.fail(wrong.map((id) => report(patterns[id] ?? '', event, wanted.includes(id))).join('\n'))
    }
  }
}

/** The next pattern that is not refused for the complexity of its wildcards; half of them are made for an event. */
function patternFrom(random: PatternGenerator, eventText = random.event()): string {
  for (;;) {
    const pattern = random.below(2) === 0 ? random.pattern() : random.patternFor(eventText)
    try {
      compilePattern(pattern)
      return pattern
    } catch (error) {
      if (!(error instanceof PatternError) || error.code !== 'wildcard-too-complex') throw error
    }
  }
}

function report(pattern: string, event: string, wanted: boolean): string {
  return `PATTERN_SEED=${seed}: ${wanted ? 'match' : 'no match'} wanted\n${pattern}\n${event}`
}
