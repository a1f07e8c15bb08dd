import { expect, test } from 'vitest'
import * as en from './en.ts'
import * as ru from './ru.ts'
import * as uk from './uk.ts'

test.each(Object.entries({ en, uk, ru }))(
  'in %s no text is missing that another language has',
  (_, words) => {
    const all = { ...textsOf(en), ...textsOf(uk), ...textsOf(ru) }
    // In English a kind is called as its declaration says.
    const isSaid = (name: string): boolean => words === en && name.startsWith('mail.kinds.')
    expect(missing(textsOf(words), all).filter((name) => !isSaid(name))).toEqual([])
  },
)

test('what is missing, empty or not yet translated is found by its name', () => {
  const all = textsOf(en)
  const { open: _, ...mail } = uk.mail
  const reason = { ...mail.reason, turn: 'a text, where the others have a sentence with a gap' }
  const formPage = { ...uk.formPage, send: ' ' }
  const thanksPage = { ...uk.thanksPage, steps: uk.thanksPage.steps.slice(1), more: en.thanksPage.more }
  const broken = textsOf({ ...uk, mail: { ...mail, reason }, formPage, thanksPage })
  expect(missing(broken, all)).toEqual([
    'mail.reason.turn',
    'mail.open',
    'formPage.send',
    'thanksPage.steps.2',
  ])
  expect(copied(broken, all)).toEqual(['thanksPage.more'])
  expect([textsOf(uk), textsOf(ru)].flatMap((words) => copied(words, all))).toEqual([])
})

/** Every text and every sentence with a gap, by its way from the top. */
function textsOf(words: object, way = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(words).map(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? textsOf(value, `${way}${name}.`)
        : { [`${way}${name}`]: value },
    ),
  ) as Record<string, unknown>
}

const missing = (words: Record<string, unknown>, all: Record<string, unknown>): string[] =>
  Object.entries(all)
    .filter(([name, value]) => typeof words[name] !== typeof value || String(words[name]).trim() === '')
    .map(([name]) => name)

/** In Latin letters where the text has some in English: forgotten to be translated. Names and what is short stay. */
const copied = (words: Record<string, unknown>, all: Record<string, unknown>): string[] =>
  Object.entries(words)
    .filter(([name, value]) => value === all[name] && /[a-z]{4}/.test(String(value)))
    .map(([name]) => name)
