import type { Clock } from '../clock/clock.ts'
import type { DueTimer } from '../clock/due.ts'
import type { QueueStore } from './store.ts'

export interface WaitingParts {
  clock: Clock
  store: QueueStore
  timer: DueTimer
}

/** Who waits for a message to arrive, by the ARN of the queue. */
export function waitingReceivers({ clock, store, timer }: WaitingParts) {
  const waiting = new Map<string, Set<() => void>>()

  /** Only queues that somebody waits on need to be told when a hidden message becomes visible; a consumer asks itself. */
  function arm(arn: string): void {
    if (!waiting.has(arn)) return
    const next = store.nextVisible(arn, clock.now())
    if (next !== null) timer.arm(next)
  }

  return {
    arm,
    queues: () => waiting.keys(),

    /** Resolves when there may be a new message, or at `until`. */
    somethingNew(arn: string, until: number): Promise<void> {
      return new Promise((resolve) => {
        const waiters = waiting.get(arn) ?? new Set()
        waiting.set(arn, waiters)
        const cancel = clock.at(until, () => done())
        const done = () => {
          cancel()
          waiters.delete(done)
          resolve()
        }
        waiters.add(done)
        arm(arn)
      })
    },

    wake(arn: string): void {
      const waiters = waiting.get(arn)
      waiting.delete(arn)
      for (const run of waiters ?? []) run()
    },

    close(): void {
      for (const waiters of waiting.values()) for (const done of waiters) done()
    },
  }
}
