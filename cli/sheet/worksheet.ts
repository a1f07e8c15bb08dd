/*
 * The cells of one worksheet. What cannot be told for sure is kept as a fault of its cell.
 */

import { readGuarded } from '#core/table/sheet/csv.ts'
import { percentOf } from '#core/table/sheet/number.ts'
import { addressOf, type Cell, type Sheet } from '#core/table/sheet/sheet.ts'
import type { Book } from './book.ts'
import { unescape, walk } from './xml.ts'

/** Cells of the smallest rectangle that holds all words: one that strayed far out would make a rectangle of billions. */
const mostCells = 1_000_000

interface Raw {
  row: number
  column: number
  type: string
  style: number
  value?: string
  formula: boolean
}

/** Reads the worksheet in a part of the workbook. Throws SyntaxError when it is damaged, or too large for a table. */
export function readWorksheet(book: Book, part: string, file: string): Sheet {
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
  const from1900 = serial < 60 ? serial + 1 : serial
  const days = from1904 ? serial + 1462 : from1900
  const at = new Date(Date.UTC(1899, 11, 30) + Math.round(days * 86_400_000))
  return Number.isNaN(at.getTime())
    ? String(serial)
    : at
        .toISOString()
        .replace(/T00:00:00\.000Z$/, '')
        .replace(/\.000Z$/, '')
}
