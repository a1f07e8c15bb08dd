/*
 * Workbooks (.xlsx, ECMA-376) as sheets and back.
 *
 * A table decides about people, so a cell must say what it says beyond doubt: errors, formulas that were never
 * computed, merged cells and what is hidden are kept as faults with their address instead of being skipped, which is why
 * the parts that a table needs are read here. Rejected: read-excel-file, which leaves errors and uncomputed formulas
 * empty; a sheet reader for every purpose, which brings far more than a table of texts needs.
 */

import { posix } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { Parser } from 'saxen'
import { addressOf, isHeading, type Cell, type Sheet } from '#core/table/sheet/sheet.ts'
import { guardCell, readGuarded } from '#core/table/sheet/csv.ts'
import { percentOf } from '#core/table/sheet/number.ts'

/** Parts of a workbook are XML that is a tenth when packed: a file of more than this is no table. */
const mostBytes = 50_000_000
/** Cells of the smallest rectangle that holds all words: one that strayed far out would make a rectangle of billions. */
const mostCells = 1_000_000

/** Of which date formats ECMA-376 makes (18.8.30), besides those that a workbook defines. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58)

type Attributes = Record<string, string>

interface Style {
  kind?: 'percent' | 'date'
}

interface Book {
  sheets: { name: string; part: string; hidden: boolean }[]
  texts: string[]
  styles: Style[]
  /** days are counted from 1904, not from 1900 */
  from1904: boolean
  read(part: string): string | undefined
}

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

function openBook(bytes: Uint8Array, file: string): Book {
  let size = 0
  let parts: Record<string, Uint8Array>
  try {
    parts = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/\.(xml|rels)$/i.test(name) || !/^(xl\/|_rels\/)/i.test(name)) return false
        size += originalSize
        if (size > mostBytes) throw new SyntaxError('too large')
        return true
      },
    })
  } catch (error) {
    throw new SyntaxError(
      error instanceof SyntaxError
        ? `${file} is more than ${mostBytes / 1_000_000} MB unpacked, which no table is`
        : `${file} is no workbook, or damaged: save it as .xlsx or as CSV UTF-8`,
      { cause: error },
    )
  }
  const read = (part: string): string | undefined => parts[part] && strFromU8(parts[part])
  const workbook = read('xl/workbook.xml')
  if (workbook === undefined)
    throw new SyntaxError(`${file} is no workbook of this kind: save it as .xlsx or as CSV UTF-8`)
  const targets = new Map<string, string>()
  walk(read('xl/_rels/workbook.xml.rels') ?? '', file, {
    open: (tag, attributes) => {
      const { Id: id, Target: target } = attributes
      if (tag === 'Relationship' && id !== undefined && target !== undefined)
        targets.set(id, posix.join('/xl', target.startsWith('/') ? `..${target}` : target).slice(1))
    },
  })
  const sheets: Book['sheets'] = []
  let from1904 = false
  walk(workbook, file, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      if (tag !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1]
      const part = targets.get(id ?? '')
      if (part !== undefined && /worksheets\//.test(part))
        sheets.push({
          name: attributes.name ?? '',
          part,
          hidden: (attributes.state ?? 'visible') !== 'visible',
        })
    },
  })
  return {
    sheets,
    texts: readTexts(read, file),
    styles: readStyles(read('xl/styles.xml') ?? '', file),
    from1904,
    read,
  }
}

interface Hooks {
  open?(tag: string, attributes: Attributes): void
  close?(tag: string): void
  text?(text: string): void
}

/** Walks XML, tags without their prefix. Throws SyntaxError when it is none. */
function walk(xml: string, file: string, { open, close, text }: Hooks): void {
  const bare = (name: string): string => name.slice(name.indexOf(':') + 1)
  const parser = new Parser()
  parser.on('openTag', (name, attributesOf, decode) => {
    const attributes = attributesOf()
    open?.(
      bare(name),
      Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, decode(String(value))])),
    )
  })
  parser.on('closeTag', (name) => close?.(bare(name)))
  parser.on('text', (value, decode) => text?.(decode(value)))
  parser.on('cdata', (value) => text?.(value))
  // An attribute that is none would only be a warning, and left out: a cell would say something else.
  for (const what of ['error', 'warn'] as const)
    parser.on(what, (error) => {
      throw new SyntaxError(`${file} is damaged: ${error.message}`)
    })
  if (xml !== '') parser.parse(xml)
}

/** Control characters are written as _x000D_. */
const unescape = (text: string): string =>
  text.replace(/_x([0-9a-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
const escape = (text: string): string =>
  text
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    // oxlint-disable-next-line no-control-regex
    .replace(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )

function readTexts(read: Book['read'], file: string): string[] {
  const texts: string[] = []
  let current = ''
  let inText = false
  let phonetic = false
  walk(read('xl/sharedStrings.xml') ?? '', file, {
    open(tag) {
      if (tag === 'si') current = ''
      inText = tag === 't'
      if (tag === 'rPh') phonetic = true
    },
    close(tag) {
      if (tag === 'si') texts.push(unescape(current))
      if (tag === 't') inText = false
      if (tag === 'rPh') phonetic = false
    },
    text(value) {
      if (inText && !phonetic) current += value
    },
  })
  return texts
}

function readStyles(xml: string, file: string): Style[] {
  const formats = new Map<number, string>()
  const styles: Style[] = []
  let inCells = false
  walk(xml, file, {
    open(tag, attributes) {
      if (tag === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (tag === 'cellXfs') inCells = true
      if (tag === 'xf' && inCells) styles.push(styleOf(Number(attributes.numFmtId ?? 0), formats))
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false
    },
  })
  return styles
}

function styleOf(id: number, formats: ReadonlyMap<number, string>): Style {
  const code = formats.get(id)
  if (code === undefined)
    return id === 9 || id === 10 ? { kind: 'percent' } : isBuiltInDate(id) ? { kind: 'date' } : {}
  // Quoted words, escaped signs, colours and conditions are no format.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]/gi, '')
  if (bare.includes('%')) return { kind: 'percent' }
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare) ? { kind: 'date' } : {}
}

interface Raw {
  row: number
  column: number
  type: string
  style: number
  value?: string
  formula: boolean
}

function readWorksheet(book: Book, part: string, file: string): Sheet {
  const xml = book.read(part)
  if (xml === undefined) throw new SyntaxError(`${file} is damaged: ${part} is missing`)
  const cells = new Map<string, Raw>()
  const merged: string[] = []
  const damaged = (what: string): never => {
    throw new SyntaxError(`${file} is damaged: ${what} in ${part}`)
  }
  const hiddenRows = new Set<number>()
  const hiddenColumns: [number, number][] = []
  let [row, column] = [-1, -1]
  let current: Raw | undefined
  let reading = false
  let phonetic = false
  walk(xml, file, {
    open(tag, attributes) {
      if (tag === 'row') {
        if (!/^[1-9]\d{0,6}$/.test(attributes.r ?? '1')) damaged(`there is a row "${attributes.r}"`)
        row = attributes.r === undefined ? row + 1 : Number(attributes.r) - 1
        column = -1
        if (/^(1|true)$/.test(attributes.hidden ?? '')) hiddenRows.add(row)
      } else if (tag === 'col' && /^(1|true)$/.test(attributes.hidden ?? ''))
        hiddenColumns.push([Number(attributes.min) - 1, Number(attributes.max) - 1])
      else if (tag === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
        const address = addressOf(row, column)
        if (column < 0 || address !== (attributes.r ?? address))
          damaged(`a cell "${attributes.r}" is in row ${row + 1}`)
        if (cells.has(address)) damaged(`cell ${address} stands twice`)
        current = { row, column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), formula: false }
        cells.set(address, current)
      } else if (tag === 'f' && current) current.formula = true
      else if (tag === 'rPh') phonetic = true
      else if ((tag === 'v' || tag === 't') && current) {
        reading = !phonetic
        current.value ??= ''
      } else if (tag === 'mergeCell') {
        if (!/^[A-Z]{1,3}[1-9]\d{0,6}(?::|$)/.test(attributes.ref ?? '')) damaged('cells are merged nowhere')
        merged.push(attributes.ref!)
      }
    },
    close(tag) {
      if (tag === 'c') current = undefined
      if (tag === 'v' || tag === 't') reading = false
      if (tag === 'rPh') phonetic = false
    },
    text(value) {
      if (reading && current) current.value += value
    },
  })
  const isHidden = (at: Raw): boolean =>
    hiddenRows.has(at.row) || hiddenColumns.some(([min, max]) => at.column >= min && at.column <= max)
  // What has a colour only, or a border, says nothing: whole columns of such cells are common.
  const filled = [...cells.values()].filter((cell) => cell.value !== undefined || cell.formula)
  let [height, width, last] = [0, 0, '']
  for (const cell of filled) {
    if (cell.row >= height || cell.column >= width) last = addressOf(cell.row, cell.column)
    height = Math.max(height, cell.row + 1)
    width = Math.max(width, cell.column + 1)
    if (height * width > mostCells)
      throw new SyntaxError(
        `${file}: cell ${last} is further out than tables reach: delete what strayed there`,
      )
  }
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x): Cell => ({
      text: '',
      address: addressOf(y, x),
      line: y + 1,
      column: x + 1,
    })),
  )
  for (const raw of filled) {
    const cell = rows[raw.row]![raw.column]!
    Object.assign(cell, contentOf(raw, book))
    if (isHidden(raw) && (cell.text.trim() !== '' || cell.fault !== undefined))
      cell.fault = `this is in a hidden ${hiddenRows.has(raw.row) ? 'row' : 'column'}: show it, or delete it`
  }
  for (const ref of merged) {
    const cell = rows[Number(/\d+/.exec(ref)![0]) - 1]?.[columnOf(ref)]
    // An empty block hides nothing: each of its cells says the same.
    if (cell && cell.text.trim() !== '')
      cell.fault ??= `the cells ${ref} are merged: split them, and write the value into each`
  }
  return { file, text: '', rows, remarks: [] }
}

const columnOf = (address: string): number =>
  [.../^[A-Z]*/.exec(address)![0]].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1

function contentOf(raw: Raw, { texts, styles, from1904 }: Book): Partial<Cell> {
  const { type, value } = raw
  if (type === 'e')
    return { text: value ?? '', fault: `this is the error ${value}: mend its formula, or write the value` }
  if (raw.formula && (value === undefined || (value === '' && type !== 'str')))
    return {
      fault:
        'this is a formula that was never computed: open and save the workbook in a spreadsheet, or write the value',
    }
  if (value === undefined) return {}
  if (type === 's') {
    const text = /^\d+$/.test(value) ? texts[Number(value)] : undefined
    return text === undefined
      ? { fault: 'the workbook is damaged, and the text of this cell is lost: write it again' }
      : { text: readGuarded(text) }
  }
  if (type === 'str' || type === 'inlineStr') return { text: readGuarded(unescape(value)) }
  if (type === 'b') {
    const text = { 1: 'true', true: 'true', 0: 'false', false: 'false' }[value.trim().toLowerCase()]
    return text === undefined
      ? { text: value, fault: `"${value}" is neither true nor false` }
      : { text, kind: 'flag' }
  }
  if (type !== 'n' && type !== 'd')
    return { text: value, fault: `"${type}" is no kind of cell that is known` }
  if (type === 'd') return { text: value.replace(/T00:00:00(\.0+)?Z?$/, ''), kind: 'date' }
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number))
    return { text: value, fault: `"${value}" is no number` }
  const { kind } = styles[raw.style] ?? {}
  if (kind === 'percent') return { text: String(percentOf(number)), kind }
  if (kind === 'date') return { text: dayOf(number, from1904), kind }
  return { text: String(number), kind: 'number' }
}

/**
 * The day that a spreadsheet counts (ECMA-376, 18.17.4): from 1900 with a 29 February that never was, or from 1904.
 * With a time it is written without a zone, because it has none.
 */
function dayOf(serial: number, from1904: boolean): string {
  const days = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial
  const at = new Date(Date.UTC(1899, 11, 30) + Math.round(days * 86_400_000))
  return Number.isNaN(at.getTime())
    ? String(serial)
    : at
        .toISOString()
        .replace(/T00:00:00\.000Z$/, '')
        .replace(/\.000Z$/, '')
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
