import { Refused } from './client.ts'

/*
 * How often an open screen asks again: each 5 seconds while somebody works with it, each 30 while it only stands there, never in the
 * background. "Nothing has changed" costs a 304.
 */

const working = 5_000
const standing = 30_000
const activeFor = 60_000

let lastTouched = 0
for (const event of ['pointerdown', 'keydown', 'scroll'])
  addEventListener(event, () => (lastTouched = Date.now()), { passive: true, capture: true })

/** Milliseconds until the next question. */
export const liveInterval = ({ state }: { state: { error: Error | null } }): number | false => {
  // What is not there, or not for him, does not come by asking.
  if (state.error instanceof Refused && state.error.status < 500) return false
  return Date.now() - lastTouched < activeFor ? working : standing
}
