/*
 * Numbers as people type them into sheets. `1,500` is one and a half in Berlin and one thousand five hundred in London,
 * so a number is read by the sheet's own decimal sign, and what may be two numbers is none.
 */

/** The sign before the decimals; undefined when the sheet uses both. */
export type DecimalSign = '.' | ',' | undefined

/** The value, that there are two, or that it is no number at all. */
export type NumberReading = number | 'two-values' | undefined

/** Something that may be a number; ends of ranges are split by two dots, which it never holds. */
export const numeral = String.raw`[-−+]?\d+(?:[.,' \u00a0\u2009\u202f’]\d+)*`

const whole = /^(0|[1-9]\d*)$/
const withDecimals = /^(0|[1-9]\d*)([.,])(\d+)$/
const grouped = /^([1-9]\d{0,2})((?:[ '\u00a0\u2009\u202f’]\d{3})+)(?:[.,](\d+))?$/
const german = /^[1-9]\d{0,2}(?:\.\d{3})+,\d+$/

/** Reads a whole text as one number. A minus may be the typographic one; thousands may be set apart by spaces. */
export function readNumber(text: string, decimal: DecimalSign): NumberReading {
  const [, sign = '', digits = ''] = /^([-−+]?)(.*)$/s.exec(text.trim()) ?? []
  const value = readDigits(digits, decimal)
  return typeof value === 'number' && sign !== '' && sign !== '+' ? -value : value
}

function readDigits(digits: string, decimal: DecimalSign): NumberReading {
  if (whole.test(digits)) return Number(digits)
  const groups = grouped.exec(digits)
  if (groups) return Number(`${groups[1]}${groups[2]!.replace(/\D/g, '')}.${groups[3] ?? '0'}`)
  if (german.test(digits))
    return decimal === ',' ? Number(digits.replaceAll('.', '').replace(',', '.')) : 'two-values'
  const parts = withDecimals.exec(digits)
  if (!parts) return /^\d[\d.,]*$/.test(digits) && /\d,\d/.test(digits) ? 'two-values' : undefined
  const [, before, sign, after] = parts as unknown as [string, string, string, string]
  // Three digits after the sign may be thousands, except after a zero.
  const mayBeThousands = after.length === 3 && before !== '0' && before.length <= 3
  const sure = sign === '.' ? decimal === '.' || (decimal === undefined && !mayBeThousands) : decimal === ','
  if (!sure || (sign === ',' && mayBeThousands)) return 'two-values'
  return Number(`${before}.${after}`)
}

/** How to write what may be two things. */
export const twoValues = (text: string): string =>
  `"${text}" can be read in two ways: write a number with a point and without thousands, such as 12.5 or 12500, and several values as 12; 5`

const pointed = /(?<![\w.,])\d+\.(?:\d{1,2}|\d{4,})(?![\w.]|,\d)/
const comma = /(?<![\w.,])\d+,(?:\d{1,2}|\d{4,})(?![\w.]|,\d)/

/**
 * The decimal sign of a sheet by its separator and by the cells that hold numbers: where cells are set apart by
 * semicolons or tabs it is the comma, unless numbers are written with a point.
 */
export function decimalSignOf(separator: string, cells: Iterable<string>): DecimalSign {
  if (separator === ',') return '.'
  let points = false
  let commas = false
  for (const cell of cells) {
    const text = cell.replaceAll('..', ' ')
    points ||= pointed.test(text)
    commas ||= comma.test(text)
  }
  if (points) return commas ? undefined : '.'
  return ','
}

/** The tenth, twentieth or last double of 0.07 × 100 is nobody's percentage. */
export const percentOf = (share: number): number => Number((share * 100).toPrecision(15))
