import { expect, test } from 'vitest'
import { definitionOf } from '#core/record/field.ts'
import { isPlanned, waitsForWorkflow, waitsInQueue, workFields } from '#core/record/work.ts'
import * as ru from '#core/words/ru.ts'
import * as uk from '#core/words/uk.ts'
import { findVocabulary } from '#infra/found.ts'
import { words as consoleEn } from '../console/words/en.ts'
import { words as consoleRu } from '../console/words/ru.ts'
import { words as consoleUk } from '../console/words/uk.ts'

test.each(Object.entries({ uk, ru }))(
  'in %s a kind that has words has them for all that lists and e-mails show',
  async (_, { mail }) => {
    const { kinds } = await findVocabulary()
    const told = Object.entries(mail.kinds).filter(([, { fields }]) => fields)
    expect(told.map(([name]) => name)).toEqual([
      'lead',
      'customer',
      'contact',
      'ticket',
      'task',
      'meeting',
      'opportunity',
      'file',
      'view',
    ])
    for (const [name, { fields, values }] of told) {
      const { schema, lifecycle, work, listed } = kinds.get(name)!
      const others = ['status', 'createdBy']
      const ofWork = work ? [...Object.keys(workFields(['route'])), ...others] : others
      const shown = listed.filter((field) => !ofWork.includes(field))
      // What explains a decision names fields that no list shows, too; none that there is not.
      expect(shown.filter((field) => !Object.hasOwn(fields!, field))).toEqual([])
      const named = Object.keys(fields!).map((field) => field.split('.')[0]!)
      expect(named.filter((field) => !Object.hasOwn(schema.shape, field))).toEqual([])
      const choicesOf = (names: readonly string[]) =>
        names.flatMap((field) => {
          const { entries, element } = definitionOf(schema.shape[field]!)
          return Object.values(entries ?? (element ? definitionOf(element).entries : undefined) ?? {})
        })
      const states = Object.keys(lifecycle?.states ?? {})
      expect([...choicesOf(shown), ...states].filter((each) => !Object.hasOwn(values!, each))).toEqual([])
      const known = [...choicesOf(Object.keys(schema.shape)), ...states]
      expect(Object.keys(values!).filter((each) => !known.includes(each))).toEqual([])
    }
  },
)

test.each(Object.entries({ en: consoleEn, uk: consoleUk, ru: consoleRu }))(
  'in %s the console has words for whatever comes next in work of any kind',
  async (_, { next }) => {
    const { kinds } = await findVocabulary()
    const promised = [...kinds.values()].flatMap(({ work }) => work?.promises.map(({ step }) => step) ?? [])
    for (const step of [...promised, isPlanned, waitsForWorkflow, waitsInQueue])
      expect(next, step).toHaveProperty(step)
  },
)
