/*
 * Exported sheets, and what becomes of them when somebody or something damages one cell, one character, one column or
 * the encoding: the sheet is refused, or nothing changes but what the damaged cell says.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, expect, test } from 'vitest'
import { readCsv, writeCsv } from '#core/table/sheet/csv.ts'
import type { Sheet } from '#core/table/sheet/sheet.ts'
import { readSheet } from '#core/table/sheet/read.ts'
import { writeSheet } from '#core/table/sheet/write.ts'
import { parseTable } from '#core/table/definition.ts'
import { vocabulary } from '../fixture/vocabulary.ts'
import type { TableInput } from '#core/table/schema.ts'
import { SourceError } from '#core/source/source.ts'
import { decodeSheet } from '../../cli/sheet/encoding.ts'
import { readWorkbook, writeWorkbook } from '../../cli/sheet/workbook.ts'
import { anySheetTable } from '../suite/table-arbitrary.ts'

const means = { vocabulary, usual: 'lead' }
const runs = Number(process.env.RUNS ?? 100)
const directory = mkdtempSync(join(tmpdir(), 'holdfast-sheet-property-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** The table, or undefined when the sheet is refused: with a place in it, always. */
function read(open: () => Sheet): TableInput | undefined {
  try {
    const source = readSheet(open(), 'random', means)
    parseTable(source, vocabulary)
    return source.value as TableInput
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const { line, column } of error.problems) expect(Math.min(line, column)).toBeGreaterThan(0)
    return undefined
  }
}

/** Everything that a table says, one entry for each cell that can say it. */
function partsOf(table: TableInput): Map<string, string> {
  const parts = new Map<string, string>()
  const add = (value: object, prefix: string): void => {
    for (const [key, each] of Object.entries(value))
      if (each !== undefined) parts.set(`${prefix}${key}`, JSON.stringify(each))
  }
  const { rows, outputs, default: fallback, tests, ...head } = table
  add(head, '')
  add(outputs, 'output ')
  rows.forEach(({ when = {}, then, ...rest }, index) => {
    add(rest, `row ${index} `)
    add(when, `row ${index} when `)
    add(then, `row ${index} then `)
  })
  add(fallback ?? {}, 'default ')
  tests?.forEach((each, index) => add(each, `test ${index} `))
  return parts
}

const changed = (a: TableInput, b: TableInput): string[] => {
  const [before, after] = [partsOf(a), partsOf(b)]
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (part) => before.get(part) !== after.get(part),
  )
}

/** A row whose id was "default" once is a row like others, and the other way round: that is what the cell then says. */
const isDefaultRenamed = (a: TableInput, b: TableInput): boolean =>
  Boolean(a.default) !== Boolean(b.default) && Math.abs(a.rows.length - b.rows.length) === 1

test('a table survives the way through a workbook and back', async () => {
  const path = join(directory, 'table.xlsx')
  await fc.assert(
    fc.asyncProperty(anySheetTable, async (input) => {
      await writeWorkbook(path, writeSheet(input, vocabulary))
      expect(readSheet(readWorkbook(readFileSync(path), 'table.xlsx'), 'random', means).value).toEqual(input)
    }),
    { numRuns: runs },
  )
})

test('a table survives the way through a CSV and back, saved by a spreadsheet with semicolons or as UTF-16 too', () => {
  const again = (text: string): unknown => readSheet(readCsv(text), 'random', means).value
  fc.assert(
    fc.property(anySheetTable, (input) => {
      const cells = writeSheet(input, vocabulary)
      const text = writeCsv(cells)
      expect(again(text)).toEqual(input)
      const quoted = (separator: string): string =>
        readCsv(text)
          .rows.map(
            (row) => `${row.map((cell) => `"${cell.text.replaceAll('"', '""')}"`).join(separator)}\r\n`,
          )
          .join('')
      for (const separator of [';', '\t']) {
        const table = read(() => readCsv(quoted(separator)))
        // Numbers with three decimals may be thousands there.
        if (table) expect(table).toEqual(input)
        else expect(text).toMatch(/\d\.\d{3}(?!\d)/)
      }
      expect(again(decodeSheet(Buffer.from(text, 'utf16le'), 'x'))).toEqual(input)
    }),
    { numRuns: runs * 2 },
  )
})

const junk = fc.constantFrom(
  '',
  ' ',
  '*',
  '-',
  '#N/A',
  '#REF!',
  '#ДЕЛ/0!',
  'TRUE',
  'x',
  '5',
  '12,5',
  '1.500',
  '12 %',
  '> 5, < 10',
  'DE; AT',
  '!= DE',
  'not DE',
  '„DE',
  '"DE',
  "'DE",
  '=A1',
  '[1',
  '{',
  'n/a',
  '2026-01-05',
  '→ x',
  '1 hour',
  'r1',
)

test('a sheet with one cell damaged is refused, or nothing else changes', () => {
  let refused = 0
  let total = 0
  fc.assert(
    fc.property(anySheetTable, fc.nat(), fc.nat(), junk, (input, pickRow, pickColumn, value) => {
      const cells = writeSheet(input, vocabulary)
      const filled = cells.flatMap((row, index) => (row.length > 0 ? [index] : []))
      const row = filled[pickRow % filled.length]!
      const column = pickColumn % cells[row]!.length
      const header = cells.findIndex((each) => each.includes('→ team') && each[0] === 'id')
      const damaged = cells.with(row, cells[row]!.with(column, value))
      const table = read(() => readCsv(writeCsv(damaged)))
      total++
      if (!table) return void refused++
      if (isDefaultRenamed(input, table)) return
      const parts = changed(input, table)
      expect(parts.length, parts.join('; ')).toBeLessThanOrEqual(1)
      const was = cells[row]![column]!
      const asked = cells[header]![column] ?? ''
      const below =
        row > header && row - header <= input.rows.length && /^(lead|given|customer)\./.test(asked)
      // A condition that says something is never taken for "any".
      if (below && !/^[\s*-]*$/.test(value))
        expect(table.rows[row - header - 1]!.when).toHaveProperty([asked])
      if (/^#|^=|^„/.test(value) && row > header && was !== value)
        // In a note, a title or a test's name it is a text like others.
        expect(
          parts.every((part) => /note|name|about|title/.test(part)),
          parts.join(),
        ).toBe(true)
    }),
    { numRuns: runs * 10 },
  )
  expect(refused / total).toBeGreaterThan(0.4)
})

test('a CSV with one character damaged is refused, or nothing else changes', () => {
  const sign = fc.constantFrom(',', ';', '"', '\n', '\r', '\t', "'", '=', ' ', 'x', '5', '\u0000', '-', '(')
  const how = fc.constantFrom('insert', 'remove', 'replace')
  fc.assert(
    fc.property(anySheetTable, fc.nat(), sign, how, (input, pick, added, act) => {
      const text = writeCsv(writeSheet(input, vocabulary))
      const at = pick % text.length
      const damaged =
        text.slice(0, at) + (act === 'remove' ? '' : added) + text.slice(act === 'insert' ? at : at + 1)
      const table = read(() => readCsv(damaged))
      if (!table || isDefaultRenamed(input, table)) return
      const parts = changed(input, table)
      expect(parts.length, parts.join('; ')).toBeLessThanOrEqual(1)
    }),
    { numRuns: runs * 10 },
  )
})

test('a workbook that is damaged at any place of its parts is refused in words, or read', async () => {
  const path = join(directory, 'damaged.xlsx')
  const parts = [
    'xl/worksheets/sheet1.xml',
    'xl/sharedStrings.xml',
    'xl/workbook.xml',
    'xl/styles.xml',
  ] as const
  const damage = fc.record({
    pick: fc.nat(),
    length: fc.nat({ max: 30 }),
    added: fc.constantFrom('', '9', '-1', 'x', '"', '<', '1e9', '&#0;', ' r="A1"'),
  })
  await fc.assert(
    fc.asyncProperty(
      anySheetTable,
      fc.constantFrom(parts[0], ...parts),
      damage,
      async (input, part, { pick, length, added }) => {
        await writeWorkbook(path, writeSheet(input, vocabulary))
        const all = unzipSync(readFileSync(path))
        const xml = strFromU8(all[part]!)
        const at = pick % xml.length
        const bytes = zipSync({ ...all, [part]: strToU8(xml.slice(0, at) + added + xml.slice(at + length)) })
        let sheet: Sheet
        try {
          sheet = readWorkbook(bytes, 'damaged.xlsx')
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
          return
        }
        read(() => sheet)
      },
    ),
    { numRuns: runs * 3 },
  )
})

test('a column that is doubled is refused, and one that is removed takes only its own conditions along', () => {
  fc.assert(
    fc.property(anySheetTable, fc.nat(), (input, pick) => {
      const cells = writeSheet(input, vocabulary)
      const header = cells.findIndex((each) => each.includes('→ team') && each[0] === 'id')
      const end = header + 1 + input.rows.length + (input.default ? 1 : 0)
      const column = pick % cells[header]!.length
      const name = cells[header]![column]!
      const inTable = (change: (row: string[]) => string[]): string[][] =>
        cells.map((row, index) => (index >= header && index < end ? change(row) : row))
      const twice = inTable((row) => row.toSpliced(column, 0, row[column]!))
      expect(read(() => readCsv(writeCsv(twice)))).toBeUndefined()
      const without = read(() => readCsv(writeCsv(inTable((row) => row.toSpliced(column, 1)))))
      if (name.startsWith('→')) expect(without).toBeUndefined()
      else if (without && !(name === 'id' && input.default))
        expect(changed(input, without).filter((part) => !part.endsWith(` ${name}`))).toEqual([])
    }),
    { numRuns: runs * 2 },
  )
})
