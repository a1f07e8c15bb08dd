/*
 * Comparisons and ranges of numbers as people write them: `>= 500`, `[50..250)`, `]5..10[`, `> 5 and < 10`,
 * `between 5 and 10`, and `5–10`, `500+`, `at least 500` where nothing but numbers can be meant.
 */

import type { CellContext } from './cell.ts'
import { numeral, readNumber, twoValues } from './number.ts'

const operators: Record<string, string> = { '≤': '<=', '=<': '<=', '≥': '>=', '=>': '>=', '==': '=' }
const comparison = new RegExp(`^(<=|>=|=<|=>|==|[<>=≤≥])\\s*(${numeral})$`, 'u')
const twoSided = new RegExp(
  `^([<>]=?|[≤≥])\\s*(${numeral})\\s*(?:and|&&?|und|і|та|и)?\\s*([<>]=?|[≤≥])\\s*(${numeral})$`,
  'iu',
)
const range = new RegExp(`^([[(\\]])\\s*(${numeral})\\s*(?:\\.\\.|…)\\s*(${numeral})\\s*([\\])[])$`, 'u')
const between = new RegExp(
  `^(?:(?:is )?between\\s+(${numeral})\\s+and\\s+(${numeral})|(?:from\\s+)?(${numeral})\\s+to\\s+(${numeral})|(${numeral})\\s*(?:\\.\\.|…)\\s*(${numeral}))$`,
  'iu',
)
const unsigned = numeral.replace(/^\[[^\]]*\]\?/, '')
const dashed = new RegExp(`^(${unsigned})\\s*[-–—]\\s*(${unsigned})$`, 'u')
const least = new RegExp(
  `^(?:(${numeral})\\s*(?:\\+|(?:and|or) (?:more|above|over))|at least\\s+(${numeral}))$`,
  'iu',
)
const worded = new RegExp(
  `^(more than|over|above|less than|under|below|at most|up to)\\s+(${numeral})$`,
  'iu',
)
const wordOperators: Record<string, string> = {
  'more than': '>',
  over: '>',
  above: '>',
  'less than': '<',
  under: '<',
  below: '<',
  'at most': '<=',
  'up to': '<=',
}

/** The `numeric` of a comparison or a range, whose bare forms (`5 to 10`, `5–10`) include both ends. */
export function readNumeric(text: string, context: CellContext): unknown[] | undefined {
  const number = (part: string): number => needNumber(part, context)
  const compared = comparison.exec(text)
  if (compared) return [operators[compared[1]!] ?? compared[1], number(compared[2]!)]
  const sides = twoSided.exec(text)
  if (sides) {
    const [a, b] = [1, 3].map((at) => [operators[sides[at]!] ?? sides[at]!, number(sides[at + 1]!)] as const)
    const [low, high] = a![0].startsWith('>') ? [a!, b!] : [b!, a!]
    if (!low[0].startsWith('>') || !high[0].startsWith('<') || low[1] > high[1])
      throw new SyntaxError(`"${text}" has no lower and upper end, such as > 5 and < 10`)
    return [...low, ...high]
  }
  const ranged = range.exec(text)
  if (ranged) {
    const [, open, from, to, close] = ranged as unknown as string[]
    return ordered(text, [open === '[' ? '>=' : '>', number(from!), close === ']' ? '<=' : '<', number(to!)])
  }
  const ends = (between.exec(text) ?? (context.type === 'text' ? null : dashed.exec(text)))
    ?.slice(1)
    .filter((end) => end !== undefined)
  if (ends) return ordered(text, ['>=', number(ends[0]!), '<=', number(ends[1]!)])
  if (context.type !== 'number') return undefined
  const from = least.exec(text)
  if (from) return ['>=', number((from[1] ?? from[2])!)]
  const said = worded.exec(text)
  return said ? [wordOperators[said[1]!.toLowerCase()], number(said[2]!)] : undefined
}

function ordered(text: string, numeric: [low: string, from: number, high: string, to: number]): unknown[] {
  const [, from, , to] = numeric
  if (from > to) throw new SyntaxError(`"${text}" ends before it begins`)
  return numeric
}

function needNumber(text: string, context: CellContext): number {
  const value = readNumber(text, context.decimal)
  if (value === 'two-values') throw new SyntaxError(twoValues(text))
  if (value === undefined) throw new SyntaxError(`"${text}" is no number`)
  return value
}
