import { recordKey } from '#core/record/key.ts'
import { published } from 'holdfast:published'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, requireCaller } from '#functions/adapter/http/http.ts'
import { press } from '#functions/adapter/press.ts'
import { openTable } from '#functions/adapter/table.ts'
import { type Item } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { mayWork, type Worker } from '#core/sales/access.ts'
import { leadView, submissionKeysOf, tellStory } from '#core/sales/story.ts'
import { allOf, recordOf } from '#core/store/store.ts'

/**
 * GET /leads/{id}: the lead as it is. GET /leads/{id}/history: all that ever happened to it, in its order.
 * A lead that the caller may not work on is answered like one that does not exist.
 */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant } = here
  const caller = requireCaller(request, 'sales', 'manager', 'operations', 'leads:read')
  const key = recordKey(tenant, request.params.id ?? '')
  if (!request.path.endsWith('/history')) {
    return answerJson(200, leadView(reachable(await store.get(key), caller)))
  }
  const items = await allOf(async (page) => store.query(key.pk, page))
  reachable(
    items.find((item) => item.kind === 'lead'),
    caller,
  )
  const submissions = await store.getAll(submissionKeysOf(items))
  return answerJson(
    200,
    tellStory([...items, ...submissions.filter((item) => item !== undefined)], published, press),
  )
})

function reachable(item: Item | undefined, caller: Worker): Lead {
  const lead = recordOf(leadKind, item)
  if (!lead || !mayWork(caller, lead, published.company).may)
    throw new Fault('record.unknown', 'there is no such lead')
  return lead
}
