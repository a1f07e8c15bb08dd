/*
 * Sheets as decision tables. A sheet that a person made needs no more than the table: the head is then taken from the
 * file's name, outputs are declared by what stands in their columns, rows are numbered.
 *
 * Invariant: every cell that is not empty is part of the table, or the sheet is refused with its address. Nothing is
 * skipped, and no cell changes what another one means.
 */

import { SourceError, type Source } from '../../source/source.ts'
import type { Fact } from '../../record/vocabulary.ts'
import { isHeading, type Cell, type Sheet } from './sheet.ts'
import { contextOf, readCondition } from './cell.ts'
import { readColumns, type Column } from './column.ts'
import { readDay } from './day.ts'
import { headOf, isHeadRow, readHead, recordOf, type SheetMeans } from './head.ts'
import { decimalSignOf, type DecimalSign } from './number.ts'
import { inferOutput, readOutput, type Output } from './output.ts'
import { isEmpty, SheetReport, type Path } from './report.ts'
import { readTestRow } from './test-row.ts'
import type { TableInput as Table } from '../schema.ts'

type Row = Table['rows'][number]

/**
 * The table file's value that a sheet stands for, as a source that knows the cell of every part; `name` names the
 * decision when the sheet does not. Throws SourceError with the address of every cell that cannot be read.
 */
export function readSheet(sheet: Sheet, name: string, means: SheetMeans): Source {
  const report = new SheetReport(sheet)
  const value = new SheetReader(sheet, report, means).read(name)
  if (report.problems.length > 0) throw new SourceError(report.problems)
  return report.source(value)
}

class SheetReader {
  readonly #sheet: Sheet
  readonly #report: SheetReport
  #columns: Column[] = []
  /** the first where none is headed so */
  #idColumn = 0
  readonly #means: SheetMeans
  #record = ''
  #decimal: DecimalSign = '.'

  constructor(sheet: Sheet, report: SheetReport, means: SheetMeans) {
    this.#sheet = sheet
    this.#report = report
    this.#means = means
  }

  read(name: string): Table {
    const { rows } = this.#sheet
    const at = rows.findIndex((row) => isHeading(row) && !isHeadRow(row))
    if (at < 0) {
      const cell = rows[0]?.[0] ?? { text: '', address: 'A1', line: 1, column: 1 }
      this.#report.refuse(
        cell,
        'no row names outputs: head their columns with an arrow, such as "→ team" or "-> team"',
      )
      throw new SourceError(this.#report.problems)
    }
    for (const cell of rows.flat()) if (cell.fault) this.#report.refuse(cell, cell.fault)
    const { head, declared } = readHead(this.#report, rows.slice(0, at))
    this.#record = recordOf(head.record, rows[at]!, this.#means)
    const about = { record: this.#record, ...this.#means }
    this.#columns = readColumns(this.#report, about, rows[at]!)
    this.#idColumn = Math.max(
      0,
      this.#columns.findIndex((column) => column.what === 'id'),
    )
    const { body, tests } = this.#readBelow(rows.slice(at + 1), rows[at]!.length)
    this.#decimal = decimalSignOf(this.#sheet.separator ?? ',', this.#numericCells(body))
    this.#declareOutputs(declared, body)
    const defaults = body.filter((row) => this.#isDefault(row))
    const [fallback, second] = defaults
    if (second)
      this.#report.refuse(this.#idCell(second), `${this.#idCell(fallback!).address} is the default already`)
    const table = {
      ...headOf(head, name, this.#record),
      outputs: declared,
      rows: body
        .filter((row) => !defaults.includes(row))
        .map((row, index) => this.#readRow(row, index, declared)),
      ...(fallback && { default: this.#readDefault(fallback, declared) }),
      ...(tests.length > 0 && { tests: tests.map((row, index) => readTestRow(this.#report, row, index)) }),
    }
    this.#refuseTwins(table.rows)
    return table
  }

  #fact(name: string): Fact | undefined {
    return this.#means.vocabulary.find(this.#record, name)
  }

  #readBelow(rows: readonly Cell[][], width: number): { body: Cell[][]; tests: Cell[][] } {
    const body: Cell[][] = []
    const tests: Cell[][] = []
    let ended = false
    for (const row of rows) {
      if (row.every(isEmpty)) {
        ended = body.length > 0
        continue
      }
      const isJson = [2, 4].some((at) => /^\{(?!%)/.test(row[at]?.text.trim() ?? ''))
      if (row[0]?.text.trim() === 'test' && (ended || isJson)) tests.push(row)
      else {
        if (tests.length > 0 || (ended && isJson))
          this.#report.refuse(
            row.find((cell) => !isEmpty(cell))!,
            'only rows that begin with "test" follow the table',
            'rows of the table stand above the tests',
          )
        body.push(row)
        this.#checkWidth(row, width)
      }
    }
    return { body, tests }
  }

  /** In CSV a separator too many or too few moves all cells behind it. */
  #checkWidth(row: readonly Cell[], width: number): void {
    const { separator } = this.#sheet
    if (separator !== undefined && row.length !== width) {
      this.#report.refuse(
        row.at(-1)!,
        `this row has ${row.length} cells, the heading has ${width}`,
        `a cell that holds ${separator === '\t' ? 'a tab' : `"${separator}"`} stands in quotation marks, and empty cells have their separator too`,
      )
      return
    }
    row.forEach((cell, place) => {
      if (!isEmpty(cell) && (this.#columns[place]?.what ?? 'nothing') === 'nothing')
        this.#report.refuse(
          cell,
          'nothing heads this column',
          'name the fact or the output in the heading, or remove the cell',
        )
    })
  }

  #numericCells(body: readonly Cell[][]): string[] {
    return this.#columns.flatMap(({ what, name }, place) =>
      what === 'output' || (what === 'condition' && this.#fact(name)?.type === 'number')
        ? body.map((row) => row[place]?.text ?? '')
        : [],
    )
  }

  #declareOutputs(declared: Record<string, Output>, body: readonly Cell[][]): void {
    const isDeclared = Object.keys(declared).length > 0
    const columns = this.#columns.filter((column) => column.what === 'output')
    for (const name of Object.keys(declared))
      if (!columns.some((column) => column.name === name))
        this.#report.refuse(this.#report.placeOf(['outputs', name])!, `no column is headed "→ ${name}"`)
    this.#columns.forEach(({ what, name, head }, place) => {
      if (what !== 'output' || Object.hasOwn(declared, name)) return
      if (isDeclared) this.#report.refuse(head, `output "${name}" is not declared above, as others are`)
      this.#report.place(['outputs', name], head)
      const cells = body.flatMap((row) => row[place] ?? [])
      declared[name] = inferOutput(cells, this.#decimal, (cell, message, hint) =>
        this.#report.refuse(cell, message, hint),
      )
    })
  }

  #idCell(row: readonly Cell[]): Cell {
    return row[this.#idColumn] ?? row[0]!
  }

  #isDefault(row: readonly Cell[]): boolean {
    return this.#idCell(row).text.trim().toLowerCase() === 'default'
  }

  #readRow(row: readonly Cell[], index: number, declared: Record<string, Output>): Row {
    const when: Record<string, unknown> = {}
    const extra: Partial<Record<'note' | 'from' | 'until', string>> = {}
    const path = ['rows', index]
    const idCell = this.#idCell(row)
    let id = ''
    this.#report.place(path, idCell)
    this.#columns.forEach(({ what, name }, place) => {
      const cell = row[place]
      if (!cell) return
      if (what === 'id') {
        id = cell.text.trim()
        this.#checkId(cell, id)
        this.#report.place([...path, 'id'], cell)
      } else if (what === 'note' || what === 'from' || what === 'until') {
        const text = this.#aside(cell, what)
        if (text !== undefined) extra[what] = text
        this.#report.place([...path, what], cell)
      } else if (what === 'condition') {
        const accepts = this.#condition(cell, name)
        if (!accepts) return
        const keys = name.endsWith('.$or') ? name.split('.') : [name]
        setAt(when, keys, accepts)
        this.#report.place([...path, 'when', ...keys], cell)
      }
    })
    return {
      id: id || `row-${index + 1}`,
      ...(Object.keys(when).length > 0 && { when }),
      then: this.#then(row, [...path, 'then'], declared),
      ...extra,
    }
  }

  /** A note, or the day from or until which the row counts. */
  #aside(cell: Cell, what: 'note' | 'from' | 'until'): string | undefined {
    if (isEmpty(cell)) return undefined
    return what === 'note' ? cell.text : readDay(this.#report, cell)
  }

  #checkId(cell: Cell, id: string): void {
    if (cell.kind === 'date' || (id !== '' && !/^[a-z0-9][a-z0-9-]*$/.test(id))) {
      const near = id
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
      this.#report.refuse(cell, `"${id}" is no id: small letters, digits and dashes`, near && `write ${near}`)
    }
  }

  #condition(cell: Cell, name: string): unknown[] | undefined {
    const fact = this.#fact(name)
    return this.#report.attempt(cell, () => {
      const text = cell.text.trim()
      if (cell.kind === 'number') return [Number(text)]
      if (cell.kind === 'flag') return [text === 'true']
      if (cell.kind === 'percent') {
        if (/percent$/i.test(name)) return [Number(text)]
        throw new SyntaxError('this is a percentage: write 12 or 0.12 as a plain number')
      }
      if (cell.kind === 'date')
        throw new SyntaxError(
          `this is the date ${text}, which spreadsheets make of texts such as 1-2: format the cell as text`,
        )
      return readCondition(cell.text, contextOf(fact, this.#decimal))
    })
  }

  #then(row: readonly Cell[], path: Path, declared: Record<string, Output>): Row['then'] {
    const then: Row['then'] = {}
    this.#report.place(path, this.#idCell(row))
    this.#columns.forEach(({ what, name }, place) => {
      const cell = row[place]
      if (what !== 'output' || !cell || isEmpty(cell)) return
      this.#report.place([...path, name], cell)
      const value = this.#report.attempt(cell, () =>
        readOutput(cell, declared[name]!, { name, decimal: this.#decimal }),
      )
      if (value !== undefined) then[name] = value
    })
    return then
  }

  #readDefault(row: readonly Cell[], declared: Record<string, Output>): Row['then'] {
    this.#columns.forEach(({ what }, place) => {
      const cell = row[place]
      if (!cell || isEmpty(cell) || cell.fault) return
      if (what === 'condition' && this.#report.attempt(cell, () => readCondition(cell.text)) !== undefined)
        this.#report.refuse(
          cell,
          'the default has no conditions',
          'give the row an id of its own, or empty the cell',
        )
      else if (what === 'from' || what === 'until')
        this.#report.refuse(cell, 'the default counts always', 'empty the cell')
      else if (what === 'note')
        this.#sheet.remarks.push(`the note in ${cell.address} is left out: a default has none`)
    })
    return this.#then(row, ['default'], declared)
  }

  #refuseTwins(rows: readonly Row[]): void {
    const seen = new Map<string, Cell>()
    rows.forEach(({ id }, index) => {
      const cell = this.#report.placeOf(['rows', String(index)])!
      const twin = seen.get(id)
      if (twin)
        this.#report.refuse(
          cell,
          `id "${id}" names the row of ${twin.address} too`,
          'ids name rows in explanations: choose another one',
        )
      seen.set(id, cell)
    })
  }
}

/** Sets a value below keys, whose objects are made on the way. */
function setAt(object: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const parent = keys.slice(0, -1).reduce((into, key) => (into[key] ??= {}) as typeof object, object)
  parent[keys.at(-1)!] = value
}
