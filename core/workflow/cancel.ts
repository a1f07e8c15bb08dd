import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { whyDone, type WorkKind } from '../record/open-work.ts'
import { newestSegments, segmentKind, segmentPrefix } from '../kind/system/segment.ts'
import type { Run } from '../kind/system/run.ts'
import { allOf, readRecord, type Store } from '../store/store.ts'
import type { EventRef } from '../record/event.ts'

export interface CancelRequest {
  /** whose runs */
  workflow: string
  /** the record that they are about, and its kind */
  ref: EventRef
  kind: WorkKind
}

/**
 * Ends the runs of a workflow on a record: stops the executions of those that wait. Nothing is written for it while the
 * record itself says that it is done, so told twice it stops them twice, which changes nothing. Where another event ends
 * them, the next segment is created as one that does nothing: before the stop, for a segment that is under way is
 * refused then, and what is told again stops what still runs.
 */
export async function cancelRuns(
  store: Store,
  { workflow, ref, kind }: CancelRequest,
  stop: (execution: string, cause: string) => Promise<void>,
  now: number,
): Promise<number> {
  const record = await readRecord(store, kind, ref)
  const done = record && whyDone(kind, record)
  const items = await allOf(async (page) => store.query(fileOf(ref.tenant, ref.id), page), {
    prefix: segmentPrefix(workflow),
  })
  const runs = newestSegments(items.map((item) => fromItem(segmentKind, item)))
  const ending = runs.filter(({ over }) => over === undefined || over === byEvent)
  for (const run of ending) {
    // Refused when a segment was faster: then it is as if the event had come after it, and it comes again.
    if (record && !done && run.over === undefined && !(await endByEvent(store, run, now)))
      throw new Error('the run went on meanwhile')
    await stop(run.execution, done ?? byEvent)
  }
  return ending.length
}

const byEvent = 'until'

async function endByEvent(store: Store, run: Run, now: number): Promise<boolean> {
  const { until: _, turns: __, messages: ___, journal: ____, ...rest } = run
  const ended: Run = { ...rest, segment: run.segment + 1, at: toInstant(now), over: byEvent }
  return (await store.write([{ do: 'create', item: toItem(segmentKind, ended) }])).stored
}
