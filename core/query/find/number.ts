import { plainDigits } from '../../intake/read/typed.ts'

/* Phone numbers as they are looked for: any beginning, with and without the country, and any ending. */

/** Digits of a number without its country, where it says one (E.164). */
export const nationalOf = (international: string): string => international.slice(codeLength(international))

/** ITU-T E.164: codes of one digit, those of two, and all others of three. */
function codeLength(digits: string): number {
  if (/^[17]/.test(digits)) return 1
  return twoDigits.has(digits.slice(0, 2)) ? 2 : 3
}

const twoDigits = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
)

/** What of a number is stored and looked for. */
export interface PhoneDigits {
  /** as they are dialled from abroad, or all that was written where it says no country */
  digits: string
  /** says a country */
  isWhole: boolean
  /** of an extension */
  extension: string
}

/** A phone number as records have it: E.164, perhaps with an extension (`ext. 5`, `;ext=5`), or as it was typed. */
export function phoneOf(text: string): PhoneDigits | undefined {
  const [number = '', extension = ''] = plainDigits(text)
    .slice(0, 100)
    .split(/;?\s*ext[.=]?\s*/i)
  const digits = digitsIn(number).slice(0, mostDigits)
  if (digits.length < fewest) return undefined
  return { digits, isWhole: number.trim().startsWith('+'), extension: digitsIn(extension).slice(0, 8) }
}

/** With fewer digits nobody means a number. */
export const fewest = 3
const mostDigits = 20

export const digitsIn = (text: string): string => text.replace(/[^0-9]/g, '')

export const reversed = (text: string): string => Array.from(text).toReversed().join('')

/** Writings of digits that somebody looks for: as typed, and without what is dialled in front (0, 00). */
export function beginningsOf(typed: string): string[] {
  const without = typed.replace(/^0+/, '')
  return [...new Set([typed, without])].filter((digits) => digits.length >= fewest)
}

/** Numbers in what somebody typed, with the signs between their digits. */
export const numbers = /(?<![\p{L}\p{N}@.])\+?[0-9(](?:[0-9 ().\u2010-\u2015/-]*[0-9])(?![\p{L}\p{N}@])/gu
