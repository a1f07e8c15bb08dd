/*
 * Workbooks (.xlsx, ECMA-376) as sheets and back.
 *
 * A table decides about people, so a cell must say what it says beyond doubt: errors, formulas that were never
 * computed, merged cells and what is hidden are kept as faults with their address instead of being skipped, which is why
 * the parts that a table needs are read here. Rejected: read-excel-file, which leaves errors and uncomputed formulas
 * empty; a sheet reader for every purpose, which brings far more than a table of texts needs.
 */

import { guardCell } from '#core/table/sheet/csv.ts'
import { isHeading, type Sheet } from '#core/table/sheet/sheet.ts'
import { openBook } from './book.ts'
import { readWorksheet } from './worksheet.ts'
import { escape } from './xml.ts'

/**
 * Reads the worksheet of a workbook that holds a table, or the one that is named. Throws SyntaxError when there is none,
 * when several do, or when the file is no workbook.
 */
export function readWorkbook(bytes: Uint8Array, file: string, name?: string): Sheet {
  const book = openBook(bytes, file)
  const listed = book.sheets.map((sheet) => `"${sheet.name}"`).join(', ')
  if (name !== undefined) {
    const named = book.sheets.find((sheet) => sheet.name === name)
    if (!named) throw new SyntaxError(`${file} has no worksheet "${name}"; there are ${listed}`)
    return readWorksheet(book, named.part, file)
  }
  const visible = book.sheets.filter((sheet) => !sheet.hidden)
  const sheets = visible.map((sheet) => ({ name: sheet.name, sheet: readWorksheet(book, sheet.part, file) }))
  const tables = sheets.filter(({ sheet }) => sheet.rows.some(isHeading))
  const [first = sheets[0]] = tables
  if (!first) throw new SyntaxError(`${file} has no worksheet that is not hidden`)
  if (tables.length > 1)
    throw new SyntaxError(
      `${file} has tables on the worksheets ${tables.map((each) => `"${each.name}"`).join(', ')}: say which with --sheet`,
    )
  if (book.sheets.length > 1) first.sheet.remarks.push(`the worksheet "${first.name}" was read, of ${listed}`)
  return first.sheet
}

/** Every cell is written as text: a sheet that is opened runs nothing and changes no number. */
export async function writeWorkbook(path: string, cells: string[][]): Promise<void> {
  const { default: writeCells } = await import('write-excel-file/node')
  const width = Math.max(...cells.map((row) => row.length))
  const sheet = cells.map((row) =>
    Array.from({ length: width }, (_, column) => ({
      type: String,
      value: escape(guardCell(row[column] ?? '')),
    })),
  )
  await writeCells(sheet).toFile(path)
}
