import * as z from 'zod/mini'
import type { Item } from '#core/record/item.ts'
import type { IndexName } from '#core/record/key.ts'
import { badToken, type QueryOptions, type Store } from '#core/store/store.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { type HttpRequest } from './http.ts'

export const paging = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
  after: z.optional(z.string().check(z.maxLength(2_000))),
})

/** A page of which much is left out is filled up by so many queries; after that it is short, and `next` says where to go on. */
const mostQueries = 12

/**
 * A page of some partitions of an index, one after the other, as `limit` and `after` of the query ask, of the items that
 * `keep` lets through one by one and `among` of all that were read at once. It never reads more than it may show, so the next page goes on without gap or repetition.
 * Throws Fault `input.invalid`.
 */
export async function queryPage(
  store: Store,
  { index, partitions }: { index: IndexName; partitions: readonly string[] },
  request: HttpRequest,
  {
    keep,
    among,
    ...options
  }: QueryOptions & {
    keep?: (item: Item) => boolean
    among?: (items: Item[]) => Promise<Item[]>
  } = {},
): Promise<{ items: Item[]; next?: string }> {
  const { limit, after } = readParameters(paging, request.query)
  const items: Item[] = []
  let place: Place = after === undefined ? { partition: 0 } : placeOf(after, partitions.length)
  for (let query = 0; query < mostQueries && items.length < limit; query++) {
    const pk = partitions[place.partition]
    if (pk === undefined) return { items }
    const rest = {
      ...options,
      limit: limit - items.length,
      ...(place.token !== undefined && { after: place.token }),
    }
    const page = await store.queryIndex(index, pk, rest)
    const kept = keep ? page.items.filter(keep) : page.items
    items.push(...(among && kept.length ? await among(kept) : kept))
    place =
      page.next === undefined
        ? { partition: place.partition + 1 }
        : { partition: place.partition, token: page.next }
  }
  return place.partition < partitions.length ? { items, next: tokenOf(place) } : { items }
}

/** Where a list goes on: in which of its partitions, and behind what. */
interface Place {
  partition: number
  token?: string
}

const tokenOf = ({ partition, token }: Place): string => `${partition}.${token ?? ''}`

function placeOf(after: string, partitions: number): Place {
  const [, number, token] = /^(\d{1,3})\.(.*)$/s.exec(after) ?? []
  if (number === undefined || Number(number) >= partitions) throw badToken()
  return { partition: Number(number), ...(token && { token }) }
}
