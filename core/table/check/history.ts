import * as z from 'zod'
import type { Report } from './condition.ts'
import type { TableDefinition } from '../definition.ts'

/** How often each row decided, by table and row, and how many decisions were read. */
export interface RowCounts {
  from: string
  counts: Map<string, Map<string, number>>
  decisions: Map<string, number>
}

const tableRecord = z.object({
  table: z.string(),
  row: z.string().nullish(),
  rows: z.record(z.string(), z.unknown()).optional(),
})
const entry = z.object({ what: z.literal('table'), record: tableRecord })
const exported = z.union([
  z.object({ at: z.string(), entries: z.array(z.unknown()) }),
  z.object({ at: z.string() }).and(tableRecord),
])

/**
 * Counts from an export of decision records: a line of JSON each, either whole decision items or single records with
 * `at`. Lines of other kinds are passed over; a line that is no JSON throws SyntaxError with its number.
 */
export function countRows(lines: Iterable<string>, from: string): RowCounts {
  const result: RowCounts = { from, counts: new Map(), decisions: new Map() }
  let number = 0
  for (const line of lines) {
    number++
    if (line.trim() === '') continue
    const parsed = exported.safeParse(parse(line, number))
    if (!parsed.success || parsed.data.at < from) continue
    const { data } = parsed
    const records =
      'entries' in data
        ? data.entries.flatMap((each) => {
            const found = entry.safeParse(each)
            return found.success ? [found.data.record] : []
          })
        : [data]
    for (const record of records) {
      result.decisions.set(record.table, (result.decisions.get(record.table) ?? 0) + 1)
      const rows = result.counts.get(record.table) ?? new Map<string, number>()
      result.counts.set(record.table, rows)
      for (const row of firedRows(record)) rows.set(row, (rows.get(row) ?? 0) + 1)
    }
  }
  return result
}

function firedRows({ row, rows }: z.infer<typeof tableRecord>): string[] {
  if (rows) return Object.keys(rows)
  return row ? [row] : []
}

/** Warns of rows that never decided. Without any decision of the table nothing is said of its rows. */
export function checkHistory(definition: TableDefinition, history: RowCounts, report: Report): void {
  const decisions = history.decisions.get(definition.name) ?? 0
  if (decisions === 0) {
    report(['decision'], {
      severity: 'note',
      code: 'no-history',
      message: `no decision of "${definition.name}" was recorded since ${history.from.slice(0, 10)}`,
    })
    return
  }
  const fired = history.counts.get(definition.name)!
  definition.rows.forEach((row, index) => {
    if (!fired.has(row.id))
      report(['rows', index], {
        severity: 'warning',
        code: 'never-fired',
        message: `row "${row.id}" decided none of ${decisions} since ${history.from.slice(0, 10)}`,
        hint: 'is it still wanted?',
      })
  })
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new SyntaxError(
      `line ${number} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
