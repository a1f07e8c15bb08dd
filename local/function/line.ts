/*
 * The calls that wait for a place in a host, and which of them is next.
 *
 * Problem: intake is quick to come and quick to answer; given all places it would leave the e-mails of yesterday's
 * leads behind it. Nor may one slow function hold all places.
 * Representation: a line for each source in the order of its weight, and counts of what runs.
 * Invariant: what follows from stored work goes before new work, and new work slows down while that is behind; a few places are always the API's, so that it answers
 * however much follows; no function has more calls at once than its own bound.
 */

/** Where a call comes from, the most urgent first. */
export const sources = ['sdk', 'task', 'queue', 'stream', 'later', 'api'] as const
export type Source = (typeof sources)[number]

export interface Waiting {
  function: string
  source: Source
}

export interface LineOptions {
  /** Calls at once. */
  places: number
  /** Of them for the API at most, at most while it is ahead of what follows, and for the API alone. */
  api: { most: number; mostBehind: number; least: number }
  /** Calls at once of one function. */
  bound: (functionName: string) => number
  /** Whether what follows from stored work waits elsewhere, for more than places. */
  isBehind: () => boolean
}

export interface Line<W extends Waiting> {
  add(call: W): void
  /** Puts back what was taken but not begun: it is the next of its source. */
  putBack(call: W): void
  /** The next call that may run, which then counts as running. */
  take(): W | undefined
  /** A call that was taken no longer runs. */
  release(call: W): void
  pause(functionName: string, paused: boolean): void
  readonly length: number
}

export function openLine<W extends Waiting>(options: LineOptions): Line<W> {
  const lines = Object.fromEntries(sources.map((source) => [source, [] as W[]])) as Record<Source, W[]>
  const running = new Map<string, number>()
  const paused = new Set<string>()
  let all = 0
  let api = 0

  const mayRun = ({ function: name }: W): boolean =>
    !paused.has(name) && (running.get(name) ?? 0) < options.bound(name)

  function hasPlace(source: Source): boolean {
    // Who calls waits for the called in a place of his own: for want of a second one both would wait for ever.
    if (source === 'sdk') return true
    const { most, mostBehind, least } = options.api
    if (source === 'api')
      return all < options.places && api < most && (api < mostBehind || !options.isBehind())
    return all < options.places - Math.max(0, least - api)
  }

  return {
    add: (call) => void lines[call.source].push(call),
    putBack: (call) => void lines[call.source].unshift(call),
    take() {
      for (const source of sources) {
        const line = lines[source]
        if (line.length === 0 || !hasPlace(source)) continue
        const index = line.findIndex(mayRun)
        if (index < 0) continue
        const [call] = line.splice(index, 1)
        running.set(call!.function, (running.get(call!.function) ?? 0) + 1)
        all++
        if (source === 'api') api++
        return call
      }
      return undefined
    },
    release({ function: name, source }) {
      running.set(name, running.get(name)! - 1)
      all--
      if (source === 'api') api--
    },
    pause(name, isPaused) {
      if (isPaused) paused.add(name)
      else paused.delete(name)
    },
    get length() {
      return sources.reduce((sum, source) => sum + lines[source].length, 0)
    },
  }
}
