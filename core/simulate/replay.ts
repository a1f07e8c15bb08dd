import type { Assignment } from '../assign/take-turn.ts'
import type { Away } from '../assign/roster.ts'
import type { Excluded } from '../assign/round-robin.ts'
import type { DecisionEntry } from '../kind/system/decision.ts'
import { journalOf } from '../kind/system/journal.ts'
import type { Run } from '../kind/system/run.ts'
import type { Segment } from '../kind/system/segment.ts'
import { personId, teamId } from '../record/id.ts'
import type { WorkRecord } from '../record/open-work.ts'
import { conjunctsOf, type Conjunct } from '../table/condition.ts'
import { canonical } from '../table/content-hash.ts'
import type { RowDefinition, TableDefinition } from '../table/definition.ts'
import { compileTable, isExpression, type ExplanationRecord, type Table } from '../table/table.ts'
import { decideSegment, type SegmentMeans, type SegmentState } from '../workflow/decide.ts'
import { needName } from '../workflow/progress.ts'
import type { Rules } from '../workflow/rules.ts'
import type { SegmentCall } from '../workflow/segment-call.ts'

/*
 * A recorded segment, decided again.
 *
 * Problem: whether a change of the code, of a table or of the company would have decided otherwise is told by deciding
 * again what was decided. What it rested on must therefore have been kept, and nothing personal with it.
 * Representation: the segment's own item (when, which run, the execution, reasons, versions seen), the item of the segment
 * before it, and the record and the roster at the versions that it names, which their journals tell. Turns are as they
 * were given. A table is asked with the facts that were recorded; of a personal one only is known whether its
 * condition held, and that is taken as it was.
 * Invariant: with the same code, company and tables the effects have the recorded name.
 */

export interface Recorded {
  segment: Segment
  /** the segment before it, or nothing of the first one */
  run: Run | undefined
  /** at the version that it has seen; without what is personal */
  record: WorkRecord
  /** of the roster that it has seen */
  absences: readonly Away[]
  /** of the workflow's version */
  plan: Pick<SegmentCall, 'steps' | 'last' | 'awaited'>
}

/** The name of what would come of it now, to be compared with the recorded one. Throws for a segment without a journal. */
export async function replaySegment(recorded: Recorded, means: SegmentMeans): Promise<string> {
  const { segment, run, record, absences, plan } = recorded
  const { entries, grounds } = journalOf(segment, means.press)
  if (!grounds) throw new Error('nobody kept what this segment rested on')
  const { tenant, subject, workflow, occurrence } = segment
  const call: SegmentCall = {
    workflow,
    version: segment.workflowVersion,
    segment: segment.segment,
    ...plan,
    event: {
      tenant,
      kind: subject.kind,
      id: subject.id,
      eventId: `${subject.id}.${occurrence}`,
      hop: grounds.hop ?? 0,
    },
    execution: segment.execution,
  }
  const state: SegmentState = {
    record,
    run,
    absences,
    roster: grounds.seen.roster ?? 1,
    assignments: assignmentsOf(entries, tenant),
  }
  const rules = rulesAsOf(entries, means.rules)
  // What a person calls the record is made of personal values, and no part of the effects.
  const kind = { ...means.kind, titleOf: () => '' }
  const decision = await decideSegment(call, state, { ...means, kind, rules }, Date.parse(segment.at))
  const again = decision.needs === undefined && decision.run && journalOf(decision.run, means.press)
  return (again || undefined)?.grounds?.effects ?? 'undecided'
}

/** The turns that it was given, by what was asked. */
function assignmentsOf(entries: readonly DecisionEntry[], tenant: string): Map<string, Assignment> {
  const found = new Map<string, Assignment>()
  for (const { step, what, record } of entries) {
    if (what !== 'assign' || !record.turns) continue
    const team = teamId.parse(record.team)
    const turns = Object.entries(record.turns as Record<string, number>)
    const isTaken = typeof record.turn === 'number'
    found.set(needName({ at: Number(step.split(' ')[0]), team }), {
      chosen: isTaken ? personId.parse(record.chosen) : undefined,
      candidates: turns.map(([person, turn]) => ({ person: personId.parse(person), turn })),
      excluded: Object.entries((record.excluded ?? {}) as Record<string, string>).map(exclusionOf),
      ...(isTaken && { taken: { tenant, team, claim: '', number: record.turn as number } }),
    })
  }
  return found
}

function exclusionOf([person, words]: [string, string]): Excluded {
  const [because, until] = words.split(' until ')
  return { person, because: because as Excluded['because'], ...(until && { until }) }
}

/** The same rules, with tables that answer to what was recorded of them. */
function rulesAsOf(entries: readonly DecisionEntry[], rules: Rules): Rules {
  const records = new Map(
    entries.flatMap(({ what, record }) =>
      what === 'table' ? [[record.table as string, record] as const] : [],
    ),
  )
  return {
    ...rules,
    table(name) {
      const [table, record] = [rules.table(name), records.get(name)]
      return record ? asRecorded(table, record) : table
    },
  }
}

/** A table that is asked with the recorded facts, and takes what was personal as it was. */
function asRecorded(table: Table, record: ExplanationRecord): Table {
  const { definition } = table
  const known = compileTable(withoutPersonal(definition, record))
  const facts = nested((record.facts ?? {}) as Record<string, unknown>)
  return {
    definition,
    decide: async (_, now) => known.decide(facts, now),
    async explain(_, now) {
      const explained = await known.explain(facts, now)
      const { decision } = explained
      const row = decision.rows[0] ?? (definition.default ? 'default' : null)
      const isSame =
        definition.version === record.version &&
        (definition.hitPolicy === 'collect' || row === record.row) &&
        canonical(decision.outputs) === canonical(record.outputs)
      return { ...explained, definition, ...(isSame && { record }) }
    },
  }
}

/** Rows whose personal condition did not hold are gone, those that held ask nothing of it; what they computed is known. */
function withoutPersonal(definition: TableDefinition, record: ExplanationRecord): TableDefinition {
  if (!definition.personal.length) return definition
  const missed = (record.missed ?? {}) as Record<string, string>
  const isPersonal = ({ paths }: Conjunct): boolean =>
    paths.some((path) => definition.personal.includes(path))
  const outputs = record.outputs as RowDefinition['then']
  const computed = <R extends Pick<RowDefinition, 'then'>>(row: R): R => ({
    ...row,
    then: Object.fromEntries(
      Object.entries(row.then).flatMap(([name, value]) => {
        if (!isExpression(value)) return [[name, value]]
        const seen = outputs[name]
        return seen === undefined ? [] : [[name, seen]]
      }),
    ),
  })
  return {
    ...definition,
    ...(definition.default && { default: computed(definition.default) }),
    rows: definition.rows.flatMap((row) => {
      const conjuncts = conjunctsOf(row.when)
      if (conjuncts.some((part) => isPersonal(part) && part.name === missed[row.id])) return []
      const when = conjuncts.filter((part) => !isPersonal(part)).map(({ pattern }) => pattern)
      return [computed({ ...row, when: merged(when) as RowDefinition['when'] })]
    }),
  }
}

type Nested = Record<string, unknown>

const isNested = (value: unknown): value is Nested =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const merged = (all: readonly Nested[]): Nested =>
  all.reduce<Nested>((whole, part) => {
    const next = { ...whole }
    for (const [name, value] of Object.entries(part)) {
      const before = next[name]
      next[name] = isNested(before) && isNested(value) ? merged([before, value]) : value
    }
    return next
  }, {})

/** `{ 'lead.country': 'DE' }` as the facts of a record. */
const nested = (facts: Record<string, unknown>): Nested =>
  merged(
    Object.entries(facts).map(([path, value]) =>
      path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
    ) as Nested[],
  )

/** Where a journal has each input of a decision: what none of these names is not kept, and a replay would not know of it. */
export const keptInputs = {
  call: {
    workflow: 'key',
    version: 'workflowVersion',
    segment: 'key',
    last: 'workflowVersion',
    steps: 'workflowVersion',
    awaited: 'workflowVersion',
    event: 'key, grounds.hop',
    execution: 'execution',
  },
  state: {
    record: 'grounds.seen',
    derived: 'entries',
    run: 'the segment before',
    absences: 'grounds.seen.roster',
    roster: 'grounds.seen.roster',
    assignments: 'entries',
  },
  means: {
    kind: 'grounds.by.engine',
    verbs: 'grounds.by.engine',
    rules: 'grounds.by.company, entries',
    press: 'grounds.by.engine',
  },
} as const satisfies {
  call: Record<keyof SegmentCall, string>
  state: Record<keyof SegmentState, string>
  means: Record<keyof SegmentMeans, string>
}
