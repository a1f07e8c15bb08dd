// Decision tables as sheets and back.
//
// A sheet has a head (`hitPolicy`, `first`), the table with one column per fact, per output (`→ team`), `id`, `note`,
// `from` and `until`, the default, and the tests. Writing and reading are inverse for everything that a table file can
// say except comments and the order of keys. A sheet that a person made needs no more than the table: the head is
// then taken from the file's name, outputs are declared by what stands in their columns, rows are numbered.

import { parseDuration } from '../time/duration.ts'
import { conjunctsOf } from './condition.ts'
import { readCondition, writeCondition } from './sheet-cell.ts'
import type { TableInput as Table } from './table-schema.ts'

type Row = Table['rows'][number]
type Then = Row['then']
type Output = Table['outputs'][string]

const heads = [
  'decision',
  'title',
  'about',
  'record',
  'hitPolicy',
  'aggregation',
  'calendar',
  'timeZone',
] as const
const plain = ['id', 'note', 'from', 'until'] as const

/** A table file's value as rows of cells. */
export function writeSheet(table: Table): string[][] {
  const outputs = Object.keys(table.outputs)
  const asked = [...new Set(table.rows.flatMap((row) => conjunctsOf(row.when ?? {}).map(columnOf)))]
  const optional = plain.slice(1).filter((name) => table.rows.some((row) => row[name] !== undefined))
  const header = ['id', ...asked, ...outputs.map((name) => `→ ${name}`), ...optional]
  const then = (values: Then): string[] => outputs.map((name) => writeOutput(values[name]))
  return [
    ...heads.flatMap((name) => (table[name] === undefined ? [] : [[name, table[name]]])),
    ...Object.entries(table.outputs).map(([name, { type, ...rest }]) => [
      'output',
      name,
      type,
      ...(Object.keys(rest).length > 0 ? [JSON.stringify(rest)] : []),
    ]),
    [],
    header,
    ...table.rows.map((row) => {
      const cells = new Map(
        conjunctsOf(row.when ?? {}).map((part) => [
          columnOf(part),
          part.accepts ? writeCondition(part.accepts) : JSON.stringify(orOf(part.pattern)),
        ]),
      )
      return [
        row.id,
        ...asked.map((name) => cells.get(name) ?? ''),
        ...then(row.then),
        ...optional.map((name) => row[name] ?? ''),
      ]
    }),
    ...(table.default ? [['default', ...asked.map(() => ''), ...then(table.default)]] : []),
    ...(table.tests?.length
      ? [
          [],
          ...table.tests.map((test) => [
            'test',
            test.name,
            JSON.stringify(test.given),
            test.at ?? '',
            JSON.stringify(test.expect),
          ]),
        ]
      : []),
  ]
}

const columnOf = (part: { name: string; place: (string | number)[] }): string =>
  part.name === '$or' ? part.place.join('.') : part.name

function orOf(pattern: unknown): unknown {
  const [[key, value] = ['', undefined]] = Object.entries(pattern as object)
  return key === '$or' ? value : orOf(value)
}

const writeOutput = (value: string | number | boolean | undefined): string =>
  value === undefined
    ? ''
    : typeof value === 'string' && (value === '' || value.startsWith('"') || value !== value.trim())
      ? JSON.stringify(value)
      : String(value)

/**
 * The value of a table file that a sheet stands for; `name` names the decision when the sheet does not.
 * Throws SyntaxError with row and column, counted from 1 and A, of the first cell that cannot be read.
 */
export function readSheet(cells: readonly (readonly string[])[], name: string): Table {
  const at = cells.findIndex((row) => row.some(isOutput))
  if (at < 0)
    throw new SyntaxError(
      'no row names outputs: head their columns with an arrow, such as "→ team" or "-> team"',
    )
  const head: Record<string, string> = {}
  const declared: Record<string, Output> = {}
  cells.slice(0, at).forEach((row, index) => {
    const [key = '', value = ''] = row
    if (key.trim() === 'output') declared[value.trim()] = readDeclaration(row, index)
    else if (key.trim() !== '') head[key.trim()] = value
  })
  const header = cells[at]!.map((cell) => cell.trim())
  const below = cells.slice(at + 1).map((row, index) => ({ row, line: at + 1 + index }))
  const idColumn = header.indexOf('id')
  const first = (row: readonly string[]): string => (row[Math.max(idColumn, 0)] ?? '').trim()
  const isTest = (row: readonly string[]): boolean =>
    row[0]?.trim() === 'test' && header.length > 0 && (row[2] ?? '').trim().startsWith('{')
  const body = below.filter(({ row }) => row.some((cell) => cell.trim() !== '') && !isTest(row))
  const outputs = header.flatMap((cell, column) =>
    isOutput(cell) ? [{ name: cell.replace(arrow, '').trim(), column }] : [],
  )
  for (const { name: output, column } of outputs)
    declared[output] ??= inferOutput(body.map(({ row }) => (row[column] ?? '').trim()))

  const thenOf = ({ row, line }: (typeof body)[number]): Then =>
    Object.fromEntries(
      outputs.flatMap(({ name: output, column }) => {
        const cell = row[column] ?? ''
        return cell.trim() === '' ? [] : [[output, readOutput(cell, declared[output]!, line, column)]]
      }),
    )
  const isDefault = ({ row }: (typeof body)[number]): boolean => first(row).toLowerCase() === 'default'
  const rows = body
    .filter((entry) => !isDefault(entry))
    .map((entry, index): Row => {
      const when: Record<string, unknown> = {}
      const extra: Partial<Record<'note' | 'from' | 'until', string>> = {}
      header.forEach((column, place) => {
        const cell = entry.row[place] ?? ''
        if (column === '' || column === 'id' || isOutput(column)) return
        if (column === 'note' || column === 'from' || column === 'until') {
          if (cell !== '') extra[column] = cell
          return
        }
        const accepts = tell(entry.line, place, () => readCondition(cell))
        if (accepts) setCondition(when, column, accepts)
      })
      const id = idColumn < 0 ? '' : first(entry.row)
      return {
        id: id || `row-${index + 1}`,
        ...(Object.keys(when).length > 0 && { when }),
        then: thenOf(entry),
        ...extra,
      }
    })
  const fallback = body.find(isDefault)
  const tests = below.filter(({ row }) => isTest(row)).map(({ row, line }) => readTest(row, line))
  const required = { decision: name, record: 'lead', hitPolicy: 'first' }
  return {
    ...(Object.fromEntries(
      heads.flatMap((key) => {
        const value = head[key] ?? required[key as keyof typeof required]
        return value === undefined ? [] : [[key, value]]
      }),
    ) as Pick<Table, 'decision' | 'record' | 'hitPolicy'>),
    outputs: declared,
    rows,
    ...(fallback && { default: thenOf(fallback) }),
    ...(tests.length > 0 && { tests }),
  }
}

const arrow = /^(→|->)/
const isOutput = (cell: string): boolean => arrow.test(cell.trim())

function setCondition(when: Record<string, unknown>, column: string, accepts: unknown[]): void {
  const keys = column.endsWith('.$or') ? column.split('.') : [column]
  keys.slice(0, -1).reduce((into, key) => (into[key] ??= {}) as Record<string, unknown>, when)[keys.at(-1)!] =
    accepts
}

function readDeclaration(row: readonly string[], line: number): Output {
  const [, , type = 'text', rest = ''] = row
  return tell(line, 3, () => ({ type, ...(rest.trim() ? (JSON.parse(rest) as object) : {}) }) as Output)
}

function inferOutput(cells: string[]): Output {
  const values = cells.filter((cell) => cell !== '')
  const optional = values.length < cells.length ? { optional: true } : {}
  if (values.length > 0 && values.every((cell) => /^-?\d+(\.\d+)?$/.test(cell)))
    return { type: 'number', ...optional }
  if (values.length > 0 && values.every((cell) => cell === 'true' || cell === 'false'))
    return { type: 'flag', ...optional }
  return { type: values.length > 0 && values.every(isDuration) ? 'duration' : 'text', ...optional }
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text).milliseconds >= 0
  } catch {
    return false
  }
}

function readOutput(cell: string, output: Output, line: number, column: number): string | number | boolean {
  const text = cell.trim()
  if (text.startsWith('{%')) return text
  if (text.startsWith('"')) return tell(line, column, () => JSON.parse(text) as string)
  if (output.type === 'number' && text !== '' && Number.isFinite(Number(text))) return Number(text)
  if (output.type === 'flag' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function readTest(row: readonly string[], line: number): NonNullable<Table['tests']>[number] {
  const [, name = '', given = '{}', at = '', expect = '{}'] = row
  return {
    name,
    given: tell(line, 2, () => JSON.parse(given) as Record<string, unknown>),
    ...(at !== '' && { at }),
    expect: tell(line, 4, () => JSON.parse(expect) as NonNullable<Table['tests']>[number]['expect']),
  }
}

function tell<T>(line: number, column: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const letters = column < 26 ? String.fromCharCode(65 + column) : `column ${column + 1}, row `
    throw new SyntaxError(
      `cell ${letters}${line + 1}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
