/* What becomes of a failure: a retry, a catcher, the Parallel or Map around, or the end of the execution. */
import type { Endings } from './ending.ts'
import type { Engine } from '../engine.ts'
import { StateFailure } from '../failure.ts'
import type { Leavings } from './leaving.ts'
import type { Catcher, State, TaskState } from '../machine.ts'
import { matchesError, retryDelay } from './retry.ts'
import type { Thread } from '../run.ts'
import { Gone, stateOf } from '../run.ts'
import type { ThreadRow } from '../store/row.ts'
import { taskEvent } from './task-event.ts'
import type { TaskStates } from './task.ts'

export function failures(
  engine: Engine,
  { end, removeChildren }: Endings,
  { exit }: Leavings,
  { answer }: TaskStates,
) {
  const { store, durable, clock, random, memory } = engine

  /** Noting a failure may itself meet the limit of the history; that failure nobody handles. */
  async function failed(thread: Thread, state: State, failure: StateFailure): Promise<boolean> {
    try {
      return await handle(thread, state, failure)
    } catch (thrown) {
      if (thrown instanceof Gone) return false
      if (!(thrown instanceof StateFailure)) throw thrown
      end(thread.run, 'FAILED', thrown.stated)
      return false
    }
  }

  async function handle(thread: Thread, state: State, failure: StateFailure): Promise<boolean> {
    if (state.type === 'Task') noteTaskFailure(thread, state, failure)
    const handler = handlerOf(thread, state, failure)
    if (handler?.retry !== undefined) return memory.rest(thread, 'retry', clock.now() + handler.retry)
    if (handler?.catcher) {
      try {
        const errorOutput = { Error: failure.name, Cause: failure.message }
        const output = JSON.stringify(errorOutput)
        return await exit(thread, state, handler.catcher, { output, extra: { errorOutput } })
      } catch (thrown) {
        if (!(thrown instanceof StateFailure)) throw thrown
        propagate(thread, thrown)
        return false
      }
    }
    propagate(thread, failure)
    return false
  }

  function noteTaskFailure(thread: Thread, state: TaskState, failure: StateFailure): void {
    if (failure.name === 'States.Runtime' || failure.name === 'States.QueryEvaluationError') return
    const timed = failure.name === 'States.Timeout' || failure.name === 'States.HeartbeatTimeout'
    memory.note(thread, ...taskEvent(state, timed ? 'TimedOut' : 'Failed', failure.stated))
  }

  /** Who handles the failure; a retry is counted in the thread. */
  function handlerOf(
    thread: ThreadRow,
    state: State,
    failure: StateFailure,
  ): { retry?: number; catcher?: Catcher } | undefined {
    if (!('retry' in state)) return undefined
    const at = state.retry.findIndex((retrier) => matchesError(retrier.errors, failure))
    const used =
      thread.retries === ''
        ? Array<number>(state.retry.length + 1).fill(0)
        : thread.retries.split(',').map(Number)
    if (at >= 0 && used[at]! < state.retry[at]!.maxAttempts) {
      used[at]!++
      used[state.retry.length]!++
      thread.retries = used.join(',')
      thread.token = null
      return { retry: retryDelay(state.retry[at]!, used[at]!, random) }
    }
    const catcher = state.catch.find((entry) => matchesError(entry.errors, failure))
    return catcher && { catcher }
  }

  /** Gives a failure that its own state does not handle to the nearest Parallel or Map that does, or to the execution. */
  function propagate(thread: Thread, failure: StateFailure): void {
    const { run } = thread
    for (let id = thread.parent; id !== null;) {
      const row = store.thread(id)!
      const state = stateOf(row, run)
      if (state.type === 'Map')
        memory.note(thread, 'MapIterationFailed', 'mapIterationFailedEventDetails', {
          name: state.name,
          index: thread.slot,
        })
      memory.note(thread, `${state.type}StateFailed`)
      if (handlerOf({ ...row }, state, failure)) {
        durable.write(() => {
          removeChildren(run, row.id)
          answer({ ...row, event: thread.event, items: null }, failure.stated)
        })
        return
      }
      id = row.parent
    }
    end(run, 'FAILED', failure.stated)
  }

  return { failed, propagate }
}
