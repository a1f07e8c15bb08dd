import type { Language } from '../record/id.ts'

/*
 * Making one of these formatters costs as much as the rest of an e-mail, and there are only as many as languages and
 * time zones, so each is made once.
 */

const locales: Record<Language, string> = { en: 'en-GB', uk: 'uk-UA', ru: 'ru-RU' }

export const regionNames = once((language: Language) => new Intl.DisplayNames(language, { type: 'region' }))
export const languageNames = once(
  (language: Language) => new Intl.DisplayNames(language, { type: 'language' }),
)
export const numberFormat = once((language: Language) => new Intl.NumberFormat(language))
export const pluralRules = once((language: Language) => new Intl.PluralRules(language))

/** `Germany, Austria or Switzerland` */
export const eitherFormat = once(
  (language: Language) => new Intl.ListFormat(locales[language], { type: 'disjunction' }),
)

/** `09:30` */
export const timeFormat = once(
  (language: Language, timeZone: string) =>
    new Intl.DateTimeFormat(locales[language], {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
)

/** `Mon 23 November` */
export const dayFormat = once(
  (language: Language, timeZone: string) =>
    new Intl.DateTimeFormat(locales[language], {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'long',
    }),
)

function once<Key extends string[], Value>(make: (...key: Key) => Value): (...key: Key) => Value {
  const made = new Map<string, Value>()
  return (...key) => {
    const name = key.join(' ')
    let value = made.get(name)
    if (value === undefined) {
      value = make(...key)
      made.set(name, value)
    }
    return value
  }
}
