/*
 * Random tables and records from small pools, so that rows often cover, meet and miss each other.
 */

import fc from 'fast-check'
import { parseTable, type TableDefinition } from '#core/table/definition.ts'
import type { TableInput } from '#core/table/schema.ts'
import { vocabulary } from '../fixture/vocabulary.ts'
import { parseYaml } from '#core/source/yaml.ts'

const words = [
  'DE',
  'AT',
  'de',
  'DE-x',
  'x',
  '',
  'a.DE',
  'Straße',

  '=1+1',
  "'quoted'",
  'true',
  '5',
  '-',
  'a, b',
  '[1..2]',
  'not(a)',
  'TRUE',
  'WAHR',
  '*',
  'any',
  '!= DE',
  'a; b',
  'a\nb',
  '„x“',
  '“',
  '12,5',
  '5–10',
  '#N/A',
  'between 5 and 10',
  'a\u00a0b',
  '_x0041_\u0001',
  ' a ',
]
const numbers = [0, 1, 9, 10, 10.5, 11, 50, 99, 100, 1000]
const channels = ['web-form', 'api', 'phone', 'email', 'chat', 'social', 'event', 'pos']

const word = fc.constantFrom(...words)
const someWord = fc.constantFrom(...words.filter((each) => each !== ''))
const wildcard = fc.constantFrom('D*', '*E', 'a*E', '*', 'x', '*-*')
const number = fc.constantFrom(...numbers)
const list = (entry: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.array(entry, { minLength: 1, maxLength: 3 })
const exists = fc.boolean().map((flag) => ({ exists: flag }))

const text = list(
  fc.oneof(
    word,
    exists,
    someWord.map((each) => ({ prefix: each })),
    someWord.map((each) => ({ suffix: each })),
    word.map((each) => ({ 'equals-ignore-case': each })),
    wildcard.map((each) => ({ wildcard: each })),
    fc.array(word, { minLength: 1, maxLength: 2 }).map((each) => ({ 'anything-but': each })),
    someWord.map((each) => ({ 'anything-but': { prefix: each } })),
  ),
)
const numeric = list(
  fc.oneof(
    number,
    exists,
    fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '='), number).map((each) => ({ numeric: each })),
    fc
      .tuple(fc.constantFrom('>', '>='), number, fc.constantFrom('<', '<='), number)
      .filter(([, low, , high]) => low < high)
      .map((each) => ({ numeric: each })),
    fc.array(number, { minLength: 1, maxLength: 2 }).map((each) => ({ 'anything-but': each })),
  ),
)
const fields = {
  'lead.country': text,
  'lead.product': text,
  'lead.channel': list(
    fc.oneof(
      fc.constantFrom(...channels),
      fc.constantFrom(...channels).map((each) => ({ 'anything-but': [each] })),
    ),
  ),
  'lead.employees': numeric,
  'lead.budget': numeric,
  'given.phone': list(fc.boolean()),
  'customer.products': list(fc.oneof(word, exists)),
}
const condition = fc.record(fields, { requiredKeys: [] })
const when = fc.oneof(
  { weight: 4, arbitrary: condition },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.record({ 'lead.country': text }),
        fc.record({ 'lead.employees': numeric }),
        fc.record({ 'given.phone': fields['given.phone'] }, { requiredKeys: [] }),
      )
      .map(([a, b, more]) => ({ $or: [a, b], ...more })),
  },
)
const day = fc.option(fc.constantFrom('2026-01-01', '2026-06-30', '2026-07-01'), { nil: undefined, freq: 6 })
const row = fc.record({
  when,
  team: fc.constantFrom('a', 'b', 'c', ' d', '"e'),
  from: day,
  note: fc.option(someWord, { nil: undefined }),
})

/** A table of up to six rows. */
export const anyTable = (policies: readonly TableInput['hitPolicy'][]): fc.Arbitrary<TableInput> =>
  fc
    .record({
      hitPolicy: fc.constantFrom(...policies),
      rows: fc.array(row, { minLength: 1, maxLength: 6 }),
      fallback: fc.boolean(),
    })
    .map(({ hitPolicy, rows, fallback }) => ({
      decision: 'random',
      record: 'lead',
      hitPolicy,
      ...(hitPolicy === 'collect' && { aggregation: 'list' as const }),
      outputs: { team: { type: 'text', oneOf: ['a', 'b', 'c', ' d', '"e'] } },
      rows: rows.map(({ when: asked, team, from, note }, index) => ({
        id: `r${index}`,
        ...(Object.keys(asked).length > 0 && { when: asked }),
        then: { team },
        ...(from !== undefined && { from }),
        ...(note !== undefined && { note }),
      })),
      ...(fallback && { default: { team: 'c' } }),
    }))

/** A record that facts of `anyTable` are about, and a moment. */
export const anyRecord = fc
  .record({
    country: fc.option(word, { nil: undefined }),
    product: fc.option(word, { nil: undefined }),
    channel: fc.constantFrom(...channels),
    employees: fc.option(fc.constantFrom(...numbers.filter(Number.isInteger), 2, 500), { nil: undefined }),
    budget: fc.option(fc.oneof(number, fc.constantFrom(0.5, 10.2, 5000)), { nil: undefined }),
    phone: fc.boolean(),
    products: fc.option(fc.array(word, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    at: fc
      .constantFrom('2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01', '2027-01-01')
      .map((each) => Date.parse(each)),
  })
  .map(({ at, phone, products, ...lead }) => ({
    facts: {
      lead: JSON.parse(JSON.stringify(lead)) as object,
      given: { phone },
      ...(products && { customer: { products } }),
    },
    at,
  }))

/** As `anyTable`, with outputs of every type, a head and tests: all that a sheet can say. */
export const anySheetTable: fc.Arbitrary<TableInput> = fc
  .record({
    table: anyTable(['first', 'unique', 'any']),
    values: fc.array(
      fc.record(
        {
          points: fc.oneof(number, fc.constantFrom(-5, 0.125, 1e-7, 1e21)),
          vip: fc.boolean(),
          within: fc.constantFrom('30 minutes', '1 business day'),
          label: word,
        },
        { requiredKeys: ['vip'] },
      ),
      { minLength: 7, maxLength: 7 },
    ),
    title: fc.option(
      someWord.map((each) => each.trim()),
      { nil: undefined },
    ),
    tests: fc.array(fc.record({ name: someWord, country: word, at: day }), { maxLength: 2 }),
  })
  .map(({ table, values, title, tests }) => ({
    ...table,
    ...(title !== undefined && { title }),
    outputs: {
      ...table.outputs,
      points: { type: 'number' as const, optional: true },
      vip: { type: 'flag' as const },
      within: { type: 'duration' as const, optional: true },
      label: { type: 'text' as const, optional: true },
    },
    rows: table.rows.map((each, index) => ({ ...each, then: { ...each.then, ...values[index] } })),
    ...(table.default && { default: { ...table.default, ...values[6] } }),
    ...(tests.length > 0 && {
      tests: tests.map(({ name, country, at }) => ({
        name,
        given: { lead: { country } },
        ...(at !== undefined && { at }),
        expect: { row: 'r0' },
      })),
    }),
  }))

export const sourceOf = (table: TableInput) => parseYaml('random.yaml', JSON.stringify(table))
export const definitionOf = (table: TableInput): TableDefinition => parseTable(sourceOf(table), vocabulary)
