import { patternSuite } from '../test/suite/pattern-suite.ts'
import { compilePattern, InvalidPattern } from './pattern.ts'
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

test('a wildcard with many stars is decided in one pass', () => {
  const pattern = compilePattern(JSON.stringify({ a: [{ wildcard: '*a'.repeat(500) + 'b' }] }))
  const begun = process.cpuUsage()
  expect(pattern.matches(JSON.stringify({ a: 'a'.repeat(200_000) }))).toBe(false)
  expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000)
})
