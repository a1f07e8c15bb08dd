import { expect, test } from 'vitest'
import { vocabulary } from '../../test/fixture/vocabulary.ts'
import { parseYaml } from '../source/yaml.ts'
import { renderHtml, renderText, viewOf, viewOfRecord } from './explain.ts'
import { parseTable } from './definition.ts'
import { compileTable } from './table.ts'

const definition = parseTable(
  parseYaml(
    'rules/t.yaml',
    `decision: t
title: Who answers <leads>
record: lead
hitPolicy: first
outputs: { team: { type: text } }
rows:
  - id: state
    when: { lead.contact.email: [{ suffix: .gov.ua }] }
    then: { team: state }
  - id: winter
    from: 2027-01-01
    then: { team: winter }
  - id: large
    note: Bigger & better.
    when:
      lead.employees: [{ numeric: ['>=', 500] }]
      $or: [{ lead.country: [DE] }, { lead.language: [uk] }]
    then: { team: large }
  - id: rest
    when: { lead.country: [DE, AT] }
    then: { team: rest }
`,
  ),
  vocabulary,
)
const table = compileTable(definition)
const now = Date.UTC(2026, 10, 23, 9)
const facts = { lead: { country: 'DE', employees: 20, contact: { email: 'secret@example.com' } } }

test('a view names for every row what became of it, with the first condition that did not hold', async () => {
  const view = viewOf(await table.explain(facts, now))
  expect(view.rows).toEqual([
    {
      id: 'state',
      line: 7,
      state: 'failed',
      reason: { field: 'lead.contact.email', wanted: 'ending with .gov.ua', seen: 'personal' },
    },
    { id: 'winter', line: 10, state: 'not-in-force' },
    {
      id: 'large',
      line: 13,
      state: 'failed',
      note: 'Bigger & better.',
      reason: { field: 'lead.employees', wanted: '≥ 500', seen: '20' },
    },
    { id: 'rest', line: 19, state: 'decided' },
  ])
  expect(view).toMatchObject({
    outcome: 'row',
    summary: 'row rest decided (rules/t.yaml:19)',
    outputs: { team: 'rest' },
  })
})

test('of an $or every alternative is told', async () => {
  const view = viewOf(await table.explain({ lead: { country: 'AT', language: 'en', employees: 600 } }, now))
  expect(view.rows[2]!.reason).toEqual({
    field: 'lead.country, lead.language',
    wanted: 'lead.country DE, or lead.language uk',
    seen: 'lead.country AT, lead.language en',
  })
})

test('that no row matched is explained too', async () => {
  const view = viewOf(await table.explain({ lead: {} }, now))
  expect(view).toMatchObject({
    outcome: 'nothing',
    outputs: {},
    summary: 'no row matched and there is no default: nothing was decided',
  })
  expect(renderText(view)).toContain('✗ rest    line 19   lead.country: wanted one of DE, AT, was unknown')
})

test('the kept record tells the same as the fresh explanation', async () => {
  const explanation = await table.explain(facts, now)
  const kept = JSON.parse(JSON.stringify(explanation.record)) as typeof explanation.record
  expect(viewOfRecord(kept, definition, now)).toEqual(viewOf(explanation))
})

test('nothing personal is in text, HTML or JSON', async () => {
  const view = viewOf(await table.explain(facts, now))
  for (const shown of [renderText(view), renderHtml(view), JSON.stringify(view)]) {
    expect(shown).not.toContain('secret')
    expect(shown).toContain('lead.contact.email')
  }
})

test('HTML escapes whatever stands in the table and in the facts', async () => {
  const view = viewOf(await table.explain({ lead: { country: '<img src=x onerror="1">' } }, now))
  const html = renderHtml(view)
  expect(html).not.toContain('<img')
  expect(html).toContain('Who answers &lt;leads&gt;')
  expect(html).toContain('Bigger &amp; better.')
})

test('rows that meet where they must not are named', async () => {
  const unique = parseTable(
    parseYaml(
      'u.yaml',
      JSON.stringify({
        decision: 'u',
        record: 'lead',
        hitPolicy: 'unique',
        outputs: { x: { type: 'number' } },
        rows: [
          { id: 'a', then: { x: 1 } },
          { id: 'b', then: { x: 2 } },
        ],
        default: { x: 0 },
      }),
    ),
    vocabulary,
  )
  const view = viewOf(await compileTable(unique).explain({}, now))
  expect(view.outcome).toBe('conflict')
  expect(view.summary).toBe(
    'rows a, b matched together, which hit policy unique does not allow: the default decided',
  )
})
