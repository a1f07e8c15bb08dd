import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { requireReferences } from '#core/api/reference.ts'
import { namedIn } from '#core/company/named.ts'
import type { Item } from '#core/record/item.ts'
import { contactKind } from '#core/kind/customer/contact.ts'
import { customerKind } from '#core/kind/customer/customer.ts'
import { opportunityKind } from '#core/kind/sales/opportunity.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { Fault, isFault, type DeniedAttempt } from '#core/record/fault.ts'
import { toInstant } from '#core/record/id.ts'
import { recordKey } from '#core/record/key.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { readInput } from '#core/record/operation/read.ts'
import { claimed, takenBy } from '#core/record/unique.ts'
import { readAbsences } from '#core/assign/roster.ts'
import { personOf } from '#core/access/reach.ts'
import { recordRefusal } from '#core/sales/refusal.ts'
import { convert, type Converted } from '#core/sales/convert.ts'
import {
  convertInput,
  partKinds,
  saysOwner,
  takenKeys,
  type ConvertContext,
  type ConvertRequest,
} from '#core/sales/convert-part.ts'
import { decideAndWrite, recordOf, type Store } from '#core/store/store.ts'
import { accessTo, requireAny, requireFields, requireRight, type Access } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { mayRead, placeOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type HttpAnswer, type HttpRequest } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { preconditionOf } from '#functions/adapter/http/match.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { shownNow } from '#functions/adapter/http/shown.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Converts a lead into a customer, a contact and an opportunity',
  uses: { table: ['read-write', 'remove'] },
  routes: [
    {
      routes: ['POST /leads/{id}/convert'],
      words: {
        en: 'Convert a lead into a customer, a contact and an opportunity: new ones, or those that there are',
        uk: 'Перетворити запит на клієнта, контакт і угоду: нові або ті, що вже є',
        ru: 'Превратить запрос в клиента, контакт и сделку: новые или те, что уже есть',
      },
      calls: {
        'POST /leads/{id}/convert': {
          id: 'convertLead',
          status: 201,
          answers: {
            lead: 'Lead',
            customer: 'Customer',
            'contact?': 'Contact',
            'opportunity?': 'Opportunity',
          },
          headers: ['Location'],
          matches: true,
          from: ['open'],
          takes: 'core/sales/convert-part.ts#convertInput',
          example: {},
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/**
 * POST /leads/{id}/convert: the lead is won and becomes a customer, a contact and an opportunity, in one transaction. On another
 * team's lead it is refused, which its history tells.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const { company } = await here.published(tenant)
  const access = accessTo(request, leadKind, company)
  const { caller } = access
  requireAny(access, leadKind, 'convert')
  const parts = Object.fromEntries(
    // The id of the address is the lead's.
    Object.values(partKinds).map((kind) => [
      kind.name,
      { ...accessTo(request, kind, company), asked: { of: kind.name, id: undefined } },
    ]),
  )
  for (const [part, kind] of Object.entries(partKinds)) requireAny(parts[part]!, kind, 'create')
  const by = caller.program ?? personOf(caller.person, company)
  if (by === undefined) throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  const input = readInput(convertInput, readObject(request))
  for (const part of Object.keys(partKinds) as (keyof typeof partKinds)[])
    requireFields(parts[part]!, input[part], [part])
  const named = namedIn(company)
  const person = caller.program === undefined ? personOf(caller.person, company) : undefined
  const intake = Object.keys(company.queues).find((id) => id === 'intake')
  const converter = { tenant, company, named, now: clock.now(), newId, caller: by, person, intake }
  const leadId = request.params.id ?? ''
  const repetition = repetitionOf(request, caller, input, { tenant, lead: leadId })
  const precondition = preconditionOf(request)
  const { answer, done } = await decideAndWrite(
    store,
    async () => {
      const absences = saysOwner(input) ? await readAbsences(store, converter) : []
      const context: ConvertContext = { ...converter, absences }
      const [item, ...others] = await store.getAll([
        recordKey(tenant, leadId),
        ...takenKeys(input, tenant),
        ...repetition.keys,
      ])
      const stored = recordOf(leadKind, item)
      if (!stored) throw new Fault('record.unknown', 'there is no such lead')
      const before = repetition.keys.length ? repetition.answered(others.pop()) : undefined
      if (before) return { writes: [], result: { answer: before, done: false } }
      await requireLead(stored, access, { store, context })
      // The answer shows all of it.
      const [lead = stored] = await readWhole(store, leadKind, [stored], submissionPress)
      await precondition.require(
        stored,
        shownNow(store, leadKind, lead, { now: context.now, hidden: access.hidden }),
      )
      const { found, denied } = await reachableOf(others, parts, { store, context })
      const converted = converting({ lead, input, found }, context, denied)
      await requireValid(converted, request, { store, context })
      const answer = answerOf(converted, access, parts)
      const writes = [...converted.writes, ...repetition.keep(answer, context.now)]
      return { writes, result: { answer, done: true } }
    },
    { busy: 'others are changing this lead, or what it is to become, at the moment; please try again' },
  )
  if (done) log('info', 'lead converted', { recordId: leadId, requestId: request.id })
  return answer
})

/** What the caller may do with what a lead becomes, by the names of the kinds. */
type Parts = Readonly<Record<string, Access>>

interface Within {
  store: Store
  context: ConvertContext
}

/**
 * Of the records that are to be taken those that the caller may read; any other is to him none, and the attempt is told. Throws
 * Fault `auth.forbidden` for one that he may read and not change.
 */
async function reachableOf(
  items: readonly (Item | undefined)[],
  parts: Parts,
  { store, context: { tenant } }: Within,
): Promise<{ found: (Item | undefined)[]; denied: DeniedAttempt | undefined }> {
  let denied: DeniedAttempt | undefined
  const found: (Item | undefined)[] = []
  for (const item of items) {
    const kind = Object.values(partKinds).find(({ name }) => name === item?.kind)
    const record = kind && recordOf(kind, item)
    if (!record) {
      found.push(item)
      continue
    }
    const asked = { of: kind.name, id: record.id }
    const access = { ...parts[kind.name]!, asked }
    const place = await placeOf(access, kind, record, { store, kinds, tenant })
    const read = access.right('read', place)
    if (read.may) requireRight(access, kind, 'change', place)
    else denied = { ...asked, operation: 'change', because: read.because }
    found.push(read.may ? item : undefined)
  }
  return { found, denied }
}

/** What is refused because a record is not the caller's, is kept as such. */
function converting(
  request: ConvertRequest,
  context: ConvertContext,
  denied: DeniedAttempt | undefined,
): Converted {
  try {
    return convert(request, context)
  } catch (error) {
    if (!denied || !isFault(error)) throw error
    const { code, message, where, facts } = error
    throw new Fault(code, message, { denied, facts, cause: error, ...(where !== undefined && { where }) })
  }
}

async function requireLead(
  lead: Lead,
  access: Access,
  { store, context: { caller: by, now } }: Within,
): Promise<void> {
  const right = access.right('convert', lead)
  if (!right.may) {
    const at = toInstant(now)
    await store.write([recordRefusal(lead, { by, what: 'convert', because: right.because, at })])
  }
  requireRight(access, leadKind, 'convert', lead)
}

/** What is new refers to what there is, and has no value that only another may have. */
async function requireValid(
  { lead, customer, contact, opportunity, made }: Converted,
  request: HttpRequest,
  { store, context }: Within,
): Promise<void> {
  const { company, tenant } = context
  const named = namedIn(company)
  const known = [lead, customer, contact, opportunity].flatMap((record) => record?.id ?? [])
  for (const { kind, record } of made) {
    const asking = {
      mayRead: async (item: Item) => mayRead(request, item, company, { store, kinds, tenant }),
      deniedBy: (fields: readonly string[]) => ({
        of: kind.name,
        operation: 'create',
        because: `${fields.join(', ')}: one may not read what is named`,
      }),
    }
    await requireReferences({ kind, after: record }, { store, named, known, within: kind.name, asking })
    const claims = claimed(kind, undefined, record)
    const taken = claims.length
      ? takenBy(kind, claims, await store.getAll(claims.map(({ key }) => key)))
      : undefined
    if (taken) throw taken
  }
}

/** Without the fields that are above the caller's level. */
function answerOf(
  { lead, customer, contact, opportunity }: Converted,
  { hidden }: Access,
  parts: Parts,
): HttpAnswer {
  const body = {
    lead: viewOf(leadKind, lead, hidden),
    customer: viewOf(customerKind, customer, parts.customer!.hidden),
    ...(contact && { contact: viewOf(contactKind, contact, parts.contact!.hidden) }),
    ...(opportunity && {
      opportunity: viewOf(opportunityKind, opportunity, parts.opportunity!.hidden),
    }),
  }
  return answerJson(201, body, { location: `/customers/${customer.id}` })
}
