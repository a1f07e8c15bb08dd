import type { Json, TableDefinition } from '../table/definition.ts'
import { conjunctsOf, type Conjunct } from '../table/condition.ts'
import { viewOfRecord, type RowView } from '../table/explain.ts'
import type { ExplanationRecord } from '../table/table.ts'
import { conditionText, isHiddenFact, titleOfFact, valueOfFact, wantedText, type FactName } from './fact.ts'
import { wordsFor, type Reader } from './reader.ts'

/*
 * Why a decision table decided as it did, for a panel: its rows in their order, what stood in the way of each, and the one that
 * decided. What was wanted stands in the table itself, so rows are told as long as the version that decided is the published
 * one; of an older one the row that decided is told by its name, and what was asked and seen.
 */

/** Whether a condition is told: a fact that is personal is kept nowhere, one that is hidden is named and no more. */
export type Kept = 'personal' | 'hidden'

/** A fact that decided, and what it was. */
export interface FactWhy extends FactName {
  /** as the reader writes it */
  value?: string
  kept?: Kept
}

/** Why a row did not count: its first condition that did not hold. */
export interface FailedWhy {
  facts: FactName[]
  wanted?: string
  seen?: string
  kept?: Kept
}

export interface RowWhy {
  id: string
  state: RowView['state']
  /** in the operators' own words */
  note?: string
  failed?: FailedWhy
  /** of the one that decided: what it asks for */
  conditions?: string[]
}

export interface TableWhy {
  name: string
  title: string
  version: string
  isPublished: boolean
  /** absent of a version that is not published */
  hitPolicy?: string
  /** `default` where no row did; absent where several counted */
  row?: string
  note?: string
  outputs: Record<string, Json>
  facts: FactWhy[]
  rows?: RowWhy[]
}

/** @param tables as they are published */
export function tableWhy(
  record: ExplanationRecord,
  tables: Readonly<Record<string, TableDefinition>>,
  reader: Reader,
): TableWhy {
  const { table: name, version } = record as { table: string; version: string }
  const known = Object.hasOwn(tables, name) ? tables[name] : undefined
  const isPublished = known?.version === version
  const row = typeof record.row === 'string' ? record.row : undefined
  const rows = isPublished ? rowsOf(record, known, reader) : undefined
  const note = rows?.find((each) => each.id === row)?.note
  return {
    name,
    title: known?.title ?? name,
    version,
    isPublished,
    ...(isPublished && { hitPolicy: viewOfRecord(record, known).hitPolicy }),
    ...(row !== undefined && { row }),
    ...(note !== undefined && { note }),
    outputs: record.outputs as Record<string, Json>,
    facts: factsOf(record, reader),
    ...(rows && { rows }),
  }
}

function factsOf({ facts = {}, personal = [] }: ExplanationRecord, reader: Reader): FactWhy[] {
  return [
    ...Object.entries(facts as Record<string, Json>).map(([name, value]): FactWhy => {
      const told = { name, title: titleOfFact(name, reader) }
      return isHiddenFact(name, reader)
        ? { ...told, kept: 'hidden' }
        : { ...told, value: valueOfFact(name, value, reader) }
    }),
    ...(personal as string[]).map((name): FactWhy => ({
      name,
      title: titleOfFact(name, reader),
      kept: isHiddenFact(name, reader) ? 'hidden' : 'personal',
    })),
  ]
}

function rowsOf(record: ExplanationRecord, table: TableDefinition, reader: Reader): RowWhy[] {
  const missed = (record.missed ?? {}) as Record<string, string>
  return viewOfRecord(record, table).rows.map(({ id, state, note }, i): RowWhy => {
    const conjuncts = conjunctsOf(table.rows[i]!.when)
    const isHidden = conjuncts.some(({ paths }) => paths.some((path) => isHiddenFact(path, reader)))
    // What an operator wrote beside a condition says what it is about.
    const told = { id, state, ...(note !== undefined && !isHidden && { note }) }
    if (state === 'decided' && !isHidden)
      return { ...told, conditions: conjuncts.map((each) => conditionText(each, reader)) }
    if (state !== 'failed') return told
    const failed = conjuncts.find(({ name }) => name === missed[id])
    return {
      ...told,
      failed: failed ? failedWhy(failed, record, { table, reader }) : togetherWhy(conjuncts, reader),
    }
  })
}

function failedWhy(
  conjunct: Conjunct,
  { facts = {} }: ExplanationRecord,
  { table, reader }: { table: TableDefinition; reader: Reader },
): FailedWhy {
  const names = [...new Set(conjunct.paths)]
  const told = { facts: names.map((name) => ({ name, title: titleOfFact(name, reader) })) }
  if (names.some((name) => isHiddenFact(name, reader))) return { ...told, kept: 'hidden' }
  const wanted = wantedText(conjunct, reader)
  if (names.some((name) => table.personal.includes(name))) return { ...told, wanted, kept: 'personal' }
  const seen = names.map((name) => valueOfFact(name, (facts as Record<string, Json>)[name], reader))
  const isOne = names.length === 1
  return {
    ...told,
    wanted,
    seen: isOne ? seen[0]! : names.map((name, i) => `${titleOfFact(name, reader)}: ${seen[i]}`).join('; '),
  }
}

/** Each condition held in some entry of a list, and all of them in none. */
function togetherWhy(conjuncts: readonly Conjunct[], reader: Reader): FailedWhy {
  const names = [...new Set(conjuncts.flatMap(({ paths }) => paths))]
  const facts = names.map((name) => ({ name, title: titleOfFact(name, reader) }))
  if (names.some((name) => isHiddenFact(name, reader))) return { facts, kept: 'hidden' }
  return { facts, wanted: wordsFor(reader).condition.together }
}
