/*
 * Comma-separated values (RFC 4180), as spreadsheets write and read them.
 *
 * A cell that begins with = + - @ would be run as a formula when a spreadsheet opens the file, so such cells get an
 * apostrophe in front, which spreadsheets take for "this is text". Reading takes away only what writing put there, so
 * what was written comes back; plain numbers are no formulas and stay.
 * Reading is strict where leniency would move cells: a text after a closing quotation mark, a mark that is never closed or
 * that stands in a cell without marks around it.
 */

import { SourceError } from '../../source/source.ts'
import { addressOf, isHeading, type Cell, type Sheet } from './sheet.ts'

const dangerous = /^['=+\-@\t\r]/
const plainNumber = /^-?\d+(\.\d+)?$/

/** Makes a cell harmless for spreadsheets; `readGuarded` is its inverse. */
export const guardCell = (text: string): string =>
  dangerous.test(text) && !plainNumber.test(text) ? `'${text}` : text

/** The text that was meant by a cell. */
export function readGuarded(text: string): string {
  const bare = text.slice(1)
  return text.startsWith("'") && guardCell(bare) === text ? bare : text
}

/** Writes rows of cells. Ends every line with CR LF, as the RFC wants and all spreadsheets accept. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => quote(guardCell(cell))).join(',')}\r\n`).join('')
}

const quote = (text: string): string =>
  /[",;\t\r\n]|^\s|\s$|^sep=/i.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/**
 * Reads rows of cells. The separator is what a first line `sep=;` says; otherwise the comma, semicolon or tab by which
 * a row of the sheet is headed by outputs. Throws SourceError with line and column of a quotation mark that is wrong.
 */
export function readCsv(text: string, file = 'sheet.csv'): Sheet {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const declared = /^"?sep=([^\r\n])"?(?:\r\n|\r|\n)/i.exec(body)
  if (declared) return sheetOf(file, body, declared[1]!, declared[0].length)
  const separators = [',', ';', '\t']
  const sheets = separators.flatMap((separator) => attempt(() => sheetOf(file, body, separator, 0)))
  const widths = sheets.map((sheet) => sheet.rows.find(isHeading)?.length ?? 0)
  const widest = Math.max(...widths)
  if (widest > 0) return sheets[widths.indexOf(widest)]!
  // Nothing is headed by outputs, which is told of the sheet by the sign that it has most.
  const bare = body.replace(/"[^"]*"/g, '')
  const counts = separators.map((separator) => bare.split(separator).length)
  return sheetOf(file, body, separators[counts.indexOf(Math.max(...counts))]!, 0)
}

function attempt(read: () => Sheet): Sheet[] {
  try {
    return [read()]
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return []
  }
}

function sheetOf(file: string, body: string, separator: string, from: number): Sheet {
  const rows: Cell[][] = []
  let row: Cell[] = []
  let at = from
  let line = from > 0 ? 2 : 1
  let lineStart = from
  const refuse = (offset: number, message: string, hint: string): never => {
    const breaks = [...body.slice(lineStart, offset).matchAll(/\r\n|\r|\n/g)]
    const last = breaks.at(-1)
    const column = offset - (last ? lineStart + last.index + last[0].length : lineStart) + 1
    throw new SourceError([
      { file, line: line + breaks.length, column, severity: 'error', code: 'sheet-csv', message, hint },
    ])
  }
  const add = (text: string, begin: number): void => {
    const address = addressOf(rows.length, row.length)
    row.push({ text: readGuarded(text), address, line, column: begin - lineStart + 1 })
  }
  while (at < body.length) {
    const begin = at
    if (body[at] === '"') {
      let cell = ''
      for (;;) {
        const end = body.indexOf('"', at + 1)
        if (end < 0) refuse(begin, 'a quotation mark is never closed', 'a mark inside of a cell is doubled')
        cell += body.slice(at + 1, end)
        at = end + 1
        if (body[at] !== '"') break
        cell += '"'
      }
      if (at < body.length && body[at] !== separator && body[at] !== '\n' && body[at] !== '\r')
        refuse(
          at,
          'something stands between a closing quotation mark and the end of the cell',
          'a mark inside of a cell is doubled, and the whole cell stands in quotation marks',
        )
      add(cell, begin)
      for (const found of body.slice(begin, at).matchAll(/\r\n|\r|\n/g)) {
        line++
        lineStart = begin + found.index + found[0].length
      }
    } else {
      while (at < body.length && body[at] !== separator && body[at] !== '\n' && body[at] !== '\r') at++
      const mark = body.slice(begin, at).indexOf('"')
      if (mark >= 0)
        refuse(
          begin + mark,
          'a quotation mark stands in a cell that does not begin with one',
          'put the whole cell in quotation marks, and double the mark inside of it',
        )
      add(body.slice(begin, at), begin)
    }
    if (body[at] === separator) {
      at++
      if (at === body.length) add('', at)
      continue
    }
    at += body.startsWith('\r\n', at) ? 2 : 1
    line++
    lineStart = at
    rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return { file, text: body, rows, separator, remarks: [] }
}
