// Conditions as cells of a sheet, in the notation that decision tables in DMN use: `DE, AT`, `>= 500`, `[50..250)`,
// `not(DE, AT)`, `-` or nothing for "any". What the notation cannot say is written as the pattern itself, in JSON.
// Invariant: readCondition(writeCondition(x)) equals x for every list of a pattern.

const keywords = /^(true|false|null|absent|present|-)$/
const number = /^-?(0|[1-9]\d*)(\.\d+)?$/
const comparison = /^(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)$/
const range = /^([[(\]])\s*(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)\s*([\])[])$/
const call = /^(not|starts with|ends with|like|ignoring case)\s*\((.*)\)$/s

const calls: Record<string, string> = {
  'starts with': 'prefix',
  'ends with': 'suffix',
  like: 'wildcard',
  'ignoring case': 'equals-ignore-case',
}

/** The cell of a list of accepted values. */
export function writeCondition(accepts: readonly unknown[]): string {
  const cells = accepts.map(writeEntry)
  const text = cells.join(', ')
  // A list that would be read otherwise than it was written is written as it is.
  return cells.every((cell) => cell !== undefined) && sameJson(readOrNothing(text), accepts)
    ? text
    : JSON.stringify(accepts)
}

function writeEntry(entry: unknown): string | undefined {
  if (typeof entry === 'string') return word(entry)
  if (typeof entry !== 'object' || entry === null) return JSON.stringify(entry)
  const [[name, value] = ['', undefined], ...more] = Object.entries(entry)
  if (more.length > 0) return undefined
  if (name === 'exists') return value === true ? 'present' : 'absent'
  if (name === 'numeric' && Array.isArray(value)) return writeNumeric(value)
  if (name === 'anything-but' && Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return `not(${value.map(writeEntry).join(', ')})`
  const known = Object.entries(calls).find(([, operator]) => operator === name)
  return known && typeof value === 'string' ? `${known[0]}(${word(value)})` : undefined
}

function writeNumeric(parts: unknown[]): string | undefined {
  const [low, from, high, to] = parts
  if (parts.length === 2) return `${String(low)} ${String(from)}`
  return parts.length === 4
    ? `${low === '>=' ? '[' : '('}${String(from)}..${String(to)}${high === '<=' ? ']' : ')'}`
    : undefined
}

const word = (text: string): string =>
  text === '' ||
  /[,"()[\]{}]|^\s|\s$|^[<>=]/.test(text) ||
  keywords.test(text) ||
  number.test(text) ||
  text.includes('..')
    ? JSON.stringify(text)
    : text

/** The list of accepted values that a cell stands for; undefined for "any". Throws SyntaxError for what it cannot read. */
export function readCondition(cell: string): unknown[] | undefined {
  const text = cell.trim()
  if (text === '' || text === '-') return undefined
  const whole = json(text)
  if (Array.isArray(whole)) return whole
  return splitList(text).map(readEntry)
}

function readEntry(text: string): unknown {
  if (text.startsWith('"')) {
    const quoted = json(text)
    if (typeof quoted === 'string') return quoted
    throw new SyntaxError(`${text} is no text in quotation marks`)
  }
  if (text.startsWith('{')) {
    const entry = json(text)
    if (typeof entry === 'object') return entry
    throw new SyntaxError(`${text} is no condition in JSON`)
  }
  if (text === '') throw new SyntaxError('there is nothing between two commas')
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (text === 'absent' || text === 'present') return { exists: text === 'present' }
  if (number.test(text)) return Number(text)
  const compared = comparison.exec(text)
  if (compared) return { numeric: [compared[1], Number(compared[2])] }
  const ranged = range.exec(text)
  if (ranged) {
    const [, open, from, to, close] = ranged
    return { numeric: [open === '[' ? '>=' : '>', Number(from), close === ']' ? '<=' : '<', Number(to)] }
  }
  const called = call.exec(text)
  if (called) {
    const inner = splitList(called[2]!).map(readEntry)
    if (called[1] === 'not') return { 'anything-but': inner }
    if (inner.length !== 1 || typeof inner[0] !== 'string')
      throw new SyntaxError(`${called[1]} needs one text`)
    return { [calls[called[1]!]!]: inner[0] }
  }
  if (/^[<>=]/.test(text)) throw new SyntaxError(`"${text}": compare with a number, such as >= 500`)
  return text
}

/** Splits at commas that stand outside of quotation marks and brackets. */
function splitList(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '"') {
      at++
      while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    } else if ('([{'.includes(sign)) depth++
    else if (')]}'.includes(sign)) depth--
    else if (sign === ',' && depth <= 0) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}

function readOrNothing(text: string): unknown[] | undefined {
  try {
    return readCondition(text)
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
