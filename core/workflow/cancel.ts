import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { runKind, runPrefix, type Run } from '../kind/system/run.ts'
import { readRecord, type Store } from '../store/store.ts'
import type { EventRef } from '../record/event.ts'

export interface CancelRequest {
  /** whose runs */
  workflow: string
  /** the lead that they are about */
  ref: EventRef
}

/**
 * Ends the runs of a workflow on a lead. `stop` ends the execution; it comes before the mark, so that a crash between
 * the two stops it again rather than never.
 */
export async function cancelRuns(
  store: Store,
  { workflow, ref }: CancelRequest,
  stop: (execution: string, cause: string) => Promise<void>,
  now: number,
): Promise<number> {
  const lead = await readRecord(store, leadKind, ref)
  const reason = lead && lead.status !== 'open' ? 'closed' : 'answered'
  const { items } = await store.query(fileOf(ref.tenant, ref.id), {
    prefix: runPrefix(workflow),
  })
  const waiting = items.map((item) => fromItem(runKind, item)).filter(({ status }) => status === 'waiting')
  for (const run of waiting) {
    await stop(run.execution, reason)
    const ended: Run = {
      ...run,
      version: run.version + 1,
      status: 'cancelled',
      endedAt: toInstant(now),
      reason,
    }
    // Refused when a segment was faster: it has seen the answer too, and ended the run.
    await store.write([{ do: 'replace', item: toItem(runKind, ended), seen: run.version }])
  }
  return waiting.length
}
