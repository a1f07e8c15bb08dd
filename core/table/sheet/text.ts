/*
 * Texts as cells hold them: in quotation marks of whatever country, several in a list, and plain ones, which are refused
 * when they are likely something else.
 */

const anyWords =
  /^(?:[-–—*]|any|all|any value|beliebig|egal|alle|будь-як(?:ий|а|е|і)|усі|всі|люб(?:ой|ая|ое|ые)|все)?$/iu
/** Whether a cell says that every value is meant, known or not. */
export const isAny = (text: string): boolean => anyWords.test(text)

/** What a text says that is likely none, and what to do about it. */
export type Doubt = readonly [sign: RegExp, problem: string]

export const spreadsheetError: Doubt = [
  /^#\p{L}[\p{L}\d/_ ]*[!?]?$|^#+$|^Err:\d+$/u,
  'is an error of the spreadsheet: mend its formula, or write the value',
]

const doubtful: readonly Doubt[] = [
  spreadsheetError,
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
export function readText(text: string): string {
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

/** Whether a text has only letters, digits, and signs of addresses and paths, the star of a wildcard among them. */
export const isPlain = (text: string): boolean => /^[\p{L}\d*./:_@\\-]+$/u.test(text)

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
  const value = parseJson(text)
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
export function splitList(text: string): string[] {
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

/** What a text says in JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
