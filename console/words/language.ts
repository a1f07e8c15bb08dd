import type { Language } from '../../core/record/id.ts'

export const languages: readonly Language[] = ['en', 'uk', 'ru']

/** As each calls itself. */
export const ownName: Readonly<Record<Language, string>> = {
  en: 'English',
  uk: 'Українська',
  ru: 'Русский',
}

/** The same in each language: what is missing in one does not compile. */
export type ByLanguage<T> = Readonly<Record<Language, T>>

const isLanguage = (name: string | undefined): name is Language => languages.some((each) => each === name)

/** The first of these that is one of ours, by its first two letters. */
export const firstLanguage = (...names: readonly (string | null | undefined)[]): Language =>
  names.map((name) => name?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'

const place = 'holdfast.spoken'

/** What was shown here the last time: whose language it was is known only when he has signed in. */
export const spokenBefore = (): string | null => localStorage.getItem(place)
export const keepSpoken = (language: Language): void => localStorage.setItem(place, language)
