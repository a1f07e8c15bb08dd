import { expect, test } from 'vitest'
import { definitionOf } from '#core/record/field.ts'
import { workFields } from '#core/record/work.ts'
import * as ru from '#core/words/ru.ts'
import * as uk from '#core/words/uk.ts'
import { findVocabulary } from '#infra/found.ts'

test.each(Object.entries({ uk, ru }))(
  'in %s a kind that has words has them for all that lists and e-mails show',
  async (_, { mail }) => {
    const { kinds } = await findVocabulary()
    const told = Object.entries(mail.kinds).filter(([, { fields }]) => fields)
    expect(told.map(([name]) => name)).toEqual([
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
