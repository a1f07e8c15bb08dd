import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'

/*
 * How a person can be reached, as one writing for one address: what two submissions must share to be of one customer.
 * Whatever is odd is kept as it was typed and makes no key: a wrong guess would join two strangers.
 * Of libphonenumber's metadata the whole is taken (145 KB): the smaller sets find the same numbers and countries, but
 * also accept what is none, such as 12345 or a Ukrainian number read by German rules.
 */

/** Invisible signs that come along when text is copied: zero widths and marks of direction. */
const invisible = /[\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g

const wholeAddress = /^[^\s@<>(),;:"[\]\\]+@(?:[^\s@<>(),;:"[\]\\.]+\.)+[^\s@<>(),;:"[\]\\.]{2,}$/

export interface EmailAddress {
  address: string
  /** part after @; only of an address that can be one */
  domain?: string
  /** unique among open leads; only of an address that can be one */
  key?: string
}

/** An e-mail address in small letters, without what surrounds it. Dots and +tags stay: they may be another mailbox. */
export function readEmail(typed: string): EmailAddress | undefined {
  const text = typed
    .replace(invisible, '')
    .trim()
    .replace(/^mailto:/i, '')
  if (!text) return undefined
  const inner = /<([^<>]+)>$/.exec(text)?.[1]?.trim() ?? text
  const address = inner.normalize('NFC').toLowerCase()
  // 254: the longest that SMTP can carry (RFC 5321).
  if (address.length > 254 || !wholeAddress.test(address)) return { address: text }
  return { address, domain: address.slice(address.lastIndexOf('@') + 1), key: address }
}

export interface PhoneNumber {
  number: string
  country?: string
  key?: string
}

/** A phone number in E.164, read by the rules of `country` when it has no country code. */
export function readPhone(typed: string, country: string | undefined): PhoneNumber | undefined {
  const text = typed.replace(invisible, '').trim()
  if (!text) return undefined
  const home = country && isCountry(country) ? country : undefined
  const found = [text, ...international(text)]
    .map((candidate) => parsePhoneNumberFromString(candidate.slice(0, 250), home))
    .find((number) => number?.isValid())
  if (!found) return { number: text }
  return { number: found.number, key: found.number, ...(found.country && { country: found.country }) }
}

/** A number with its country code, but without the sign in front of it, is often typed: 380501234567. */
const international = (text: string): string[] => (/^[1-9][\d\s().-]{9,}$/.test(text) ? [`+${text}`] : [])

const isCountry = (code: string): code is CountryCode => countries().has(code)

let knownCountries: Set<string> | undefined
const countries = (): Set<string> => (knownCountries ??= new Set(getCountries()))

/** ISO 3166 code of a country that was written as its code or by its name in one of the languages of our visitors. */
export function readCountry(typed: string): string | undefined {
  const text = typed.replace(invisible, '').trim()
  const code = text.toUpperCase()
  if (countries().has(code)) return code
  return text.length > 60 ? undefined : (otherNames.get(plain(text)) ?? countryNames().get(plain(text)))
}

/** What people write besides the official names. */
const otherNames = new Map([
  ['uk', 'GB'],
  ['england', 'GB'],
  ['usa', 'US'],
  ['америка', 'US'],
  ['the netherlands', 'NL'],
  ['holland', 'NL'],
])

let namesOfCountries: Map<string, string> | undefined
function countryNames(): Map<string, string> {
  if (namesOfCountries) return namesOfCountries
  namesOfCountries = new Map()
  for (const language of ['en', 'uk', 'ru', 'de', 'pl', 'fr']) {
    const names = new Intl.DisplayNames(language, { type: 'region' })
    for (const code of countries()) namesOfCountries.set(plain(names.of(code) ?? code), code)
  }
  return namesOfCountries
}

const plain = (text: string): string => text.toLowerCase().replace(/[.’']/g, '').replace(/\s+/g, ' ')
