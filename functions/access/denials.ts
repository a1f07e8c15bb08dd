import { keepDenial } from '#core/access/denial.ts'
import { faults, isFault } from '#core/record/fault.ts'
import type { Store } from '#core/store/store.ts'
import type { RequestHead } from '#functions/adapter/http/http.ts'
import type { Basics } from '#functions/adapter/surroundings.ts'

/** What an action has that keeps what it refuses. */
type Keeping = Basics & { store: Store; tenant: string }

/** Keeps an attempt that was refused, once the answer is known; never throws. */
export type KeepDenials = (error: unknown, asked: RequestHead, here: Keeping) => Promise<void>

/**
 * Whoever refuses people names it in its `uses`, as `denials`, beside store and tenant, and in its door `denials` of the table
 * unless it writes there anyway. A refusal that cannot be kept is a refusal all the same.
 */
export const openDenials = (): KeepDenials => async (error, asked, here) => {
  const { caller } = asked
  if (!isFault(error) || !caller) return
  if (!error.denied && error.code !== 'auth.forbidden') return
  const attempt = { id: asked.params.id, because: error.message, ...error.denied }
  const { store, tenant, clock, log } = here
  const request = {
    tenant,
    by: caller.person ?? caller.sub,
    status: faults[error.code].status,
    route: asked.route,
    request: asked.id,
    now: clock.now(),
  }
  try {
    await store.write([keepDenial(attempt, request)])
  } catch (cause) {
    log('error', 'denial not kept', { requestId: asked.id, route: asked.route }, cause)
  }
}
