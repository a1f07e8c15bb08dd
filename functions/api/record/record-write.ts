import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { requireReferences } from '#core/api/reference.ts'
import { requireLists } from '#core/query/saved-list.ts'
import type { Company } from '#core/company/company.ts'
import { namedIn } from '#core/company/named.ts'
import { Fault } from '#core/record/fault.ts'
import { saidOf } from '#core/record/field.ts'
import { toItem, type Item } from '#core/record/item.ts'
import { recordKey } from '#core/record/key.ts'
import { toldOfGiving } from '#core/message/given.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { leadsOn, ledAlong } from '#core/record/operation/along.ts'
import {
  changedRecord,
  movedRecord,
  newRecord,
  viewOf,
  type OperationContext,
} from '#core/record/operation/operation.ts'
import type { Named } from '#core/record/operation/published.ts'
import { claimed, claimWrites, takenBy } from '#core/record/unique.ts'
import { attended } from '#core/assign/attended.ts'
import { beginsWithCaller, begunWith } from '#core/assign/begin.ts'
import { handedOver } from '#core/assign/hand-over.ts'
import { readAbsences } from '#core/assign/roster.ts'
import type { PersonId } from '#core/record/id.ts'
import { isWorkKind, type WorkRecord } from '#core/record/open-work.ts'
import { isHandOver } from '#core/record/work.ts'
import { personOf } from '#core/access/reach.ts'
import { decideAndWrite, recordOf, type Store, type Write } from '#core/store/store.ts'
import {
  accessTo,
  kindAt,
  requireAny,
  requireFields,
  requireRight,
  type Access,
} from '#functions/access/access.ts'
import { mayRead, placeOf, type Files } from '#functions/access/filed.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type HttpRequest } from '#functions/adapter/http/http.ts'
import { readObject } from '#functions/adapter/http/json-object.ts'
import { etagOf, preconditionOf } from '#functions/adapter/http/match.ts'
import { repetitionOf, repliesKept } from '#functions/adapter/http/repetition.ts'
import { shownNow } from '#functions/adapter/http/shown.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Creates records of any kind, changes them, leads them through their life-cycles',
  uses: { table: ['read-write', 'remove'] },
  kinds: 'write',
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/**
 * POST /{kinds}: a new record. PATCH /{kinds}/{id}: other values in its fields. POST /{kinds}/{id}/{transition}: a move of its
 * life-cycle, or taking, giving and planning of open work. What changed meanwhile is decided again from what is there then,
 * unless the caller has said by If-Match which state he means.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const { company } = await here.published(tenant)
  const kind = kindAt(kinds, request.path)
  const access = accessTo(request, kind, company)
  const { caller } = access
  const operation = operationOf(request)
  requireAny(access, kind, operation)
  const input = readObject(request)
  const precondition = preconditionOf(request)
  requireFields(access, input)
  const { queues } = company
  const context: Context = {
    tenant,
    company,
    named: namedIn(company),
    person: personOf(caller.person, company),
    isPerson: caller.program === undefined,
    now: clock.now(),
    newId,
    caller: caller.person ?? caller.program ?? caller.sub,
    intake: Object.keys(queues).find((id) => id === 'intake') ?? Object.keys(queues)[0],
  }
  const lists = {
    kinds,
    currency: company.currency,
    hiddenOf(of: Kind) {
      const { grant, hidden } = accessTo(request, of, company)
      return grant.read === 'none' ? undefined : hidden
    },
  }
  const until = context.now + repliesKept
  const repetition = repetitionOf(request, caller, input, { tenant, until })
  const files = { store, kinds, tenant }
  const asking = {
    mayRead: async (item: Item) => mayRead(request, item, company, files),
    deniedBy: (fields: readonly string[]) => ({
      ...access.asked,
      operation,
      because: `${fields.join(', ')}: one may not read what is named`,
    }),
  }
  const { id } = request.params
  const answer = await decideAndWrite(
    store,
    async () => {
      const keys = id === undefined ? [] : [recordKey(tenant, id)]
      const items = await store.getAll([...keys, ...repetition.keys])
      // Whoever repeats is told what he was told, though the record may be somebody else's by now.
      const answered = repetition.answered(items[keys.length])
      if (answered) return { writes: [], result: answered }
      const before =
        id === undefined
          ? undefined
          : await reachable(kind, recordOf(kind, items[0]), operation, { access, files })
      if (before)
        await precondition.require(
          before,
          shownNow(store, kind, before, { now: context.now, hidden: access.hidden }),
        )
      const after = before
        ? await next(kind, before, { name: request.params.transition, input }, { context, store })
        : await made(kind, input, { context, store })
      if (!before || after !== before) {
        if (asksForLists(kind)) requireLists(kind, { before, after }, lists)
        await requireReferences({ kind, before, after }, { store, named: context.named, asking })
        const claims = claimed(kind, before, after)
        const taken = takenBy(kind, claims, await store.getAll(claims.map(({ key }) => key)))
        if (taken) {
          // By this very post, perhaps, which was sent twice at once: then its reply is there by now.
          const [reply] = await store.getAll(repetition.keys)
          const own = repetition.answered(reply)
          if (own) return { writes: [], result: own }
          throw taken
        }
      }
      const led = before
        ? await along(kind, { before, after, name: request.params.transition }, { context, store })
        : []
      const status = before ? 200 : 201
      const result = answerJson(status, viewOf(kind, after, access.hidden), {
        etag: etagOf(after),
        ...(!before && { location: `/${kind.plural}/${after.id}` }),
      })
      const writes = [{ kind, before, after }, ...led].flatMap(writesOf)
      return { writes: [...writes, ...repetition.keep(result, context.now)], result }
    },
    { busy: `others are changing this ${kind.name} at the moment; please try again` },
  )
  log('info', 'record written', { kind: kind.name, route: request.route, requestId: request.id })
  return answer
})

interface Context extends OperationContext {
  company: Company
  named: Named
  person: PersonId | undefined
  isPerson: boolean
}

/** Whether fields say what somebody wants of a list: few kinds have such, and only they need what reads it. */
const asksForLists = ({ schema: { shape } }: Kind): boolean =>
  Object.values(shape).some((type) => saidOf(type).listedKind)

/** A new record; with somebody at once, where its kind begins so. */
async function made(
  kind: Kind,
  input: unknown,
  { context, store }: { context: Context; store: Store },
): Promise<AnyRecord> {
  const record = newRecord(kind, input, context)
  if (!isWorkKind(kind) || !beginsWithCaller(kind)) return record
  const isForOther = record.ownerId !== undefined && record.ownerId !== context.person
  const absences = isForOther ? await readAbsences(store, context) : []
  return begunWith(kind, record as WorkRecord, { ...context, absences })
}

async function next(
  kind: Kind,
  before: AnyRecord,
  { name, input }: { name: string | undefined; input: unknown },
  { context, store }: { context: Context; store: Store },
): Promise<AnyRecord> {
  if (isWorkKind(kind) && isHandOver(name)) {
    const absences = name === 'give' ? await readAbsences(store, context) : []
    return handedOver(kind, before as WorkRecord, { name, input }, { ...context, absences })
  }
  const after =
    name === undefined
      ? changedRecord(kind, before, input, context)
      : movedRecord(kind, before, { name, input }, context)
  if (!isWorkKind(kind)) return after
  return attended(kind, before as WorkRecord, after as WorkRecord, context)
}

/** A record that is made, or as it was and as it is to be. */
interface Written {
  kind: Kind
  before?: AnyRecord | undefined
  after: AnyRecord
}

/**
 * What is led along by a transition, each record as far as its own leads on from where it is. It follows from what the caller may do,
 * so nobody asks whether he may change these; he is not shown them either.
 */
async function along(
  kind: Kind,
  { before, after, name }: { before: AnyRecord; after: AnyRecord; name: string | undefined },
  means: { context: Context; store: Store },
): Promise<Written[]> {
  const ways = name === undefined ? [] : ledAlong(kind, before, after, name)
  if (!ways.length) return []
  const items = await means.store.getAll(ways.map(({ id }) => recordKey(after.tenant, id)))
  const led = ways.map(async ({ move }, i): Promise<Written[]> => {
    const other = kinds.get(items[i]?.kind ?? '')
    const record = other && recordOf(other, items[i])
    if (!record || !leadsOn(other, record, move)) return []
    return [
      { kind: other, before: record, after: await next(other, record, { name: move, input: {} }, means) },
    ]
  })
  return (await Promise.all(led)).flat()
}

function writesOf({ kind, before, after }: Written): Write[] {
  if (after === before) return []
  const item = toItem(kind, after)
  const told = isWorkKind(kind)
    ? toldOfGiving(kind, before as WorkRecord | undefined, after as WorkRecord)
    : []
  const write: Write = before ? { do: 'replace', item, seen: before.version } : { do: 'create', item }
  return [write, ...claimWrites(kind, before, after), ...told]
}

/** What is wanted, in the words of company/access.yaml. */
const operationOf = ({ params: { id, transition } }: HttpRequest): string =>
  id === undefined ? 'create' : (transition ?? 'change')

/** A record that the caller may not even read is answered like one that does not exist. */
async function reachable(
  kind: Kind,
  record: AnyRecord | undefined,
  operation: string,
  { access, files }: { access: Access; files: Files },
): Promise<AnyRecord> {
  if (!record) throw new Fault('record.unknown', `there is no such ${kind.name}`)
  requireRight(access, kind, operation, await placeOf(access, kind, record, files))
  return record
}
