import * as z from 'zod/mini'
import type { IndexName, Item } from '#core/record/item.ts'
import type { QueryOptions, Store } from '#core/store/store.ts'
import { readInput, type HttpRequest } from './http.ts'

const paging = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
  after: z.optional(z.string().check(z.maxLength(2_000))),
})

/** A page of which much is left out is filled up by so many queries; after that it is short, and `next` says where to go on. */
const mostQueries = 12

/**
 * A page of an index, as `limit` and `after` of the query ask, of the items that `keep` lets through. It never reads
 * more than it may show, so the next page goes on without gap or repetition. Throws Fault `input.invalid`.
 */
export async function queryPage(
  store: Store,
  index: IndexName,
  pk: string,
  request: HttpRequest,
  { keep, ...options }: QueryOptions & { keep?: (item: Item) => boolean } = {},
): Promise<{ items: Item[]; next?: string }> {
  const { limit, after } = readInput(paging, request.query)
  const items: Item[] = []
  let next = after
  for (let query = 0; query < mostQueries; query++) {
    const rest = { ...options, limit: limit - items.length, ...(next !== undefined && { after: next }) }
    const page = await store.queryIndex(index, pk, rest)
    items.push(...(keep ? page.items.filter(keep) : page.items))
    next = page.next
    if (next === undefined || items.length >= limit || !keep) break
  }
  return { items, ...(next !== undefined && { next }) }
}
