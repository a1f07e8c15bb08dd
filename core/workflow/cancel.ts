import { toInstant } from '../record/id.ts'
import { fromItem, keyOf, toItem } from '../record/item.ts'
import { leadEntity, leadKey } from '../kind/sales/lead.ts'
import { runEntity, type Run } from '../kind/system/run.ts'
import type { Store } from '../store/store.ts'
import type { EventRef } from './step.ts'

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
  const lead = await store.get(leadKey(ref.tenant, ref.id))
  const reason = lead && fromItem(leadEntity, lead).status !== 'open' ? 'closed' : 'answered'
  const { items } = await store.query(keyOf(ref.tenant, 'lead', ref.id), {
    prefix: `${keyOf('run', workflow)}#`,
  })
  const waiting = items.map((item) => fromItem(runEntity, item)).filter(({ status }) => status === 'waiting')
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
    await store.write([{ do: 'replace', item: toItem(runEntity, ended), seen: run.version }])
  }
  return waiting.length
}
