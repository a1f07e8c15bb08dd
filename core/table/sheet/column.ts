/*
 * The row that heads a table: which column is the id, a fact, an output.
 */

import { nearest } from '../../source/source.ts'
import type { Vocabulary } from '../fact/vocabulary.ts'
import type { SheetReport } from './report.ts'
import { arrow, plainColumns, type Cell } from './sheet.ts'

export interface Column {
  name: string
  what: (typeof plainColumns)[number] | 'condition' | 'output' | 'nothing'
  head: Cell
}

/** The kind of record that a sheet is about. */
export interface About {
  record: string
  vocabulary: Vocabulary
}

/** What the columns below a heading are. Refuses those that stand twice, and those that name nothing. */
export function readColumns(report: SheetReport, about: About, heading: readonly Cell[]): Column[] {
  const seen = new Map<string, Cell>()
  return heading.map((head): Column => {
    const text = head.text.trim()
    const name = text.replace(arrow, '').trim()
    const what = whatOf(text)
    if (what === 'nothing') return { name, what, head }
    const twin = seen.get(`${what} ${name}`)
    if (twin)
      report.refuse(
        head,
        `"${text}" heads column ${twin.address} too`,
        what === 'condition' ? 'put both conditions into one cell, such as [50..250)' : 'remove one of them',
      )
    seen.set(`${what} ${name}`, head)
    if (what === 'output' && !/^[a-zA-Z]\w*$/.test(name))
      report.refuse(
        head,
        `"${name}" names no output`,
        'a name is letters and digits, such as → respondWithin',
      )
    if (what === 'condition') checkFact(report, about, head)
    return { name, what, head }
  })
}

function whatOf(text: string): Column['what'] {
  if (text === '') return 'nothing'
  if (arrow.test(text)) return 'output'
  return plainColumns.find((name) => name === text) ?? 'condition'
}

function checkFact(report: SheetReport, { record, vocabulary }: About, head: Cell): void {
  const name = head.text.trim()
  if (name === '$or' || name.endsWith('.$or') || vocabulary.find(record, name)) return
  const facts = vocabulary.factsOf(record).map((fact) => fact.name)
  const near =
    nearest(name, [...facts, ...plainColumns]) ??
    facts.find((fact) => fact.endsWith(`.${name.toLowerCase()}`))
  report.refuse(
    head,
    `there is no fact "${name}" for a table about ${record}`,
    near
      ? `did you mean "${near}"?`
      : 'an output is headed by an arrow, such as → team; docs/rules.md lists every fact',
  )
}
