import { expect, test } from 'vitest'
import { countryCodes } from './country-code.ts'
import { readCountry } from './country.ts'

/** As they were found in the country fields of real forms. */
const everyday: [string, string][] = [
  ['DE', 'DE'],
  ['de', 'DE'],
  ['DEU', 'DE'],
  ['GER', ''],
  ['Germany', 'DE'],
  ['GERMANY', 'DE'],
  ['germany.', 'DE'],
  ['Deutschland', 'DE'],
  ['DE - Germany', 'DE'],
  ['Germany (DE)', 'DE'],
  ['DE: Deutschland', 'DE'],
  ['Németország', 'DE'],
  ['Turkey', 'TR'],
  ['Türkiye', 'TR'],
  ['Turkiye', 'TR'],
  ['Czech Republic', 'CZ'],
  ['Česká republika', 'CZ'],
  ['Чехия', 'CZ'],
  ['США', 'US'],
  ['U.S.A.', 'US'],
  ['The United States of America', 'US'],
  ['Vereinigte Staaten', 'US'],
  ['Russian Federation', 'RU'],
  ['РФ', 'RU'],
  ['UAE', 'AE'],
  ['United Arab Emirates', 'AE'],
  ['UK', 'GB'],
  ['England', 'GB'],
  ['Great Britain', 'GB'],
  ['Holland', 'NL'],
  ['The Netherlands', 'NL'],
  ['🇺🇦', 'UA'],
  ['Україна 🇺🇦', 'UA'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'GB'],
  ['ＵＡ', 'UA'],
  ['Oesterreich', 'AT'],
  ['Österreich / Austria', 'AT'],
  ['Cote d’Ivoire', 'CI'],
  ['Ivory Coast', 'CI'],
  ['Bosnia and Herzegovina', 'BA'],
  ['Republic of Korea', 'KR'],
  ['Korea, Republic of', 'KR'],
  ['Viet Nam', 'VN'],
  ['日本', 'JP'],
  ['ألمانيا', 'DE'],
  ['Macedonia', 'MK'],
  ['  poland\u200B ', 'PL'],
]

test.each(everyday)('%j is %s', (typed, code) => expect(readCountry(typed)).toBe(code || undefined))

test.each([
  'other',
  'Another country',
  'Інша країна',
  'Germany, Austria',
  'Germany / Austria',
  '🇩🇪🇦🇹',
  'DE - Austria',
  'not Germany',
  'Kyiv, Ukraine',
  'Atlanta, Georgia',
  'Korea',
  'Congo',
  'Конго',
  'Virgin Islands',
  'USSR',
  'EU',
  'Europe',
  'EN',
  'no',
  'n/a',
  'na',
  '+49',
  'constructor',
  '__proto__',
  'x'.repeat(5_000),
  '',
  ' ',
])('%j is unknown', (typed) => expect(readCountry(typed)).toBeUndefined())

test('every code of two and of three letters is known, and a name in each language of Unicode', () => {
  expect(countryCodes.size).toBe(2 * 250)
  for (const [code, country] of countryCodes) expect(readCountry(code)).toBe(country)
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const tags = letters.flatMap((a) => letters.flatMap((b) => [a + b, ...letters.map((c) => a + b + c)]))
  for (const language of Intl.DisplayNames.supportedLocalesOf(tags)) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    for (const code of ['DE', 'UA', 'US', 'JP', 'FR']) {
      const name = names.of(code)
      if (name) expect(readCountry(name), `${name} (${language})`).toBe(code)
    }
  }
})

test('no name of a language is read as another country', () => {
  for (const language of [
    'en',
    'uk',
    'ru',
    'de',
    'pl',
    'fr',
    'es',
    'it',
    'tr',
    'ar',
    'zh',
    'ja',
    'hi',
    'pt',
    'sw',
  ]) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    for (const code of new Set(countryCodes.values())) {
      const read = readCountry(names.of(code) ?? '')
      if (read) expect(read, `${names.of(code)} (${language})`).toBe(code)
    }
  }
})
