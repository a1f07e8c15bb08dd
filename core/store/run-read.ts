import { fromItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import type { Run } from '../kind/system/run.ts'
import { segmentKind, segmentPrefix, type RunRef } from '../kind/system/segment.ts'
import type { Store } from './store.ts'

/** The run as it stands, where it has begun. */
export async function newestOf(
  store: Pick<Store, 'query'>,
  { tenant, id, workflow, occurrence }: RunRef,
): Promise<Run | undefined> {
  const { items } = await store.query(fileOf(tenant, id), {
    prefix: segmentPrefix(workflow, occurrence),
    descending: true,
    limit: 1,
  })
  return items[0] && fromItem(segmentKind, items[0])
}
