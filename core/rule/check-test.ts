import { reportUnknownFact, type Report } from './check-condition.ts'
import { renderReason, viewOf } from './explain.ts'
import { findFact, type Fact } from './fact.ts'
import type { Table } from './table.ts'
import type { TableTest } from './table-definition.ts'

/** Runs a table's tests. A failed one says what came out and what kept the expected row from deciding. */
export async function checkTests(table: Table, tests: readonly TableTest[], report: Report): Promise<void> {
  const { definition } = table
  const expected = new Set<string>()
  for (const [index, test] of tests.entries()) {
    const path = ['tests', index]
    for (const [name, value] of leaves(test.given)) {
      const fact = findFact(definition.record, name)
      if (!fact) reportUnknownFact(definition.record, name, [...path, 'given', ...name.split('.')], report)
      else if (!isOf(fact, value))
        report(
          [...path, 'given', ...name.split('.')],
          'error',
          'wrong-type',
          `"${name}" cannot be ${JSON.stringify(value)}`,
          fact.values && `it is one of ${fact.values.join(', ')}`,
        )
    }
    const { row, rows, outputs } = test.expect
    const wanted = [...(row === undefined ? [] : [row]), ...(rows ?? [])]
    for (const id of wanted) {
      expected.add(id)
      if (id !== 'default' && !definition.rows.some((each) => each.id === id))
        report(
          [...path, 'expect'],
          'error',
          'unknown-row',
          `test "${test.name}" expects row "${id}", which does not exist`,
        )
    }
    let explanation
    try {
      explanation = await table.explain(test.given, test.at)
    } catch (error) {
      report(
        path,
        'error',
        'test-failed',
        `test "${test.name}" could not run: ${error instanceof Error ? error.message : String(error)}`,
      )
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
    report(
      path,
      'error',
      'test-failed',
      `test "${test.name}" fails: ${wrong.join('; ')}`,
      missed && `row "${missed.id}" did not match: ${renderReason(missed)}`,
    )
  }
  definition.rows.forEach((row, index) => {
    if (!expected.has(row.id))
      report(
        ['rows', index],
        'note',
        'untested-row',
        `no test expects row "${row.id}"`,
        'add one under "tests:"',
      )
  })
}

const cameOut = (rows: string[]): string =>
  rows.length > 1 ? `rows ${rows.join(', ')} counted` : `came ${rows[0]}`

/** The scalar values of a test's facts by dotted names; lists count as one value. */
export function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}

function isOf(fact: Fact, value: unknown): boolean {
  if (fact.values && fact.type === 'text')
    return fact.values.includes(String(value)) && typeof value === 'string'
  if (fact.type === 'number')
    return (
      typeof value === 'number' &&
      (!fact.whole || Number.isInteger(value)) &&
      value >= (fact.least ?? -Infinity) &&
      value <= (fact.most ?? Infinity)
    )
  if (fact.type === 'flag') return typeof value === 'boolean'
  if (fact.type === 'text') return typeof value === 'string'
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
