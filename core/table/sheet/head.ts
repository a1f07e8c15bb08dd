import { nearest } from '../../source/source.ts'
import type { Vocabulary } from '../fact/vocabulary.ts'
import { headKeys, type Cell } from './sheet.ts'
import type { Output } from './output.ts'
import { isEmpty, type SheetReport } from './report.ts'
import { outputTypes, type TableInput as Table } from '../schema.ts'

const headNames: readonly string[] = [...headKeys, 'output']

/** Whether a row says something of the table as a whole, whatever stands beside it. */
export const isHeadRow = (row: readonly Cell[]): boolean => headNames.includes(row[0]?.text.trim() ?? '')

/** Reads what stands above the table. Nothing else may stand there. */
export function readHead(
  report: SheetReport,
  rows: readonly Cell[][],
): { head: Record<string, string>; declared: Record<string, Output> } {
  const head: Record<string, string> = {}
  const declared: Record<string, Output> = {}
  for (const row of rows) {
    const [key, value] = row
    if (!key || row.every(isEmpty)) continue
    const name = key.text.trim()
    const isOutput = name === 'output'
    for (const cell of row.slice(isOutput ? 4 : 2))
      if (!isEmpty(cell)) report.refuse(cell, `nothing is expected here, beside ${key.address}`)
    if (isOutput) {
      const output = value?.text.trim() ?? ''
      const twin = report.placeOf(['outputs', output])
      if (twin) report.refuse(value ?? key, `output "${output}" is declared in ${twin.address} already`)
      report.place(['outputs', output], value ?? key)
      declared[output] = readDeclaration(report, row)
    } else if (!(headKeys as readonly string[]).includes(name)) {
      const near = nearest(name, headNames)
      const first = row.find((cell) => !isEmpty(cell))!
      report.refuse(
        first,
        `"${first.text.trim()}" stands above the table, where only ${headKeys.join(', ')} and output do`,
        near ? `did you mean "${near}"?` : 'remove it, or put it beside "about"',
      )
    } else {
      const twin = report.placeOf([name])
      if (twin) report.refuse(key, `"${name}" is said in ${twin.address} already`)
      report.place([name], value && !isEmpty(value) ? value : key)
      if (!value || isEmpty(value)) report.refuse(key, `nothing stands beside "${name}"`)
      else head[name] = value.text
    }
  }
  return { head, declared }
}

function readDeclaration(report: SheetReport, row: readonly Cell[]): Output {
  const [key, , type, rest] = row
  if (!type || isEmpty(type))
    report.refuse(type ?? key!, 'a declared output says its type', `write one of ${outputTypes.join(', ')}`)
  const extra = rest && !isEmpty(rest) ? report.json(rest) : {}
  return { type: (type?.text.trim() || 'text') as Output['type'], ...extra }
}

/** The head of the table file, with what a sheet need not say. */
export function headOf(
  head: Record<string, string>,
  name: string,
  record: string,
): Pick<Table, 'decision' | 'record' | 'hitPolicy'> {
  const required: Record<string, string> = { decision: name, record, hitPolicy: 'first' }
  return Object.fromEntries(
    headKeys.flatMap((key) => {
      const value = head[key] ?? required[key]
      return value === undefined ? [] : [[key, value]]
    }),
  ) as Pick<Table, 'decision' | 'record' | 'hitPolicy'>
}

/** What a sheet is read by. */
export interface SheetMeans {
  vocabulary: Vocabulary
  /** what a sheet is about that does not tell */
  usual: string
}

/**
 * The kind of record that is said, or the one about which the columns ask: of those that know most of them the one whose own
 * they are.
 */
export function recordOf(
  said: string | undefined,
  header: readonly Cell[],
  { vocabulary: { kinds, find }, usual }: SheetMeans,
): string {
  if (said !== undefined && kinds.includes(said)) return said
  const asked = header.map((cell) => cell.text.trim()).filter((name) => /^[a-z]\w*\./i.test(name))
  const known = best(kinds, (kind) => asked.filter((name) => find(kind, name)).length)
  const own = best(known, (kind) => asked.filter((name) => isOwn(kind, name)).length)
  return own.length === 1 ? own[0]! : usual

  function isOwn(kind: string, name: string): boolean {
    const fact = find(kind, name)
    return fact ? !fact.joined : name.startsWith(`${kind}.`)
  }
}

function best(kinds: readonly string[], points: (kind: string) => number): string[] {
  const most = Math.max(...kinds.map(points))
  return kinds.filter((kind) => points(kind) === most)
}
