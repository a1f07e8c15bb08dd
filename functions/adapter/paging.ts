import * as z from 'zod'
import type { IndexName, Item } from '#core/model/entity.ts'
import type { QueryOptions, Store } from '#core/store/store.ts'
import { readInput, type HttpRequest } from './http.ts'

const paging = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z.string().max(2_000).optional(),
})

/** A page of an index, as `limit` and `after` of the query ask. Throws Fault `input.invalid`. */
export async function queryPage(
  store: Store,
  index: IndexName,
  pk: string,
  request: HttpRequest,
  options: QueryOptions = {},
): Promise<{ items: Item[]; next?: string }> {
  const { limit, after } = readInput(paging, request.query)
  return await store.queryIndex(index, pk, { ...options, limit, ...(after !== undefined && { after }) })
}
