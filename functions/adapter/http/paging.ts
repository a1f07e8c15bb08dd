import * as z from 'zod/mini'
import type { Item } from '#core/record/item.ts'
import type { IndexName } from '#core/record/key.ts'
import { badToken, type QueryOptions, type Store } from '#core/store/store.ts'
import { openPlace, sealPlace, type ListOf } from './cursor.ts'

export const paging = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
  after: z.optional(z.string().check(z.maxLength(4_000))),
})

/** `limit` and `after` of the query. */
export type Paging = z.infer<typeof paging>

/**
 * A page of any list: what `read` finds behind the place in `after`, and the place where it goes on as `next` of the answer.
 * Throws Fault `input.invalid` for an `after` that is not of this list.
 * @example const page = await turnPage(list, asked, async (after) => workList(store, partitions, { limit, after, keep }))
 */
export async function turnPage<Page extends { next?: string }>(
  list: ListOf,
  { after }: Pick<Paging, 'after'>,
  read: (place: string | undefined) => Promise<Page>,
): Promise<Page> {
  const page = await read(after === undefined ? undefined : await openPlace(after, list))
  return page.next === undefined ? page : { ...page, next: await sealPlace(page.next, list) }
}

/** A page of which much is left out is filled up by so many queries; after that it is short, and `next` says where to go on. */
const mostQueries = 12

/**
 * A page of some partitions of an index, one after the other, of the items. It never reads more than it
 * may show, so the next page goes on without gap or repetition.
 */
export async function queryPage(
  store: Pick<Store, 'queryIndex'>,
  { index, partitions }: { index: IndexName; partitions: readonly string[] },
  { limit, after, ...options }: QueryOptions & { limit: number; after?: string | undefined },
): Promise<{ items: Item[]; next?: string }> {
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
    items.push(...page.items)
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
