import * as z from 'zod/mini'
import type { DeniedAttempt } from '../record/fault.ts'
import { instant, tenantId, toInstant } from '../record/id.ts'
import { toItem, type Entity } from '../record/item.ts'
import { keyOf } from '../record/key.ts'
import type { Write } from '../store/store.ts'

/*
 * Who tried what he may not do.
 *
 * Problem: attempts must be seen later (AC-4), and whoever tries all day must neither fill the table nor slow it down.
 * Representation: an item under its day. Its sort key is the minute, the caller and one of ten slots, which the id of the request
 * chooses, and it is only created: so at most ten a caller and minute are kept, and none needs a read.
 * Invariant: nothing of what was sent is kept, but the address, as far as it names a record and what was wanted with it.
 * Rejected: a counter for each caller (a read and a second write for each); the function's log (a month, no query, and it is not
 * for managers).
 */

/** So many of one caller are kept in a minute. */
export const mostAMinute = 10
/** They are deleted so many days later: whoever looks once a year sees the whole of it. */
const denialsKept = 400

/** The address and the reason may hold what a caller has typed. Characters. */
const longest = { id: 64, operation: 40, because: 300 }

export const denial = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  at: instant,
  /** the person, else `program:<name>`, else the account */
  by: z.string(),
  /** the answer: 403, 404, or 422 for a file in which one may not lay anything */
  status: z.int(),
  /** as the API knows it: `GET /customers/{id}` */
  route: z.string(),
  /** of what, as far as the address names it */
  recordKind: z.optional(z.string()),
  recordId: z.optional(z.string()),
  /** in the words of company/access.yaml */
  operation: z.optional(z.string()),
  /** a sentence; the caller was told it, or that there is no such record */
  because: z.string(),
  /** of the request, as the log names it */
  request: z.string(),
})
export type Denial = z.infer<typeof denial>

/** What was refused on a day (UTC), `2027-03-01`. */
export const denialPartition = (tenant: string, day: string): string => keyOf(tenant, 'access', day)

/** With what the keys of all days begin. */
export const denialPrefix = (tenant: string): string => denialPartition(tenant, '')

export const denialEntity: Entity<Denial> = {
  kind: 'denial',
  schema: denial,
  keys: ({ tenant, at, by, request }) => ({
    pk: denialPartition(tenant, at.slice(0, 10)),
    sk: keyOf(at.slice(11, 16), by, slotOf(request)),
    expiresAt: Math.floor(Date.parse(at) / 1000) + denialsKept * 86_400,
  }),
}

function slotOf(request: string): number {
  let sum = 0
  for (let i = 0; i < request.length; i++) sum = (sum * 31 + request.charCodeAt(i)) >>> 0
  return sum % mostAMinute
}

/** The write that keeps an attempt; refused when as many of this caller and minute are kept, which is as good. */
export function keepDenial(
  { of, id, operation, because }: DeniedAttempt,
  asked: Pick<Denial, 'tenant' | 'by' | 'status' | 'route' | 'request'> & { now: number },
): Write {
  const { now, ...request } = asked
  const item = toItem(denialEntity, {
    ...request,
    version: 1,
    at: toInstant(now),
    because: because.slice(0, longest.because),
    recordKind: of,
    recordId: id?.slice(0, longest.id),
    operation: operation?.slice(0, longest.operation),
  })
  return { do: 'create', item }
}
