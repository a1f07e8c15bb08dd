/*
 * Workbooks as spreadsheets write them, part by part: with errors, formulas, formats and whatever else a writer of
 * plain tables never makes.
 */

import { strToU8, zipSync } from 'fflate'

export interface Worksheet {
  name?: string
  state?: string
  /** XML of the cells by address, such as `<c r="A1" t="b"><v>1</v></c>`; plain texts are written as such */
  rows: (string | { xml: string } | undefined)[][]
  /** attributes of rows by number from 1 */
  rowAttributes?: Record<number, string>
  /** XML before and after the cells */
  before?: string
  after?: string
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** Formats 1 and 2 are a date and a percentage, 3 a date that the workbook defines, 4 euro. */
const styles = `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-407]d. mmmm yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;days&quot;"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`

/** The file of a workbook. `date1904` counts days from 1904. */
export function workbookOf(sheets: readonly Worksheet[], options: { date1904?: boolean } = {}): Uint8Array {
  const list = sheets.map(
    ({ name = 'Rules', state }, index) =>
      `<sheet name="${name}" sheetId="${index + 1}"${state ? ` state="${state}"` : ''} r:id="rId${index + 1}"/>`,
  )
  const parts: Record<string, string> = {
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr${options.date1904 ? ' date1904="1"' : ''}/><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships>${sheets.map((_, index) => `<Relationship Id="rId${index + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}</Relationships>`,
    'xl/styles.xml': styles,
  }
  sheets.forEach((sheet, index) => (parts[`xl/worksheets/sheet${index + 1}.xml`] = worksheetOf(sheet)))
  return zipSync(Object.fromEntries(Object.entries(parts).map(([path, xml]) => [path, strToU8(xml)])))
}

function worksheetOf({ rows, rowAttributes = {}, before = '', after = '' }: Worksheet): string {
  const lines = rows.map((cells, y) => {
    const written = cells.map((cell, x) => {
      const address = `${String.fromCharCode(65 + x)}${y + 1}`
      if (cell === undefined || cell === '') return ''
      return typeof cell === 'string'
        ? `<c r="${address}" t="inlineStr"><is><t xml:space="preserve">${escape(cell)}</t></is></c>`
        : cell.xml.replace('<c', `<c r="${address}"`)
    })
    return `<row r="${y + 1}" ${rowAttributes[y + 1] ?? ''}>${written.join('')}</row>`
  })
  return `${head}<worksheet xmlns="${main}">${before}<sheetData>${lines.join('')}</sheetData>${after}</worksheet>`
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
