import {
  getCountries,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max'
import { plainDigits, tidy } from './typed.ts'

/*
 * How a person is called, as one writing for one number: what two submissions must share to be of one customer.
 * A number without a country code is read by the rules of a country that the visitor named, or by the form's while
 * nothing speaks against it, and only as it is dialled there; by any other guess it would become the number of a stranger, and of another country.
 * Of libphonenumber's metadata the whole is taken (145 KB): the smaller sets find the same numbers and countries, but
 * also accept what is none, such as 12345 or a Ukrainian number read by German rules.
 */

export interface Phone {
  /** E.164 with its extension (`+4930901820 ext. 5`); as it was typed when it is none */
  number: string
  /** ISO 3166 code; only of a number that is one */
  country?: string
  /** unique among open leads (E.164, an extension as RFC 3966 writes it); only of a number that is one */
  key?: string
  /** the text says more than this number */
  hasMore?: true
}

/** The country by whose rules a number without its country code is read. */
export interface Home {
  country: string
  /** nobody named it: then the number must be written as one is dialled there, with what that country puts in front */
  isAssumed?: boolean
}

/** The first phone number of a text. */
export function readPhone(typed: string, home: Home | undefined): Phone | undefined {
  const text = plainDigits(tidy(typed)).slice(0, 250)
  if (!text) return undefined
  const pieces = piecesOf(text)
  // The first with digits counts or none: behind one that cannot be read another one might be a part of it.
  const first = pieces.find((piece) => /\d/.test(piece)) ?? ''
  // A slash stands between two numbers, or within one (030 / 901820).
  const [before = ''] = first.split('/', 1)
  const two = before === first || digitsIn(before) < 7 ? undefined : parse(before, home)
  const found = two ?? parse(first, home)
  if (!found) return { number: typed.trim() }
  const { number, ext, country } = found
  return {
    number: ext ? `${number} ext. ${ext}` : number,
    key: ext ? `${number};ext=${ext}` : number,
    ...(country && { country }),
    ...((pieces.length > 1 || two || hasWords(first)) && { hasMore: true as const }),
  }
}

/** Several numbers in one field, in their order. */
function piecesOf(text: string): string[] {
  return text
    .replace(/[;,\s]\s*(?:ext|доб)[.=:]?\s*(?=\d)/giu, ' ext. ')
    .split(/[,;|]| (?:or|and|oder|und|або|чи|та|или|и|lub|albo|oraz|ou|et) |(?<=\d)\s*\/?\s*(?=\+)/iu)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}

function parse(piece: string, home: Home | undefined): PhoneNumber | undefined {
  const text = piece
    .replace(/^(?:tel|callto|sms):/i, '')
    // (office), (9–17): words of their own
    .replace(/\s*\([^()]*\p{L}[^()]*\)$/u, '')
    .replace(/\s*(?:durchwahl|dw\.?|wew\.?|poste|вн\.?|внутр\.?)\s*(?=\d{1,7}$)/iu, ' ext. ')
  // Digits before a word may be the word's own: 9–17 Uhr, 2nd floor. A date has the length of a number.
  if (/\d.*\p{L}/u.test(text.replace(/(?:ext\. |ext |x ?|доб\. )\d{1,10}$/i, '')) || isDate.test(text))
    return undefined
  const candidates = [text, ...withoutPlus(text)]
  for (const candidate of candidates) {
    const country = home?.country
    const found = parsePhoneNumberFromString(candidate, country && isCountry(country) ? country : undefined)
    // Without its plus a number of less than twelve digits may also be a national one of somewhere.
    const isSure =
      candidate === text || text.startsWith('00') || digitsIn(text) >= 12 || found?.country === country
    const isForeign =
      home?.isAssumed && candidate === text && !text.includes('+') && !isDialledSo(text, found)
    if (found?.isValid() && isSure && !isForeign) return found
  }
  return undefined
}

/**
 * Whether a number stands there as in its country it is dialled: 030 in Germany, (212) in the United States, or with the
 * country's code. 22 123 45 67 has eight digits for Germany too, but without the 0 it is another country's.
 */
function isDialledSo(text: string, found: PhoneNumber | undefined): boolean {
  if (!found) return false
  const { countryCallingCode, nationalNumber, ext = '' } = found
  const digits = text.replace(/\D/g, '')
  return (
    digits === found.formatNational().replace(/\D/g, '') ||
    digits.endsWith(`${countryCallingCode}${nationalNumber}${ext}`)
  )
}

const isDate = /^(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4})$/

/** A number with its country code, but without the sign in front of it, is often typed: 380501234567, 0049 30 901820. */
function withoutPlus(text: string): string[] {
  if (/^00[1-9][\d\s().-]{7,}$/.test(text)) return [`+${text.slice(2)}`]
  return /^[1-9][\d\s().-]{9,}$/.test(text) ? [`+${text}`] : []
}

const digitsIn = (text: string): number => text.replace(/\D/g, '').length

/** Words beyond a label in front and an extension behind, or another number in brackets: (mobile 0171 …). */
const hasWords = (piece: string): boolean =>
  /\([^()]*\p{L}[^()]*\d[^()]*\)$/u.test(piece) ||
  /\p{L}{2,}/u.test(
    piece.replace(
      /(?<!\p{L})(?:tel|phone|mobile?|handy|telefon|тел|телефон|моб|tél|téléphone|ext|extension|durchwahl|dw|wew|poste|доб|внутр|вн)(?!\p{L})/giu,
      '',
    ),
  )

const isCountry = (code: string): code is CountryCode => countries().has(code)

let knownCountries: Set<string> | undefined
const countries = (): Set<string> => (knownCountries ??= new Set(getCountries()))

/**
 * Whether the form's country may stand for the visitor's. Not when his languages tell another one: the first of them
 * that tells any, by its region (`fr-CH`) or as Unicode's likely one of the language (`uk` is Ukraine's). English without
 * a region tells nothing: it is everybody's second language.
 */
export function mayLiveIn(country: string, languages: readonly string[]): boolean {
  for (const tag of languages) {
    const told = regionOf(tag)
    if (told) return told === country
  }
  return true
}

function regionOf(tag: string): string | undefined {
  const found = /^([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}))?(?![a-z0-9])/i.exec(tag.trim())
  const [, language = '', region] = found ?? []
  if (region) return region.toUpperCase()
  return found ? likelyRegion(language.toLowerCase()) : undefined
}

/** Kept, because asking costs more than the rest of a number: at most as many as there are words of three letters. */
const likelyRegions = new Map<string, string | undefined>([['en', undefined]])

function likelyRegion(language: string): string | undefined {
  if (!likelyRegions.has(language))
    likelyRegions.set(language, new Intl.Locale(language === 'ua' ? 'uk' : language).maximize().region)
  return likelyRegions.get(language)
}
