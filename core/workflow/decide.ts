import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { messageKind, newMessage } from '../kind/system/message.ts'
import { runKind, type Run } from '../kind/system/run.ts'
import type { Away } from '../assign/roster.ts'
import type { Assignment } from '../assign/take-turn.ts'
import { change, writeOf } from '../record/change.ts'
import { subjectOf } from '../record/kind.ts'
import { whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { waitsForWorkflow } from '../record/work.ts'
import type { Write } from '../store/store.ts'
import { begun, finished, messagesOf, type Progress, type Situation, type TurnNeed } from './progress.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './segment-call.ts'
import { stepPlan, type Verbs } from './verb.ts'

/*
 * What one segment of a run does.
 *
 * Problem: a segment is invoked at least once, perhaps twice at the same time, perhaps hours late, perhaps for an
 * event that was delivered twice; and people work on the record meanwhile. Its effects must happen once or not at all.
 * Representation: a pure function from what was read to the writes of one transaction. The run's item says which
 * segments are done; it is created (segment 0) or replaced at the version that was read in the same transaction as
 * every effect, and so is the record. A transaction that is refused is decided again from what is there then.
 * Invariant: an effect of segment n exists if and only if the run's item says that n is done. A turn of a rotation is
 * taken before, so that assignments do not refuse each other; it counts if and only if the run's item names it.
 * Rejected: an item per step (two write units each); writing the effects first and the mark after.
 */

/** Automation that causes itself ends after so many turns in a row. */
export const mostHops = 5

/** What a segment must know, as read from the table. */
export interface SegmentState {
  record: WorkRecord | undefined
  run: Run | undefined
  absences: readonly Away[]
  /** what was found when a turn was asked for, by `needName` */
  assignments: ReadonlyMap<string, Assignment>
}

/** By what a segment is decided. */
export interface SegmentMeans {
  kind: WorkKind
  verbs: Verbs
  rules: Rules
}

export type SegmentDecision =
  /** to decide, a turn must be taken */
  | { needs: TurnNeed }
  | {
      needs?: never
      /** one transaction; empty when there is nothing to do */
      writes: Write[]
      decisions: DecisionRecord['entries']
      /** the run as it is afterwards; none when it never began */
      run?: Run | undefined
      next: SegmentResult
      outcome: 'advanced' | 'over' | 'repeated' | 'duplicate'
    }

/** Decides what a segment does. Throws Fault `record.unknown` for a record that does not exist, `config.broken`. */
export async function decideSegment(
  call: SegmentCall,
  state: SegmentState,
  { kind, verbs, rules }: SegmentMeans,
  now: number,
): Promise<SegmentDecision> {
  const { record, run, absences, assignments } = state
  const before = alreadyDone(call, run, now)
  if (before) return { writes: [], decisions: [], run, ...before }
  if (!record) throw new Fault('record.unknown', `the ${kind.name} of this run does not exist`)
  const over = whyOver(call, kind, record, run)
  if (over) return endRun(call, { kind, record, run }, over, now)

  const situation: Situation = { kind, rules, absences, assignments, now }
  let progress = begun(record, run)
  for (const step of call.steps) {
    const plan = stepPlan(verbs, step.do)
    const needs = plan.turn?.(step, progress, situation)
    if (needs) return { needs }
    progress = await plan.run(step, progress, situation)
  }
  return conclude(call, { record, run }, progress, situation)
}

/** A segment that is done, or whose run is another execution's, is not done again. */
function alreadyDone(call: SegmentCall, run: Run | undefined, now: number) {
  if (!run) {
    if (call.segment === 0) return undefined
    throw new Fault('record.unknown', `segment ${call.segment} of a run that has not begun`)
  }
  const nothing = { until: toInstant(now), ended: true }
  if (run.execution !== call.execution) return { next: nothing, outcome: 'duplicate' as const }
  if (run.status !== 'waiting') return { next: nothing, outcome: 'repeated' as const }
  if (run.segment < call.segment) return undefined
  return { next: { until: run.until ?? toInstant(now), ended: false }, outcome: 'repeated' as const }
}

/** Why there is nothing left to do for this run, in a word that the run keeps. */
function whyOver(
  call: SegmentCall,
  kind: WorkKind,
  record: WorkRecord,
  run: Run | undefined,
): string | undefined {
  const done = whyDone(kind, record)
  if (done !== undefined) return done
  if (!run) {
    if (call.event.hop >= mostHops) return 'loop'
    return record.ownerId && record.next !== waitsForWorkflow ? 'taken' : undefined
  }
  // Another run of this workflow looks after it, or is about to: what the customer said gave it another route.
  const isAnothers = record.runId?.startsWith(`${call.workflow}.`) && record.runId !== runIdOf(call)
  if (isAnothers || record.next === waitsForWorkflow) return 'rerouted'
  // Whoever gave the record to somebody else has taken over; the watchdog looks after what comes of it.
  return (record.ownerId ?? null) === (run.variables.owner ?? null) ? undefined : 'reassigned'
}

/** The record's own id stands in the partition key; what is left of the event's is the version that it tells of. */
const runIdOf = ({ workflow, event: { id, eventId } }: SegmentCall): string =>
  `${workflow}.${eventId.replace(`${id}.`, '')}`

function endRun(
  call: SegmentCall,
  { kind, record, run }: { kind: WorkKind; record: WorkRecord; run: Run | undefined },
  reason: string,
  now: number,
): SegmentDecision {
  const at = toInstant(now)
  const ended = runAfter(call, run, { status: 'ended', endedAt: at, reason }, now)
  const writes = [writeRun(ended, run)]
  if (reason === 'loop')
    writes.push({
      do: 'create',
      item: toItem(
        alertKind,
        newAlert({
          tenant: call.event.tenant,
          cause: `loop.${call.workflow}.${call.event.eventId}`,
          at,
          what: 'loop',
          subject: subjectOf(kind, record),
          text: `Automation changed this ${kind.name} ${call.event.hop} times in a row; the workflow "${call.workflow}" did not start again. Look for workflows that start each other.`,
        }),
      ),
    })
  return { writes, decisions: [], run: ended, next: { until: at, ended: true }, outcome: 'over' }
}

function conclude(
  call: SegmentCall,
  before: { record: WorkRecord; run: Run | undefined },
  progress: Progress,
  situation: Situation,
): SegmentDecision {
  const { kind, now } = situation
  const { tenant } = call.event
  const subject = subjectOf(kind, before.record)
  const at = toInstant(now)
  const until = toInstant(progress.until ?? now)
  const ended = call.last
  const runId = runIdOf(call)
  const changed = change(
    before.record,
    { ...finished(progress, situation), runId, hop: call.event.hop + 1 },
    now,
  )
  const run = runAfter(
    call,
    before.run,
    {
      ...(ended ? { status: 'ended', endedAt: at, reason: 'last step' } : { status: 'waiting', until }),
      variables: progress.variables,
      turns: progress.turns.length ? [...(before.run?.turns ?? []), ...progress.turns] : before.run?.turns,
    },
    now,
  )
  const decisions = [...progress.entries]
  const cause = `${runId}.${call.segment}`
  const writes: Write[] = [
    writeRun(run, before.run),
    writeOf(kind, changed),
    ...messagesOf(progress, changed.after, situation).map((message, i): Write => ({
      do: 'create',
      item: toItem(messageKind, newMessage({ ...message, id: `${cause}.${i}` })),
    })),
  ]
  if (decisions.length)
    writes.push({
      do: 'create',
      item: toItem(decisionKind, {
        tenant,
        version: 1,
        subject,
        at,
        id: cause,
        workflow: call.workflow,
        workflowVersion: call.version,
        entries: decisions,
      }),
    })
  return { writes, decisions, run, next: { until, ended }, outcome: 'advanced' }
}

function runAfter(
  call: SegmentCall,
  before: Run | undefined,
  change: Pick<Run, 'status'> & Partial<Run>,
  now: number,
): Run {
  return {
    tenant: call.event.tenant,
    version: (before?.version ?? 0) + 1,
    subject: { kind: call.event.kind, id: call.event.id },
    workflow: call.workflow,
    workflowVersion: call.version,
    eventId: call.event.eventId,
    execution: call.execution,
    segment: call.segment,
    startedAt: before?.startedAt ?? toInstant(now),
    variables: before?.variables ?? {},
    turns: before?.turns,
    ...change,
  }
}

const writeRun = (run: Run, before: Run | undefined): Write => {
  const item = toItem(runKind, run)
  return before ? { do: 'replace', item, seen: before.version } : { do: 'create', item }
}
