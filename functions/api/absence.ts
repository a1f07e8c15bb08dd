import { published } from 'holdfast:published'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import {
  answerJson,
  readInput,
  readJson,
  requireCaller,
  type Caller,
  type HttpAnswer,
  type HttpRequest,
} from '#functions/adapter/http/http.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { openTable } from '#functions/adapter/table.ts'
import { absenceInput, absenceOf } from '#core/assign/absence-input.ts'
import { addAbsence, removeAbsence } from '#core/assign/roster.ts'
import {
  absenceEntity,
  absencePartition,
  keptAfterMilliseconds,
  rosterKey,
  type Absence,
} from '#core/kind/people/availability.ts'
import { personId, type PersonId } from '#core/record/id.ts'
import { fromItem } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { allOf, type Store } from '#core/store/store.ts'

/** Several people may enter their absences at the same time. */
const attempts = 8

/** GET, POST /people/{id}/absences and DELETE …/{absenceId}: when somebody gets no new work. One's own; managers, anybody's. */
export const handler = onHttp({ store: openTable, tenant: openTenant }, async (request, here) => {
  const { store, tenant, clock, newId } = here
  const { person, caller } = whose(request)
  if (request.method === 'POST')
    return enter(request, caller, store, { tenant, person, id: newId('abs'), now: clock.now() })
  const absences = await current(store, { tenant, person, now: clock.instant() })
  if (request.method === 'GET') return answerJson(200, { absences: absences.map(viewOf) })
  const found = absences.find(({ id }) => id === request.params.absenceId)
  if (!found) throw new Fault('record.unknown', 'there is no such absence that is not over yet')
  for (let attempt = 0; attempt < attempts; attempt++) {
    const roster = await store.get(rosterKey(tenant))
    if ((await store.write(await removeAbsence(roster, found, { store, now: clock.now() }))).stored)
      return { status: 204 }
    if (!(await store.get(absenceEntity.keys(found)))) return { status: 204 }
  }
  throw busy()
})

/** Once under its key, also when the absence was taken back since: whoever repeats a post does not mean a new one. */
async function enter(
  request: HttpRequest,
  caller: Caller,
  store: Store,
  { tenant, person, id, now }: Pick<Absence, 'tenant' | 'person' | 'id'> & { now: number },
): Promise<HttpAnswer> {
  const posted = readInput(absenceInput, readJson(request))
  const until = Date.parse(posted.until) + keptAfterMilliseconds
  const repetition = repetitionOf(request, caller, posted, { tenant, until })
  for (let attempt = 0; attempt < attempts; attempt++) {
    const [roster, reply] = await store.getAll([rosterKey(tenant), ...repetition.keys])
    const before = repetition.answered(reply)
    if (before) return before
    const record: Absence = { tenant, version: 1, id, person, ...absenceOf(posted, now) }
    const location = `/people/${person}/absences/${id}`
    const answer = answerJson(201, viewOf(record), { location })
    const writes = await addAbsence(roster, record, { store, now })
    if ((await store.write([...writes, ...repetition.keep(answer, now)])).stored) return answer
  }
  throw busy()
}

/** Whose absences these are, and who asks. To others than managers somebody else's and nobody's are the same: refused. */
function whose(request: HttpRequest): { person: PersonId; caller: Caller } {
  const scope = request.method === 'GET' ? 'absences:read' : 'absences:write'
  const caller = requireCaller(request, scope)
  const id = request.params.id ?? ''
  if (caller.person !== id) requireCaller(request, 'manager', 'operations', scope)
  if (!Object.hasOwn(published.company.people, id))
    throw new Fault('record.unknown', 'there is no such person')
  return { person: personId.parse(id), caller }
}

/** Absences that are not over, the next to end first. */
async function current(
  store: Store,
  { tenant, person, now }: Pick<Absence, 'tenant' | 'person'> & { now: string },
): Promise<Absence[]> {
  const items = await allOf(async (page) => store.query(absencePartition(tenant), page), { from: now })
  return items.map((item) => fromItem(absenceEntity, item)).filter((absence) => absence.person === person)
}

const busy = (): Fault =>
  new Fault('record.changed', 'others are entering absences at this moment; please try again')

const viewOf = ({ tenant: _, version: __, ...absence }: Absence): object => absence
