/**
 * Knows whether the embedded cloud has come to rest: nothing running, nothing waiting that is due.
 * The virtual clock moves only between such moments, and a clean stop waits for one.
 */
export interface Activity {
  /** Counts `work` as running until it settles; passes its result or error through. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Registers a source that can hold due work nobody has started yet (a stream, a queue). `poll` starts it and says whether there was any. */
  source(poll: () => Promise<boolean>): void
  /** Resolves when nothing runs and no source holds due work. */
  settled(): Promise<void>
}

export function activityMonitor(): Activity {
  let running = 0
  let wake: (() => void)[] = []
  const sources: (() => Promise<boolean>)[] = []

  const atZero = () =>
    running === 0 ? Promise.resolve() : new Promise<void>((resolve) => wake.push(resolve))

  return {
    async run(work) {
      running++
      try {
        return await work()
      } finally {
        if (--running === 0) {
          const woken = wake
          wake = []
          for (const resolve of woken) resolve()
        }
      }
    },
    source: (poll) => void sources.push(poll),
    async settled() {
      for (;;) {
        await atZero()
        const found = await Promise.all(sources.map((poll) => poll()))
        // A turn of the event loop lets callbacks that were just queued raise the count before it is read.
        await new Promise((resolve) => setImmediate(resolve))
        if (running === 0 && !found.includes(true)) return
      }
    },
  }
}
