import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import type { Durable } from '../durable.ts'
import type { Memory } from './memory.ts'
import type { Run } from './run.ts'
import type { Store } from './store/store.ts'

export interface TaskContext {
  executionArn: string
  stateName: string
  /** Retries before this call. */
  retryCount: number
  /** For `.waitForTaskToken`. */
  taskToken: string | undefined
  /** Aborted when the task timed out or its execution was stopped. */
  signal: AbortSignal
}

export type TaskRunner = (resource: string, args: unknown, context: TaskContext) => Promise<unknown>

/** Since the file was opened. */
export interface Counts {
  started: number
  /** As AWS bills them: each state entered, and each retry. */
  transitions: number
  tasks: number
  retries: number
  succeeded: number
  /** Failed, timed out or aborted. */
  failed: number
}

/** What the parts of the interpreter share. */
export interface Engine {
  store: Store
  durable: Durable
  clock: Clock
  activity: Activity
  task: TaskRunner
  random: () => number
  /** Within the transaction of the end. */
  announceEnd: (run: Run) => void
  memory: Memory
  counts: Counts
}
