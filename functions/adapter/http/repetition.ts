import { createHash } from 'node:crypto'
import { leadId, toInstant } from '#core/record/id.ts'
import { fromItem, toItem, type Item } from '#core/record/item.ts'
import { keyOf, type Key } from '#core/record/key.ts'
import { Fault } from '#core/record/fault.ts'
import { replyEntity, replyKey } from '#core/kind/system/reply.ts'
import type { Write } from '#core/store/store.ts'
import type { Caller, HttpAnswer, HttpRequest } from './http.ts'

/** What a post has to do so that it is done once under its Idempotency-Key. Without a key, nothing. */
export interface Repetition {
  /** where the reply lies, if there is one */
  keys: Key[]
  /** The answer that was given before. Throws Fault `key.reused` when it was given to other content. */
  answered(reply: Item | undefined): HttpAnswer | undefined
  /** Keeps an answer; to be written in the transaction of what it tells of, which it refuses if another was faster. */
  keep(answer: HttpAnswer, now: number): Write[]
}

/** A reply lies with its lead, or by itself until a time (milliseconds). */
export type Place = { tenant: string } & ({ lead: string } | { until: number })

/** What lies by itself is answered as before for a week, unless repeating it could do something for longer. Milliseconds. */
export const repliesKept = 7 * 86_400_000

/** The keys of different callers and of different addresses never meet. */
export function repetitionOf(
  request: HttpRequest,
  caller: Caller,
  content: unknown,
  place: Place,
): Repetition {
  const { key } = request
  if (!key) return { keys: [], answered: () => undefined, keep: () => [] }
  const parts = Object.values(request.params).map((part) => part ?? '')
  const id = hashOf(keyOf(caller.sub, request.route, ...parts, key))
  const hash = hashOf(JSON.stringify(content))
  const { tenant } = place
  const lead = 'lead' in place ? place.lead : undefined
  return {
    keys: [replyKey(tenant, id, lead)],
    answered(item) {
      if (!item) return undefined
      const reply = fromItem(replyEntity, item)
      if (reply.content !== hash)
        throw new Fault('key.reused', 'this Idempotency-Key was used for other content; use a new one', {
          where: 'header Idempotency-Key',
        })
      const headers: Record<string, string> = { 'content-type': 'application/json' }
      if (reply.location !== undefined) headers.location = reply.location
      if (reply.etag !== undefined) headers.etag = reply.etag
      return { status: reply.status, headers, body: reply.body }
    },
    keep(answer, now) {
      const item = toItem(replyEntity, {
        tenant,
        version: 1,
        id,
        at: toInstant(now),
        content: hash,
        status: answer.status,
        location: answer.headers?.location,
        etag: answer.headers?.etag,
        body: JSON.stringify(answer.body),
        leadId: lead === undefined ? undefined : leadId.parse(lead),
        until: 'until' in place ? toInstant(place.until) : undefined,
      })
      return [{ do: 'create', item }]
    },
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 26)
