import { describe, expect, test } from 'vitest'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import { opportunityKind } from '../kind/sales/opportunity.ts'
import { taskKind } from '../kind/service/task.ts'
import { Fault } from '../record/fault.ts'
import type { Kind } from '../record/kind.ts'
import { planList, type ListAsked, type ListRights } from './list.ts'

const [customer, opportunity, task, contact] = [
  customerKind,
  opportunityKind,
  taskKind,
  contactKind,
] as unknown as [Kind, Kind, Kind, Kind]
const all: ListRights = { hidden: new Set(), currency: 'EUR' }

function refused(kind: Kind, asked: ListAsked, rights: ListRights = all): string {
  try {
    planList(kind, asked, rights)
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`
    throw error
  }
  return 'taken'
}

describe('a filter', () => {
  test.each([
    [
      '{"contry":["UA"]}',
      /^input.invalid filter: a customer has no "contry"; did you mean "country"\? There are id, createdAt, /,
    ],
    ['{"city":["Lviv"]}', /^input.invalid filter: "city" is not in the line of a customer/],
    ['{"tenant":["main"]}', /^input.invalid filter: a customer has no "tenant"/],
    ['{"country":{"name":["UA"]}}', /^input.invalid filter: "country" has no "name"; write a list$/],
    ['{"status":["actve"]}', /^input.invalid filter: "status" is never "actve"; did you mean "active"\?$/],
    ['{"$or":[{"roles":["byer"]},{"type":["person"]}]}', /"roles" is never "byer"; did you mean "buyer"\?$/],
    ['{"country":"UA"}', /^input.invalid filter: .*line 1, column/],
    ['{"country":["UA"]', /^input.invalid filter: /],
    ['[]', /^input.invalid filter: /],
    ['{"country":["UA"],"$or":[{"country":["PL"]},{"name":["x"]}]}', /"country" is asked about twice/],
    ['{"employees":[1e400]}', /^input.invalid filter: .*number/],
  ])('%s is refused in words', (filter, words) => {
    expect(refused(customer, { filter })).toMatch(words)
  })

  test('says an amount in whole units of the company, as rules do', () => {
    const { matches } = planList(opportunity, { filter: '{"amount":[{"numeric":[">=",1000.5]}]}' }, all)
    const of = (minor: number, currency: string) => matches({ id: 'a', amount: { minor, currency } })
    expect([of(100_050, 'EUR'), of(100_049, 'EUR'), of(100_050, 'USD'), matches({ id: 'a' })]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test('may name the parts of a field that has some', () => {
    const { matches } = planList(opportunity, { filter: '{"amount":{"currency":["USD"]}}' }, all)
    expect(matches({ id: 'a', amount: { minor: 1, currency: 'USD' } })).toBe(true)
    expect(refused(opportunity, { filter: '{"amount":{"total":[1]}}' })).toMatch(
      /"amount" has no "total"; it has minor, currency$/,
    )
  })

  test('or an order on a field above the level is refused, whatever else is wrong, and whether or not it is listed', () => {
    const rights = { ...all, hidden: new Set(['country', 'income']) }
    for (const asked of [
      { filter: '{"country":["UA"]}' },
      { filter: '{"$or":[{"name":["x"]},{"country":[{"exists":false}]}]}' },
      { filter: '{"income":[{"numeric":[">",1]}]}' },
      { sort: 'name,-country' },
      { sort: 'income' },
    ])
      expect(refused(customer, asked, rights)).toMatch(
        /^auth.forbidden \w+: your level does not reach this field$/,
      )
    expect(refused(customer, { filter: '{"contry":["UA"]}' }, rights)).not.toContain('country')
  })

  test('of open work does not know when it was made', () => {
    expect(refused(task, { filter: '{"createdAt":[{"prefix":"2027"}]}' }, { ...all, index: 'work' })).toMatch(
      /"createdAt" is not in the line of a task in a list of open work/,
    )
  })
})

describe('an order', () => {
  test.each([
    ['', /write names of fields/],
    ['name,', /write names of fields/],
    ['--name', /write names of fields/],
    ['nam', /a customer has no "nam"; did you mean "name"\?/],
    ['name,-name', /"name" stands there twice/],
    ['name,country,industry,type', /name 3 fields at most/],
    ['roles', /"roles" may have several values: there is no order of it/],
  ])('%j is refused in words', (sort, words) => {
    expect(refused(customer, { sort })).toMatch(words)
  })

  const sorted = (kind: Kind, sort: string, lines: Record<string, unknown>[]): unknown[] => {
    const { order } = planList(kind, { sort }, all)
    return lines
      .map((line, i) => ({ line, key: order!.keyOf({ id: `x_${i}`, ...line }) }))
      .toSorted((a, b) => order!.compare(a.key, b.key))
      .map(({ line }) => Object.values(line)[0])
  }
  test('of choices is as they are declared, of names as people look them up; what has none stands last', () => {
    const priorities = [{ priority: 'low' }, {}, { priority: 'urgent' }, { priority: 'normal' }]
    expect(sorted(task, '-priority', priorities)).toEqual(['urgent', 'normal', 'low', undefined])
    expect(sorted(task, 'priority', priorities)).toEqual(['low', 'normal', 'urgent', undefined])
    const names = ['Öl', 'Zinc', 'apple', 'Line 10', 'Line 9', 'Їжа', 'Єдність'].map((name) => ({ name }))
    expect(sorted(contact, 'name', names)).toEqual([
      'apple',
      'Line 9',
      'Line 10',
      'Öl',
      'Zinc',
      'Єдність',
      'Їжа',
    ])
  })
})
