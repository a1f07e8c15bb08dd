import { patternSuite } from '../../../test/suite/pattern-suite.ts'
import { compilePattern, InvalidPattern } from './pattern.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

patternSuite('embedded bus', {
  matchesText(pattern, event) {
    try {
      return compilePattern(pattern).matches(event)
    } catch (error) {
      if (error instanceof InvalidPattern) return 'invalid'
      throw error
    }
  },
})

test('a pattern over two arrays of objects is decided without trying all combinations', () => {
  const names = Array.from({ length: 12 }, (_, i) => `k${String(i).padStart(2, '0')}`)
  const pattern = compilePattern(
    JSON.stringify({ a: Object.fromEntries(names.map((name) => [name, [1]])), z: [2] }),
  )
  const item = Object.fromEntries(names.map((name) => [name, 1]))
  const event = JSON.stringify({ a: Array.from({ length: 200 }, () => item), z: 3 })
  const begun = process.cpuUsage()
  expect(pattern.matches(event)).toBe(false)
  expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000)
})

test('what some texts of an event decide is so for the event', () => {
  const text = fc.constantFrom('a', 'b', 'ab')
  const alternative = fc.oneof(
    text,
    fc.record({ prefix: text }),
    fc.record({ 'anything-but': fc.array(text, { minLength: 1, maxLength: 2 }) }),
    fc.record({ exists: fc.boolean() }),
  )
  const alternatives = fc.array(alternative, { minLength: 1, maxLength: 2 })
  const part = fc.dictionary(fc.constantFrom('s', 't', 'u'), alternatives, { minKeys: 1 })
  const pattern = fc.oneof(
    part,
    fc.record({ s: alternatives, detail: part }),
    fc.record({ detail: fc.record({ $or: fc.array(part, { minLength: 2, maxLength: 3 }) }) }),
  )
  const event = fc.record({ s: text, t: text, detail: fc.dictionary(fc.constantFrom('s', 't'), text) })
  const seen = { true: 0, false: 0, undefined: 0 }
  fc.assert(
    fc.property(pattern, event, (written, { s, t, detail }) => {
      const compiled = compilePattern(JSON.stringify(written))
      const inDetail = Object.entries(detail).map(([name, value]) => [`detail.${name}`, value])
      // Of the detail only the half is known.
      const decided = compiled.decide({ s, t, ...Object.fromEntries(inDetail.slice(1)) })
      seen[`${decided}`]++
      if (decided !== undefined) expect(compiled.matches(JSON.stringify({ s, t, detail }))).toBe(decided)
    }),
    { numRuns: 1000 },
  )
  expect(Math.min(seen.true, seen.false, seen.undefined)).toBeGreaterThan(5)
})

test('a wildcard with many stars is decided in one pass', () => {
  const pattern = compilePattern(JSON.stringify({ a: [{ wildcard: '*a'.repeat(500) + 'b' }] }))
  const begun = process.cpuUsage()
  expect(pattern.matches(JSON.stringify({ a: 'a'.repeat(200_000) }))).toBe(false)
  expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000)
})
