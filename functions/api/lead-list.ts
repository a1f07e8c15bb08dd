import * as z from 'zod/mini'
import { published } from 'holdfast:published'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readInput, requireCaller } from '#functions/adapter/http/http.ts'
import { queryPage } from '#functions/adapter/http/paging.ts'
import { openTable } from '#functions/adapter/table.ts'
import { fromItem, type Item } from '#core/record/item.ts'
import { workOfPerson, workOfQueue } from '#core/record/key.ts'
import { listOfDay } from '#core/record/kind.ts'
import { Fault } from '#core/record/fault.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { mayWork } from '#core/sales/access.ts'
import { leadView } from '#core/sales/story.ts'

const query = z.object({
  day: z.optional(z.iso.date()),
  owner: z.optional(z.string().check(z.maxLength(100))),
  queue: z.optional(z.string().check(z.maxLength(100))),
})

/**
 * GET /leads: those of a day (today's, in UTC), open ones first, newest first; or the open ones of a person or a queue, most urgent first.
 * Of each list the caller sees the leads that he may work on.
 */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant, clock } = here
  const caller = requireCaller(request, 'sales', 'manager', 'operations', 'leads:read')
  const { company } = published
  const keep = (item: Item) => mayWork(caller, fromItem(leadKind, item), company).may
  const { day, owner, queue } = readInput(query, request.query)
  if ([day, owner, queue].filter(Boolean).length > 1)
    throw new Fault('input.invalid', 'ask for one of day, owner and queue', { where: 'query' })
  const now = clock.instant()
  const { partitions, ...bounds } = listOfDay(tenant, leadKind.name, { day: day ?? now.slice(0, 10), now })
  const page =
    owner || queue
      ? await queryPage(store, { index: 'work', partitions: [workOf(tenant, owner, queue)] }, request, {
          keep,
        })
      : await queryPage(store, { index: 'list', partitions }, request, { ...bounds, descending: true, keep })
  const leads = page.items.map((item) => leadView(fromItem(leadKind, item)))
  return answerJson(200, { leads, ...(page.next && { next: page.next }) })
})

const workOf = (tenant: string, owner: string | undefined, queue = ''): string =>
  owner ? workOfPerson(tenant, owner) : workOfQueue(tenant, queue)
