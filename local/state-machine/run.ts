/* Executions in memory while a thread of theirs is being driven, and their history. */
import type { Machine, State } from './machine.ts'
import type { ExecutionRow, ThreadRow } from './store/row.ts'
import { StateFailure } from './failure.ts'

export interface Run {
  row: ExecutionRow
  machine: Machine
  machineName: string
  threads: Set<Thread>
  /** Events that the next checkpoint writes. */
  events: HistoryEvent[]
  /** Items of running Maps by thread id, so that 1,000 iterations do not parse the list 1,000 times. */
  items: Map<number, unknown[]>
  full: boolean
}

export interface Thread extends ThreadRow {
  run: Run
  /** Set when the thread was stopped or answered by somebody else: it must write nothing more. */
  gone: boolean
  /** Ends the wait for a task. */
  interrupt: ((reason: Error) => void) | undefined
}

export interface HistoryEvent {
  id: number
  previousEventId: number
  type: string
  /** Milliseconds. */
  timestamp: number
  [details: string]: unknown
}

/** An execution of which nothing is in memory yet. */
export const inMemory = (row: ExecutionRow, machine: Machine, machineName: string): Run => ({
  row,
  machine,
  machineName,
  threads: new Set(),
  events: [],
  items: new Map(),
  full: false,
})

/** Thrown in a thread that is gone, to leave whatever it was doing. */
export class Gone extends Error {}

/** The service ends an execution rather than write event 25,000, unless that event is its end. */
const historyLimit = 25_000

/** What happened, with the details as the API names them. */
export interface Happening {
  type: string
  details?: readonly [key: string, value: object] | undefined
}

/** Appends an event to the history of the thread, or of the execution if `thread` is undefined. */
export function record(
  run: Run,
  thread: Thread | undefined,
  now: number,
  { type, details }: Happening,
): void {
  if (thread?.gone) throw new Gone()
  const ends = thread === undefined
  if (!ends && run.row.events >= historyLimit - 1) {
    if (run.full) return
    run.full = true
    throw new StateFailure(
      'States.Runtime',
      `The execution reached the maximum number of history events (${historyLimit}).`,
    )
  }
  const id = ++run.row.events
  const event: HistoryEvent = { id, previousEventId: thread?.event ?? id - 1, type, timestamp: now }
  if (details) event[details[0]] = details[1]
  if (thread) thread.event = id
  run.events.push(event)
}

/** The state that a thread is in. */
export const stateOf = (thread: ThreadRow, run: Run): State =>
  run.machine.scopes.get(thread.scope)!.states.get(thread.state)!
