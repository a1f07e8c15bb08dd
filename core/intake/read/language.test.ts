import { expect, test, vi } from 'vitest'
import { chooseLanguage, preferredLanguages, readLanguage } from './language.ts'

test.each([
  ['en', 'en'],
  ['EN-US', 'en'],
  ['en_GB', 'en'],
  ['eng', 'en'],
  ['English', 'en'],
  ['English (UK)', 'en'],
  ['englisch', 'en'],
  ['anglais', 'en'],
  ['ua', 'uk'],
  ['українська', 'uk'],
  ['Українська', 'uk'],
  ['Ukrainian', 'uk'],
  ['укр.', 'uk'],
  ['русский', 'ru'],
  ['Russian', 'ru'],
  ['rosyjski', 'ru'],
])('%j is %s', (typed, language) => expect(readLanguage(typed)).toBe(language))

test.each(['Deutsch', 'de', 'xx', '*', '', 'constructor', 'enough', 'x'.repeat(5_000)])(
  '%j is none that we write',
  (typed) => expect(readLanguage(typed)).toBeUndefined(),
)

test('the best of a browser’s languages comes first, refused ones not at all', () => {
  expect(preferredLanguages('de-DE, ru;q=0.8, uk-UA;q=0.9, fr;q=0')).toEqual(['de-DE', 'uk-UA', 'ru'])
})

test('the language is what was chosen, else what the browser prefers, else the first of the form', () => {
  const form = { country: 'DE', languages: ['en' as const, 'uk' as const, 'ru' as const], fields: [] }
  expect(chooseLanguage('uk', 'ru', form)).toBe('uk')
  expect(chooseLanguage('ua', undefined, form)).toBe('uk')
  expect(chooseLanguage('xx', 'de-DE, ru;q=0.8, uk-UA;q=0.9', form)).toBe('uk')
  expect(chooseLanguage('', 'de', form)).toBe('en')
  expect(chooseLanguage('українська', 'en', form)).toBe('uk')
  expect(chooseLanguage('Deutsch', 'ru', form)).toBe('ru')
  expect(chooseLanguage('', 'uk;q=0, ru', { ...form, languages: ['en', 'ru'] })).toBe('ru')
})

test('who sends a tag or nothing does not wait until the names of languages are made', async () => {
  vi.resetModules()
  const fresh = await import('./language.ts')
  const made = vi.spyOn(Intl, 'DisplayNames')
  expect(fresh.chooseLanguage('', 'de-DE,de;q=0.9, en_GB;q=0.8', undefined)).toBe('en')
  expect(made).not.toHaveBeenCalled()
  expect(fresh.readLanguage('Englisch')).toBe('en')
  expect(made).toHaveBeenCalled()
  made.mockRestore()
})
