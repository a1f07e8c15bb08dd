// Comma-separated values (RFC 4180), as spreadsheets write and read them.
//
// A cell that begins with = + - @ would be run as a formula when a spreadsheet opens the file, so such cells get an
// apostrophe in front, which spreadsheets take for "this is text". Reading takes one apostrophe away, so what was
// written comes back; plain numbers are no formulas and stay.

const dangerous = /^['=+\-@\t\r]/
const plainNumber = /^-?\d+(\.\d+)?$/

/** Makes a cell harmless for spreadsheets; `readCell` is its inverse. */
export const guardCell = (text: string): string =>
  dangerous.test(text) && !plainNumber.test(text) ? `'${text}` : text

/** The text that was meant by a cell. */
export const readCell = (text: string): string => (text.startsWith("'") ? text.slice(1) : text)

/** Writes rows of cells. Ends every line with CR LF, as the RFC wants and all spreadsheets accept. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => quote(guardCell(cell))).join(',')}\r\n`).join('')
}

const quote = (text: string): string =>
  /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/**
 * Reads rows of cells. The separator is the comma, or the semicolon or tab where the first line has more of those (as
 * spreadsheets in many countries write). Throws SyntaxError with the line of a quotation mark that is never closed.
 */
export function readCsv(text: string): string[][] {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const separator = separatorOf(body)
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < body.length) {
    let cell: string
    if (body[at] === '"') {
      const opened = at
      cell = ''
      for (;;) {
        const end = body.indexOf('"', at + 1)
        if (end < 0)
          throw new SyntaxError(
            `line ${body.slice(0, opened).split('\n').length}: a quotation mark is never closed`,
          )
        cell += body.slice(at + 1, end)
        at = end + 1
        if (body[at] !== '"') break
        cell += '"'
      }
      // Lenient as spreadsheets are: what follows a closing mark belongs to the cell.
      const end = endOf(body, at, separator)
      cell += body.slice(at, end)
      at = end
    } else {
      const end = endOf(body, at, separator)
      cell = body.slice(at, end)
      at = end
    }
    row.push(readCell(cell))
    if (body[at] === separator) {
      at++
      if (at === body.length) row.push('')
      continue
    }
    at += body.startsWith('\r\n', at) ? 2 : 1
    rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}

function endOf(body: string, from: number, separator: string): number {
  let at = from
  while (at < body.length && body[at] !== separator && body[at] !== '\n' && body[at] !== '\r') at++
  return at
}

function separatorOf(body: string): string {
  // Quoted parts may hold any of the signs.
  const line =
    body
      .slice(0, 2000)
      .replace(/"[^"]*"/g, '')
      .split(/\r?\n/, 1)[0] ?? ''
  const counts = [',', ';', '\t'].map((sign) => [sign, line.split(sign).length] as const)
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0]
}
