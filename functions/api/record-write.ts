import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { requireReferences } from '#core/api/reference.ts'
import type { Company } from '#core/company/company.ts'
import { namedIn } from '#core/company/named.ts'
import { Fault } from '#core/record/fault.ts'
import { toItem } from '#core/record/item.ts'
import { recordKey } from '#core/record/key.ts'
import { toldOfGiving } from '#core/message/given.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
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
import { handedOver } from '#core/assign/hand-over.ts'
import { readAbsences } from '#core/assign/roster.ts'
import type { PersonId } from '#core/record/id.ts'
import { isWorkKind, type WorkRecord } from '#core/record/open-work.ts'
import { isHandOver } from '#core/record/work.ts'
import { mayWork, personOf } from '#core/sales/access.ts'
import { decideAndWrite, recordOf, type Store, type Write } from '#core/store/store.ts'
import { kindAt, requireGroup } from '#functions/access/kind.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readJson, type Caller } from '#functions/adapter/http/http.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Creates records of any kind, changes them, leads them through their life-cycles',
  uses: { table: 'read-write' },
  kinds: 'write',
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished }

/** A post under an Idempotency-Key is answered as before for a week. */
const repliesKept = 7 * 86_400_000

/**
 * POST /{kinds}: a new record. PATCH /{kinds}/{id}: other values in its fields. POST /{kinds}/{id}/{transition}: a move of its
 * life-cycle, or taking, giving and planning of open work. What changed meanwhile is decided again from what is there then.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId, log } = here
  const { company } = await here.published(tenant)
  const kind = kindAt(kinds, request.path)
  const caller = requireGroup(request, kind, 'write')
  const input = request.body.length ? readJson(request) : {}
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
  const until = context.now + repliesKept
  const repetition = repetitionOf(request, caller, input, { tenant, until })
  const { id } = request.params
  const answer = await decideAndWrite(
    store,
    async () => {
      const keys = id === undefined ? [] : [recordKey(tenant, id)]
      const items = await store.getAll([...keys, ...repetition.keys])
      const before = id === undefined ? undefined : reachable(kind, recordOf(kind, items[0]), caller, company)
      const answered = repetition.answered(items[keys.length])
      if (answered) return { writes: [], result: answered }
      const after = before
        ? await next(kind, before, { name: request.params.transition, input }, { context, store })
        : newRecord(kind, input, context)
      if (!before || after !== before) {
        await requireReferences({ kind, before, after }, { store, named: context.named })
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
      const status = before ? 200 : 201
      const result = answerJson(status, viewOf(kind, after), {
        ...(!before && { location: `/${kind.plural}/${after.id}` }),
      })
      return { writes: writesOf(kind, before, after, repetition.keep(result, context.now)), result }
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

const writesOf = (kind: Kind, before: AnyRecord | undefined, after: AnyRecord, kept: Write[]): Write[] => {
  if (!before)
    return [{ do: 'create', item: toItem(kind, after) }, ...claimWrites(kind, before, after), ...kept]
  if (after === before) return kept
  const item = toItem(kind, after)
  const told = isWorkKind(kind) ? toldOfGiving(kind, before as WorkRecord, after as WorkRecord) : []
  return [
    { do: 'replace', item, seen: before.version },
    ...claimWrites(kind, before, after),
    ...told,
    ...kept,
  ]
}

/** A record that the caller may not work on is answered like one that does not exist. */
function reachable(kind: Kind, record: AnyRecord | undefined, caller: Caller, company: Company): AnyRecord {
  if (!record || (kind.work && !mayWork(caller, record, company).may))
    throw new Fault('record.unknown', `there is no such ${kind.name}`)
  return record
}
