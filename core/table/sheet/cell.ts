/*
 * Conditions as cells of a sheet, in the notation that decision tables in DMN use: `DE, AT`, `>= 500`, `[50..250)`,
 * `not(DE, AT)`, `-` or nothing for "any", and in what people write instead: `!= DE`, `DE; AT`, `between 5 and 10`,
 * typographic quotation marks. What the notation cannot say is written as the pattern itself, in JSON.
 * Invariants: readCondition(writeCondition(x)) equals x for every list of a pattern; a cell that is not understood is
 * refused, never taken for a text that nobody has. Text in quotation marks is meant as it stands.
 */

import type { Fact, FactType } from '../../record/vocabulary.ts'
import { readAnswer, readEnglishFlag, readFlag } from './flag.ts'
import { numeral, readNumber, twoValues, type DecimalSign } from './number.ts'
import { readNumeric } from './range.ts'
import { isAny, isPlain, parseJson, readQuoted, readText, splitList } from './text.ts'

/** What a cell's column is about and how its sheet writes numbers. */
export interface CellContext {
  type?: FactType | undefined
  decimal?: DecimalSign
}

/** How cells about a fact are read. */
export const contextOf = (fact: Fact | undefined, decimal: DecimalSign): CellContext => ({
  type: fact?.type === 'texts' ? 'text' : fact?.type,
  decimal,
})

const calls: Record<string, string> = {
  'starts with': 'prefix',
  'ends with': 'suffix',
  like: 'wildcard',
  'ignoring case': 'equals-ignore-case',
}
const negation = 'anything-but'

/** The cell of a list of accepted values. */
export function writeCondition(accepts: readonly unknown[], context: CellContext = { decimal: '.' }): string {
  const cells = accepts.map((entry) => writeEntry(entry, context))
  const text = cells.join(', ')
  // A list that would be read otherwise than it was written is written as it is.
  return cells.every((cell) => cell !== undefined) && sameJson(readOrNothing(text, context), accepts)
    ? text
    : JSON.stringify(accepts)
}

function writeEntry(entry: unknown, context: CellContext): string | undefined {
  if (typeof entry === 'string') return word(entry, context)
  if (typeof entry !== 'object' || entry === null) return JSON.stringify(entry)
  const [[name, value] = ['', undefined], ...more] = Object.entries(entry)
  if (more.length > 0) return undefined
  if (name === 'exists') return value === true ? 'present' : 'absent'
  if (name === 'numeric' && Array.isArray(value)) return writeNumeric(value)
  if (name === negation && Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return `not(${value.map((each) => writeEntry(each, context)).join(', ')})`
  const known = Object.entries(calls).find(([, operator]) => operator === name)
  return known && typeof value === 'string' ? `${known[0]}(${pattern(value, context)})` : undefined
}

function writeNumeric(parts: unknown[]): string | undefined {
  const [low, from, high, to] = parts
  if (parts.length === 2) return `${String(low)} ${String(from)}`
  return parts.length === 4
    ? `${low === '>=' ? '[' : '('}${String(from)}..${String(to)}${high === '<=' ? ']' : ')'}`
    : undefined
}

/** A text that would be read as anything else stands in quotation marks. */
const word = (text: string, context: CellContext): string =>
  sameJson(readOrNothing(text, context), [text]) ? text : JSON.stringify(text)

function pattern(text: string, context: CellContext): string {
  if (isPlain(text)) return text
  return word(text.replaceAll('*', ''), context) === text ? text : JSON.stringify(text)
}

const rangeByComma = new RegExp(String.raw`^\[\s*${numeral}\s*[,;]\s*${numeral}\s*\]$`)

/** The list of accepted values that a cell stands for; undefined for "any". Throws SyntaxError for what it cannot read. */
export function readCondition(cell: string, context: CellContext = { decimal: '.' }): unknown[] | undefined {
  const text = cell.trim()
  if (isAny(text)) return undefined
  if (rangeByComma.test(text))
    throw new SyntaxError(`"${text}": write a range as [5..10] and two values as 5; 10`)
  const whole = text.startsWith('[') ? parseJson(text) : undefined
  if (Array.isArray(whole)) return whole
  const entries = splitList(/^(?:is\s+)?in\s*\((.*)\)$/is.exec(text)?.[1] ?? text)
  const excluded = entries.map(excludedBy)
  if (excluded.every((each) => each === undefined)) {
    const accepts = entries.map((entry) => readEntry(entry, context))
    if (coversEverything(accepts))
      throw new SyntaxError(`"${text}" holds for every number: write a range as [5..10] or > 5 and < 10`)
    return accepts
  }
  // `!= DE, AT` beside another value: neither reading is sure.
  const others = entries.filter((entry, index) => excluded[index] === undefined && entry !== 'absent')
  if (others.length > 0 || excluded.filter(Boolean).length > 1)
    throw new SyntaxError(`"${text}": write what is excluded as one, such as not(DE, AT)`)
  return entries.map((entry, index) =>
    excluded[index] === undefined
      ? readEntry(entry, context)
      : { [negation]: splitList(excluded[index]).map((each) => readValue(each, context)) },
  )
}

/** `> 5, < 10` accepts what is above five or below ten, which is everything; who writes it means what lies between. */
function coversEverything(accepts: readonly unknown[]): boolean {
  const ends = accepts.map((entry) => (entry as { numeric?: unknown[] } | null)?.numeric ?? [])
  const of = (sign: string): number[] =>
    ends.flatMap(([operator, end]) => (String(operator).startsWith(sign) ? [end as number] : []))
  const single = ends.every((parts) => parts.length <= 2)
  return single && of('>').some((low) => of('<').some((high) => low <= high))
}

/** What is excluded by a cell such as `!= DE`, `<> DE`, `not DE`, `not in (DE, AT)`. `not(DE, AT)` is an entry like others. */
function excludedBy(entry: string): string | undefined {
  const found =
    /^(?:!=|<>|≠|!)\s*(?<one>[^\s=].*)$/su.exec(entry) ??
    /^(?:is\s+)?not\s+in\s*\((?<one>.*)\)$/isu.exec(entry) ??
    /^(?:is\s+)?not\s+(?!in\b|\()(?<one>\S.*)$/isu.exec(entry)
  return found?.groups?.one
}

function readEntry(text: string, context: CellContext): unknown {
  if (text.startsWith('{')) {
    const entry = parseJson(text)
    if (typeof entry === 'object') return entry
    throw new SyntaxError(`${text} is no condition in JSON`)
  }
  if (text === '') throw new SyntaxError('there is nothing between two commas')
  if (text === 'absent' || text === 'present') return { exists: text === 'present' }
  const numeric = readNumeric(text, context)
  if (numeric) return { numeric }
  const called = /^(not|starts with|ends with|like|ignoring case)\s*\((.*)\)$/is.exec(text)
  if (called) {
    const name = called[1]!.toLowerCase()
    const inner = splitList(called[2]!)
    if (name === 'not') return { [negation]: inner.map((each) => readValue(each, context)) }
    const [only = ''] = inner
    if (inner.length !== 1) throw new SyntaxError(`${name} needs one text`)
    return { [calls[name]!]: name === 'like' ? readPattern(only) : readText(only) }
  }
  if (/^[<>=≤≥≠!]/.test(text) && !/^==?\s/.test(text))
    throw new SyntaxError(`"${text}": compare with a number, such as >= 500`)
  return readValue(text.replace(/^==?\s+/, ''), context)
}

/** A value: a text, a number, true or false. */
function readValue(text: string, context: CellContext): unknown {
  const quoted = readQuoted(text)
  if (quoted !== undefined) return quoted
  const flag = context.type === 'text' ? readEnglishFlag(text) : readFlag(text)
  if (flag !== undefined) return flag
  if (text === 'null') return null
  // A text of digits is a number only in the plainest writing: "007" and "1 000" are words of their own.
  if (context.type !== 'text' || /^-?(0|[1-9]\d*)([.,]\d+)?$/.test(text)) {
    const value = readNumber(text, context.decimal)
    if (value === 'two-values') throw new SyntaxError(twoValues(text))
    if (value !== undefined) return value
  }
  if (context.type === 'flag') {
    const answer = readAnswer(text)
    if (answer !== undefined) return answer
    throw new SyntaxError(`"${text}" is neither true nor false`)
  }
  if (context.type === 'number')
    throw new SyntaxError(
      /^[-−+]?[\d.,]+\s*%$/.test(text)
        ? `"${text}": write 12 where the fact counts in percent, 0.12 where it is a share`
        : `"${text}" is no number: write 500, >= 500 or [50..250)`,
    )
  return readText(text)
}

const readPattern = (text: string): string =>
  readQuoted(text) ?? (isPlain(text) ? text : readText(text.replaceAll('*', 'x')) && text)

function readOrNothing(text: string, context: CellContext): unknown[] | undefined {
  try {
    return readCondition(text, context)
  } catch {
    return undefined
  }
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
