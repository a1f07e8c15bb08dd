import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { personOf } from '#core/access/reach.ts'
import { knownAbsences } from '#core/assign/roster.ts'
import type { Company } from '#core/company/company.ts'
import { zoneOf, zoneOfCompany } from '#core/company/zone.ts'
import { saidLanguage } from '#core/intake/read/language.ts'
import { clockOf } from '#core/message/clock.ts'
import { Fault } from '#core/record/fault.ts'
import { language as languageSchema, toInstant, type Language } from '#core/record/id.ts'
import type { Item } from '#core/record/item.ts'
import { entryKey } from '#core/record/key.ts'
import type { Kind } from '#core/record/kind.ts'
import { isWorkKind, type WorkKind, type WorkRecord } from '#core/record/open-work.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { allOf, readRecord, type Store } from '#core/store/store.ts'
import type { Reader } from '#core/why/reader.ts'
import { whyOf } from '#core/why/why.ts'
import { accessTo, kindAt, readableKinds, requireAny, requireRight } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { placeOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import type { HttpRequest } from '#functions/adapter/http/http.ts'
import { answerHashed } from '#functions/adapter/http/match.ts'
import { journalPress } from '#functions/adapter/press/journal.ts'
import { openPublished, openWorkflows } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Says why work is with whom it is, and until when',
  uses: { table: ['read', 'denials'] },
  kinds: 'why',
} satisfies Door

const uses = {
  store: openTable,
  tenant: openTenant,
  published: openPublished,
  workflows: openWorkflows,
  denials: openDenials,
}

const query = z.strictObject({ lang: z.optional(languageSchema) })

/**
 * GET /{kinds}/{id}/why: which decisions have set owner, team, priority and promise, what they saw and wanted, and what happens next.
 * Whoever may read the record is told; of facts that are hidden from him no more than their names.
 */
export const handler = onHttp(uses, async (request, { store, tenant, clock, ...here }) => {
  const [{ company, tables }, workflows] = await Promise.all([here.published(tenant), here.workflows(tenant)])
  const kind = workKindAt(request)
  const access = accessTo(request, kind, company)
  requireAny(access, kind, 'read')
  const { lang } = readParameters(query, request.query)
  const id = request.params.id ?? ''
  const record = await readRecord(store, kind, { tenant, id })
  if (!record) throw new Fault('record.unknown', `there is no such ${kind.name}`)
  requireRight(access, kind, 'read', await placeOf(access, kind, record, { store, kinds, tenant }))
  const [items, absences] = await Promise.all([pastItems(store, record), knownAbsences(store, tenant)])
  const now = clock.now()
  const reader = readerOf(request, { company, now, lang })
  return answerHashed(
    whyOf(kind, record, { items, tables, press: journalPress, workflows, absences }, reader),
    request,
  )
})

function workKindAt(request: HttpRequest): Kind & WorkKind {
  const kind = kindAt(kinds, request.path)
  if (!isWorkKind(kind)) throw new Fault('route.unknown', 'there is nothing at this address')
  return kind
}

/** So many changes tell who has given it to whom last; who did so before them is told by its history. */
const mostChanges = 20

/** However long a file is: what its runs have done, who changed it last, and what the watchdog did where that can be why. */
async function pastItems(store: Store, { tenant, id, ownerId }: WorkRecord): Promise<Item[]> {
  const of = { tenant, id }
  const decisions = async (name: string): Promise<Item[]> => {
    const [from, before] = [entryKey('decision', `${name}.`), entryKey('decision', `${name}/`)]
    return (await store.file(of, { from, before, limit: 5 })).items
  }
  const parts = await Promise.all([
    allOf(async (page) => store.file(of, { ...page, section: 'run' })),
    store.file(of, { section: 'change', limit: mostChanges }).then(({ items }) => items),
    ...(ownerId === undefined ? [decisions('watch'), decisions('forgotten')] : []),
  ])
  return parts.flat()
}

function readerOf(
  request: HttpRequest,
  { company, now, lang }: { company: Company; now: number; lang: Language | undefined },
): Reader {
  const readable = readableKinds(request, [...kinds.values()], company)
  const id = personOf(readable.caller.person, company)
  const said = lang ?? saidLanguage('', request.headers['accept-language'], undefined)
  const language = said ?? (id ? company.people[id]!.language : 'en')
  // That of `GET /me`, not of the record's team: whoever reads several records lives by one clock.
  const zone = id ? zoneOf(id, company) : zoneOfCompany(company)
  return {
    company,
    kinds,
    language,
    zone,
    clock: clockOf(language, zone, toInstant(now)),
    now,
    isHidden: (noun, field) =>
      kinds.has(noun) && readable.kinds.get(noun)?.access.hidden.has(field) !== false,
  }
}
