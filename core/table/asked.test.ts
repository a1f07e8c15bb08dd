import { expect, test } from 'vitest'
import { vocabulary } from '../../test/fixture/vocabulary.ts'
import { parseYaml } from '../source/yaml.ts'
import { parseTable } from './definition.ts'
import { mayAskAbout } from './asked.ts'

const tableOf = (when: string, then: string) =>
  parseTable(
    parseYaml(
      'rules/score.yaml',
      `decision: score
title: Score
record: lead
hitPolicy: first
outputs:
  points: { type: number }
rows:
  - id: one
    when: ${when}
    then: { points: ${then} }
default: { points: 0 }
`,
    ),
    vocabulary,
  )

const computed = (expression: string) => `'{% ${expression} %}'`

test.each([
  ['asks about it', `{ lead.message: [{ exists: true }] }`, '1'],
  [
    'asks about it in an alternative',
    `{ $or: [{ lead.country: [DE] }, { lead.message: [{ prefix: a }] }] }`,
    '1',
  ],
  ['computes with it', '{}', computed('$length(lead.message)')],
  ['names it as a text', '{}', computed('$count($lookup(lead, "message"))')],
  ['takes the whole record', '{}', computed('$count($keys(lead))')],
  ['takes each of its fields', '{}', computed('$count(lead.*)')],
  ['takes all that is known', '{}', computed('$length($string($))')],
  ['looks for it anywhere', '{}', computed('$count(**)')],
])('a table that %s may ask about a fact', (_, when, then) => {
  expect(mayAskAbout(tableOf(when, then), 'lead.message')).toBe(true)
})

test.each([
  ['asks about another one', `{ lead.country: [DE] }`, '1'],
  ['asks only whether it was given', `{ given.phone: [true] }`, '1'],
  ['computes with others', '{}', computed('$min([25, $floor(lead.budget / 2000) * 2])')],
])('a table that %s does not', (_, when, then) => {
  expect(mayAskAbout(tableOf(when, then), 'lead.message')).toBe(false)
})
