import { expect, test } from 'vitest'
import { preferredLanguages, readLanguage } from './language.ts'

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
