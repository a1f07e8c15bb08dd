import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { recordActivity } from '#core/customer/activity.ts'
import { activityInput, timeOfEntry, type ActivityInput } from '#core/customer/activity-input.ts'
import { consentInput, consentView, recordConsent } from '#core/customer/consent.ts'
import type { Activity } from '#core/kind/customer/activity.ts'
import type { ConsentProof } from '#core/kind/customer/consent.ts'
import { Fault } from '#core/record/fault.ts'
import { toInstant } from '#core/record/id.ts'
import { recordKey } from '#core/record/key.ts'
import { subjectOf, type AnyRecord, type Kind } from '#core/record/kind.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { readInput } from '#core/record/operation/read.ts'
import { personOf } from '#core/sales/access.ts'
import { activityView } from '#core/sales/story.ts'
import { decideAndWrite, recordOf, type Write } from '#core/store/store.ts'
import { isReachable, kindAt, requireGroup } from '#functions/access/kind.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readJson, type Caller, type HttpAnswer } from '#functions/adapter/http/http.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Records what happened with records of any kind, and consents',
  uses: { table: 'read-write' },
  kinds: 'tell',
  routes: [
    {
      routes: ['POST /customers/{id}/consents', 'POST /contacts/{id}/consents'],
      words: {
        en: 'Record that somebody allowed us to write or call for a purpose, or took it back',
        uk: 'Записати згоду на листи чи дзвінки з певною метою або її відкликання',
        ru: 'Записать согласие на письма или звонки с определённой целью или его отзыв',
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished }

/** A post under an Idempotency-Key is answered as before for a week. */
const repliesKept = 7 * 86_400_000

interface Context {
  kind: Kind
  tenant: string
  company: Company
  caller: Caller
  /** id of the person, or name of the program */
  by: string
  id: string
  /** milliseconds */
  now: number
}

/**
 * POST /{kinds}/{id}/activities: what happened with a record, now or in the past. A contact by a member of staff keeps what
 * was promised to be answered. POST …/consents: what somebody allowed us, or took back.
 */
export const handler = onHttp(uses, async (request, { store, tenant, clock, newId, log, ...here }) => {
  const { company } = await here.published(tenant)
  const kind = kindAt(kinds, request.path)
  const caller = requireGroup(request, kind, 'write')
  const by = caller.program ?? personOf(caller.person, company)
  if (by === undefined) throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  const isConsent = request.path.endsWith('/consents')
  const input = readJson(request)
  const id = newId(isConsent ? 'cst' : 'act')
  const context: Context = { kind, tenant, company, caller, by, id, now: clock.now() }
  const decide = isConsent ? consentOf(input, context) : activityOf(input, context)
  const repetition = repetitionOf(request, caller, input, { tenant, until: context.now + repliesKept })
  const recordId = request.params.id ?? ''
  const { answer, isDone } = await decideAndWrite(
    store,
    async () => {
      const [item, reply] = await store.getAll([recordKey(tenant, recordId), ...repetition.keys])
      const record = recordOf(kind, item)
      if (!record || !isReachable(kind, record, caller, company))
        throw new Fault('record.unknown', `there is no such ${kind.name}`)
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: { answer: before, isDone: false } }
      const { writes, answer } = decide(record)
      return {
        writes: [...writes, ...repetition.keep(answer, context.now)],
        result: { answer, isDone: true },
      }
    },
    { busy: `others are changing this ${kind.name} at the moment; please try again` },
  )
  const what = isConsent ? 'consent recorded' : 'activity recorded'
  if (isDone) log('info', what, { kind: kind.name, recordId, requestId: request.id })
  return answer
})

type Decide = (record: AnyRecord) => { writes: readonly Write[]; answer: HttpAnswer }

/** Throws Fault `input.invalid`. */
function activityOf(input: unknown, context: Context): Decide {
  const { kind, tenant, company, caller, id, now } = context
  const { at, by: given, ...told } = readInput(activityInput, input)
  const by = whoseIs(given, context)
  const isStaff = personOf(by, company) !== undefined
  const when = timeOfEntry(at, now)
  return (record) => {
    const subject = subjectOf(kind, record)
    const activity: Activity = { tenant, version: 1, subject, id, at: when, by, ...told }
    const isPerson = caller.program === undefined
    const request = { kind, record, activity, caller: context.by, isStaff, isPerson, company, kinds, now }
    const result = recordActivity(request)
    const answer = answerJson(201, {
      activity: activityView(activity),
      [kind.name]: viewOf(kind, result.record),
    })
    return { writes: result.writes, answer }
  }
}

/** People tell what they did themselves; a program, such as a telephone system, may say who it was. */
function whoseIs(given: ActivityInput['by'], { by, caller, company }: Context): string {
  if (given === undefined || given === by) return by
  if (caller.program === undefined)
    throw new Fault('input.invalid', 'by: only programs say who did it; leave it out', { where: 'by' })
  if (given !== 'customer' && personOf(given, company) === undefined)
    throw new Fault('input.invalid', `by: there is no person "${given}"; write an id of one, or customer`, {
      where: 'by',
    })
  return given
}

/** Throws Fault `input.invalid`. */
function consentOf(input: unknown, { kind, tenant, by, id, now }: Context): Decide {
  const { at, ...said } = readInput(consentInput, input)
  const told = { tenant, version: 1, id, at: timeOfEntry(at, now), by, enteredAt: toInstant(now), ...said }
  return (record) => {
    const consent: ConsentProof = { ...told, subject: subjectOf(kind, record) }
    return { writes: recordConsent(consent), answer: answerJson(201, { consent: consentView(consent) }) }
  }
}
