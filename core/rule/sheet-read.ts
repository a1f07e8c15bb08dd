// Sheets as decision tables. A sheet that a person made needs no more than the table: the head is then taken from the
// file's name, outputs are declared by what stands in their columns, rows are numbered.
//
// Invariant: every cell that is not empty is part of the table, or the sheet is refused with its address. Nothing is
// skipped, and no cell changes what another one means.

import { nearest, SourceError, type Problem, type Source } from '../source/source.ts'
import { findFact, factsOf, recordKinds, type RecordKind } from './fact.ts'
import { cellProblem, headKeys, plainColumns, type Cell, type Sheet } from './sheet.ts'
import { contextOf, readCondition } from './sheet-cell.ts'
import { decimalSignOf, type DecimalSign } from './sheet-number.ts'
import { inferOutput, readOutput, type Output } from './sheet-output.ts'
import { outputTypes, type TableInput as Table } from './table-schema.ts'

type Row = Table['rows'][number]
type Path = (string | number)[]

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
  const reader = new SheetReader(sheet)
  const value = reader.read(name)
  if (reader.problems.length > 0) throw new SourceError(reader.problems)
  return reader.source(value)
}

class SheetReader {
  readonly problems: Problem[] = []
  readonly #sheet: Sheet
  readonly #places = new Map<string, Cell>()
  #columns: Column[] = []
  #record: RecordKind = 'lead'
  #decimal: DecimalSign = '.'

  constructor(sheet: Sheet) {
    this.#sheet = sheet
  }

  read(name: string): Table {
    const { rows } = this.#sheet
    const at = rows.findIndex((row) => row.some(isHeading) && !isHeadRow(row))
    if (at < 0) {
      const cell = rows[0]?.[0] ?? { text: '', address: 'A1', line: 1, column: 1 }
      this.#refuse(
        cell,
        'no row names outputs: head their columns with an arrow, such as "→ team" or "-> team"',
      )
      throw new SourceError(this.problems)
    }
    for (const cell of rows.flat()) if (cell.fault) this.#refuse(cell, cell.fault)
    const { head, declared } = this.#readHead(rows.slice(0, at))
    this.#record = recordOf(head.record, rows[at]!)
    this.#columns = this.#readColumns(rows[at]!)
    const { body, tests } = this.#readBelow(rows.slice(at + 1), rows[at]!.length)
    this.#decimal = decimalSignOf(this.#sheet.separator ?? ',', this.#numericCells(body))
    this.#declareOutputs(declared, body)
    const fallback = body.filter((row) => this.#isDefault(row))
    if (fallback.length > 1)
      this.#refuse(this.#idCell(fallback[1]!), `${this.#idCell(fallback[0]!).address} is the default already`)
    const table = {
      ...this.#headOf(head, name),
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

  /** The table as a source whose places are the sheet's cells. */
  source(value: Table): Source {
    const cellAt = (path: readonly (string | number)[]): Cell | undefined => {
      for (let length = path.length; length > 0; length--) {
        const cell = this.#places.get(JSON.stringify(path.slice(0, length).map(String)))
        if (cell) return cell
      }
      return undefined
    }
    return {
      file: this.#sheet.file,
      text: this.#sheet.text,
      value,
      locate(path) {
        const { line = 1, column = 1 } = cellAt(path) ?? {}
        return { file: this.file, line, column }
      },
      slice: (path) => this.#places.get(JSON.stringify(path.map(String)))?.text,
    }
  }

  #refuse(cell: Cell, message: string, hint?: string): void {
    this.problems.push(cellProblem(this.#sheet.file, cell, message, hint))
  }

  /** Does what may throw SyntaxError about a cell. */
  #attempt<T>(cell: Cell, read: () => T): T | undefined {
    if (cell.fault) return undefined
    try {
      return read()
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error
      this.#refuse(cell, error.message)
      return undefined
    }
  }

  #place(path: Path, cell: Cell): void {
    this.#places.set(JSON.stringify(path.map(String)), cell)
  }

  #readHead(rows: readonly Cell[][]): { head: Record<string, string>; declared: Record<string, Output> } {
    const head: Record<string, string> = {}
    const declared: Record<string, Output> = {}
    for (const row of rows) {
      const [key, value] = row
      if (!key || row.every(isEmpty)) continue
      const name = key.text.trim()
      const isOutput = name === 'output'
      for (const cell of row.slice(isOutput ? 4 : 2))
        if (!isEmpty(cell)) this.#refuse(cell, `nothing is expected here, beside ${key.address}`)
      if (isOutput) {
        const output = value?.text.trim() ?? ''
        const twin = this.#places.get(JSON.stringify(['outputs', output]))
        if (twin) this.#refuse(value ?? key, `output "${output}" is declared in ${twin.address} already`)
        this.#place(['outputs', output], value ?? key)
        declared[output] = this.#readDeclaration(row)
      } else if (!(headKeys as readonly string[]).includes(name)) {
        const near = nearest(name, [...headKeys, 'output'])
        const first = row.find((cell) => !isEmpty(cell))!
        this.#refuse(
          first,
          `"${first.text.trim()}" stands above the table, where only ${headKeys.join(', ')} and output do`,
          near ? `did you mean "${near}"?` : 'remove it, or put it beside "about"',
        )
      } else {
        const twin = this.#places.get(JSON.stringify([name]))
        if (twin) this.#refuse(key, `"${name}" is said in ${twin.address} already`)
        this.#place([name], value && !isEmpty(value) ? value : key)
        if (!value || isEmpty(value)) this.#refuse(key, `nothing stands beside "${name}"`)
        else head[name] = value.text
      }
    }
    return { head, declared }
  }

  #readDeclaration(row: readonly Cell[]): Output {
    const [key, , type, rest] = row
    if (!type || isEmpty(type))
      this.#refuse(type ?? key!, 'a declared output says its type', `write one of ${outputTypes.join(', ')}`)
    const extra = rest && !isEmpty(rest) ? this.#json(rest) : {}
    return { type: (type?.text.trim() || 'text') as Output['type'], ...extra }
  }

  #json(cell: Cell): Record<string, unknown> {
    const value = this.#attempt(cell, () => JSON.parse(cell.text) as unknown)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
    if (value !== undefined) this.#refuse(cell, 'this is no object in JSON, such as { "least": 0 }')
    return {}
  }

  #headOf(head: Record<string, string>, name: string): Pick<Table, 'decision' | 'record' | 'hitPolicy'> {
    const required: Record<string, string> = { decision: name, record: this.#record, hitPolicy: 'first' }
    return Object.fromEntries(
      headKeys.flatMap((key) => {
        const value = head[key] ?? required[key]
        return value === undefined ? [] : [[key, value]]
      }),
    ) as Pick<Table, 'decision' | 'record' | 'hitPolicy'>
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
        this.#refuse(
          head,
          `"${text}" heads column ${twin.address} too`,
          what === 'condition'
            ? 'put both conditions into one cell, such as [50..250)'
            : 'remove one of them',
        )
      seen.set(`${what} ${name}`, head)
      if (what === 'output' && !/^[a-zA-Z]\w*$/.test(name))
        this.#refuse(
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
    this.#refuse(
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
          this.#refuse(
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
      this.#refuse(
        row.at(-1)!,
        `this row has ${row.length} cells, the heading has ${width}`,
        `a cell that holds ${separator === '\t' ? 'a tab' : `"${separator}"`} stands in quotation marks, and empty cells have their separator too`,
      )
      return
    }
    row.forEach((cell, place) => {
      if (!isEmpty(cell) && (this.#columns[place]?.what ?? 'nothing') === 'nothing')
        this.#refuse(
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
        this.#refuse(this.#places.get(JSON.stringify(['outputs', name]))!, `no column is headed "→ ${name}"`)
    this.#columns.forEach(({ what, name, head }, place) => {
      if (what !== 'output' || Object.hasOwn(declared, name)) return
      if (isDeclared) this.#refuse(head, `output "${name}" is not declared above, as others are`)
      this.#place(['outputs', name], head)
      const cells = body.flatMap((row) => row[place] ?? [])
      declared[name] = inferOutput(cells, this.#decimal, (cell, message, hint) =>
        this.#refuse(cell, message, hint),
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
    this.#place(path, idCell)
    this.#columns.forEach(({ what, name }, place) => {
      const cell = row[place]
      if (!cell) return
      if (what === 'id') {
        id = cell.text.trim()
        this.#checkId(cell, id)
        this.#place([...path, 'id'], cell)
      } else if (what === 'note' || what === 'from' || what === 'until') {
        const text = isEmpty(cell) ? undefined : what === 'note' ? cell.text : this.#day(cell)
        if (text !== undefined) extra[what] = text
        this.#place([...path, what], cell)
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
      this.#refuse(cell, `"${id}" is no id: small letters, digits and dashes`, near && `write ${near}`)
    }
  }

  #condition(cell: Cell, name: string): unknown[] | undefined {
    const fact = findFact(this.#record, name)
    return this.#attempt(cell, () => {
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
    this.#place([...path, ...keys], cell)
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
      this.#refuse(
        cell,
        /^\d+(\.\d+)?$/.test(text)
          ? `${text} is how spreadsheets count days: format the cell as a date`
          : `"${text}" is no day: write 2026-12-31, or a moment as 2026-12-31T18:00:00Z`,
      )
    return undefined
  }

  #then(row: readonly Cell[], path: Path, declared: Record<string, Output>): Row['then'] {
    const then: Row['then'] = {}
    this.#place(path, this.#idCell(row))
    this.#columns.forEach(({ what, name }, place) => {
      const cell = row[place]
      if (what !== 'output' || !cell || isEmpty(cell)) return
      this.#place([...path, name], cell)
      const value = this.#attempt(cell, () =>
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
      if (what === 'condition' && this.#attempt(cell, () => readCondition(cell.text)) !== undefined)
        this.#refuse(
          cell,
          'the default has no conditions',
          'give the row an id of its own, or empty the cell',
        )
      else if (what === 'from' || what === 'until')
        this.#refuse(cell, 'the default counts always', 'empty the cell')
      else if (what === 'note')
        this.#sheet.remarks.push(`the note in ${cell.address} is left out: a default has none`)
    })
    return this.#then(row, ['default'], declared)
  }

  #readTest(row: readonly Cell[], index: number): NonNullable<Table['tests']>[number] {
    const [first, name, given, at, expect] = row
    const path = ['tests', index]
    this.#place(path, name ?? first!)
    for (const [part, cell] of Object.entries({ given, expect }))
      if (cell && !isEmpty(cell)) this.#place([...path, part], cell)
      else
        this.#refuse(cell ?? first!, `a test says in JSON what is ${part === 'given' ? 'given' : 'expected'}`)
    for (const cell of row.slice(5))
      if (!isEmpty(cell)) this.#refuse(cell, 'a test has five cells: test, its name, given, at, expect')
    const moment = at && !isEmpty(at) ? this.#day(at) : undefined
    return {
      name: name?.text ?? '',
      given: given && !isEmpty(given) ? this.#json(given) : {},
      ...(moment !== undefined && { at: moment }),
      expect: expect && !isEmpty(expect) ? this.#json(expect) : {},
    }
  }

  #refuseTwins(rows: readonly Row[]): void {
    const seen = new Map<string, Cell>()
    rows.forEach(({ id }, index) => {
      const cell = this.#places.get(JSON.stringify(['rows', String(index)]))!
      const twin = seen.get(id)
      if (twin)
        this.#refuse(
          cell,
          `id "${id}" names the row of ${twin.address} too`,
          'ids name rows in explanations: choose another one',
        )
      seen.set(id, cell)
    })
  }
}

/** The kind of record that is said, or the first about which all columns ask. */
function recordOf(said: string | undefined, header: readonly Cell[]): RecordKind {
  const known = recordKinds.find((kind) => kind === said)
  const asked = header.map((cell) => cell.text.trim()).filter((name) => /^[a-z]\w*\./i.test(name))
  return (
    known ?? recordKinds.find((kind) => asked.every((name) => findFact(kind, name) !== undefined)) ?? 'lead'
  )
}

const arrow = /^(→|->)/
const isHeading = (cell: Cell): boolean => arrow.test(cell.text.trim())
const isEmpty = (cell: Cell): boolean => cell.text.trim() === '' && cell.fault === undefined
const isHeadRow = (row: readonly Cell[]): boolean =>
  [...headKeys, 'output'].some((key) => key === row[0]?.text.trim())
