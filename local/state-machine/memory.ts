/*
 * Which threads are in memory, and when others are fetched from the file.
 *
 * A thread is launched when it has something to do and released when it rests or ends. At most 1,000 are in memory;
 * what is due beyond that keeps waiting in the file, so that 30,000 waits ending in one second need no memory either.
 */
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import { dueTimer } from '../clock/due.ts'
import type { Durable } from '../durable.ts'
import type { HistoryEvent, Run, Thread } from './run.ts'
import { Gone, record } from './run.ts'
import type { ExecutionRow, ThreadRow } from './store/row.ts'
import type { Store } from './store/store.ts'

interface Parts {
  store: Store
  durable: Durable
  clock: Clock
  activity: Activity
  /** Builds an execution that is not in memory. */
  load: (row: ExecutionRow) => Run
  /** Does one step of a thread; true while it goes on. */
  advance: (thread: Thread) => Promise<boolean>
  /** Takes an execution whose time is over. */
  overdue: (run: Run) => void
}

/** Lambda's default concurrency is the same. */
const crowd = 1000

/** States without effect in a row before other work gets its turn. */
const longestStride = 100

export type Memory = ReturnType<typeof threadMemory>

export function threadMemory(parts: Parts) {
  const { store, durable, clock, activity, load, advance, overdue } = parts
  const runs = new Map<number, Run>()
  const driven = new Map<number, Thread>()
  /** Executions as they were when their histories were saved in the transaction that is open. */
  const unwritten = new Map<number, { row: ExecutionRow; events: HistoryEvent[] }>()
  const timer = dueTimer(clock, wakeDue)
  let starved = false
  let closed = false

  function wakeDue(): void {
    const now = clock.now()
    const room = crowd - driven.size
    if (room <= 0) {
      starved = true
      return
    }
    durable.write(() => {
      for (const row of store.overdue(now)) overdue(runOf(row.id))
      for (const row of store.claimDue(now, room)) launch(row)
    })
    const next = store.nextDue()
    if (next !== null) timer.arm(next)
  }

  function runOf(execution: number): Run {
    let run = runs.get(execution)
    if (!run) writeHistories()
    if (!run) runs.set(execution, (run = load(store.execution(execution)!)))
    return run
  }

  function forget(run: Run): void {
    if (run.threads.size === 0) runs.delete(run.row.id)
  }

  /** Drives a stored thread, at once or, when too many are in memory, as soon as there is room. */
  function launch(row: ThreadRow): void {
    if (driven.size >= crowd && !driven.has(row.id)) {
      row.wake = clock.now()
      row.active = 0
      store.updateThread(row)
      starved = true
      return
    }
    const run = runOf(row.execution)
    const thread: Thread = { ...row, run, gone: false, interrupt: undefined }
    driven.set(row.id, thread)
    run.threads.add(thread)
    void activity.run(() => drive(thread))
  }

  async function drive(thread: Thread): Promise<void> {
    try {
      // Whoever launched it finishes its own bookkeeping first.
      await Promise.resolve()
      for (let steps = 1; !thread.gone && (await advance(thread)); steps++) {
        if (steps % longestStride !== 0) continue
        // A loop of states without effect must not hold the event loop.
        thread.active = 1
        durable.write(() => save(thread))
        await durable.committed()
      }
    } catch (error) {
      // Anything else means that the store cannot be trusted any more: the process must end and start again from it.
      if (!(error instanceof Gone) && !closed) throw error
    } finally {
      release(thread)
    }
  }

  function release(thread: Thread): void {
    if (driven.get(thread.id) === thread) driven.delete(thread.id)
    thread.run.threads.delete(thread)
    forget(thread.run)
    if (starved && driven.size <= crowd / 2) {
      starved = false
      timer.arm(clock.now())
    }
  }

  /** Ends what a thread is doing in memory; whatever it returns is dropped. */
  function drop(thread: Thread | undefined): void {
    if (!thread) return
    thread.gone = true
    thread.interrupt?.(new Gone())
  }

  function save(thread: Thread): void {
    if (thread.gone) throw new Gone()
    store.updateThread(thread)
    saveHistory(thread.run)
  }

  /** Within a transaction: what an execution notes in one turn is written together at its end. */
  function saveHistory({ row, events }: Run): void {
    if (events.length === 0) return
    if (unwritten.size === 0) durable.beforeCommit(writeHistories)
    const entry = unwritten.get(row.id) ?? { row, events: [] }
    entry.row = { ...row }
    for (const event of events.splice(0)) entry.events.push(event)
    unwritten.set(row.id, entry)
  }

  /** To call before executions or histories are read from the file. */
  function writeHistories(): void {
    if (unwritten.size === 0) return
    durable.write(() => {
      for (const { row, events } of unwritten.values()) {
        store.history.append(row, events)
        store.countEvents(row.id, row.events, row.transitions)
      }
    })
    unwritten.clear()
  }

  return {
    launch,
    runOf,
    forget,
    save,
    saveHistory,
    writeHistories,
    arm: (when: number) => timer.arm(when),
    find: (thread: number) => driven.get(thread),
    /** Ends what the thread with this id is doing in memory, if it is there. */
    drop: (thread: number) => drop(driven.get(thread)),
    dropAll(run: Run): void {
      for (const thread of run.threads) drop(thread)
    },
    /** Takes a new execution, which then need not be read back from the file. */
    adopt: (run: Run): void => void runs.set(run.row.id, run),

    /** Leaves the thread to the file until `wake`, or until somebody answers it. */
    rest(thread: Thread, phase: ThreadRow['phase'], wake: number | null): false {
      thread.phase = phase
      thread.wake = wake
      thread.active = 0
      durable.write(() => save(thread))
      if (wake !== null) timer.arm(wake)
      return false
    },

    /** Appends to the history of a thread. */
    note(thread: Thread, type: string, key?: string, details?: object): void {
      const happening = { type, details: key === undefined ? undefined : ([key, details!] as const) }
      record(thread.run, thread, clock.now(), happening)
    },

    close(): void {
      closed = true
      timer.close()
      for (const thread of driven.values()) drop(thread)
    },
  }
}
