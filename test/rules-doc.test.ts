/*
 * The tables of docs/rules.md are tried; its examples are run by test/docs.test.ts.
 */

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { compilePattern } from '#pattern/pattern.ts'
import { readCondition } from '#core/table/sheet/cell.ts'
import { tableSchemaFile, tableSchemaText, textOf } from './docs.ts'

const text = textOf('docs/rules.md')

test('every operator of the language stands in the table of conditions', () => {
  const operators = [
    'exists',
    'numeric',
    'prefix',
    'suffix',
    'equals-ignore-case',
    'wildcard',
    'cidr',
    'anything-but',
  ]
  const shown = text.slice(text.indexOf('## Conditions'), text.indexOf('## What comes out'))
  expect([...operators, '$or'].filter((operator) => !shown.includes(`${operator}:`))).toEqual([])
})

test.each(
  [...text.matchAll(/^\| `(\[.*\])` \| (`.*`|\*unknown\*) \| (`.*`|\*unknown\*) \|$/gm)].map((row) =>
    row.slice(1, 4),
  ),
)('the condition %s holds for %s and not for %s', (condition = '', good = '', bad = '') => {
  const pattern = compilePattern({ fact: parse(condition) as unknown[] })
  const facts = (cell: string): object =>
    cell === '*unknown*' ? {} : { fact: parse(cell.slice(1, -1)) as unknown }
  expect(pattern.matches(facts(good))).toBe(true)
  expect(pattern.matches(facts(bad))).toBe(false)
})

test.each([...text.matchAll(/^\| `([^`]+)` \| `(\[.*\])` \|$/gm)].map((row) => row.slice(1, 3)))(
  'the cell %s stands for %s',
  (cell = '', condition = '') => {
    expect(readCondition(cell)).toEqual(parse(condition))
  },
)

test('editors complete tables by the schema that they are read by', async () => {
  expect(textOf(tableSchemaFile), 'npm run docs writes it').toBe(await tableSchemaText())
})
