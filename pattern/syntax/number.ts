/*
 * Numbers as the bus compares them: as doubles, but only if the double still is the number that was written.
 * 9007199254740993, 0.1000000000000000055 and 1e400 do not survive the way to a double and back; such a number takes
 * part in no comparison and equals only its own spelling.
 */

/** A number whose text matters: read from JSON text and not comparable, or a parsed double beyond 2^53. */
export class SpelledNumber {
  /** The spelling, or '' for a parsed double: its spelling is lost. */
  readonly text: string
  /** What the text is as a double; ±Infinity when it is too large. */
  readonly double: number

  constructor(text: string, double: number) {
    this.text = text
    this.double = double
  }

  /** The number for comparisons, or NaN when it takes part in none. */
  get comparable(): number {
    return this.text === '' && Number.isFinite(this.double) ? this.double : Number.NaN
  }
}

/** A value as a number for comparisons; NaN if it is none. */
export function comparableOf(value: unknown): number {
  if (typeof value === 'number') return value
  return value instanceof SpelledNumber ? value.comparable : Number.NaN
}

/** Whether the decimal text is exactly what its double prints as. */
export function isComparable(text: string): boolean {
  const double = Number(text)
  if (!Number.isFinite(double)) return false
  // Up to 15 significant digits every decimal in the normal range survives.
  if (text.length <= 15 && !/[eE]/.test(text)) return true
  // The smallest double is printed as 5e-324 here, and with the two digits that the bus prints at least, as 4.9e-324.
  const written = canonical(text)
  return written === canonical(String(double)) || written === canonical(double.toPrecision(2))
}

/** One spelling for each decimal: digits without zeros at the ends, and the exponent of the last digit. */
function canonical(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = (negative ? mantissa.slice(1) : mantissa).split('.')
  const digits = `${whole}${fraction}`
  let start = 0
  while (start < digits.length && digits.charCodeAt(start) === 0x30) start++
  let end = digits.length
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end--
  if (start === end) return '0'
  return `${negative ? '-' : ''}${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}
