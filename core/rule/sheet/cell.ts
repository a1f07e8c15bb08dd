// Conditions as cells of a sheet, in the notation that decision tables in DMN use: `DE, AT`, `>= 500`, `[50..250)`,
// `not(DE, AT)`, `-` or nothing for "any", and in what people write instead: `!= DE`, `DE; AT`, `between 5 and 10`,
// typographic quotation marks. What the notation cannot say is written as the pattern itself, in JSON.
// Invariants: readCondition(writeCondition(x)) equals x for every list of a pattern; a cell that is not understood is
// refused, never taken for a text that nobody has. Text in quotation marks is meant as it stands.

import type { Fact, FactType } from '../fact.ts'
import { numeral, readNumber, twoValues, type DecimalSign } from './number.ts'

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

const pattern = (text: string, context: CellContext): string =>
  isPlain(text) ? text : word(text.replaceAll('*', ''), context) === text ? text : JSON.stringify(text)

/** The list of accepted values that a cell stands for; undefined for "any". Throws SyntaxError for what it cannot read. */
export function readCondition(cell: string, context: CellContext = { decimal: '.' }): unknown[] | undefined {
  const text = cell.trim()
  if (isAny(text)) return undefined
  if (new RegExp(String.raw`^\[\s*${numeral}\s*[,;]\s*${numeral}\s*\]$`).test(text))
    throw new SyntaxError(`"${text}": write a range as [5..10] and two values as 5; 10`)
  const whole = text.startsWith('[') ? json(text) : undefined
  if (Array.isArray(whole)) return whole
  const entries = splitList(/^(?:is\s+)?in\s*\((.*)\)$/is.exec(text)?.[1] ?? text)
  const excluded = entries.map((entry) => excludedBy(entry))
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

const anyWords =
  /^(?:[-–—*]|any|all|any value|beliebig|egal|alle|будь-як(?:ий|а|е|і)|усі|всі|люб(?:ой|ая|ое|ые)|все)?$/iu
const isAny = (text: string): boolean => anyWords.test(text)

/** What is excluded by a cell such as `!= DE`, `<> DE`, `not DE`, `not in (DE, AT)`. `not(DE, AT)` is an entry like others. */
function excludedBy(entry: string): string | undefined {
  const found =
    /^(?:!=|<>|≠|!)\s*(?<one>[^\s=].*)$/su.exec(entry) ??
    /^(?:is\s+)?not\s+in\s*\((?<one>.*)\)$/isu.exec(entry) ??
    /^(?:is\s+)?not\s+(?!in\b|\()(?<one>\S.*)$/isu.exec(entry)
  return found?.groups?.one
}

const booleans: Record<string, boolean> = {
  true: true,
  false: false,
  TRUE: true,
  FALSE: false,
  True: true,
  False: false,
}
/** What spreadsheets of other languages show for true and false. */
const foreignBooleans: Record<string, boolean> = {
  WAHR: true,
  FALSCH: false,
  VRAI: true,
  FAUX: false,
  VERDADERO: true,
  FALSO: false,
  VERO: true,
  VERDADEIRO: true,
  PRAWDA: true,
  FAŁSZ: false,
  WAAR: true,
  ONWAAR: false,
  PRAVDA: true,
  NEPRAVDA: false,
  DOĞRU: true,
  YANLIŞ: false,
  ИСТИНА: true,
  ЛОЖЬ: false,
  ІСТИНА: true,
  ХИБНІСТЬ: false,
  ХИБНЕ: false,
}
const answers: Record<string, boolean> = {
  yes: true,
  no: false,
  ja: true,
  nein: false,
  так: true,
  ні: false,
  да: true,
  нет: false,
}

/** True or false as spreadsheets in any of the common languages write it; undefined for other texts. */
export function readBoolean(text: string): boolean | undefined {
  if (Object.hasOwn(booleans, text)) return booleans[text]
  return Object.hasOwn(foreignBooleans, text) ? foreignBooleans[text] : undefined
}

function readEntry(text: string, context: CellContext): unknown {
  if (text.startsWith('{')) {
    const entry = json(text)
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
function readNumeric(text: string, context: CellContext): unknown[] | undefined {
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
    return ordered(text, open === '[' ? '>=' : '>', number(from!), close === ']' ? '<=' : '<', number(to!))
  }
  const ends = (between.exec(text) ?? (context.type === 'text' ? null : dashed.exec(text)))
    ?.slice(1)
    .filter((end) => end !== undefined)
  if (ends) return ordered(text, '>=', number(ends[0]!), '<=', number(ends[1]!))
  if (context.type !== 'number') return undefined
  const from = least.exec(text)
  if (from) return ['>=', number((from[1] ?? from[2])!)]
  const said = worded.exec(text)
  return said ? [wordOperators[said[1]!.toLowerCase()], number(said[2]!)] : undefined
}

function ordered(text: string, low: string, from: number, high: string, to: number): unknown[] {
  if (from > to) throw new SyntaxError(`"${text}" ends before it begins`)
  return [low, from, high, to]
}

function needNumber(text: string, context: CellContext): number {
  const value = readNumber(text, context.decimal)
  if (value === 'two-values') throw new SyntaxError(twoValues(text))
  if (value === undefined) throw new SyntaxError(`"${text}" is no number`)
  return value
}

/** A value: a text, a number, true or false. */
function readValue(text: string, context: CellContext): unknown {
  const quoted = readQuoted(text)
  if (quoted !== undefined) return quoted
  const flag = Object.hasOwn(booleans, text) || context.type !== 'text' ? readBoolean(text) : undefined
  if (flag !== undefined) return flag
  if (text === 'null') return null
  // A text of digits is a number only in the plainest writing: "007" and "1 000" are words of their own.
  if (context.type !== 'text' || /^-?(0|[1-9]\d*)([.,]\d+)?$/.test(text)) {
    const value = readNumber(text, context.decimal)
    if (value === 'two-values') throw new SyntaxError(twoValues(text))
    if (value !== undefined) return value
  }
  if (context.type === 'flag') {
    const answer = text.toLowerCase()
    if (Object.hasOwn(answers, answer)) return answers[answer]
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

const doubtful: readonly (readonly [RegExp, string])[] = [
  [
    /^#\p{L}[\p{L}\d/_ ]*[!?]?$|^#+$|^Err:\d+$/u,
    'is an error of the spreadsheet: mend its formula, or write the value',
  ],
  [/^n\/?a$/iu, 'says nothing: leave the cell empty for any value, or write absent for an unknown one'],
  [/^null$/iu, 'is no value: write absent for an unknown one'],
  [/\*/u, 'has a star: write like(*.gov.ua), or put the text in quotation marks'],
  [/["„“”«»‹›‟]|^['‘’‚]/u, 'has a quotation mark that is not one of a pair: write "DE"'],
  [
    /[()[\]{}]/u,
    'has brackets: put the text in quotation marks, or write not(…), starts with(…), ends with(…), like(…)',
  ],
  [/\.\.|…/u, 'has dots of a range: write [5..10], or put the text in quotation marks'],
  [
    /^(?:nicht|kein(?:e|er)?|außer|ohne|не|крім|окрім|кроме|no|except|without|other than|not)\s|^not$/iu,
    'excludes something: write not(DE, AT), or put the text in quotation marks',
  ],
  [
    /\||\s(?:or|oder|або|чи|или)\s/iu,
    'names several values: write them as DE, AT, or put the text in quotation marks',
  ],
  [/^[=<>≤≥≠!→]|^->/u, 'begins with a sign that means something: put the text in quotation marks'],
  [/[\p{Cc}]/u, 'has a control character: remove it, or put the text in quotation marks'],
]

/** A text without quotation marks. Throws SyntaxError when it is likely something else that is not understood. */
function readText(text: string): string {
  const quoted = readQuoted(text)
  if (quoted !== undefined) return quoted
  if (text === '') throw new SyntaxError('there is nothing where a text should stand')
  // Nobody sees the difference between spaces, and nothing that has no width.
  const plain = text.replace(/[\u00a0\u2007\u2009\u202f]/g, ' ').replace(/[\u200b\u2060\ufeff\u00ad]/g, '')
  const problem =
    doubtful.find(([sign]) => sign.test(plain))?.[1] ??
    (isAny(plain) ? 'means any value: it stands alone' : undefined)
  if (problem) throw new SyntaxError(`"${plain}" ${problem}`)
  return plain
}

const readPattern = (text: string): string =>
  readQuoted(text) ?? (isPlain(text) ? text : readText(text.replaceAll('*', 'x')) && text)

const isPlain = (text: string): boolean => /^[\p{L}\d*./:_@\\-]+$/u.test(text)

/** Marks that open a text, and what closes it. */
const closers: Record<string, string> = {
  '"': '"',
  '„': '“”"',
  '“': '”“',
  '”': '”',
  '«': '»',
  '»': '«',
  '‘': '’',
  '’': '’',
  '‚': '‘’',
  "'": "'",
  '‹': '›',
}

/** The text between quotation marks of whatever country; undefined when it does not stand in any. */
export function readQuoted(text: string): string | undefined {
  const [open = ''] = text
  if (text.length < 2 || !Object.hasOwn(closers, open) || endOfQuoted(text, 0) !== text.length)
    return undefined
  if (open !== '"') return text.slice(1, -1)
  const value = json(text)
  if (typeof value === 'string') return value
  throw new SyntaxError(`${text} is no text in quotation marks`)
}

/** Where a quoted text ends that begins at `from`: behind its closing mark, or at the end of the whole. */
function endOfQuoted(text: string, from: number): number {
  const open = text[from]!
  for (let at = from + 1; at < text.length; at++) {
    if (open === '"' && text[at] === '\\') at++
    // An apostrophe in a word closes nothing.
    else if (
      closers[open]!.includes(text[at]!) &&
      !(/['‘’]/.test(open) && /[\p{L}\d]/u.test(text[at + 1] ?? ''))
    )
      return at + 1
  }
  return open === '"' ? text.length + 1 : from
}

/** Splits at commas, semicolons and line breaks that stand outside of quotation marks, brackets and numbers. */
function splitList(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  let fresh = true
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '"' || (fresh && Object.hasOwn(closers, sign))) {
      const end = endOfQuoted(text, at)
      at = Math.max(at, end - 1)
      fresh = false
    } else if ('([{'.includes(sign)) {
      depth++
      fresh = true
    } else if (')]}'.includes(sign)) depth--
    else if (depth <= 0 && isSeparator(text, at)) {
      parts.push(text.slice(start, at).trim())
      // `DE,` at the end of a line is followed by the next value, not by nothing.
      while (sign !== '\n' && sign !== '\r' && /\s/.test(text[at + 1] ?? '')) at++
      start = at + 1
      fresh = true
    } else if (!/\s/.test(sign)) fresh = false
  }
  return [...parts, text.slice(start).trim()]
}

function isSeparator(text: string, at: number): boolean {
  const sign = text[at]!
  if (sign === ';' || sign === '\n' || (sign === '\r' && text[at + 1] !== '\n')) return true
  if (sign !== ',') return false
  // Between two digits it may be a decimal sign; three values and more are none.
  const token = /[\d,.]*$/.exec(text.slice(0, at))![0] + /^[\d,.]*/.exec(text.slice(at))![0]
  return !/^\d[\d.]*,\d/.test(token) || (/,.*,/.test(token) && !/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(token))
}

function readOrNothing(text: string, context: CellContext): unknown[] | undefined {
  try {
    return readCondition(text, context)
  } catch {
    return undefined
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
