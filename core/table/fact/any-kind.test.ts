/*
 * Random kinds and records of them: whatever a kind declares, a table about it is checked and decides by it.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type * as z from 'zod/mini'
import {
  choice,
  count,
  day,
  flag,
  group,
  instant,
  many,
  money,
  number,
  optional,
  prose,
  ref,
  text,
} from '../../record/field.ts'
import { keyAttributes } from '../../record/item.ts'
import { kind } from '../../record/kind.ts'
import { parseYaml } from '../../source/yaml.ts'
import { givenProblems, leaves } from '../check/given.ts'
import { checkTable } from '../check/table.ts'
import { compileTable } from '../table.ts'
import { factsFor } from './derive.ts'
import { vocabularyOf } from './vocabulary.ts'

interface Drawn {
  type: z.ZodMiniType
  value: unknown
}

const plain: fc.Arbitrary<Drawn> = fc.oneof(
  fc.constantFrom('red', 'green').map((value) => ({ type: choice('Colour', ['red', 'green']), value })),
  fc.nat(1000).map((value) => ({ type: count('Count'), value })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ type: number('Number'), value })),
  fc.integer({ min: 5 }).map((value) => ({ type: number('Number', { least: 5 }), value })),
  fc.boolean().map((value) => ({ type: flag('Flag'), value })),
  fc.constantFrom('2027-03-01', '2028-02-29').map((value) => ({ type: day('Day'), value })),
  fc.constant({ type: instant('Moment'), value: '2027-03-01T09:00:00.000Z' }),
  fc.stringMatching(/^[a-z$*{}'"%-]{1,9}$/).map((value) => ({ type: text('Text'), value })),
  fc.stringMatching(/^[a-z]{1,9}$/).map((value) => ({ type: prose('Prose'), value })),
  fc.nat().map((minor) => ({ type: money('Money'), value: { minor, currency: 'EUR' } })),
  fc.constantFrom('anna', 'per_1').map((value) => ({ type: ref('person', 'Person'), value })),
  fc
    .array(fc.constantFrom('one', 'two'), { minLength: 1, maxLength: 3 })
    .map((value) => ({ type: many('Tags', choice('Tag', ['one', 'two'])), value })),
  fc.nat(2).map((n) => ({
    type: many('Parts', group('Part', { n: count('N') })),
    value: Array.from({ length: n }, (_, i) => ({ n: i })),
  })),
)

const maybe = (drawn: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn> =>
  fc.oneof(
    drawn,
    fc
      .tuple(drawn, fc.boolean())
      .map(([{ type, value }, isThere]) => ({ type: optional(type), value: isThere ? value : undefined })),
  )

const fieldsOf = (drawn: fc.Arbitrary<Drawn>): fc.Arbitrary<Record<string, Drawn>> =>
  fc.dictionary(
    fc.stringMatching(/^[a-z]{2,6}$/).filter((name) => !keyAttributes.has(name) && !own.has(name)),
    drawn,
    { minKeys: 1, maxKeys: 6, noNullPrototype: true },
  )

/** Fields that every kind has: no declaration may have one of their names (core/api/declaration). */
const own = new Set(['id', 'tenant', 'version', 'status'])

const grouped: fc.Arbitrary<Drawn> = fieldsOf(maybe(plain)).map((fields) => ({
  type: group('Group', shapeOf(fields)),
  value: valuesOf(fields),
}))

const shapeOf = (fields: Record<string, Drawn>) =>
  Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]))
const valuesOf = (fields: Record<string, Drawn>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
  )

/** A kind with such fields, and a record of it that its schema accepts. */
const anyKind = fieldsOf(maybe(fc.oneof({ weight: 3, arbitrary: plain }, grouped))).map((fields) => {
  const thing = kind({
    name: 'thing',
    plural: 'things',
    prefix: 'thing',
    title: 'Thing',
    help: 'Something.',
    fields: () => shapeOf(fields),
    called: () => 'a thing',
    lifecycle: {
      initial: 'new',
      states: { new: { title: 'New', open: true }, old: { title: 'Old' } },
      transitions: { age: { title: 'Age', from: ['new'], to: 'old', event: 'aged' } },
    },
  })
  const at = '2027-03-01T09:00:00.000Z'
  const system = { tenant: 't', id: 'thing_1', version: 1, createdAt: at, updatedAt: at, status: 'new' }
  return { thing, record: thing.schema.parse({ ...valuesOf(fields), ...system }) }
})

const moment = { now: Date.parse('2027-03-04T09:00:00.000Z'), company: undefined }

test('whatever a kind declares is a fact or is left out with a reason, and each record of it is right', () => {
  fc.assert(
    fc.property(anyKind, ({ thing, record }) => {
      const vocabulary = vocabularyOf([thing])
      const facts = factsFor({ record: 'thing' }, { thing: record }, [thing], moment)
      expect(givenProblems({ kind: 'thing', vocabulary, company: undefined }, facts)).toEqual([])
      const always = vocabulary.factsOf('thing').filter((fact) => fact.always)
      const known = new Set(leaves(facts).map(([name]) => name))
      expect(always.filter(({ name }) => !known.has(name))).toEqual([])
    }),
  )
})

test('a row that asks for what a record says is found right, and takes that record', async () => {
  await fc.assert(
    fc.asyncProperty(anyKind, async ({ thing, record }) => {
      const vocabulary = vocabularyOf([thing])
      const facts = factsFor({ record: 'thing' }, { thing: record }, [thing], moment)
      const asked = leaves(facts).filter(([name]) => vocabulary.find('thing', name))
      const file = {
        decision: 'any',
        record: 'thing',
        hitPolicy: 'first',
        outputs: { is: { type: 'flag' } },
        rows: [
          {
            id: 'it',
            when: Object.fromEntries(asked.map(([name, value]) => [name, [value].flat()])),
            then: { is: true },
          },
        ],
        default: { is: false },
        tests: [{ name: 'it is taken', given: facts, expect: { row: 'it' } }],
      }
      const source = parseYaml('rules/any.yaml', JSON.stringify(file))
      const { problems, definition } = await checkTable(source, { vocabulary })
      expect(problems).toEqual([])
      expect((await compileTable(definition!).decide(facts, moment.now)).rows).toEqual(['it'])
    }),
  )
})
