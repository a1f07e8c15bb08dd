import { expect, test } from 'vitest'
import { alertKind } from '../../kind/system/alert.ts'
import { leadKind } from '../../kind/sales/lead.ts'
import { text } from '../../record/field.ts'
import { kind, type Kind } from '../../record/kind.ts'
import { vocabularyOf } from '../../table/fact/vocabulary.ts'
import { company } from '../fixture.ts'
import { checkUntil, checkWhen } from './event-pattern.ts'

const bookPlan = {
  name: 'book',
  plural: 'books',
  prefix: 'book',
  title: 'Book',
  help: 'Is lent.',
  fields: () => ({ name: text('Name') }),
  called: ({ name }: { name: string }) => name,
} as const
const loanPlan = {
  ...bookPlan,
  name: 'loan',
  plural: 'loans',
  prefix: 'loan',
  lifecycle: {
    initial: 'lent',
    states: { lent: { title: 'Lent', open: true }, back: { title: 'Back' } },
    transitions: { return: { title: 'Return', from: ['lent'], to: 'back', event: 'returned' } },
  },
  work: { promises: [] },
} as const
const all = [kind(bookPlan), kind(loanPlan), leadKind, alertKind] as unknown as Kind[]
const kinds = new Map(all.map((each) => [each.name, each]))

function check(when: object, until: object = when) {
  const told: string[] = []
  const place = {
    context: { kinds, vocabulary: vocabularyOf(all), company },
    tell: (path: (string | number)[], _: string, message: string, hint?: string) =>
      told.push(`${path.join('.')}: ${message} (${hint})`),
  }
  const about = checkWhen(when, { ...place, key: 'when' })
  checkUntil(until, about, { ...place, key: 'until' })
  return { about: about.map(({ name }) => name), told }
}
const types = (...names: unknown[]) => ({ 'detail-type': names })

test('a workflow is about the kinds whose events begin it, however they are written', () => {
  expect(check(types('loan.created'), types('loan.returned'))).toEqual({ about: ['loan'], told: [] })
  expect(check(types({ prefix: 'loan.' })).about).toEqual(['loan'])
  expect(check(types({ suffix: '.created' })).about).toEqual(['loan', 'lead'])
  expect(check(types({ 'anything-but': { prefix: 'lead.' } })).about).toEqual(['loan'])
})

test('what is no work, and what is no event, begins nothing', () => {
  expect(check(types('book.created'), types('loan.returned')).told).toEqual([
    'when.detail-type.0: a workflow works on what is declared as `work`, and a book is not (kinds that are: loan, lead)',
  ])
  expect(check(types('alert.created'), types('loan.returned')).told[0]).toContain(
    'nothing that happens to the kind "alert" is an event',
  )
})

test('a run ends by events of the record that it is about', () => {
  const { told } = check(types('loan.created'), types('loan.returned', 'lead.closed', 'loan.losst'))
  expect(told).toEqual([
    expect.stringContaining(
      'until.detail-type.1: until asks for an event of a lead, and a run of a loan ends by its own (there are loan.created, ',
    ),
    expect.stringContaining('until.detail-type.2: there is no event "loan.losst"'),
  ])
})

test('of several kinds each field must be one of theirs', () => {
  const when = types({ suffix: '.created' })
  expect(check({ ...when, detail: { loan: { name: ['x'] } } }, when).told).toEqual([])
  expect(check({ ...when, detail: { old: { country: ['DE'], nmae: ['x'] } } }, when).told).toEqual([
    'when.detail.old.nmae: a loan or a lead has no field "nmae" (did you mean "name"?)',
  ])
})
