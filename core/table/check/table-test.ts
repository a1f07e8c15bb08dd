import type { Report, Standard } from './condition.ts'
import { givenProblems } from './given.ts'
import { renderReason, viewOf } from '../explain.ts'
import { withoutNull } from '../fact/derive.ts'
import type { Table } from '../table.ts'
import type { TableTest } from '../definition.ts'

/** Runs a table's tests. A failed one says what came out and what kept the expected row from deciding. */
export async function checkTests(
  table: Table,
  tests: readonly TableTest[],
  standard: Standard,
  report: Report,
): Promise<void> {
  const { definition } = table
  const expected = new Set<string>()
  for (const [index, test] of tests.entries()) {
    const path = ['tests', index]
    for (const { name, ...problem } of givenProblems(standard, test.given))
      report([...path, 'given', ...name.split('.')], { severity: 'error', ...problem })
    const { row, rows, outputs } = test.expect
    const wanted = [...(row === undefined ? [] : [row]), ...(rows ?? [])]
    for (const id of wanted) {
      expected.add(id)
      if (id !== 'default' && !definition.rows.some((each) => each.id === id))
        report([...path, 'expect'], {
          severity: 'error',
          code: 'unknown-row',
          message: `test "${test.name}" expects row "${id}", which does not exist`,
        })
    }
    let explanation
    try {
      explanation = await table.explain(withoutNull(test.given), test.at)
    } catch (error) {
      report(path, {
        severity: 'error',
        code: 'test-failed',
        message: `test "${test.name}" could not run: ${error instanceof Error ? error.message : String(error)}`,
      })
      continue
    }
    const { decision } = explanation
    const came = decision.rows.length > 0 ? decision.rows : ['default']
    const wrong: string[] = []
    if (row !== undefined && (came.length !== 1 || came[0] !== row))
      wrong.push(`expected row ${row}, ${cameOut(came)}`)
    if (rows && JSON.stringify([...rows].sort()) !== JSON.stringify([...decision.rows].sort()))
      wrong.push(`expected rows ${rows.join(', ') || 'none'}, ${cameOut(came)}`)
    for (const [name, value] of Object.entries(outputs ?? {}))
      if (JSON.stringify(decision.outputs[name]) !== JSON.stringify(value))
        wrong.push(
          `expected ${name} ${JSON.stringify(value)}, came ${JSON.stringify(decision.outputs[name])}`,
        )
    if (wrong.length === 0) continue
    const missed = viewOf(explanation).rows.find(
      (each) => wanted.includes(each.id) && each.state === 'failed',
    )
    report(path, {
      severity: 'error',
      code: 'test-failed',
      message: `test "${test.name}" fails: ${wrong.join('; ')}`,
      hint: missed && `row "${missed.id}" did not match: ${renderReason(missed)}`,
    })
  }
  definition.rows.forEach((row, index) => {
    if (!expected.has(row.id))
      report(['rows', index], {
        severity: 'note',
        code: 'untested-row',
        message: `no test expects row "${row.id}"`,
        hint: 'add one under "tests:"',
      })
  })
}

const cameOut = (rows: string[]): string =>
  rows.length > 1 ? `rows ${rows.join(', ')} counted` : `came ${rows[0]}`
