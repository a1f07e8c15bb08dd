import * as z from 'zod'
import { expect, test } from 'vitest'
import { parseYaml } from './yaml.ts'
import { readSource } from './read-source.ts'
import { SourceError } from './source.ts'

const text = `rule: lead-routing
rows:
  - id: first
    then: {team: sales}
  - id: second
`

test('every value of a file is found at its line and column', () => {
  const source = parseYaml('a.yaml', text)
  expect(source.locate(['rows', 1, 'id'])).toEqual({ file: 'a.yaml', line: 5, column: 9 })
  expect(source.locate(['rows', 0, 'then', 'team'], 'key')).toEqual({ file: 'a.yaml', line: 4, column: 12 })
  expect(source.slice(['rows', 0, 'then'])).toBe('{team: sales}')
  expect(source.locate(['rows', 1, 'missing']).line).toBe(5)
})

test('a refused file names every problem, its place and the nearest name', () => {
  const source = parseYaml('a.yaml', 'ruel: x\nrows: 5\n')
  const schema = z.strictObject({ rule: z.string(), rows: z.array(z.string()) })
  const problems = (() => {
    try {
      readSource(source, schema)
      return []
    } catch (error) {
      return error instanceof SourceError ? error.problems : []
    }
  })()
  expect(problems.map((problem) => [problem.line, problem.code])).toEqual(
    expect.arrayContaining([
      [1, 'unknown-key'],
      [2, 'wrong-value'],
    ]),
  )
  expect(problems.find((problem) => problem.code === 'unknown-key')?.hint).toContain('rule')
})

test('a file in another encoding is refused with its line, lest a rule compares with signs that nobody wrote', () => {
  // What a decoder of UTF-8 makes of windows-1251, and of UTF-16 with and without a mark.
  const decoded = ['decision: a\nnote: \uFFFD\uFFFD\uFFFD', '\uFFFD\uFFFDd\0e\0', 'a\0:\0 \0b\0\n\0']
  const lines = decoded.map((text) => {
    try {
      parseYaml('rules/a.yaml', text)
    } catch (error) {
      const { problems } = error as SourceError
      return problems.map(({ line, code }) => `${line} ${code}`)
    }
  })
  expect(lines).toEqual([['2 yaml-encoding'], ['1 yaml-encoding'], ['1 yaml-encoding']])
})

test('broken YAML and duplicate keys are refused with their line', () => {
  expect(() => parseYaml('a.yaml', 'a: [1\nb: 2')).toThrow(SourceError)
  expect(() => parseYaml('a.yaml', 'a: 1\na: 2')).toThrow(/a.yaml:2:1/)
})
