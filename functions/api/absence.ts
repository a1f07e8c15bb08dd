import type { Door } from '#core/api/door.ts'
import { requireAnybody, requireMay } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readInput } from '#core/record/operation/read.ts'
import {
  answerJson,
  readJson,
  type Caller,
  type HttpAnswer,
  type HttpRequest,
} from '#functions/adapter/http/http.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import { openTable } from '#functions/adapter/table.ts'
import type { Company } from '#core/company/company.ts'
import { absenceInput, absenceOf } from '#core/assign/absence-input.ts'
import { addAbsence, removeAbsence } from '#core/assign/roster.ts'
import {
  absenceKind,
  absencePartition,
  keptAfterMilliseconds,
  personSubject,
  type Absence,
} from '#core/kind/people/absence.ts'
import { rosterKey } from '#core/kind/system/roster.ts'
import { personId, type PersonId } from '#core/record/id.ts'
import { fromItem } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { allOf, decideAndWrite, type Store } from '#core/store/store.ts'

export const door = {
  description: 'Records when people are away',
  uses: { table: ['read-write', 'remove'] },
  routes: [
    {
      routes: [
        'GET /people/{id}/absences',
        'POST /people/{id}/absences',
        'DELETE /people/{id}/absences/{absenceId}',
      ],
      words: {
        en: 'Who gets no new work, and until when',
        uk: 'Хто не отримує нової роботи і до якого часу',
        ru: 'Кто не получает новой работы и до какого времени',
      },
      calls: {
        'GET /people/{id}/absences': {
          id: 'listAbsences',
          status: 200,
          params: { id: 'person' },
          answers: { absences: ['Absence'] },
        },
        'POST /people/{id}/absences': {
          id: 'createAbsence',
          status: 201,
          params: { id: 'person' },
          answers: 'Absence',
          headers: ['Location'],
          takes: 'core/assign/absence-input.ts#absenceInput',
          example: { from: '2027-08-02T00:00:00.000Z', until: '2027-08-16T00:00:00.000Z' },
        },
        'DELETE /people/{id}/absences/{absenceId}': {
          id: 'removeAbsence',
          status: 204,
          params: { id: 'person', absenceId: 'absence' },
          gives: 'nothing',
        },
      },
    },
  ],
} satisfies Door

/** Several people may enter their absences at the same time. */
const attempts = 8

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/** GET, POST /people/{id}/absences and DELETE …/{absenceId}: when somebody gets no new work. One's own; managers, anybody's. */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock, newId } = here
  const { person, caller } = whose(request, (await here.published(tenant)).company)
  if (request.method === 'POST')
    return enter(request, caller, store, { tenant, person, id: newId('abs'), now: clock.now() })
  const absences = await current(store, { tenant, person, now: clock.instant() })
  if (request.method === 'GET') return answerJson(200, { absences: absences.map(viewOf) })
  const found = absences.find(({ id }) => id === request.params.absenceId)
  if (!found) throw new Fault('record.unknown', 'there is no such absence that is not over yet')
  return decideAndWrite<HttpAnswer>(
    store,
    async () => {
      const isThere = await store.get(absenceKind.keys(found))
      const roster = await store.get(rosterKey(tenant))
      const writes = isThere
        ? await removeAbsence(roster, found, { store, now: clock.now(), by: nameOf(caller) })
        : []
      return { writes, result: { status: 204 } }
    },
    { busy, attempts },
  )
})

/** Once under its key, also when the absence was taken back since: whoever repeats a post does not mean a new one. */
async function enter(
  request: HttpRequest,
  caller: Caller,
  store: Store,
  { tenant, person, id, now }: { tenant: string; person: PersonId; id: string; now: number },
): Promise<HttpAnswer> {
  const posted = readInput(absenceInput, readJson(request))
  const until = Date.parse(posted.until) + keptAfterMilliseconds
  const repetition = repetitionOf(request, caller, posted, { tenant, until })
  return decideAndWrite(
    store,
    async () => {
      const [roster, reply] = await store.getAll([rosterKey(tenant), ...repetition.keys])
      const before = repetition.answered(reply)
      if (before) return { writes: [], result: before }
      const record: Absence = {
        tenant,
        version: 1,
        subject: personSubject(person),
        id,
        ...absenceOf(posted, now),
      }
      const location = `/people/${person}/absences/${id}`
      const answer = answerJson(201, viewOf(record), { location })
      const writes = await addAbsence(roster, record, { store, now, by: nameOf(caller) })
      return { writes: [...writes, ...repetition.keep(answer, now)], result: answer }
    },
    { busy, attempts },
  )
}

/** Whose absences these are, and who asks. To others than managers somebody else's and nobody's are the same: refused. */
function whose(request: HttpRequest, company: Company): { person: PersonId; caller: Caller } {
  const scope = request.method === 'GET' ? 'absences:read' : 'absences:write'
  const caller = requireAnybody(request)
  const id = request.params.id ?? ''
  if (caller.person !== id) requireMay(request, company, 'plan-absences', scope)
  if (!Object.hasOwn(company.people, id)) throw new Fault('record.unknown', 'there is no such person')
  return { person: personId.parse(id), caller }
}

/** Absences that are not over, the next to end first. */
async function current(
  store: Store,
  { tenant, person, now }: { tenant: string; person: PersonId; now: string },
): Promise<Absence[]> {
  const items = await allOf(async (page) => store.query(absencePartition(tenant), page), { from: now })
  return items.map((item) => fromItem(absenceKind, item)).filter(({ subject }) => subject.id === person)
}

const busy = 'others are entering absences at this moment; please try again'

const nameOf = ({ person, program, sub }: Caller): string => person ?? program ?? sub

const viewOf = ({ id, subject, from, until, reason }: Absence): object => ({
  id,
  person: subject.id,
  from,
  until,
  reason,
})
