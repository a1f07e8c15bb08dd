import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { recordActivity } from '#core/customer/activity.ts'
import { activityInput, timeOfEntry, type ActivityInput } from '#core/customer/activity-input.ts'
import { consentInput, consentView, recordConsent } from '#core/customer/consent.ts'
import type { Activity } from '#core/kind/customer/activity.ts'
import type { ConsentProof } from '#core/kind/customer/consent.ts'
import { Fault, fieldFault } from '#core/record/fault.ts'
import { toInstant } from '#core/record/id.ts'
import { recordKey } from '#core/record/key.ts'
import { subjectOf, type AnyRecord, type Kind } from '#core/record/kind.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { readInput } from '#core/record/operation/read.ts'
import { personOf } from '#core/access/reach.ts'
import { activityView } from '#core/sales/story.ts'
import { decideAndWrite, recordOf, type Write } from '#core/store/store.ts'
import { accessTo, kindAt, requireAny, requireRight, type Access } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { placeOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type HttpAnswer } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { preconditionOf } from '#functions/adapter/http/match.ts'
import { repetitionOf, repliesKept } from '#functions/adapter/http/repetition.ts'
import { shownNow } from '#functions/adapter/http/shown.ts'
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
      calls: {
        'POST /customers/{id}/consents': {
          id: 'consentOfCustomer',
          status: 201,
          answers: { consent: 'Consent' },
          matches: true,
          takes: 'core/customer/consent.ts#consentInput',
          example: { channel: 'email', purpose: 'marketing', state: 'given', source: 'form' },
        },
        'POST /contacts/{id}/consents': {
          id: 'consentOfContact',
          status: 201,
          answers: { consent: 'Consent' },
          matches: true,
          takes: 'core/customer/consent.ts#consentInput',
          example: { channel: 'email', purpose: 'marketing', state: 'given', source: 'form' },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

interface Context {
  kind: Kind
  tenant: string
  company: Company
  access: Access
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
  const isConsent = request.path.endsWith('/consents')
  const operation = isConsent ? 'consent' : 'activity'
  const access = accessTo(request, kind, company)
  const { caller } = access
  requireAny(access, kind, operation)
  const by = caller.program ?? personOf(caller.person, company)
  if (by === undefined) throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  const input = readObject(request)
  const id = newId(isConsent ? 'cst' : 'act')
  const context: Context = { kind, tenant, company, access, by, id, now: clock.now() }
  const decide = isConsent ? consentOf(input, context) : activityOf(input, context)
  const repetition = repetitionOf(request, caller, input, { tenant, until: context.now + repliesKept })
  const precondition = preconditionOf(request)
  const recordId = request.params.id ?? ''
  const { answer, isDone } = await decideAndWrite(
    store,
    async () => {
      const [item, reply] = await store.getAll([recordKey(tenant, recordId), ...repetition.keys])
      const record = recordOf(kind, item)
      if (!record) throw new Fault('record.unknown', `there is no such ${kind.name}`)
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: { answer: before, isDone: false } }
      requireRight(access, kind, operation, await placeOf(access, kind, record, { store, kinds, tenant }))
      await precondition.require(
        record,
        shownNow(store, kind, record, { now: context.now, hidden: access.hidden }),
      )
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

/** Throws Fault `field.invalid`. */
function activityOf(input: unknown, context: Context): Decide {
  const { kind, tenant, company, access, id, now } = context
  const { at, by: given, ...told } = readInput(activityInput, input)
  const by = whoseIs(given, context)
  const isStaff = personOf(by, company) !== undefined
  const when = timeOfEntry(at, now)
  return (record) => {
    const subject = subjectOf(kind, record)
    const activity: Activity = { tenant, version: 1, subject, id, at: when, by, ...told }
    const isPerson = access.caller.program === undefined
    const request = { kind, record, activity, caller: context.by, isStaff, isPerson, company, kinds, now }
    const result = recordActivity(request)
    const answer = answerJson(201, {
      activity: activityView(activity),
      [kind.name]: viewOf(kind, result.record, access.hidden),
    })
    return { writes: result.writes, answer }
  }
}

/** People tell what they did themselves; a program, such as a telephone system, may say who it was. */
function whoseIs(given: ActivityInput['by'], { by, access, company }: Context): string {
  if (given === undefined || given === by) return by
  if (access.caller.program === undefined)
    throw fieldFault([{ path: ['by'], message: 'only programs say who did it; leave it out' }])
  if (given !== 'customer' && personOf(given, company) === undefined)
    throw fieldFault([
      { path: ['by'], message: `there is no person "${given}"; write an id of one, or customer` },
    ])
  return given
}

/** Throws Fault `field.invalid`. */
function consentOf(input: unknown, { kind, tenant, by, id, now }: Context): Decide {
  const { at, ...said } = readInput(consentInput, input)
  const told = { tenant, version: 1, id, at: timeOfEntry(at, now), by, enteredAt: toInstant(now), ...said }
  return (record) => {
    const consent: ConsentProof = { ...told, subject: subjectOf(kind, record) }
    return { writes: recordConsent(consent), answer: answerJson(201, { consent: consentView(consent) }) }
  }
}
