import { describe, expect, test } from 'vitest'
import { vocabulary } from '../../test/fixture/vocabulary.ts'
import { parseYaml } from '../source/yaml.ts'
import { SourceError } from '../source/source.ts'
import { parseTable, readTable, type TableDefinition } from './definition.ts'
import { compileTable } from './table.ts'

const read = (text: string): TableDefinition => parseTable(parseYaml('rules/t.yaml', text), vocabulary)

const table = (policy: string, rows: string, rest = ''): TableDefinition =>
  read(`decision: t
record: lead
${policy}
outputs:
  team: { type: text, oneOf: [gold, silver, bronze] }
rows:
${rows}
${rest}
`)

const first = table(
  'hitPolicy: first',
  `  - { id: big, when: { lead.employees: [{ numeric: ['>=', 500] }], lead.country: [DE] }, then: { team: gold } }
  - { id: german, when: { lead.country: [DE] }, then: { team: silver } }`,
  'default: { team: bronze }',
)
const now = Date.UTC(2026, 10, 23, 9)

describe('hit policies', () => {
  test('under first the earliest row that matches decides, and otherwise the default', async () => {
    const { decide } = compileTable(first)
    expect(await decide({ lead: { country: 'DE', employees: 500 } }, now)).toEqual({
      matched: true,
      outputs: { team: 'gold' },
      rows: ['big'],
    })
    expect((await decide({ lead: { country: 'DE', employees: 499 } }, now)).rows).toEqual(['german'])
    expect(await decide({ lead: {} }, now)).toEqual({ matched: false, outputs: { team: 'bronze' }, rows: [] })
  })

  const overlapping = `  - { id: german, when: { lead.country: [DE] }, then: { team: bronze } }
  - { id: big, when: { lead.employees: [{ numeric: ['>=', 500] }] }, then: { team: gold } }
  - { id: also-big, when: { lead.employees: [{ numeric: ['>=', 400] }] }, then: { team: gold } }`
  const both = { lead: { country: 'DE', employees: 600 } }

  test('under unique two rows that match are a conflict, and the default decides', async () => {
    const decision = await compileTable(
      table('hitPolicy: unique', overlapping, 'default: { team: silver }'),
    ).decide(both, now)
    expect(decision).toEqual({
      matched: false,
      outputs: { team: 'silver' },
      rows: [],
      conflict: ['german', 'big', 'also-big'],
    })
  })

  test('under any, rows that agree decide and rows that disagree are a conflict', async () => {
    const { decide } = compileTable(table('hitPolicy: any', overlapping))
    expect((await decide({ lead: { employees: 600 } }, now)).rows).toEqual(['big'])
    expect((await decide(both, now)).conflict).toEqual(['german', 'big', 'also-big'])
  })

  test('under priority the value that is declared first wins, wherever its row stands', async () => {
    expect((await compileTable(table('hitPolicy: priority', overlapping)).decide(both, now)).rows).toEqual([
      'big',
    ])
  })

  test('collect adds up, counts, lists, and finds the least and the greatest', async () => {
    const collect = (aggregation: string): TableDefinition =>
      read(`decision: t
record: lead
hitPolicy: collect
aggregation: ${aggregation}
outputs: { points: { type: number } }
rows:
  - { id: a, when: { lead.country: [DE] }, then: { points: 20 } }
  - { id: b, when: { given.phone: [true] }, then: { points: 5 } }
  - { id: c, when: { lead.country: [UA] }, then: { points: 7 } }
`)
    const facts = { lead: { country: 'DE' }, given: { phone: true } }
    const results: unknown[] = []
    for (const aggregation of ['sum', 'count', 'list', 'min', 'max'])
      results.push((await compileTable(collect(aggregation)).decide(facts, now)).outputs.points)
    expect(results).toEqual([25, 2, [20, 5], 5, 20])
    expect((await compileTable(collect('sum')).decide({}, now)).outputs).toEqual({ points: 0 })
  })
})

test('a row counts from the start of its first day to the end of its last, in the time zone of the table', async () => {
  const { decide } = compileTable(
    table(
      'hitPolicy: first\ntimeZone: Europe/Kyiv',
      '  - { id: sale, from: 2026-11-23, until: 2026-11-24, then: { team: gold } }',
    ),
  )
  const matched = async (at: string): Promise<boolean> => (await decide({}, Date.parse(at))).matched
  expect(await matched('2026-11-22T21:59:59.999Z')).toBe(false)
  expect(await matched('2026-11-22T22:00:00Z')).toBe(true)
  expect(await matched('2026-11-24T21:59:59.999Z')).toBe(true)
  expect(await matched('2026-11-24T22:00:00Z')).toBe(false)
})

test('an output in {% %} is computed from the facts, and a value that it may not have is a fault with its place', async () => {
  const computed = table(
    'hitPolicy: first',
    `  - { id: a, then: { team: '{% lead.employees > 10 ? "gold" : lead.country %}' } }`,
  )
  const { decide } = compileTable(computed)
  expect((await decide({ lead: { employees: 11 } }, now)).outputs).toEqual({ team: 'gold' })
  await expect(decide({ lead: { employees: 9, country: 'DE' } }, now)).rejects.toMatchObject({
    code: 'config.broken',
    where: 'rules/t.yaml:7',
  })
})

describe('the record of an explanation', () => {
  test('names the table, its version, the row with its place, the facts and what kept earlier rows from matching', async () => {
    const { record } = await compileTable(first).explain({ lead: { country: 'DE', employees: 20 } }, now)
    expect(record).toEqual({
      table: 't',
      version: first.version,
      row: 'german',
      at: 'rules/t.yaml:8',
      outputs: { team: 'silver' },
      facts: { 'lead.employees': 20, 'lead.country': 'DE' },
      missed: { big: 'lead.employees' },
    })
  })

  test('names personal facts and does not hold them', async () => {
    const personal = table(
      'hitPolicy: first',
      '  - { id: a, when: { lead.contact.email: [{ suffix: .gov.ua }] }, then: { team: gold } }',
    )
    const { record } = await compileTable(personal).explain(
      { lead: { contact: { email: 'a@b.example' } } },
      now,
    )
    expect(record.personal).toEqual(['lead.contact.email'])
    expect(JSON.stringify(record)).not.toContain('b.example')
  })

  test('holds what each row added under collect', async () => {
    const { record } = await compileTable(
      read(`decision: score
record: lead
hitPolicy: collect
aggregation: sum
outputs: { points: { type: number } }
rows:
  - { id: a, when: { lead.country: [DE] }, then: { points: 20 } }
  - { id: b, when: { given.phone: [true] }, then: { points: 5 } }
`),
    ).explain({ lead: { country: 'DE' }, given: { phone: true } }, now)
    expect(record).toMatchObject({ rows: { a: { points: 20 }, b: { points: 5 } }, outputs: { points: 25 } })
  })
})

describe('the version', () => {
  const text = `decision: t
record: lead
hitPolicy: first
outputs: { team: { type: text } }
rows:
  - { id: a, when: { lead.country: [DE] }, then: { team: x } }
`
  test('stays when only words change and changes with anything that decides', () => {
    const version = read(text).version
    expect(read(`# a comment\n${text}`.replace('id: a,', 'id: a, note: because,')).version).toBe(version)
    expect(read(text.replace('[DE]', '[AT]')).version).not.toBe(version)
    expect(read(text.replace('team: x', 'team: y')).version).not.toBe(version)
  })

  test('a definition survives JSON, for it ships as such', async () => {
    const copy = JSON.parse(JSON.stringify(first)) as TableDefinition
    expect(copy).toEqual(first)
    expect((await compileTable(copy).decide({ lead: { country: 'DE' } }, now)).rows).toEqual(['german'])
  })
})

describe('a table that cannot run is refused', () => {
  const refusals = (text: string): string[] => {
    try {
      read(text)
      return []
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      return error.problems.map((problem) => `${problem.line}:${problem.column} ${problem.code}`)
    }
  }
  const head = 'decision: t\nrecord: lead\nhitPolicy: first\noutputs: { team: { type: text } }\nrows:\n'

  test('for a condition that is no pattern, at the value that is wrong', () => {
    expect(
      refusals(
        `${head}  - id: a\n    when:\n      lead.country: [DE, { prefx: A }]\n    then: { team: x }\n`,
      ),
    ).toEqual(['8:26 condition'])
    expect(refusals(`${head}  - id: a\n    when: { lead.country: DE }\n    then: { team: x }\n`)).toEqual([
      '7:27 condition',
    ])
  })

  test('for a row id that comes twice, a repeated field, dates that are reversed', () => {
    expect(refusals(`${head}  - { id: a, then: { team: x } }\n  - { id: a, then: { team: x } }\n`)).toEqual([
      '7:11 row-id-taken',
    ])
    expect(
      refusals(
        `${head}  - id: a\n    when: { lead.country: [DE], lead: { country: [AT] } }\n    then: { team: x }\n`,
      ),
    ).toEqual(['7:50 repeated-field'])
    expect(
      refusals(`${head}  - { id: a, from: 2026-02-01, until: 2026-01-01, then: { team: x } }\n`),
    ).toEqual(['6:39 dates-reversed'])
  })

  test('for an expression that is none or may not run', () => {
    expect(refusals(`${head}  - { id: a, then: { team: '{% lead. %}' } }\n`)).toEqual(['6:28 expression'])
    expect(refusals(`${head}  - { id: a, then: { team: '{% $eval("1") %}' } }\n`)).toEqual([
      '6:28 expression',
    ])
  })
})

test('tests stand beside the table and do not ship with it', () => {
  const text = `decision: t
record: lead
hitPolicy: first
outputs: { team: { type: text } }
rows:
  - { id: a, then: { team: x } }
tests:
  - { name: always, given: {}, expect: { row: a } }
`
  const source = parseYaml('t.yaml', text)
  expect(readTable(source, vocabulary).tests).toMatchObject([
    { name: 'always', line: 8, expect: { row: 'a' } },
  ])
  expect(JSON.stringify(parseTable(source, vocabulary))).not.toContain('always')
})
