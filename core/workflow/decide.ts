import { toInstant } from '../record/id.ts'
import { toItem, type Press } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import type { Grounds } from '../kind/system/grounds.ts'
import { packJournal, type Journal } from '../kind/system/journal.ts'
import type { Run } from '../kind/system/run.ts'
import { occurrenceOf, runIdOf, segmentKind, type RunRef, type Segment } from '../kind/system/segment.ts'
import { gather } from '../message/notice.ts'
import type { Away } from '../assign/roster.ts'
import type { Assignment } from '../assign/take-turn.ts'
import { change, writeOf } from '../record/change.ts'
import { subjectOf } from '../record/kind.ts'
import { whyDone, wordOfKeeping, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { waitsForWorkflow } from '../record/work.ts'
import type { Write } from '../store/store.ts'
import { nameOfEffects } from './effects.ts'
import { whyOver } from './over.ts'
import { begun, finished, noticesOf, type Progress, type Situation, type TurnNeed } from './progress.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './segment-call.ts'
import { stepPlan, type Verbs } from './verb.ts'

/*
 * What one segment of a run does.
 *
 * Problem: a segment is invoked at least once, perhaps twice at the same time, perhaps hours late, perhaps for an
 * event that was delivered twice; and people work on the record meanwhile. Its effects must happen once or not at all.
 * Representation: a pure function from what was read to the writes of one transaction. The segment's item says that it
 * is done, what later ones need, why, and what is to be told; it is created in the same transaction as every effect, and
 * the record is replaced at the version that was read. A transaction that is refused is decided again from what is there
 * then.
 * Invariant: an effect of segment n exists if and only if its item does. A turn of a rotation is taken before, so that
 * assignments do not refuse each other; it counts if and only if the segment's item names it.
 * Rejected: an item per step, or one of the run that is replaced beside one for the reasons (two write units each);
 * writing the effects first and the mark after.
 */

/** Automation that causes itself ends after so many turns in a row. */
export const mostHops = 5

/** What a segment must know, as read from the table. */
export interface SegmentState {
  record: WorkRecord | undefined
  /** facts that are derived of its file, of a kind that has some */
  derived?: Readonly<Record<string, unknown>> | undefined
  run: Run | undefined
  absences: readonly Away[]
  /** version of the roster that says so */
  roster: number
  /** what was found when a turn was asked for, by `needName` */
  assignments: ReadonlyMap<string, Assignment>
}

/** By what a segment is decided. */
export interface SegmentMeans {
  kind: WorkKind
  verbs: Verbs
  rules: Rules
  press: Press
}

export type SegmentDecision =
  /** to decide, a turn must be taken */
  | { needs: TurnNeed }
  | {
      needs?: never
      /** one transaction; empty when there is nothing to do */
      writes: Write[]
      decisions: DecisionRecord['entries']
      /** the run as it is afterwards, as far as this segment; none when it never began */
      run?: Run | undefined
      next: SegmentResult
      outcome: 'advanced' | 'over' | 'repeated' | 'duplicate'
    }

/** Decides what a segment does. Throws Fault `record.unknown` for a record that does not exist, `config.broken`. */
export async function decideSegment(
  call: SegmentCall,
  state: SegmentState,
  { kind, verbs, rules, press }: SegmentMeans,
  now: number,
): Promise<SegmentDecision> {
  const { record, derived, run, absences, assignments } = state
  const before = alreadyDone(call, run, now)
  if (before) return { writes: [], decisions: [], run, ...before }
  if (!record) throw new Fault('record.unknown', `the ${kind.name} of this run does not exist`)
  const means = { kind, rules, press }
  const seen = { [kind.name]: record.version, roster: state.roster }
  const over = run
    ? (whyOver(kind, record, run) ?? whyKept(call, kind, record) ?? whyEarly(call, record, run, now))
    : whyNotBegun(call, kind, record)
  if (over) return endRun(call, { record, run, seen }, { ...means, now }, over)

  const situation: Situation = { kind, rules, derived, absences, assignments, now }
  let progress = begun(record, run)
  for (const step of call.steps) {
    const plan = stepPlan(verbs, step.do)
    const needs = plan.turn?.(step, progress, situation)
    if (needs) return { needs }
    progress = await plan.run(step, progress, situation)
  }
  return conclude(call, { record, run, seen }, progress, { ...situation, press })
}

/** The run of which a segment is called. */
export const refOf = ({ workflow, event: { tenant, id, eventId } }: SegmentCall): RunRef => ({
  tenant,
  id,
  workflow,
  occurrence: occurrenceOf(id, eventId),
})

/** A segment that is done, or whose run is another execution's, is not done again. */
function alreadyDone(call: SegmentCall, run: Run | undefined, now: number) {
  if (!run) {
    if (call.segment === 0) return undefined
    throw new Fault('record.unknown', `segment ${call.segment} of a run that has not begun`)
  }
  const nothing = { until: toInstant(now), ended: true }
  if (run.execution !== call.execution) return { next: nothing, outcome: 'duplicate' as const }
  if (run.over !== undefined) return { next: nothing, outcome: 'repeated' as const }
  if (run.segment < call.segment) return undefined
  return { next: { until: run.until ?? toInstant(now), ended: false }, outcome: 'repeated' as const }
}

/** Why there is nothing to do for a run that is about to begin, in a word that its first segment keeps. */
function whyNotBegun({ event }: SegmentCall, kind: WorkKind, record: WorkRecord): string | undefined {
  const done = whyDone(kind, record)
  if (done !== undefined) return done
  if (event.hop >= mostHops) return 'loop'
  return record.ownerId && record.next !== waitsForWorkflow ? 'taken' : undefined
}

/**
 * What was promised when the run began to wait was put off meanwhile. A wait of the state machine cannot be made longer, so
 * the run ends, and the watchdog looks after the promise at its new time.
 */
function whyEarly({ awaited }: SegmentCall, record: WorkRecord, run: Run, now: number): string | undefined {
  const promised = awaited === undefined ? undefined : record[awaited]
  if (typeof promised !== 'string' || run.until === undefined) return undefined
  const at = Date.parse(promised)
  return at > now && at > Date.parse(run.until) ? 'put off' : undefined
}

/** What the run has waited for was kept meanwhile, though other promises run: there is nothing to chase. */
function whyKept({ awaited }: SegmentCall, kind: WorkKind, record: WorkRecord): string | undefined {
  const promise = kind.work.promises.find(({ field }) => field === awaited)
  return promise && record[promise.keptBy] !== undefined ? wordOfKeeping(kind, promise) : undefined
}

/** What a segment was decided from. */
interface Before {
  record: WorkRecord
  run: Run | undefined
  seen: Grounds['seen']
}

type Concluding = Pick<SegmentMeans, 'kind' | 'rules' | 'press'> & { now: number }

function endRun(call: SegmentCall, before: Before, means: Concluding, over: string): SegmentDecision {
  const { kind, now } = means
  const at = toInstant(now)
  const others: Write[] = []
  if (over === 'loop')
    others.push({
      do: 'create',
      item: toItem(
        alertKind,
        newAlert({
          tenant: call.event.tenant,
          cause: `loop.${call.workflow}.${call.event.eventId}`,
          at,
          what: 'loop',
          subject: subjectOf(kind, before.record),
          text: `Automation changed this ${kind.name} ${call.event.hop} times in a row; the workflow "${call.workflow}" did not start again. Look for workflows that start each other.`,
        }),
      ),
    })
  const ended: Segment = { ...segmentOf(call, before.run, at), over }
  const next = { until: at, ended: true }
  const kept = { entries: [] }
  const segment = journaled(ended, { call, before, means, kept, others, next })
  const writes: Write[] = [{ do: 'create', item: toItem(segmentKind, segment) }, ...others]
  return { writes, decisions: [], run: segment, next, outcome: 'over' }
}

function conclude(
  call: SegmentCall,
  before: Before,
  progress: Progress,
  situation: Situation & Concluding,
): SegmentDecision {
  const { kind, now } = situation
  const { record, run } = before
  const at = toInstant(now)
  const until = toInstant(progress.until ?? now)
  const changed = change(
    record,
    { ...finished(progress, situation), runId: runIdOf(refOf(call)), hop: call.event.hop + 1 },
    now,
  )
  const { messages, data } = gather(noticesOf(progress, changed.after, situation))
  const entries = [...progress.entries]
  const done: Segment = {
    ...segmentOf(call, run, at),
    ...(call.last ? { over: 'last step' } : { until }),
    variables: progress.variables,
    ...(progress.turns.length && { turns: [...progress.turns] }),
    ...(messages && { messages }),
  }
  const kept = { entries, ...(data && { data }) }
  const next = { until, ended: call.last }
  const others = [writeOf(kind, changed)]
  const segment = journaled(done, { call, before, means: situation, kept, others, next })
  const writes: Write[] = [{ do: 'create', item: toItem(segmentKind, segment) }, ...others]
  return { writes, decisions: entries, run: segment, next, outcome: 'advanced' }
}

/** The segment with its journal, which names all that it does. */
function journaled(
  segment: Segment,
  of: {
    call: SegmentCall
    before: Before
    means: Concluding
    kept: Journal
    others: readonly Write[]
    next: SegmentResult
  },
): Segment {
  const { call, before, means, kept, others, next } = of
  const { kind, rules, press } = means
  const writes: Write[] = [{ do: 'create', item: toItem(segmentKind, segment) }, ...others]
  const effects = nameOfEffects(
    { writes, rest: { kept, next } },
    [kind, segmentKind, alertKind],
    rules.sha256,
  )
  const grounds: Grounds = {
    because: call.segment === 0 ? 'event' : 'time',
    seen: before.seen,
    by: rules.by(),
    ...(call.event.hop && { hop: call.event.hop }),
    effects,
  }
  return { ...segment, journal: packJournal({ ...kept, grounds }, press) }
}

const segmentOf = (call: SegmentCall, before: Run | undefined, at: string): Segment => {
  const { tenant, workflow, occurrence } = refOf(call)
  return {
    tenant,
    version: 1,
    subject: { kind: call.event.kind, id: call.event.id },
    workflow,
    occurrence,
    segment: call.segment,
    workflowVersion: call.version,
    execution: call.execution,
    at,
    variables: before?.variables ?? {},
  }
}
