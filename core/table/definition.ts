/*
 * Decision tables as operators write them: YAML to a plain definition that can be shipped as JSON.
 *
 * Representation: a definition holds what decides (rows with their conditions and outputs), the place of every row for
 * explanations, and a version that changes when, and only when, a decision could change: wording, comments and the
 * order of keys do not count. Tests stay outside, so that they do not ship.
 * Rejected: the hash of the file as version; every corrected comment would look like a new rule in the history.
 */

import { readSource } from '../source/read-source.ts'
import { SourceError, type Source } from '../source/source.ts'
import { conjunctsOf } from './condition.ts'
import { contentHash } from './content-hash.ts'
import { expressionOf } from './expression.ts'
import type { Vocabulary } from './fact/vocabulary.ts'
import { startOfDay } from './fact/local-day.ts'
import { structureProblems } from './structure.ts'
import {
  tableSchema,
  type TableFile,
  type aggregations,
  type hitPolicies,
  type outputTypes,
} from './schema.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface OutputDefinition {
  name: string
  type: (typeof outputTypes)[number]
  about?: string | undefined
  oneOf?: (string | number)[] | undefined
  least?: number | undefined
  most?: number | undefined
  optional?: boolean | undefined
}

/** An output: a value, or an expression that is computed from the facts. */
export type OutputValue = string | number | boolean | { expression: string }

export interface RowDefinition {
  id: string
  line: number
  column: number
  when: { [path: string]: Json }
  then: { [output: string]: OutputValue }
  note?: string
  /** milliseconds; the row counts at `from <= now < until` */
  from?: number
  until?: number
}

export interface TableDefinition {
  name: string
  title: string
  file: string
  /** of what decides, 12 hexadecimal digits */
  version: string
  /** the kind of record that it decides about */
  record: string
  hitPolicy: (typeof hitPolicies)[number]
  aggregation?: (typeof aggregations)[number]
  /** of the company: by it the facts `now.…` are judged */
  calendar?: string
  outputs: OutputDefinition[]
  rows: RowDefinition[]
  default?: { line: number; then: { [output: string]: OutputValue } }
  /** names of the facts in use that are personal: explanations name them and do not show them */
  personal: string[]
}

export interface TableTest {
  name: string
  line: number
  given: { [name: string]: unknown }
  /** milliseconds */
  at: number
  expect: {
    row?: string | undefined
    rows?: string[] | undefined
    outputs?: Record<string, unknown> | undefined
  }
}

/**
 * Reads a decision table about a kind of record of the vocabulary. Throws SourceError with every problem that keeps it from running: shape, doubled ids,
 * conditions that are no patterns, expressions that are none. What runs but is likely wrong is told by `checkTable`.
 */
export const parseTable = (source: Source, vocabulary: Vocabulary): TableDefinition =>
  readTable(source, vocabulary).definition

/** As `parseTable`, with the tests that the file carries: they do not ship. */
export function readTable(
  source: Source,
  vocabulary: Vocabulary,
): { definition: TableDefinition; tests: TableTest[] } {
  const file = readSource(source, tableSchema(vocabulary.kinds))
  return { definition: definitionOf(source, file, vocabulary), tests: testsOf(source, file) }
}

function definitionOf(source: Source, file: TableFile, vocabulary: Vocabulary): TableDefinition {
  const problems = structureProblems(source, file)
  if (problems.length) throw new SourceError(problems)
  const zone = file.timeZone ?? 'UTC'
  const rows = file.rows.map((row, index): RowDefinition => ({
    id: row.id,
    ...lineOf(source, ['rows', index]),
    when: (row.when ?? {}) as RowDefinition['when'],
    then: outputs(row.then),
    ...(row.note !== undefined && { note: row.note }),
    ...(row.from !== undefined && { from: startOf(row.from, zone) }),
    ...(row.until !== undefined && { until: endOf(row.until, zone) }),
  }))
  const decides = {
    name: file.decision,
    record: file.record,
    hitPolicy: file.hitPolicy,
    ...(file.aggregation && { aggregation: file.aggregation }),
    ...(file.calendar !== undefined && { calendar: file.calendar }),
    outputs: Object.entries(file.outputs).map(([name, output]) => ({ name, ...output })),
  }
  const fallback = file.default && {
    default: { line: source.locate(['default'], 'key').line, then: outputs(file.default) },
  }
  const version = contentHash({
    ...decides,
    outputs: decides.outputs.map(({ about: _, ...output }) => output),
    rows: rows.map(({ line: _line, column: _column, note: _note, when, ...row }) => ({
      ...row,
      // However it is nested in the file: `lead: {country}` and `lead.country` ask the same.
      when: conjunctsOf(when).map((conjunct) => [conjunct.name, conjunct.accepts ?? conjunct.pattern]),
    })),
    default: fallback?.default.then,
  })
  const used = new Set(rows.flatMap((row) => conjunctsOf(row.when).flatMap((conjunct) => conjunct.paths)))
  return {
    title: file.title ?? file.decision,
    file: source.file,
    version,
    ...decides,
    rows,
    ...fallback,
    personal: [...used].filter((name) => vocabulary.find(file.record, name)?.personal),
  }
}

function testsOf(source: Source, file: TableFile): TableTest[] {
  return (file.tests ?? []).map((test, index) => ({
    name: test.name,
    line: source.locate(['tests', index]).line,
    given: test.given,
    at: test.at === undefined ? defaultTestTime : startOf(test.at, file.timeZone ?? 'UTC'),
    expect: test.expect,
  }))
}

/** A Monday morning: when a test names no time, rows with dates are judged then. */
export const defaultTestTime = Date.UTC(2026, 0, 5, 9)

function lineOf(source: Source, path: (string | number)[]): { line: number; column: number } {
  const { line, column } = source.locate(path)
  return { line, column }
}

function outputs(then: Record<string, string | number | boolean>): RowDefinition['then'] {
  return Object.fromEntries(
    Object.entries(then).map(([name, value]) => {
      const expression = expressionOf(value)
      return [name, expression === undefined ? value : { expression }]
    }),
  )
}

const startOf = (text: string, zone: string): number =>
  text.includes('T') ? Date.parse(text) : startOfDay(text, zone)

/** The last day counts in full, so the end is the start of the day after it. */
const endOf = (text: string, zone: string): number =>
  text.includes('T')
    ? Date.parse(text)
    : startOfDay(new Date(Date.parse(text) + 86_400_000).toISOString().slice(0, 10), zone)
