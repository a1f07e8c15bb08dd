import { expect, test } from 'vitest'
import { vocabulary } from '../../../test/fixture/vocabulary.ts'
import { parseYaml } from '../../source/yaml.ts'
import { diffTables } from './diff.ts'
import { parseTable, type TableDefinition } from '../definition.ts'

const read = (text: string): TableDefinition => parseTable(parseYaml('t.yaml', text), vocabulary)
const text = `decision: t
record: lead
hitPolicy: first
outputs: { team: { type: text } }
rows:
  - id: enterprise-dach
    when:
      lead.country: [DE, AT, CH]
      lead.employees: [{ numeric: ['>=', 500] }]
    then: { team: enterprise }
  - id: ukraine
    when: { lead.country: [UA] }
    then: { team: kyiv }
  - id: chat
    when: { lead.channel: [chat] }
    then: { team: desk }
default: { team: rest }
`
const diff = (change: (before: string) => string) => diffTables(read(text), read(change(text)), vocabulary)

test('a bound that moved is told in numbers, with a record that is now decided differently', async () => {
  const { changes, samples, complete } = await diff((before) => before.replace('500', '250'))
  expect(changes).toEqual(['row enterprise-dach: lead.employees from ≥ 500 to ≥ 250'])
  expect(complete).toBe(true)
  expect(samples).toContainEqual({
    facts: { lead: { country: 'DE', employees: 250, channel: 'web-form' } },
    before: { matched: false, outputs: { team: 'rest' }, rows: [] },
    after: { matched: true, outputs: { team: 'enterprise' }, rows: ['enterprise-dach'] },
  })
})

test('values, conditions, outputs, dates, rows and the default are told by name', async () => {
  const { changes } = await diff((before) =>
    before
      .replace('[DE, AT, CH]', '[DE, CH, LI]')
      .replace('{ lead.country: [UA] }', '{ lead.country: [UA], lead.language: [uk] }\n    until: 2026-12-31')
      .replace('team: desk', 'team: night')
      .replace(
        'default: { team: rest }',
        '  - { id: poland, when: { lead.country: [PL] }, then: { team: x } }\ndefault: { team: others }',
      ),
  )
  expect(changes).toEqual([
    'row enterprise-dach: lead.country also LI',
    'row enterprise-dach: lead.country no longer AT',
    'row ukraine: asks in addition for lead.language uk',
    'row ukraine: ends 2027-01-01T00:00:00.000Z instead of at no date',
    'row chat: team from desk to night',
    'row poland: new to the end, for lead.country PL → team = x',
    'default: team from rest to others',
  ])
})

test('a row that moved is told once, and so is a row that is gone', async () => {
  const chat = '  - id: chat\n    when: { lead.channel: [chat] }\n    then: { team: desk }\n'
  const moved = await diff((before) => before.replace(chat, '').replace('rows:\n', `rows:\n${chat}`))
  expect(moved.changes).toEqual(['row chat: moved before enterprise-dach'])
  expect(moved.samples.map((sample) => [sample.before.rows, sample.after.rows])).toEqual([
    [['enterprise-dach'], ['chat']],
    [['ukraine'], ['chat']],
  ])
  const gone = await diff((before) => before.replace(chat, ''))
  expect(gone.changes).toEqual(['row chat: removed (was for lead.channel chat → team = desk)'])
})

test('a change of order that decides nothing has no examples, and the report says that it is complete', async () => {
  const ukraine = '  - id: ukraine\n    when: { lead.country: [UA] }\n    then: { team: kyiv }\n'
  const { changes, samples, complete } = await diff((before) =>
    before.replace(ukraine, '').replace('rows:\n', `rows:\n${ukraine}`),
  )
  expect(changes).toEqual(['row enterprise-dach: moved before chat'])
  expect([samples, complete]).toEqual([[], true])
})

test('another way of writing the same is no change', async () => {
  const { changes } = await diff(
    (before) => `# comment\n${before.replace('lead.country: [UA]', 'lead: { country: [UA] }')}`,
  )
  expect(changes).toEqual([])
})
