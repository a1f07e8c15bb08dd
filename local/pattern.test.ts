import { patternSuite } from '../test/suite/pattern-suite.ts'
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

test('what is ruled out by some of its texts does not match', () => {
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
  const seen = { ruledOut: 0, matched: 0 }
  fc.assert(
    fc.property(pattern, event, (written, { s, t, detail }) => {
      const compiled = compilePattern(JSON.stringify(written))
      const inDetail = Object.entries(detail).map(([name, value]) => [`detail.${name}`, value])
      const isRuledOut = compiled.isRuledOut({ s, t, ...Object.fromEntries(inDetail) })
      const matches = compiled.matches(JSON.stringify({ s, t, detail }))
      if (isRuledOut) seen.ruledOut++
      if (matches) seen.matched++
      expect(isRuledOut && matches).toBe(false)
    }),
    { numRuns: 500 },
  )
  expect(seen.ruledOut).toBeGreaterThan(20)
  expect(seen.matched).toBeGreaterThan(20)
})

test('a wildcard with many stars is decided in one pass', () => {
  const pattern = compilePattern(JSON.stringify({ a: [{ wildcard: '*a'.repeat(500) + 'b' }] }))
  const begun = process.cpuUsage()
  expect(pattern.matches(JSON.stringify({ a: 'a'.repeat(200_000) }))).toBe(false)
  expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000)
})
