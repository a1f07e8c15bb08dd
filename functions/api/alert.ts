import * as z from 'zod/mini'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readInput, requireCaller } from '#functions/adapter/http/http.ts'
import { queryPage } from '#functions/adapter/http/paging.ts'
import { openTable } from '#functions/adapter/table.ts'
import { fromItem, keyOf, toItem } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { alertEntity, type Alert } from '#core/kind/system/history.ts'

const query = z.object({ state: z._default(z.enum(['open', 'done']), 'open') })

/** GET /alerts: what a person must look at, newest first. POST /alerts/{id}/acknowledge: somebody does. */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant, clock } = here
  if (request.method === 'GET') {
    requireCaller(request, 'manager', 'operations', 'alerts:read')
    const { state } = readInput(query, request.query)
    const page = await queryPage(store, 'list', keyOf(tenant, 'alert', state), request, { descending: true })
    const alerts = page.items.map((item) => viewOf(fromItem(alertEntity, item)))
    return answerJson(200, { alerts, ...(page.next && { next: page.next }) })
  }
  const caller = requireCaller(request, 'manager', 'operations')
  for (let attempt = 0; attempt < 5; attempt++) {
    const item = await store.get({ pk: keyOf(tenant, 'alert', request.params.id ?? ''), sk: '@' })
    if (!item) throw new Fault('record.unknown', 'there is no such alert')
    const found = fromItem(alertEntity, item)
    if (found.acknowledgedAt) return answerJson(200, viewOf(found))
    const seen = found.version
    const next: Alert = {
      ...found,
      version: seen + 1,
      acknowledgedAt: clock.instant(),
      acknowledgedBy: caller.person ?? caller.sub,
    }
    const { stored } = await store.write([{ do: 'replace', item: toItem(alertEntity, next), seen }])
    if (stored) return answerJson(200, viewOf(next))
  }
  throw new Fault('record.changed', 'somebody else is changing this alert; please look again')
})

const viewOf = ({ tenant: _, version: __, ...alert }: Alert): object => alert
