import type { Language } from '../../core/record/id.ts'
import { decimalsOf } from '../../core/money/decimals.ts'
import type { Words } from './dictionary.ts'
import { cityOf, dayOf, shownZone } from './zone.ts'

/* Times, amounts and spans as the reader's language and time zone (zone.ts) have them. */

const locales: Record<Language, string> = { en: 'en-GB', uk: 'uk-UA', ru: 'ru-RU' }
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

type Format = Intl.DateTimeFormat | Intl.NumberFormat | Intl.DisplayNames

const kept = new Map<string, Format>()
function once<F extends Format>(name: string, make: () => F): F {
  let made = kept.get(name) as F | undefined
  if (!made) kept.set(name, (made = make()))
  return made
}

function dates(
  language: Language,
  options: Intl.DateTimeFormatOptions,
  timeZone = shownZone(),
): Intl.DateTimeFormat {
  return once(
    `${language} ${timeZone} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locales[language], { hourCycle: 'h23', timeZone, ...options }),
  )
}

/** `10:30` */
export const timeText = (language: Language, at: number): string =>
  dates(language, { hour: '2-digit', minute: '2-digit' }).format(at)

/** `Thu 26 Nov`, with the year where it is another one. */
export const dayText = (language: Language, at: number, now: number): string =>
  dates(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(dayOf(at).slice(0, 4) !== dayOf(now).slice(0, 4) && { year: 'numeric' }),
  }).format(at)

/** `10:30` today, `Thu 10:30` within a week, else `26 Nov`. */
export function momentText(language: Language, at: number, now: number): string {
  if (isSameDay(at, now)) return timeText(language, at)
  if (Math.abs(at - now) < 6 * day)
    return `${dates(language, { weekday: 'short' }).format(at)} ${timeText(language, at)}`
  return dayText(language, at, now)
}

/** All of it: `Thursday, 26 November 2026 at 10:30`. */
export const fullText = (language: Language, at: number): string =>
  dates(language, { dateStyle: 'full', timeStyle: 'short' }).format(at)

export const isSameDay = (a: number, b: number): boolean => dayOf(a) === dayOf(b)

/** `11:30 (Berlin)`: what a clock elsewhere says; nothing where it says the same as the reader's. */
export function elsewhereText(language: Language, at: number, zone: string): string | undefined {
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit' } as const
  const [own, there] = [shownZone(), zone].map((each) => dates(language, options, each).format(at))
  if (own === there) return undefined
  return `${dates(language, { hour: '2-digit', minute: '2-digit' }, zone).format(at)} (${cityOf(zone)})`
}

/** `12 min`, `3 h`, `2 days`: whole units, rounded down, for whoever is late is at least that late. */
export function spanText({ span }: Words, milliseconds: number): string {
  if (milliseconds < minute) return span.now
  if (milliseconds < hour) return span.minutes(Math.floor(milliseconds / minute))
  if (milliseconds < day) return span.hours(Math.floor(milliseconds / hour))
  return span.days(Math.floor(milliseconds / day))
}

export interface Amount {
  minor: number
  currency: string
}

/** Whole amounts without their pennies. Minor units as the currency has them (ISO 4217). */
export function moneyText(language: Language, { minor, currency }: Amount): string {
  const digits = decimalsOf(currency)
  const amount = minor / 10 ** digits
  const shown = Number.isInteger(amount) ? 0 : digits
  return once(
    `${language} ${currency} ${shown}`,
    () =>
      new Intl.NumberFormat(locales[language], {
        style: 'currency',
        currency,
        minimumFractionDigits: shown,
        maximumFractionDigits: shown,
      }),
  ).format(amount)
}

export const numberText = (language: Language, value: number): string =>
  once(`number ${language}`, () => new Intl.NumberFormat(locales[language])).format(value)

const names = (language: Language, type: 'region' | 'language') =>
  once(`${type} ${language}`, () => new Intl.DisplayNames(locales[language], { type, fallback: 'code' }))

export const countryText = (language: Language, code: string): string =>
  names(language, 'region').of(code) ?? code

export const languageText = (language: Language, code: string): string =>
  names(language, 'language').of(code) ?? code
