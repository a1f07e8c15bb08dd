import type { Form } from '../../company/form/form.ts'
import { language as languageSchema, type Language } from '../../record/id.ts'
import { tidy } from './typed.ts'

/** The languages of an Accept-Language header, best first. */
export function preferredLanguages(header = ''): string[] {
  return header
    .slice(0, 200)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';')
      const quality = parameters.map((part) => /^\s*q=([\d.]+)/.exec(part)?.[1]).find(Boolean)
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

/** The language in which somebody is answered: what he chose, what his browser prefers, or the form's first. */
export const chooseLanguage = (
  chosen: string,
  accepted: string | undefined,
  form: Form | undefined,
): Language => saidLanguage(chosen, accepted, form) ?? firstLanguage(form)

/** The first language of the form that was chosen, or else that the browser prefers. */
export function saidLanguage(
  chosen: string,
  accepted: string | undefined,
  form: Form | undefined,
): Language | undefined {
  const offered = languagesOf(form)
  for (const wanted of [chosen, ...preferredLanguages(accepted)]) {
    const language = readLanguage(wanted)
    if (language && offered.includes(language)) return language
  }
  return undefined
}

export const firstLanguage = (form: Form | undefined): Language => languagesOf(form)[0] ?? 'en'

const languagesOf = (form: Form | undefined): readonly Language[] => form?.languages ?? languageSchema.options

/** The language that we write, of a tag (`uk-UA`, `eng`) or of its name in one of the languages of our visitors. */
export function readLanguage(typed: string): Language | undefined {
  const text = tidy(typed.slice(0, 100)).toLowerCase()
  const tag = /^([a-z]{2,3})(?:[-_][a-z0-9]+)*$/.exec(text)?.[1]
  // Names are for words: what most send, a tag or nothing, does not wait until they are made.
  if (tag !== undefined || text === '') return byTag.get(tag ?? '')
  return languageNames().get(text.replace(/[.\s]+$/, '')) ?? languageNames().get(inBrackets(text))
}

/** `English (UK)`, `English - United States` */
const inBrackets = (text: string): string => text.replace(/\s*(?:\(.*\)|[-–—/,].*)$/, '')

/** Codes of ISO 639; `ua` is the country, and people write it for the language. */
const byTag = new Map<string, Language>([
  ...languageSchema.options.map((code): [string, Language] => [code, code]),
  ['eng', 'en'],
  ['ukr', 'uk'],
  ['ua', 'uk'],
  ['rus', 'ru'],
])

let names: Map<string, Language> | undefined

function languageNames(): Map<string, Language> {
  if (names) return names
  names = new Map([
    ['англ', 'en'],
    ['укр', 'uk'],
    ['рус', 'ru'],
  ])
  for (const reader of ['en', 'uk', 'ru', 'de', 'pl', 'fr', 'es', 'it']) {
    const display = new Intl.DisplayNames(reader, { type: 'language' })
    for (const code of languageSchema.options) names.set((display.of(code) ?? code).toLowerCase(), code)
  }
  return names
}
