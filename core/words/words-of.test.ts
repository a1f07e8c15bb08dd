import { expect, test } from 'vitest'
import { findVocabulary } from '#infra/found.ts'
import { definitionOf } from '../record/field.ts'
import { workFields } from '../record/work.ts'
import * as en from './en.ts'
import * as ru from './ru.ts'
import * as uk from './uk.ts'

test.each(Object.entries({ en, uk, ru }))(
  'in %s no text is missing that another language has',
  (_, words) => {
    const all = { ...textsOf(en), ...textsOf(uk), ...textsOf(ru) }
    // What kinds say of themselves is English.
    const isDeclared = (name: string): boolean => words === en && name.startsWith('mail.kinds.')
    expect(missing(textsOf(words), all).filter((name) => !isDeclared(name))).toEqual([])
  },
)

test.each(Object.entries({ uk, ru }))(
  'in %s a kind that has words has them for all that lists and e-mails show',
  async (_, { mail }) => {
    const { kinds } = await findVocabulary()
    const told = Object.entries(mail.kinds).filter(([, { fields }]) => fields)
    expect(told.map(([name]) => name)).toEqual(['customer', 'contact', 'ticket', 'task', 'meeting'])
    for (const [name, { fields, values }] of told) {
      const { schema, lifecycle, work, listed } = kinds.get(name)!
      const ofWork = work ? [...Object.keys(workFields(['route'])), 'status'] : ['status']
      const shown = listed.filter((field) => !ofWork.includes(field))
      expect([name, ...Object.keys(fields!).toSorted()]).toEqual([name, ...shown.toSorted()])
      const choices = shown.flatMap((field) => {
        const { entries, element } = definitionOf(schema.shape[field]!)
        return Object.values(entries ?? (element ? definitionOf(element).entries : undefined) ?? {})
      })
      const all = [...choices, ...Object.keys(lifecycle?.states ?? {})]
      expect([name, ...Object.keys(values!).toSorted()]).toEqual([name, ...[...new Set(all)].toSorted()])
    }
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
