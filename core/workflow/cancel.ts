import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { whyDone, type WorkKind } from '../record/open-work.ts'
import { runKind, runPrefix, type Run } from '../kind/system/run.ts'
import { readRecord, type Store } from '../store/store.ts'
import type { EventRef } from '../record/event.ts'

export interface CancelRequest {
  /** whose runs */
  workflow: string
  /** the record that they are about, and its kind */
  ref: EventRef
  kind: WorkKind
}

/**
 * Ends the runs of a workflow on a record. `stop` ends the execution; it comes before the mark, so that a crash between
 * the two stops it again rather than never.
 */
export async function cancelRuns(
  store: Store,
  { workflow, ref, kind }: CancelRequest,
  stop: (execution: string, cause: string) => Promise<void>,
  now: number,
): Promise<number> {
  const record = await readRecord(store, kind, ref)
  const reason = (record && whyDone(kind, record)) ?? 'ended'
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
