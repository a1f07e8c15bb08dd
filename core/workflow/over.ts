import { whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { waitsForWorkflow } from '../record/work.ts'
import type { Run } from '../kind/system/run.ts'
import { runIdOf } from '../kind/system/segment.ts'

/**
 * Why a run that waits has nothing left to do, in a word that its next segment keeps. It follows from the record: whoever
 * answers or closes it writes nothing to its runs.
 */
export function whyOver(kind: WorkKind, record: WorkRecord, run: Run): string | undefined {
  const done = whyDone(kind, record)
  if (done !== undefined) return done
  // Another run of this workflow looks after it, or is about to: what the customer said gave it another route.
  const isAnothers = record.runId?.startsWith(`${run.workflow}.`) && record.runId !== runIdOf(run)
  if (isAnothers || record.next === waitsForWorkflow) return 'rerouted'
  // Whoever gave the record to a queue, or planned its next step, has taken it from the run.
  if (record.runId === undefined) return 'reassigned'
  // Whoever gave the record to somebody else has taken over; the watchdog looks after what comes of it.
  return (record.ownerId ?? null) === (run.variables.owner ?? null) ? undefined : 'reassigned'
}
