import type { Door } from '#core/api/door.ts'
import { decideAndWrite, recordOf } from '#core/store/store.ts'
import { recordKey } from '#core/record/key.ts'
import { accessTo, requireAny, requireRight } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readInput } from '#core/record/operation/read.ts'
import { answerJson, readJson } from '#functions/adapter/http/http.ts'
import { preconditionOf } from '#functions/adapter/http/match.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { shownNow } from '#functions/adapter/http/shown.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openTable } from '#functions/adapter/table.ts'
import { personOf } from '#core/access/reach.ts'
import { recordRefusal } from '#core/sales/refusal.ts'
import { recordActivity } from '#core/sales/activity.ts'
import { readClaims } from '#core/sales/claim.ts'
import { activityInput } from '#core/sales/activity-input.ts'
import { timeOfActivity } from '#core/sales/activity-time.ts'
import { timeOfNextStep } from '#core/time/given-time.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { activityView } from '#core/sales/story.ts'
import { subjectOf } from '#core/record/kind.ts'
import { Fault } from '#core/record/fault.ts'
import type { Activity } from '#core/kind/customer/activity.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { openRules } from '#functions/adapter/rules.ts'

export const door = {
  description: 'Records a contact with a lead',
  uses: { table: 'read-write' },
  routes: [
    {
      routes: ['POST /leads/{id}/activities'],
      needsPerson: true,
      words: {
        en: 'Record a call, e-mail, meeting, chat or note; take, close or reopen',
        uk: 'Записати дзвінок, лист, зустріч, чат чи нотатку; взяти, закрити, відкрити знову',
        ru: 'Записать звонок, письмо, встречу, чат или заметку; взять, закрыть, открыть снова',
      },
      calls: {
        'POST /leads/{id}/activities': {
          id: 'tellOfLead',
          status: 201,
          answers: { activity: 'Activity', lead: 'Lead' },
          matches: true,
          takes: 'core/sales/activity-input.ts#activityInput',
          example: { what: 'call', text: 'She wants an offer for forty.' },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, rules: openRules, denials: openDenials }

/**
 * POST /leads/{id}/activities: what somebody did with a lead. A contact answers it, and reminders stop. A lead that he
 * may not read is answered like none, and its history tells of the attempt.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const rules = await here.rules(tenant)
  const { company } = rules
  const access = accessTo(request, leadKind, company)
  const { caller } = access
  if (caller.program !== undefined)
    throw new Fault('auth.forbidden', 'this needs a person who signs in; the key of a program is not enough')
  requireAny(access, leadKind, 'activity')
  const person = personOf(caller.person, company)
  if (!person) throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  const posted = readInput(activityInput, readJson(request))
  const { nextAt, at, ...input } = posted
  const now = clock.now()
  const id = newId('act')
  const leadId = request.params.id ?? ''
  const repetition = repetitionOf(request, caller, posted, { tenant, lead: leadId })
  const precondition = preconditionOf(request)
  const { answer, done } = await decideAndWrite(
    store,
    async () => {
      const [item, reply] = await store.getAll([recordKey(tenant, leadId), ...repetition.keys])
      const stored = recordOf(leadKind, item)
      if (!stored) throw unknown()
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: { answer: before, done: false } }
      const right = access.right('activity', stored)
      if (!right.may) {
        const attempt = { by: person, what: input.what, because: right.because, at: clock.instant() }
        await store.write([recordRefusal(stored, attempt)])
      }
      requireRight(access, leadKind, 'activity', stored)
      // The answer shows all of it.
      const [lead = stored] = await readWhole(store, leadKind, [stored], submissionPress)
      await precondition.require(stored, shownNow(store, leadKind, lead, { now, hidden: access.hidden }))
      const next = timeOfNextStep(nextAt, now)
      const activity: Activity = {
        tenant,
        version: 1,
        subject: subjectOf(leadKind, lead),
        id,
        at: timeOfActivity(at, lead, now),
        by: person,
        ...input,
      }
      const claims = input.what === 'reopen' ? await readClaims(store, lead) : undefined
      const result = recordActivity({ lead, activity, claims, now, ...(next && { nextAt: next }) }, rules)
      const answer = answerJson(201, {
        activity: activityView(activity),
        lead: viewOf(leadKind, result.lead, access.hidden),
      })
      return { writes: [...result.writes, ...repetition.keep(answer, now)], result: { answer, done: true } }
    },
    { busy: 'others are changing this lead at the moment; please try again' },
  )
  if (done) log('info', 'activity recorded', { recordId: leadId, outcome: input.what, requestId: request.id })
  return answer
})

const unknown = (): Fault => new Fault('record.unknown', 'there is no such lead')
