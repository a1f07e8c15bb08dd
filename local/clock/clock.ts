/*
 * Time in the embedded cloud.
 *
 * Problem: waits of hours must be testable in milliseconds, and a restart must not lose or repeat one.
 * Representation: every part that waits asks this clock to call it at an absolute time (milliseconds since
 * the epoch); what is waited for is kept in that part's own store, so the clock itself has nothing to persist.
 * Invariant: a callback never runs before `now()` has reached its time; with the virtual clock callbacks run in
 * order of time, then of request, and between two different times everything that was set off has come to rest.
 * Rejected: patching global timers (it reaches into the SDK's sockets and time-outs).
 */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `run` once when `now()` has reached `when`. Returns a function that cancels it. */
  at(when: number, run: () => void): () => void
}

/** setTimeout holds 2^31 - 1 ms (24.8 days); a longer delay would fire at once. */
const longestTimeout = 2 ** 31 - 1

export function realClock(): Clock {
  return {
    now: () => Date.now(),
    at(when, run) {
      let timer: NodeJS.Timeout
      const arm = () => {
        const left = when - Date.now()
        timer = left > longestTimeout ? setTimeout(arm, longestTimeout) : setTimeout(run, Math.max(0, left))
      }
      arm()
      return () => clearTimeout(timer)
    },
  }
}

export interface VirtualClock extends Clock {
  /**
   * Moves to `target`, stopping at every due time on the way. `settled` is awaited before the first step and after
   * each: it resolves when all work that the callbacks set off (tasks, queues, streams) has come to rest.
   */
  advanceTo(target: number, settled: () => Promise<void>): Promise<void>
}

export function virtualClock(start: number): VirtualClock {
  let now = start
  let sequence = 0
  const waiting = new Map<number, { when: number; run: () => void }>()

  function takeDue(limit: number): { when: number; runs: (() => void)[] } | undefined {
    let when = Infinity
    for (const entry of waiting.values()) when = Math.min(when, Math.max(entry.when, now))
    if (when > limit) return undefined
    const due = [...waiting].filter(([, entry]) => entry.when <= when)
    due.sort((a, b) => a[1].when - b[1].when || a[0] - b[0])
    for (const [id] of due) waiting.delete(id)
    return { when, runs: due.map(([, entry]) => entry.run) }
  }

  return {
    now: () => now,
    at(when, run) {
      const id = sequence++
      waiting.set(id, { when, run })
      // What is due already must not wait for the next advance.
      if (when <= now)
        queueMicrotask(() => {
          if (waiting.delete(id)) run()
        })
      return () => void waiting.delete(id)
    },
    async advanceTo(target, settled) {
      await settled()
      for (let due = takeDue(target); due; due = takeDue(target)) {
        now = Math.max(now, due.when)
        for (const run of due.runs) run()
        await settled()
      }
      now = Math.max(now, target)
      await settled()
    },
  }
}
