import type { Language } from '../../core/record/id.ts'

export const languages: readonly Language[] = ['en', 'uk', 'ru']

/** The same in each language: what is missing in one does not compile. */
export type ByLanguage<T> = Readonly<Record<Language, T>>

const isLanguage = (name: string | undefined): name is Language => languages.some((each) => each === name)

/** The first of these that is one of ours, by its first two letters. */
export const firstLanguage = (...names: readonly (string | null | undefined)[]): Language =>
  names.map((name) => name?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
