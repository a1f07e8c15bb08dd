import { published } from 'holdfast:published'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, readInput, readJson, requireCaller, type HttpRequest } from '#functions/adapter/http.ts'
import { openTable } from '#functions/adapter/table.ts'
import { absenceInput, absenceOf } from '#core/assign/absence-input.ts'
import { absenceEntity, absencePartition, type Absence } from '#core/model/availability.ts'
import { personId, type PersonId } from '#core/model/base.ts'
import { fromItem, toItem } from '#core/model/entity.ts'
import { Fault } from '#core/model/fault.ts'
import type { Store } from '#core/store/store.ts'

/** GET, POST /people/{id}/absences and DELETE …/{absenceId}: when somebody gets no new work. One's own; managers, anybody's. */
export const handler = onHttp({ store: openTable }, async (request, { store, clock, newId }) => {
  const person = personOf(request)
  if (request.method === 'POST') {
    const record: Absence = {
      tenant: 'main',
      version: 1,
      id: newId('abs'),
      person,
      ...absenceOf(readInput(absenceInput, readJson(request)), clock.now()),
    }
    await store.write([{ do: 'create', item: toItem(absenceEntity, record) }])
    return answerJson(201, viewOf(record), { location: `/people/${person}/absences/${record.id}` })
  }
  const absences = await current(store, person, clock.instant())
  if (request.method === 'GET') return answerJson(200, { absences: absences.map(viewOf) })
  const found = absences.find(({ id }) => id === request.params.absenceId)
  if (!found) throw new Fault('record.unknown', 'there is no such absence that is not over yet')
  const { pk, sk } = absenceEntity.keys(found)
  await store.write([{ do: 'remove', key: { pk, sk }, seen: found.version }])
  return { status: 204 }
})

/** Whose absences these are. To others than managers somebody else's and nobody's are the same: refused. */
function personOf(request: HttpRequest): PersonId {
  const scope = request.method === 'GET' ? 'absences:read' : 'absences:write'
  const caller = requireCaller(request, scope)
  const id = request.params.id ?? ''
  if (caller.person !== id) requireCaller(request, 'manager', 'operations', scope)
  if (!Object.hasOwn(published.company.people, id))
    throw new Fault('record.unknown', 'there is no such person')
  return personId.parse(id)
}

/** Absences that are not over, the next to end first. */
async function current(store: Store, person: PersonId, now: string): Promise<Absence[]> {
  const found: Absence[] = []
  let after: string | undefined
  do {
    const page = await store.query(absencePartition('main'), { from: now, ...(after && { after }) })
    found.push(...page.items.map((item) => fromItem(absenceEntity, item)))
    after = page.next
  } while (after)
  return found.filter((absence) => absence.person === person)
}

const viewOf = ({ tenant: _, version: __, ...absence }: Absence): object => absence
