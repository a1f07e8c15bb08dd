import { kinds } from 'holdfast:kinds'
import { routes } from 'holdfast:routes'
import { allowedTo, operationsAllowed } from '#core/access/allowed.ts'
import { personOf } from '#core/access/reach.ts'
import type { Door } from '#core/api/door.ts'
import { knownAbsences, type Away } from '#core/assign/roster.ts'
import { absentUntil } from '#core/assign/round-robin.ts'
import type { Company } from '#core/company/company.ts'
import { directoryOf, languagesOf, teamsOf, watchedBy } from '#core/company/directory.ts'
import { zoneOf, zoneOfCompany } from '#core/company/zone.ts'
import { Fault } from '#core/record/fault.ts'
import { nothing, readParameters } from '#core/record/operation/read.ts'
import { requireAnybody } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import type { Caller } from '#functions/adapter/http/http.ts'
import { answerHashed } from '#functions/adapter/http/match.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Says who calls and what he may do, and what people, teams, queues and forms are called',
  uses: { table: ['read', 'denials'] },
  routes: [
    {
      routes: ['GET /me'],
      words: {
        en: 'Who calls, where he stands in the company, and all that he may do',
        uk: 'Хто звертається, де його місце в компанії та все, що йому дозволено',
        ru: 'Кто обращается, где его место в компании и всё, что ему разрешено',
      },
      calls: {
        'GET /me': {
          id: 'whoAmI',
          status: 200,
          also: { 304: 'It is as If-None-Match says' },
          answers: 'Me',
          headers: ['ETag'],
        },
      },
    },
    {
      routes: ['GET /people'],
      words: {
        en: 'What people, teams, queues and forms are called, and who is away until when',
        uk: 'Як звуться люди, команди, черги та форми і кого немає до якого часу',
        ru: 'Как называются люди, команды, очереди и формы и кого нет до какого времени',
      },
      calls: {
        'GET /people': {
          id: 'listPeople',
          status: 200,
          also: { 304: 'It is as If-None-Match says' },
          answers: 'Directory',
          headers: ['ETag'],
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/** GET /me: who calls, and what he may do. GET /people: names for the ids that records have. */
export const handler = onHttp(uses, async (request, { store, tenant, clock, ...here }) => {
  const { company } = await here.published(tenant)
  const caller = requireAnybody(request)
  readParameters(nothing, request.query)
  const now = clock.now()
  if (request.path === '/me') return answerHashed(meOf(caller, company), request, { now: clock.instant() })
  const absences = mayKnowAbsences(caller) ? await knownAbsences(store, tenant) : []
  return answerHashed(directoryFor(caller, company, { absences, now }), request)
})

function meOf(caller: Caller, company: Company): object {
  const { program, scopes } = caller
  const id = personOf(caller.person, company)
  if (program === undefined && id === undefined)
    throw new Fault('auth.forbidden', 'this account belongs to nobody of the company')
  return {
    ...(id === undefined ? { program: { name: program, scopes } } : personPart(id, company)),
    company: {
      name: company.name,
      languages: languagesOf(company),
      currency: company.currency,
      timeZone: zoneOfCompany(company),
    },
    may: allowedTo(caller, company, kinds.values(), routes),
    can: operationsAllowed(caller, company),
  }
}

function personPart(id: NonNullable<ReturnType<typeof personOf>>, company: Company): object {
  const { name, language, roles } = company.people[id]!
  return {
    person: { id, name, language, timeZone: zoneOf(id, company) },
    roles: roles.map((role) => ({ id: role, title: company.roles[role]?.title ?? role })),
    teams: teamsOf(id, company.teams),
    watches: watchedBy(id, company.queues),
  }
}

/** Names serve whoever reads records: a program whose key lets it read none is told nobody's. Throws Fault `auth.forbidden`. */
function directoryFor(
  { program, scopes }: Caller,
  company: Company,
  { absences, now }: { absences: readonly Away[]; now: number },
): object {
  if (program !== undefined && !scopes.some((scope) => scope.endsWith(':read')))
    throw new Fault(
      'auth.forbidden',
      `the key of ${program} reads nothing; give it a scope that ends in :read`,
    )
  return directoryOf(company, (person) => absentUntil(person, absences, now))
}

const mayKnowAbsences = ({ program, scopes }: Caller): boolean =>
  program === undefined || scopes.includes('absences:read')
