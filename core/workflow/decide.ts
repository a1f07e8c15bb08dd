import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { messageKind, newMessage } from '../kind/system/message.ts'
import { runKind, type Run } from '../kind/system/run.ts'
import { subjectOf } from '../record/kind.ts'
import type { Write } from '../store/store.ts'
import { Draft, type SegmentState, type TurnNeed } from './draft.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './step.ts'

/*
 * What one segment of a run does.
 *
 * Problem: a segment is invoked at least once, perhaps twice at the same time, perhaps hours late, perhaps for an
 * event that was delivered twice; and people work on the lead meanwhile. Its effects must happen once or not at all.
 * Representation: a pure function from what was read to the writes of one transaction. The run's item says which
 * segments are done; it is created (segment 0) or replaced at the version that was read in the same transaction as
 * every effect, and so is the lead. A transaction that is refused is decided again from what is there then.
 * Invariant: an effect of segment n exists if and only if the run's item says that n is done. A turn of a rotation is
 * taken before, so that assignments do not refuse each other; it counts if and only if the run's item names it.
 * Rejected: an item per step (two write units each); writing the effects first and the mark after.
 */

/** Automation that causes itself ends after so many turns in a row. */
export const mostHops = 5

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

/** Decides what a segment does. Throws Fault `record.unknown` for a lead that does not exist, `config.broken`. */
export async function decideSegment(
  call: SegmentCall,
  state: SegmentState,
  rules: Rules,
  now: number,
): Promise<SegmentDecision> {
  const { lead, run } = state
  const before = alreadyDone(call, run, now)
  if (before) return { writes: [], decisions: [], run, ...before }
  if (!lead) throw new Fault('record.unknown', 'the lead of this run does not exist')
  const over = whyOver(call, lead, run)
  if (over) return endRun(call, lead, run, over, now)

  const draft = new Draft(lead, state, rules, now)
  for (const step of call.steps) {
    const needs = await draft.perform(step)
    if (needs) return { needs }
  }
  return conclude(call, state, draft, now)
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
function whyOver(call: SegmentCall, lead: Lead, run: Run | undefined): string | undefined {
  if (lead.status !== 'open') return 'closed'
  if (lead.answeredAt) return 'answered'
  if (!run) {
    if (call.event.hop >= mostHops) return 'loop'
    return lead.ownerId && lead.next !== 'route' ? 'taken' : undefined
  }
  // Another run of this workflow looks after it, or is about to: what the customer said gave it another route.
  const isAnothers = lead.runId?.startsWith(`${call.workflow}.`) && lead.runId !== runIdOf(call)
  if (isAnothers || lead.next === 'route') return 'rerouted'
  // Whoever gave the lead to somebody else has taken over; the watchdog looks after what comes of it.
  return (lead.ownerId ?? null) === (run.variables.owner ?? null) ? undefined : 'reassigned'
}

/** The lead's own id stands in the partition key; what is left of the event's is the version that it tells of. */
const runIdOf = ({ workflow, event: { id, eventId } }: SegmentCall): string =>
  `${workflow}.${eventId.replace(`${id}.`, '')}`

function endRun(
  call: SegmentCall,
  lead: Lead,
  run: Run | undefined,
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
          subject: subjectOf(leadKind, lead),
          text: `Automation changed this lead ${call.event.hop} times in a row; the workflow "${call.workflow}" did not start again. Look for workflows that start each other.`,
        }),
      ),
    })
  return { writes, decisions: [], run: ended, next: { until: at, ended: true }, outcome: 'over' }
}

function conclude(call: SegmentCall, state: SegmentState, draft: Draft, now: number): SegmentDecision {
  const { tenant } = call.event
  const subject = subjectOf(leadKind, draft.before)
  const at = toInstant(now)
  const until = draft.until === undefined ? at : toInstant(draft.until)
  const ended = call.last
  const runId = runIdOf(call)
  const lead: Lead = {
    ...draft.finish(),
    version: draft.before.version + 1,
    updatedAt: at,
    runId,
    hop: call.event.hop + 1,
  }
  const run = runAfter(
    call,
    state.run,
    {
      ...(ended ? { status: 'ended', endedAt: at, reason: 'last step' } : { status: 'waiting', until }),
      variables: draft.variables,
      turns: draft.turns.length ? [...(state.run?.turns ?? []), ...draft.turns] : state.run?.turns,
    },
    now,
  )
  const decisions = draft.entries
  const cause = `${runId}.${call.segment}`
  const writes: Write[] = [
    writeRun(run, state.run),
    { do: 'replace', item: toItem(leadKind, lead), seen: draft.before.version },
    ...draft.writes,
    ...draft.messages(lead).map((message, i): Write => ({
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
