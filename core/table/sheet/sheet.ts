/*
 * A sheet as it was read from a file: rows of cells that still know where they stand.
 */

import type { Problem } from '../../source/source.ts'

export interface Cell {
  /** as typed; a number with a decimal point, a day as 2026-12-31, `true` or `false` where the workbook types it */
  text: string
  /** in A1 notation */
  address: string
  /** from 1: of the text in CSV, of the sheet in a workbook */
  line: number
  column: number
  /** what a workbook says that it is; without it, a text that is to be understood */
  kind?: 'number' | 'percent' | 'flag' | 'date'
  /** why it has no value */
  fault?: string
}

export interface Sheet {
  file: string
  /** the file's text; nothing for a workbook */
  text: string
  rows: Cell[][]
  /** what stands between cells; nothing in a workbook, whose rows are all as wide as the sheet */
  separator?: string
  /** what the reader of the import shall know */
  remarks: string[]
}

/** What stands above the table, one a row. */
export const headKeys = [
  'decision',
  'title',
  'about',
  'record',
  'hitPolicy',
  'aggregation',
  'calendar',
  'timeZone',
] as const
/** Columns that are neither facts nor outputs. */
export const plainColumns = ['id', 'note', 'from', 'until'] as const

/** What heads the column of an output. */
export const arrow = /^\s*(?:→|->)/
/** Whether a row heads a table: there is none without outputs. */
export const isHeading = (row: readonly Cell[]): boolean => row.some((cell) => arrow.test(cell.text))

/** `B2` of row 1 and column 1, counted from 0. */
export function addressOf(row: number, column: number): string {
  let letters = ''
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  return `${letters}${row + 1}`
}

/** A problem with one cell. */
export const cellProblem = (file: string, cell: Cell, message: string, hint?: string): Problem => ({
  file,
  line: cell.line,
  column: cell.column,
  severity: 'error',
  code: 'sheet-cell',
  message: `cell ${cell.address}: ${message}`,
  ...(hint && { hint }),
})
