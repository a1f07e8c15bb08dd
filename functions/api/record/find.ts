import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { findRecords, type Found, type Search } from '#core/query/find/find.ts'
import type { FindStore } from '#core/query/find/store.ts'
import { isSearched } from '#core/query/find/token.ts'
import type { AnyRecord } from '#core/record/kind.ts'
import { mayCall } from '#core/record/operation/line-view.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { Fault } from '#core/record/fault.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { matchedKinds, matchesOf, mostMatches } from '#core/sales/matches.ts'
import { readRecord, type Store } from '#core/store/store.ts'
import {
  accessTo,
  readableKinds,
  requireAny,
  requireRight,
  type ReadableKind,
} from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { placeOf, placesOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openFind } from '#functions/adapter/find.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type HttpAnswer, type HttpRequest } from '#functions/adapter/http/http.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Finds records by what somebody types, and whom a lead may be already',
  uses: { table: ['read', 'denials'], find: 'read' },
  routes: [
    {
      routes: ['GET /find'],
      words: {
        en: 'Find by names, e-mail addresses and the first or last digits of numbers, with typos, in any script (?text=…, ?kind=…)',
        uk: 'Знайти за іменами, адресами e-mail і початком або кінцем номера, з помилками, будь-яким письмом (?text=…, ?kind=…)',
        ru: 'Найти по именам, адресам e-mail и началу или концу номера, с опечатками, любым письмом (?text=…, ?kind=…)',
      },
      calls: {
        'GET /find': {
          id: 'find',
          status: 200,
          answers: { found: ['Found'] },
          query: {
            text: {
              about: 'what somebody types',
              schema: { type: 'string', minLength: 1, examples: ['mill'] },
              isNeeded: true,
            },
            kind: 'of one kind alone',
            limit: { about: 'how many', schema: { type: 'integer', minimum: 1, maximum: 50, default: 20 } },
          },
        },
      },
    },
    {
      routes: ['GET /leads/{id}/matches'],
      words: {
        en: 'Who a lead may be already, before it is converted: customers and contacts with its addresses, or called like it',
        uk: 'Ким запит уже може бути, перш ніж його перетворити: клієнти й контакти з його адресами або зі схожою назвою',
        ru: 'Кем запрос уже может быть, прежде чем его превратить: клиенты и контакты с его адресами или с похожим названием',
      },
      calls: {
        'GET /leads/{id}/matches': { id: 'matchesOfLead', status: 200, answers: { matches: ['Match'] } },
      },
    },
  ],
} satisfies Door

const uses = {
  store: openTable,
  find: openFind,
  tenant: openTenant,
  published: openPublished,
  denials: openDenials,
}

const searched = [...kinds.values()].filter(isSearched)
const matched = matchedKinds.flatMap((name) => kinds.get(name) ?? [])

const query = z.strictObject({
  text: z.string(),
  kind: z.optional(z.string()),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(50)), 20),
})
const noQuery = z.strictObject({})

interface Asking {
  find: FindStore
  store: Store
  tenant: string
  company: Company
}

/**
 * GET /find?text=…: what a caller may see of what has all of it, best first. `because` says which field has what.
 * GET /leads/{id}/matches: of customers and contacts what has something of a lead that he may read.
 */
export const handler = onHttp(uses, async (request, { store, find, tenant, published }) => {
  const { company } = await published(tenant)
  const asking = { store, find, tenant, company }
  return request.path.endsWith('/matches') ? matches(request, asking) : found(request, asking)
})

async function found(request: HttpRequest, asking: Asking): Promise<HttpAnswer> {
  const readable = readableKinds(request, searched, asking.company).kinds
  const { text, kind, limit } = readParameters(query, request.query)
  const names = searched.map(({ name }) => name)
  if (kind !== undefined && !names.includes(kind))
    throw new Fault('input.invalid', `kind: write one of ${names.join(', ')}`, { where: 'kind' })
  const only = kind === undefined ? undefined : [kind]
  return answerJson(200, { found: await findReadable(asking, readable, { text, kinds: only, limit }) })
}

async function matches(request: HttpRequest, asking: Asking): Promise<HttpAnswer> {
  const { store, tenant, company } = asking
  const access = accessTo(request, leadKind, company)
  requireAny(access, leadKind, 'read')
  const readable = readableKinds(request, matched, company).kinds
  readParameters(noQuery, request.query)
  const lead = await readRecord(store, leadKind, { tenant, id: request.params.id ?? '' })
  if (!lead) throw new Fault('record.unknown', 'there is no such lead')
  requireRight(access, leadKind, 'read', await placeOf(access, leadKind, lead, { store, kinds, tenant }))
  // Of a lead of which he is not told who it is nobody is told who that is, either.
  const said = viewOf(leadKind, lead, access.hidden) as Partial<Lead>
  const ask = { kinds: matchedKinds, limit: mostMatches }
  const found = await matchesOf(said, (text) => findReadable(asking, readable, { ...ask, text }))
  return answerJson(200, { matches: found })
}

/** What is found of what the caller may read, as far as he may. */
async function findReadable(
  { find, store, tenant }: Asking,
  readable: ReadonlyMap<string, ReadableKind>,
  asked: Pick<Search, 'text' | 'kinds' | 'limit'>,
): Promise<Found[]> {
  return findRecords({ find, store }, kinds, {
    ...asked,
    tenant,
    mayCall: (of) => mayCall(of, readable.get(of.name)?.access.hidden ?? new Set()),
    async shown(records) {
      const placed = records.map((each) => ({ ...each, access: readable.get(each.kind.name)?.access }))
      const places = await placesOf(placed, { store, kinds, tenant })
      return placed.map(({ kind: of, record, access }, i) =>
        access?.right('read', places[i]!).may ? (viewOf(of, record, access.hidden) as AnyRecord) : undefined,
      )
    },
  })
}
