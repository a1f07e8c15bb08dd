// Sheets as decision tables. A sheet that a person made needs no more than the table: the head is then taken from the
// file's name, outputs are declared by what stands in their columns, rows are numbered.
//
// Invariant: every cell that is not empty is part of the table, or the sheet is refused with its address. Nothing is
// skipped, and no cell changes what another one means.

import { nearest, SourceError, type Source } from '../../source/source.ts'
import { findFact, factsOf, type RecordKind } from '../fact.ts'
import { headKeys, plainColumns, type Cell, type Sheet } from './sheet.ts'
import { contextOf, readCondition } from './cell.ts'
import { headOf, readHead, recordOf } from './head.ts'
import { decimalSignOf, type DecimalSign } from './number.ts'
import { inferOutput, readOutput, type Output } from './output.ts'
import { isEmpty, SheetReport, type Path } from './report.ts'
import type { TableInput as Table } from '../table-schema.ts'

type Row = Table['rows'][number]

interface Column {
  name: string
  what: 'id' | 'note' | 'from' | 'until' | 'condition' | 'output' | 'nothing'
  head: Cell
}

/**
 * The table file's value that a sheet stands for, as a source that knows the cell of every part; `name` names the
 * decision when the sheet does not. Throws SourceError with the address of every cell that cannot be read.
 */
export function readSheet(sheet: Sheet, name: string): Source {
  const report = new SheetReport(sheet)
  const value = new SheetReader(sheet, report).read(name)
  if (report.problems.length > 0) throw new SourceError(report.problems)
  return report.source(value)
}

class SheetReader {
  readonly #sheet: Sheet
  readonly #report: SheetReport
  #columns: Column[] = []
  #record: RecordKind = 'lead'
  #decimal: DecimalSign = '.'

  constructor(sheet: Sheet, report: SheetReport) {
    this.#sheet = sheet
    this.#report = report
  }

  read(name: string): Table {
    const { rows } = this.#sheet
    const at = rows.findIndex((row) => row.some(isHeading) && !isHeadRow(row))
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
    this.#record = recordOf(head.record, rows[at]!)
    this.#columns = this.#readColumns(rows[at]!)
    const { body, tests } = this.#readBelow(rows.slice(at + 1), rows[at]!.length)
    this.#decimal = decimalSignOf(this.#sheet.separator ?? ',', this.#numericCells(body))
    this.#declareOutputs(declared, body)
    const fallback = body.filter((row) => this.#isDefault(row))
    if (fallback.length > 1)
      this.#report.refuse(
        this.#idCell(fallback[1]!),
        `${this.#idCell(fallback[0]!).address} is the default already`,
      )
    const table = {
      ...headOf(head, name, this.#record),
      outputs: declared,
      rows: body
        .filter((row) => !this.#isDefault(row))
        .map((row, index) => this.#readRow(row, index, declared)),
      ...(fallback[0] && { default: this.#readDefault(fallback[0], declared) }),
      ...(tests.length > 0 && { tests: tests.map((row, index) => this.#readTest(row, index)) }),
    }
    this.#refuseTwins(table.rows)
    return table
  }

  #readColumns(row: readonly Cell[]): Column[] {
    const seen = new Map<string, Cell>()
    return row.map((head): Column => {
      const text = head.text.trim()
      const output = isHeading(head)
      const name = output ? text.replace(arrow, '').trim() : text
      const plain = (plainColumns as readonly string[]).includes(name)
      const what =
        text === '' ? 'nothing' : output ? 'output' : plain ? (name as Column['what']) : 'condition'
      if (what === 'nothing') return { name, what, head }
      const twin = seen.get(`${what} ${name}`)
      if (twin)
        this.#report.refuse(
          head,
          `"${text}" heads column ${twin.address} too`,
          what === 'condition'
            ? 'put both conditions into one cell, such as [50..250)'
            : 'remove one of them',
        )
      seen.set(`${what} ${name}`, head)
      if (what === 'output' && !/^[a-zA-Z]\w*$/.test(name))
        this.#report.refuse(
          head,
          `"${name}" names no output`,
          'a name is letters and digits, such as → respondWithin',
        )
      if (what === 'condition') this.#checkFact(head, name)
      return { name, what, head }
    })
  }

  #checkFact(head: Cell, name: string): void {
    if (name === '$or' || name.endsWith('.$or') || findFact(this.#record, name)) return
    const near =
      nearest(name, [...factsOf[this.#record].map((fact) => fact.name), ...plainColumns]) ??
      factsOf[this.#record].find((fact) => fact.name.endsWith(`.${name.toLowerCase()}`))?.name
    this.#report.refuse(
      head,
      `there is no fact "${name}" for a table about ${this.#record}`,
      near
        ? `did you mean "${near}"?`
        : 'an output is headed by an arrow, such as → team; docs/rules.md lists every fact',
    )
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
      what === 'output' || (what === 'condition' && findFact(this.#record, name)?.type === 'number')
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
    return (
      row[
        Math.max(
          0,
          this.#columns.findIndex((column) => column.what === 'id'),
        )
      ] ?? row[0]!
    )
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
        const text = isEmpty(cell) ? undefined : what === 'note' ? cell.text : this.#day(cell)
        if (text !== undefined) extra[what] = text
        this.#report.place([...path, what], cell)
      } else if (what === 'condition') {
        const accepts = this.#condition(cell, name)
        if (accepts) this.#setCondition(when, [...path, 'when'], name, accepts, cell)
      }
    })
    return {
      id: id || `row-${index + 1}`,
      ...(Object.keys(when).length > 0 && { when }),
      then: this.#then(row, [...path, 'then'], declared),
      ...extra,
    }
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
    const fact = findFact(this.#record, name)
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

  #setCondition(
    when: Record<string, unknown>,
    path: Path,
    column: string,
    accepts: unknown[],
    cell: Cell,
  ): void {
    const keys = column.endsWith('.$or') ? column.split('.') : [column]
    keys.slice(0, -1).reduce((into, key) => (into[key] ??= {}) as Record<string, unknown>, when)[
      keys.at(-1)!
    ] = accepts
    this.#report.place([...path, ...keys], cell)
  }

  /** A day or a moment. Days by dots are unmistakable, days by slashes are not. */
  #day(cell: Cell): string | undefined {
    const text = cell.text.trim()
    const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text)
    const iso = dotted ? `${dotted[3]}-${dotted[2]!.padStart(2, '0')}-${dotted[1]!.padStart(2, '0')}` : text
    const [day] = iso.split('T')
    const time = Date.parse(`${day}T00:00:00Z`)
    if (
      /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(iso) &&
      !Number.isNaN(time) &&
      new Date(time).toISOString().startsWith(day!)
    )
      return iso
    if (cell.fault === undefined)
      this.#report.refuse(
        cell,
        /^\d+(\.\d+)?$/.test(text)
          ? `${text} is how spreadsheets count days: format the cell as a date`
          : `"${text}" is no day: write 2026-12-31, or a moment as 2026-12-31T18:00:00Z`,
      )
    return undefined
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

  #readTest(row: readonly Cell[], index: number): NonNullable<Table['tests']>[number] {
    const [first, name, given, at, expect] = row
    const path = ['tests', index]
    this.#report.place(path, name ?? first!)
    for (const [part, cell] of Object.entries({ given, expect }))
      if (cell && !isEmpty(cell)) this.#report.place([...path, part], cell)
      else
        this.#report.refuse(
          cell ?? first!,
          `a test says in JSON what is ${part === 'given' ? 'given' : 'expected'}`,
        )
    for (const cell of row.slice(5))
      if (!isEmpty(cell))
        this.#report.refuse(cell, 'a test has five cells: test, its name, given, at, expect')
    const moment = at && !isEmpty(at) ? this.#day(at) : undefined
    return {
      name: name?.text ?? '',
      given: given && !isEmpty(given) ? this.#report.json(given) : {},
      ...(moment !== undefined && { at: moment }),
      expect: expect && !isEmpty(expect) ? this.#report.json(expect) : {},
    }
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

const arrow = /^(→|->)/
const isHeading = (cell: Cell): boolean => arrow.test(cell.text.trim())
const isHeadRow = (row: readonly Cell[]): boolean =>
  [...headKeys, 'output'].some((key) => key === row[0]?.text.trim())
