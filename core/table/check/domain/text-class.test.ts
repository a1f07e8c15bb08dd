import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePattern } from '#pattern/pattern.ts'
import { textClasses } from './text-class.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '-', 'x'), maxLength: 5 })
const part = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 2 })
const matcher = fc.oneof(
  text,
  part.map((each) => ({ prefix: each })),
  part.map((each) => ({ suffix: each })),
  part.map((each) => ({ prefix: { 'equals-ignore-case': each } })),
  text.map((each) => ({ 'equals-ignore-case': each })),
  fc.tuple(part, part).map(([a, b]) => ({ wildcard: `${a}*${b}*` })),
  part.map((each) => ({ 'anything-but': { suffix: each } })),
  part.map((each) => ({ 'anything-but': { wildcard: `*${each}*` } })),
)

test('every text satisfies the same conditions as the representative of some class', () => {
  fc.assert(
    fc.property(
      fc.array(matcher, { minLength: 1, maxLength: 4 }),
      fc.array(text, { minLength: 50, maxLength: 50 }),
      (entries, texts) => {
        const patterns = entries.map((entry) => compilePattern({ x: [entry] }))
        const verdicts = (value: string): string =>
          patterns.map((pattern) => Number(pattern.matches({ x: value }))).join('')
        const classes = textClasses(
          patterns.flatMap((pattern) => pattern.branches[0]![0]!.matchers),
          ['favourite'],
        )
        const known = new Set(classes!.map(verdicts))
        for (const value of texts) expect(known).toContain(verdicts(value))
      },
    ),
    { numRuns: 500 },
  )
})

test('what the automaton cannot hold is left undecided', () => {
  const matchers = (pattern: object) => compilePattern(pattern).branches[0]![0]!.matchers
  expect(textClasses(matchers({ x: [{ cidr: '10.0.0.0/8' }] }), [])).toBeUndefined()
  expect(textClasses(matchers({ x: ['10.0.0.1'] }), [])).toBeUndefined()
  expect(textClasses(matchers({ x: [{ 'equals-ignore-case': 'Straße' }] }), [])).toBeUndefined()
})

test('a favourite stands for its class', () => {
  const { matchers } = compilePattern({ x: [{ prefix: 'campaign-' }] }).branches[0]![0]!
  expect(textClasses(matchers, ['campaign-autumn', 'demo'])!.sort()).toEqual(['campaign-autumn', 'demo'])
})
