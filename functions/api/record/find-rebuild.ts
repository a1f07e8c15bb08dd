import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { rebuildInput, rebuildStep } from '#core/query/find/rebuild.ts'
import { readInput } from '#core/record/operation/read.ts'
import { decideAndWrite } from '#core/store/store.ts'
import { openDenials } from '#functions/access/denials.ts'
import { requireMay } from '#functions/access/access.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openFindAnew } from '#functions/adapter/find.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { repetitionOf, repliesKept } from '#functions/adapter/http/repetition.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Writes anew, part by part, by what records are found',
  uses: { table: 'read-write', find: 'rebuild' },
  routes: [
    {
      routes: ['POST /find/rebuild'],
      words: {
        en: 'Write the search anew, a part at a time (operations; npx holdfast find --rebuild)',
        uk: 'Записати пошук заново, частинами (operations; npx holdfast find --rebuild)',
        ru: 'Записать поиск заново, по частям (operations; npx holdfast find --rebuild)',
      },
      calls: {
        'POST /find/rebuild': {
          id: 'rebuildFind',
          status: 200,
          takes: 'core/query/find/rebuild.ts#rebuildInput',
          example: {},
          answers: 'RebuildStep',
        },
      },
    },
  ],
} satisfies Door

const uses = {
  store: openTable,
  find: openFindAnew,
  tenant: openTenant,
  published: openPublished,
  denials: openDenials,
}

/**
 * POST /find/rebuild `{}`: begins. `{"place": …}`: goes on where the answer before said, `next`; without one all is done. A part may
 * be done as often as anybody likes; under an Idempotency-Key it is done once, and its answer is all that is written to the ledger.
 */
export const handler = onHttp(uses, async (request, { store, find, tenant, clock, published }) => {
  const caller = requireMay(request, (await published(tenant)).company, 'rebuild-find')
  const input = readInput(rebuildInput, readObject(request))
  const place = input.place ?? { since: clock.instant(), list: 0 }
  const until = clock.now() + repliesKept
  const repetition = repetitionOf(request, caller, input, { tenant, until })
  return await decideAndWrite(
    store,
    async () => {
      const [reply] = await store.getAll(repetition.keys)
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: before }
      const result = answerJson(200, await rebuildStep({ find, store }, kinds, tenant, place))
      return { writes: repetition.keep(result, clock.now()), result }
    },
    { busy: 'others are doing this very part at the moment; please try again' },
  )
})
