/*
 * Decision tables as sheets. A sheet has a head (`hitPolicy`, `first`), the table with one column per fact, per output
 * (`→ team`), `id`, `note`, `from` and `until`, the default, and the tests. Writing and reading are inverse for
 * everything that a table file can say except comments and the order of keys.
 */

import { conjunctsOf } from '../condition.ts'
import type { Vocabulary } from '../fact/vocabulary.ts'
import { headKeys, plainColumns } from './sheet.ts'
import { contextOf, writeCondition } from './cell.ts'
import { writeOutput, type Output } from './output.ts'
import type { TableInput as Table } from '../schema.ts'

type Row = Table['rows'][number]

/** A table file's value as rows of cells. */
export function writeSheet(table: Table, vocabulary: Vocabulary): string[][] {
  const outputs = Object.keys(table.outputs)
  const asked = [...new Set(table.rows.flatMap((row) => conjunctsOf(row.when ?? {}).map(columnOf)))]
  const optional = plainColumns.slice(1).filter((name) => table.rows.some((row) => row[name] !== undefined))
  const header = ['id', ...asked, ...outputs.map((name) => `→ ${name}`), ...optional]
  const then = (values: Row['then']): string[] =>
    outputs.map((name) => writeOutput(values[name], table.outputs[name] as Output))
  return [
    ...headKeys.flatMap((name) => (table[name] === undefined ? [] : [[name, table[name]]])),
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
          part.accepts
            ? writeCondition(part.accepts, contextOf(vocabulary.find(table.record, part.name), '.'))
            : JSON.stringify(orOf(part.pattern)),
        ]),
      )
      return [
        row.id,
        ...asked.map((name) => cells.get(name) ?? ''),
        ...then(row.then),
        ...optional.map((name) => row[name] ?? ''),
      ]
    }),
    ...(table.default
      ? [['default', ...asked.map(() => ''), ...then(table.default), ...optional.map(() => '')]]
      : []),
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
