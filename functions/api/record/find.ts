import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { findRecords } from '#core/query/find/find.ts'
import { isSearched } from '#core/query/find/token.ts'
import type { AnyRecord } from '#core/record/kind.ts'
import { mayCall } from '#core/record/operation/line-view.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { Fault } from '#core/record/fault.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { readableKinds } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { placesOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openFind } from '#functions/adapter/find.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Finds records by what somebody types',
  uses: { table: ['read', 'denials'], find: 'read' },
  routes: [
    {
      routes: ['GET /find'],
      words: {
        en: 'Find by names, e-mail addresses and pieces of numbers, with typos, in any script (?text=…, ?kind=…)',
        uk: 'Знайти за іменами, адресами e-mail і частинами номерів, з помилками, будь-яким письмом (?text=…, ?kind=…)',
        ru: 'Найти по именам, адресам e-mail и частям номеров, с опечатками, любым письмом (?text=…, ?kind=…)',
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

const query = z.strictObject({
  text: z.string(),
  kind: z.optional(z.string()),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(50)), 20),
})

/** GET /find?text=…: what a caller may see of what has all of it, best first. `because` says which field has what. */
export const handler = onHttp(uses, async (request, { store, find, tenant, published }) => {
  const { company } = await published(tenant)
  const readable = readableKinds(request, searched, company).kinds
  const { text, kind, limit } = readParameters(query, request.query)
  const names = searched.map(({ name }) => name)
  if (kind !== undefined && !names.includes(kind))
    throw new Fault('input.invalid', `kind: write one of ${names.join(', ')}`, { where: 'kind' })
  const found = await findRecords({ find, store }, kinds, {
    tenant,
    text,
    kind,
    limit,
    mayCall: (of) => mayCall(of, readable.get(of.name)?.access.hidden ?? new Set()),
    async shown(records) {
      const placed = records.map((each) => ({ ...each, access: readable.get(each.kind.name)?.access }))
      const places = await placesOf(placed, { store, kinds, tenant })
      return placed.map(({ kind: of, record, access }, i) => {
        return access?.right('read', places[i]!).may
          ? (viewOf(of, record, access.hidden) as AnyRecord)
          : undefined
      })
    },
  })
  return answerJson(200, { found })
})
