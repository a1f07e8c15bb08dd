import type { TableInput as Table } from '../schema.ts'
import { readDay } from './day.ts'
import { isEmpty, type SheetReport } from './report.ts'
import type { Cell } from './sheet.ts'

type Test = NonNullable<Table['tests']>[number]

/** A test of a table, from a row below it: test, its name, given, at, expect. */
export function readTestRow(report: SheetReport, row: readonly Cell[], index: number): Test {
  const [first, name, given, at, expect] = row
  const path = ['tests', index]
  report.place(path, name ?? first!)
  for (const [part, cell] of Object.entries({ given, expect }))
    if (cell && !isEmpty(cell)) report.place([...path, part], cell)
    else
      report.refuse(cell ?? first!, `a test says in JSON what is ${part === 'given' ? 'given' : 'expected'}`)
  for (const cell of row.slice(5))
    if (!isEmpty(cell)) report.refuse(cell, 'a test has five cells: test, its name, given, at, expect')
  const moment = at && !isEmpty(at) ? readDay(report, at) : undefined
  return {
    name: name?.text ?? '',
    given: given && !isEmpty(given) ? report.json(given) : {},
    ...(moment !== undefined && { at: moment }),
    expect: expect && !isEmpty(expect) ? report.json(expect) : {},
  }
}
