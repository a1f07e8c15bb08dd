/*
 * Decision tables at work: facts in, outputs out, with or without the reasons.
 *
 * Representation: each row's condition is one compiled pattern, tried in the order of the file. Explaining tries the
 * row's conjuncts one by one instead, in the order in which they are written, and stops at the first that fails, so it
 * costs about what deciding costs; their patterns are compiled when the first explanation is asked for, so who only
 * decides pays nothing.
 * Invariant: decide and explain choose the same rows for the same facts (a property test compares them).
 * Rejected: an index over all rows. Tables have tens of rows, and under `first` the early rows are the frequent ones.
 */

import { Fault } from '../record/fault.ts'
import { conjunctsOf, type Conjunct } from './condition.ts'
import { listOnTheWay, readerOf } from './fact/path.ts'
import type { Expression } from './expression.ts'
import { applyHitPolicy, type Decision, type Hit, type Outputs } from './hit-policy.ts'
import { compilePattern, type Pattern } from '#pattern/pattern.ts'
import type { Json, OutputValue, RowDefinition, TableDefinition } from './definition.ts'
import { outputProblem } from './output.ts'

/** What became of a row. `failed` is its first conjunct that did not hold; `dates` when it was not in force. */
export interface RowTrace {
  row: RowDefinition
  state: 'matched' | 'failed' | 'not-in-force' | 'not-reached'
  failed?: Conjunct
}

/** What a decision item keeps: short, in names, without personal values. */
export type ExplanationRecord = { [key: string]: Json }

export interface Explanation {
  definition: TableDefinition
  facts: unknown
  /** milliseconds */
  at: number
  decision: Decision
  trace: RowTrace[]
  /** outputs of each row that counts, by its id: under collect what every row added */
  added: Record<string, Outputs>
  record: ExplanationRecord
}

export interface Table {
  definition: TableDefinition
  /**
   * Decides. `facts` is `{ lead, customer, … }` as the vocabulary lists them; `now` in milliseconds.
   * Throws Fault `config.broken` when a computed output fails or has a value that it may not have.
   */
  decide(facts: unknown, now: number): Promise<Decision>
  /** Decides and says why. */
  explain(facts: unknown, now: number): Promise<Explanation>
}

interface CompiledRow {
  row: RowDefinition
  /** undefined: matches always */
  pattern: Pattern | undefined
  outputs: OutputsOf
}

type OutputsOf = (facts: unknown, now: number) => Outputs | Promise<Outputs>

/** What explaining needs beside; made by the first explanation. Traces are values that never change: one each is enough. */
interface ExplainedRow {
  parts: Part[]
  /** per fact that is asked about: whether it stands in a list of objects */
  lists: ((facts: unknown) => boolean)[]
  /** the facts that no earlier row asked about */
  facts: { name: string; read: (facts: unknown) => unknown; personal: boolean }[]
  matched: RowTrace
  together: RowTrace
  notInForce: RowTrace
  notReached: RowTrace
}

interface Part {
  pattern: Pattern
  failed: RowTrace
}

/**
 * Compiles a table.
 * @example
 * const { outputs } = await compileTable(published.tables['lead-routing']).decide({ lead }, clock.now())
 */
export function compileTable(definition: TableDefinition): Table {
  const rows = definition.rows.map((row): CompiledRow => ({
    row,
    pattern: isEmpty(row.when) ? undefined : compilePattern(row.when),
    outputs: outputsOf(definition, row),
  }))
  let explained: ExplainedRow[] | undefined
  const fallback = definition.default && outputsOf(definition, definition.default)
  const stopsEarly = definition.hitPolicy === 'first'

  async function settle(matches: CompiledRow[], facts: unknown, now: number) {
    const hits: Hit[] = []
    for (const { row, outputs } of matches) hits.push({ id: row.id, outputs: await outputs(facts, now) })
    const chosen = applyHitPolicy(definition, hits)
    if (chosen.matched || !fallback) return { ...chosen, hits }
    return { ...chosen, outputs: await fallback(facts, now), hits }
  }

  return {
    definition,
    async decide(facts, now) {
      const matches: CompiledRow[] = []
      for (const compiled of rows) {
        if (!inForce(compiled.row, now) || (compiled.pattern && !compiled.pattern.matches(facts))) continue
        matches.push(compiled)
        if (stopsEarly) break
      }
      const { hits: _, ...decision } = await settle(matches, facts, now)
      return decision
    },
    async explain(facts, now) {
      explained ??= explainedRows(definition)
      const matches: CompiledRow[] = []
      const trace: RowTrace[] = []
      for (let index = 0; index < rows.length; index++) {
        const [compiled, known] = [rows[index]!, explained[index]!]
        if (stopsEarly && matches.length > 0) {
          trace.push(known.notReached)
        } else if (!inForce(compiled.row, now)) {
          trace.push(known.notInForce)
        } else {
          const verdict = tryParts(compiled, known, facts)
          trace.push(verdict)
          if (verdict.state === 'matched') matches.push(compiled)
        }
      }
      const { hits, ...decision } = await settle(matches, facts, now)
      const added: Record<string, Outputs> = {}
      for (const hit of hits) if (decision.rows.includes(hit.id)) added[hit.id] = hit.outputs
      const explanation = { definition, facts, at: now, decision, trace, added }
      return { ...explanation, record: recordOf(explanation, explained) }
    },
  }
}

function tryParts(compiled: CompiledRow, known: ExplainedRow, facts: unknown): RowTrace {
  if (!compiled.pattern) return known.matched
  // In lists of objects the parts may hold for different elements, or `exists: false` only beside others: there the
  // whole row has the last word.
  const inLists = known.parts.length > 1 && known.lists.some((meets) => meets(facts))
  if (inLists && compiled.pattern.matches(facts)) return known.matched
  for (const part of known.parts) if (!part.pattern.matches(facts)) return part.failed
  return inLists ? known.together : known.matched
}

function explainedRows(definition: TableDefinition): ExplainedRow[] {
  const asked = new Set<string>()
  return definition.rows.map((row) => {
    const conjuncts = conjunctsOf(row.when)
    const names = new Set(conjuncts.flatMap((conjunct) => conjunct.paths))
    const fresh = [...names].filter((name) => !asked.has(name))
    for (const name of fresh) asked.add(name)
    return {
      parts: conjuncts.map((conjunct) => ({
        pattern: compilePattern(conjunct.pattern),
        failed: { row, state: 'failed', failed: conjunct },
      })),
      lists: [...names].map(listOnTheWay),
      facts: fresh.map((name) => ({
        name,
        read: readerOf(name),
        personal: definition.personal.includes(name),
      })),
      matched: { row, state: 'matched' },
      together: { row, state: 'failed' },
      notInForce: { row, state: 'not-in-force' },
      notReached: { row, state: 'not-reached' },
    }
  })
}

/** Loads JSONata for the first output that is computed. Most instances of a function compute none, and it takes 5 ms. */
async function compileOutput(value: { expression: string }): Promise<Expression> {
  const { compileExpression } = await import('./expression.ts')
  return compileExpression(value.expression)
}

function outputsOf(definition: TableDefinition, row: Pick<RowDefinition, 'line' | 'then'>): OutputsOf {
  const { line, then } = row
  if (!Object.values(then).some(isExpression)) return () => then
  const where = `${definition.file}:${line}`
  const compiled = new Map<string, Expression>()
  async function compute(name: string, value: { expression: string }, facts: unknown, now: number) {
    try {
      const expression = compiled.get(name) ?? (await compileOutput(value))
      compiled.set(name, expression)
      return await expression.evaluate(facts, now)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Fault('config.broken', `${where}: output ${name} could not be computed: ${reason}`, {
        where,
        cause: error,
      })
    }
  }
  return async (facts, now) => {
    const outputs: Outputs = {}
    for (const [name, value] of Object.entries(then)) {
      if (!isExpression(value)) {
        outputs[name] = value
        continue
      }
      const result = await compute(name, value, facts, now)
      const output = definition.outputs.find((declared) => declared.name === name)
      if (result === undefined && output?.optional) continue
      const problem = output && outputProblem(output, result)
      if (problem) throw new Fault('config.broken', `${where}: ${problem}`, { where })
      outputs[name] = result as Json
    }
    return outputs
  }
}

/**
 * The record of an explanation, for a decision item: `missed` names, per row that did not match, the fact that was
 * otherwise than wanted. What was wanted stands in the table of that version; what was seen stands in `facts`.
 */
function recordOf(
  { definition, facts, decision, trace, added }: Omit<Explanation, 'record'>,
  explained: readonly ExplainedRow[],
): ExplanationRecord {
  const missed: Record<string, string> = {}
  const used: Record<string, Json> = {}
  const personal: string[] = []
  let line = definition.default?.line
  for (let index = 0; index < trace.length; index++) {
    const { row, state, failed } = trace[index]!
    if (state === 'not-reached') break
    if (state === 'failed') missed[row.id] = failed ? failed.name : 'together'
    else if (state === 'not-in-force') missed[row.id] = 'dates'
    else if (row.id === decision.rows[0]) line = row.line
    for (const fact of explained[index]!.facts) {
      const value = fact.read(facts)
      if (value === undefined) continue
      if (fact.personal) personal.push(fact.name)
      else used[fact.name] = value as Json
    }
  }
  const record: ExplanationRecord = { table: definition.name, version: definition.version }
  if (definition.hitPolicy === 'collect') record.rows = added
  else record.row = decision.rows[0] ?? (definition.default ? 'default' : null)
  record.at = line === undefined ? definition.file : `${definition.file}:${line}`
  record.outputs = decision.outputs
  record.facts = used
  if (personal.length > 0) record.personal = personal
  record.missed = missed
  if (decision.conflict) record.conflict = decision.conflict
  return record
}

/** Whether the row counts at this moment. */
export const inForce = (row: RowDefinition, now: number): boolean =>
  (row.from === undefined || now >= row.from) && (row.until === undefined || now < row.until)

export const isExpression = (value: OutputValue): value is { expression: string } => typeof value === 'object'

const isEmpty = (when: object): boolean => Object.keys(when).length === 0
