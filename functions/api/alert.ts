import { readRecord } from '#core/store/store.ts'
import * as z from 'zod/mini'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readInput, requireCaller } from '#functions/adapter/http/http.ts'
import { queryPage } from '#functions/adapter/http/paging.ts'
import { openTable } from '#functions/adapter/table.ts'
import { fromItem, toItem } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { alertKind, alertList, type Alert } from '#core/kind/system/alert.ts'

const query = z.object({ state: z._default(z.enum(['open', 'done']), 'open') })

/** GET /alerts: what a person must look at, newest first. POST /alerts/{id}/acknowledge: somebody does. */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant, clock } = here
  if (request.method === 'GET') {
    requireCaller(request, 'manager', 'operations', 'alerts:read')
    const { state } = readInput(query, request.query)
    const page = await queryPage(store, { index: 'list', partitions: [alertList(tenant, state)] }, request, {
      descending: true,
    })
    const alerts = page.items.map((item) => viewOf(fromItem(alertKind, item)))
    return answerJson(200, { alerts, ...(page.next && { next: page.next }) })
  }
  const caller = requireCaller(request, 'manager', 'operations')
  for (let attempt = 0; attempt < 5; attempt++) {
    const found = await readRecord(store, alertKind, { tenant, id: request.params.id ?? '' })
    if (!found) throw new Fault('record.unknown', 'there is no such alert')
    if (found.acknowledgedAt) return answerJson(200, viewOf(found))
    const seen = found.version
    const next: Alert = {
      ...found,
      version: seen + 1,
      acknowledgedAt: clock.instant(),
      acknowledgedBy: caller.person ?? caller.sub,
    }
    const { stored } = await store.write([{ do: 'replace', item: toItem(alertKind, next), seen }])
    if (stored) return answerJson(200, viewOf(next))
  }
  throw new Fault('record.changed', 'somebody else is changing this alert; please look again')
})

const viewOf = ({ tenant: _, version: __, ...alert }: Alert): object => alert
