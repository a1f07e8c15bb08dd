import type { Door } from '#core/api/door.ts'
import { personOf } from '#core/access/reach.ts'
import { readAbsences } from '#core/assign/roster.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { Fault } from '#core/record/fault.ts'
import { recordKey } from '#core/record/key.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { giveLead } from '#core/sales/give.ts'
import { recordRefusal } from '#core/sales/refusal.ts'
import { decideAndWrite, recordOf } from '#core/store/store.ts'
import { accessTo, requireAny, requireRight } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { etagOf, preconditionOf } from '#functions/adapter/http/match.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { shownNow } from '#functions/adapter/http/shown.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Gives a lead to somebody',
  uses: { table: 'read-write' },
  routes: [
    {
      routes: ['POST /leads/{id}/give'],
      words: {
        en: 'Give a lead to somebody, or put it into a queue ({"to": …})',
        uk: 'Передати запит комусь або до черги ({"to": …})',
        ru: 'Передать запрос кому-то или в очередь ({"to": …})',
      },
      calls: {
        'POST /leads/{id}/give': {
          id: 'giveLead',
          status: 200,
          answers: 'Lead',
          headers: ['ETag'],
          matches: true,
          from: ['open'],
          takes: 'core/assign/hand-over.ts#givenTo',
          example: { to: 'maria' },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/**
 * POST /leads/{id}/give: the lead is somebody else's from now on, as with any work. A lead that the caller may not read is answered like
 * none, and its history tells of the attempt.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const { company } = await here.published(tenant)
  const access = accessTo(request, leadKind, company)
  const { caller } = access
  requireAny(access, leadKind, 'give')
  const person = caller.program === undefined ? personOf(caller.person, company) : undefined
  const by = caller.program ?? person
  if (by === undefined) throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  const input = readObject(request)
  const now = clock.now()
  const [id, leadId] = [newId('act'), request.params.id ?? '']
  const repetition = repetitionOf(request, caller, input, { tenant, lead: leadId })
  const precondition = preconditionOf(request)
  const { answer, done } = await decideAndWrite(
    store,
    async () => {
      const [item, reply] = await store.getAll([recordKey(tenant, leadId), ...repetition.keys])
      const stored = recordOf(leadKind, item)
      if (!stored) throw new Fault('record.unknown', 'there is no such lead')
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: { answer: before, done: false } }
      const right = access.right('give', stored)
      if (!right.may)
        await store.write([
          recordRefusal(stored, { by, what: 'give', because: right.because, at: clock.instant() }),
        ])
      requireRight(access, leadKind, 'give', stored)
      // The answer shows all of it.
      const [lead = stored] = await readWhole(store, leadKind, [stored], submissionPress)
      await precondition.require(stored, shownNow(store, leadKind, lead, { now, hidden: access.hidden }))
      const absences = await readAbsences(store, { tenant, now })
      const given = giveLead({ lead, input, id }, { company, absences, now, person, caller: by })
      const answer = answerJson(200, viewOf(leadKind, given.lead, access.hidden), {
        etag: etagOf(given.lead),
      })
      return { writes: [...given.writes, ...repetition.keep(answer, now)], result: { answer, done: true } }
    },
    { busy: 'others are changing this lead at the moment; please try again' },
  )
  if (done) log('info', 'lead given', { recordId: leadId, requestId: request.id })
  return answer
})
