import { expect, test } from 'vitest'
import { warnings, type FieldTypes } from './warning.ts'
import { compilePattern } from './pattern.ts'

const types: FieldTypes = {
  'detail.score': 'number',
  'detail.country': { kind: 'text', values: ['FR', 'DE', 'NL'] },
  'detail.name': 'text',
  'detail.owner': { kind: 'text', nullable: true },
  'detail.optIn': 'boolean',
}

const found = (pattern: string): string[] =>
  warnings(compilePattern(pattern), types).map(
    ({ code, path, line, column }) => `${code} ${path} ${line}:${column}`,
  )

test.each([
  ['a number compared with a string', '{"detail":{"score":["50"]}}', 'never-matches detail.score 1:21'],
  ['numeric on a text', '{"detail":{"name":[{"numeric":[">",1]}]}}', 'never-matches detail.name 1:20'],
  ['a prefix of a number', '{"detail":{"score":[{"prefix":"5"}]}}', 'never-matches detail.score 1:21'],
  [
    'a value that the field cannot have',
    '{"detail":{"country":["fr"]}}',
    'never-matches detail.country 1:23',
  ],
  [
    'a prefix of no value',
    '{"detail":{"country":[{"prefix":"F"},{"suffix":"X"}]}}',
    'alternative-never-matches detail.country 1:38',
  ],
  [
    'anything but all values',
    '{"detail":{"country":[{"anything-but":["FR","DE","NL"]}]}}',
    'never-matches detail.country 1:23',
  ],
  [
    'null where there is none',
    '{"detail":{"name":[null,"x"]}}',
    'alternative-never-matches detail.name 1:20',
  ],
  ['a field that no record has', '{"detail":{"contry":["FR"]}}', 'unknown-field detail.contry 1:12'],
  ['two exclusions joined by or', '{"x":[{"anything-but":"a"},{"anything-but":"b"}]}', 'always-holds x 1:2'],
  ['present or anything', '{"x":[{"exists":true},"a"]}', 'always-holds x 1:2'],
  ['a field that a later one replaces', '{"x":["a"],"y":["c"],"x":["b"]}', 'replaced x 1:2'],
  [
    'wildcards one step from the limit',
    '{"x":[{"wildcard":"*:*:*:*:*:event-bus/"}]}',
    'wildcard-near-limit x 1:2',
  ],
  ['an operator that the bus does not document', '{"x":[{"exactly":"a"}]}', 'not-on-bus x 1:7'],
  ['a number beyond what the bus documents', '{"x":[{"numeric":["<",6e9]}]}', 'not-on-bus x 1:7'],
])('%s is warned of', (_, pattern, wanted) => {
  expect(found(pattern)).toEqual([wanted])
})

test('a pattern that can match has no warnings', () => {
  expect(
    found(
      '{"source":["crm"],"detail":{"score":[{"numeric":[">",1]},5],"country":["FR",{"anything-but":"DE"}],' +
        '"owner":[null,{"exists":false}],"optIn":[true],"gone":[{"exists":false}],"name":[{"wildcard":"a*"}]}}',
    ),
  ).toEqual([])
})

test('a warning says what never holds and what the field is', () => {
  const [warning] = warnings(compilePattern('{"detail":{"country":["fr"]}}'), types)
  expect(warning?.message).toBe('"fr" never holds: the field is a text (one of FR, DE, NL)')
})
