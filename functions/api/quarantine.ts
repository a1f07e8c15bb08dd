import type { Door } from '#core/api/door.ts'
import { requireMay } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { paging, queryPage, turnPage } from '#functions/adapter/http/paging.ts'
import { repetitionOf, repliesKept } from '#functions/adapter/http/repetition.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openTable } from '#functions/adapter/table.ts'
import type { Answer } from '#core/intake/receive.ts'
import { takeInRestored } from '#core/intake/take-in.ts'
import { submissionView } from '#core/sales/story.ts'
import { leadId } from '#core/record/id.ts'
import { fromItem } from '#core/record/item.ts'
import { nothing, readInput, readParameters } from '#core/record/operation/read.ts'
import { quarantineList, submissionKind } from '#core/kind/system/submission.ts'
import { openRules } from '#functions/adapter/rules.ts'

export const door = {
  description: 'Lists suspicious submissions and restores them',
  uses: { table: 'read-write' },
  routes: [
    {
      routes: ['GET /quarantine', 'POST /quarantine/{id}/restore'],
      words: {
        en: 'What looked like spam; let one of it in',
        uk: 'Те, що схоже на спам; впустити щось із цього',
        ru: 'То, что похоже на спам; впустить что-то из этого',
      },
      calls: {
        'GET /quarantine': {
          id: 'listQuarantine',
          status: 200,
          answers: { submissions: ['Submission'], 'next?': 'Next' },
          query: { limit: 'submissions of a page', after: '`next` of the page before' },
        },
        'POST /quarantine/{id}/restore': {
          id: 'restoreSubmission',
          status: 200,
          params: { id: 'submission' },
          takes: 'core/record/operation/read.ts#nothing',
          example: {},
          answers: 'Accepted',
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, rules: openRules, denials: openDenials }

/** GET /quarantine: suspicious submissions, newest first. POST /quarantine/{id}/restore: this one is a person's. */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const rules = await here.rules(tenant)
  const caller = requireMay(request, rules.company, 'review-quarantine')
  if (request.method === 'GET') {
    const asked = readParameters(paging, request.query)
    const place = { index: 'list', partitions: [quarantineList(tenant)] } as const
    const page = await turnPage({ store, tenant, request }, asked, async (after) =>
      queryPage(store, place, { descending: true, limit: asked.limit, after }),
    )
    const submissions = page.items.map((item) =>
      submissionView(fromItem(submissionKind, item), submissionPress),
    )
    return answerJson(200, { submissions, ...(page.next && { next: page.next }) })
  }
  const tools = { rules, press: submissionPress }
  const now = clock.now()
  const sent = readObject(request)
  const repetition = repetitionOf(request, caller, sent, { tenant, until: now + repliesKept })
  const restored = {
    tenant,
    id: request.params.id ?? '',
    by: caller.person ?? caller.sub,
    now,
    leadId: leadId.parse(newId('lead')),
  }
  const answer = await takeInRestored(store, tools, restored, {
    async before() {
      const [reply] = await store.getAll(repetition.keys)
      const given = repetition.answered(reply)
      // A body that says something would be a mistake: nothing of it would be done.
      if (!given) readInput(nothing, sent)
      return given && (JSON.parse(String(given.body)) as Answer)
    },
    keep: (given) => repetition.keep(answerJson(200, given), now),
  })
  log('info', 'submission restored', { ...answer, requestId: request.id })
  return answerJson(200, answer)
})
