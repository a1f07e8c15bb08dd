/*
 * Event-pattern vectors as a suite: one table, every implementation of the language.
 *
 * A vector is a pair of JSON texts and the verdict of the bus. Three kinds need a word:
 * * `quirk`: an artefact of one implementation. The choices that Holdfast makes where it does not follow the
 * artefact are the table below; docs/patterns.md gives the reason for each.
 * * `busInvalid`: the library takes the pattern, the bus refuses it. An engine that stands in for the bus refuses it.
 * * `needsText` / `matchesParsed`: JSON.parse loses what the verdict depends on; without `matchesParsed` there is no
 * verdict for a parsed event.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** What a pattern engine answers: a verdict, or that the pattern is refused. */
export type Verdict = boolean | 'invalid'

export type PatternImplementation = {
  /** Pattern and event as JSON text. */
  matchesText(patternText: string, eventText: string): Verdict
  /** Pattern as text, event as JSON.parse returns it. Left out by an engine that only reads text. */
  matchesParsed?(patternText: string, event: unknown): Verdict
  /** Vectors that this implementation leaves out, by id, with the reason. */
  skip?: Readonly<Record<string, string>>
  /** Other answers on `quirk` vectors than the documented meaning. */
  quirks?: Readonly<Record<string, Verdict>>
}

export type PatternVector = {
  id: string
  group: string
  pattern: string
  event?: string
  matches?: boolean
  matchesParsed?: boolean
  invalid?: boolean
  busInvalid?: boolean
  needsText?: boolean
  quirk?: string
}

/** The documented meaning, where the recorded verdict is an artefact that Holdfast does not follow. */
export const documentedMeaning: Readonly<Record<string, Verdict>> = {
  // an empty key is a key at every depth
  'keys-034': true,
  // equals-ignore-case: a text always equals itself; characters outside the BMP fold as characters
  'ignore-case-052': true,
  'ignore-case-060': true,
  'ignore-case-061': false,
  'ignore-case-062': true,
  'ignore-case-063': true,
  'ignore-case-064': true,
  'ignore-case-065': true,
  'ignore-case-066': false,
  // a range of one address family does not hold addresses of the other, nor numbers
  'cidr-072': false,
  'cidr-073': false,
  'cidr-076': false,
  'cidr-080': false,
  'cidr-081': false,
  'cidr-086': false,
  // a malformed $or is refused, not taken for a field of that name
  'or-038': 'invalid',
  'or-039': 'invalid',
  'or-040': 'invalid',
  'or-042': 'invalid',
  'or-043': 'invalid',
  // a pattern is one JSON value; text behind it is refused
  'invalid-147': 'invalid',
}

/** The vectors of test/fixture/pattern-vectors.json. */
export function readPatternVectors(): PatternVector[] {
  const path = new URL('../fixture/pattern-vectors.json', import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { vectors: PatternVector[] }).vectors
}

/** The verdict wanted for an event given as text. */
export function wantedVerdict(vector: PatternVector, quirks = documentedMeaning): Verdict {
  const chosen = quirks[vector.id]
  if (chosen !== undefined) return chosen
  if (vector.invalid || vector.busInvalid) return 'invalid'
  return vector.matches ?? false
}

/** The verdict wanted for a parsed event, or undefined where only the text has one. */
export function wantedParsed(vector: PatternVector, quirks = documentedMeaning): Verdict | undefined {
  if (vector.matchesParsed !== undefined) return vector.matchesParsed
  return vector.needsText ? undefined : wantedVerdict(vector, quirks)
}

/** Runs every vector against an implementation; one test per operator, its name carries the count. */
export function patternSuite(name: string, implementation: PatternImplementation): void {
  const quirks = { ...documentedMeaning, ...implementation.quirks }
  const skipped = implementation.skip ?? {}
  const groups = Map.groupBy(readPatternVectors(), (vector) => vector.group)

  describe(`event pattern vectors: ${name}`, () => {
    for (const [group, vectors] of groups) {
      const kept = vectors.filter((vector) => !(vector.id in skipped))
      test(`${group}: ${kept.length} vectors hold as text`, () => {
        const wrong = kept.flatMap((vector) => {
          const wanted = wantedVerdict(vector, quirks)
          const seen = implementation.matchesText(vector.pattern, vector.event ?? '{}')
          return seen === wanted ? [] : [{ ...brief(vector), wanted, seen }]
        })
        expect(wrong).toEqual([])
      })

      const { matchesParsed } = implementation
      if (!matchesParsed) continue
      const parsable = kept.filter((vector) => wantedParsed(vector, quirks) !== undefined)
      test(`${group}: ${parsable.length} vectors hold with a parsed event`, () => {
        const wrong = parsable.flatMap((vector) => {
          const wanted = wantedParsed(vector, quirks)
          const seen = matchesParsed(vector.pattern, JSON.parse(vector.event ?? '{}'))
          return seen === wanted ? [] : [{ ...brief(vector), wanted, seen }]
        })
        expect(wrong).toEqual([])
      })
    }

    for (const [id, reason] of Object.entries(skipped)) test.skip(`${id}: ${reason}`, () => {})
  })
}

function brief(vector: PatternVector): { id: string; pattern: string; event: string } {
  return { id: vector.id, pattern: vector.pattern.slice(0, 300), event: (vector.event ?? '').slice(0, 300) }
}
