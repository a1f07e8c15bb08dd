import type { Clock } from './clock.ts'

export interface DueTimer {
  /** Makes sure that `fire` runs once `when` has come. */
  arm(when: number): void
  close(): void
}

/** One timer for the earliest of many times, which are kept elsewhere; `fire` looks up what is due and arms again. */
export function dueTimer(clock: Clock, fire: () => void): DueTimer {
  let armed: { when: number; cancel: () => void } | undefined
  let closed = false
  return {
    arm(when) {
      if (closed || (armed && armed.when <= when)) return
      armed?.cancel()
      const cancel = clock.at(when, () => {
        armed = undefined
        if (!closed) fire()
      })
      armed = { when, cancel }
    },
    close() {
      closed = true
      armed?.cancel()
    },
  }
}
