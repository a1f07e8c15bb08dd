import * as z from 'zod/mini'
import type { Door } from '#core/api/door.ts'
import { denialEntity, denialPartition, type Denial } from '#core/access/denial.ts'
import { fromItem } from '#core/record/item.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { requireMay } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { paging, turnPage } from '#functions/adapter/http/paging.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Lists who was refused what',
  uses: { table: ['read', 'denials'] },
  routes: [
    {
      routes: ['GET /denials'],
      words: {
        en: 'Who was refused what on a day (?day=2027-03-01)',
        uk: 'Кому в чому відмовлено за день (?day=2027-03-01)',
        ru: 'Кому в чём отказано за день (?day=2027-03-01)',
      },
      calls: {
        'GET /denials': {
          id: 'listDenials',
          status: 200,
          answers: { denials: ['Denial'], 'next?': 'Next' },
          query: {
            day: { about: 'of which day (UTC); today', schema: { type: 'string', format: 'date' } },
            limit: 'entries of a page',
            after: '`next` of the page before',
          },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

const query = z.strictObject({ day: z.optional(z.iso.date()), ...paging.shape })

/** GET /denials: what was refused on a day (UTC), today by default, the latest first. */
export const handler = onHttp(uses, async (request, { store, tenant, clock, ...here }) => {
  const { company } = await here.published(tenant)
  requireMay(request, company, 'read-denials')
  const asked = readParameters(query, request.query)
  const { day = clock.instant().slice(0, 10), limit } = asked
  const page = await turnPage({ store, tenant, request }, asked, async (after) =>
    store.query(denialPartition(tenant, day), {
      limit,
      descending: true,
      ...(after !== undefined && { after }),
    }),
  )
  const denials = page.items.map((item) => viewOf(fromItem(denialEntity, item)))
  return answerJson(200, { denials, ...(page.next && { next: page.next }) })
})

const viewOf = ({ tenant: _, version: __, ...told }: Denial): object => told
