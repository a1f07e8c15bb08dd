import * as z from 'zod/mini'
import { published } from 'holdfast:published'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readInput, requireCaller } from '#functions/adapter/http/http.ts'
import { queryPage } from '#functions/adapter/http/paging.ts'
import { openTable } from '#functions/adapter/table.ts'
import { fromItem, keyOf, type Item } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { leadEntity } from '#core/kind/sales/lead.ts'
import { mayWork } from '#core/sales/access.ts'
import { leadView } from '#core/sales/story.ts'

const query = z.object({
  day: z.optional(z.iso.date()),
  owner: z.optional(z.string().check(z.maxLength(100))),
  queue: z.optional(z.string().check(z.maxLength(100))),
})

/**
 * GET /leads: those of a day (today's, in UTC), newest first; or the open ones of a person or a queue, most urgent first.
 * Of each list the caller sees the leads that he may work on.
 */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant, clock } = here
  const caller = requireCaller(request, 'sales', 'manager', 'operations', 'leads:read')
  const { company } = published
  const keep = (item: Item) => mayWork(caller, fromItem(leadEntity, item), company).may
  const { day, owner, queue } = readInput(query, request.query)
  if ([day, owner, queue].filter(Boolean).length > 1)
    throw new Fault('input.invalid', 'ask for one of day, owner and queue', { where: 'query' })
  const page =
    owner || queue
      ? await queryPage(
          store,
          'queue',
          keyOf(tenant, owner ? 'owner' : 'queue', owner ?? queue ?? ''),
          request,
          { keep },
        )
      : await queryPage(store, 'list', keyOf(tenant, 'lead', day ?? clock.instant().slice(0, 10)), request, {
          descending: true,
          keep,
        })
  const leads = page.items.map((item) => leadView(fromItem(leadEntity, item)))
  return answerJson(200, { leads, ...(page.next && { next: page.next }) })
})
