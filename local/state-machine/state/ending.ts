/* How threads and executions end, and how the children of a Parallel or Map begin. */
import type { Engine } from '../engine.ts'
import type { MapState, ParallelState } from '../machine.ts'
import type { Run, Thread } from '../run.ts'
import { record, stateOf } from '../run.ts'
import type { Status, ThreadRow } from '../store/row.ts'
import { freshThread } from '../store/row.ts'

export interface Ending {
  output?: string
  error?: string | undefined
  cause?: string | undefined
}

const ends = {
  SUCCEEDED: ['ExecutionSucceeded', 'executionSucceededEventDetails'],
  FAILED: ['ExecutionFailed', 'executionFailedEventDetails'],
  TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOutEventDetails'],
  ABORTED: ['ExecutionAborted', 'executionAbortedEventDetails'],
} as const

export type Endings = ReturnType<typeof endings>

export function endings({ store, durable, clock, announceEnd, memory, counts }: Engine) {
  /** Ends an execution; what its threads were doing is kept for a redrive unless it succeeded. */
  function end(run: Run, status: Exclude<Status, 'RUNNING'>, ending: Ending): void {
    const now = clock.now()
    const [type, key] = ends[status]
    durable.write(() => {
      record(run, undefined, now, { type, details: [key, ending] })
      // What rests is in the file already, and may be newer there.
      for (const thread of run.threads) if (thread.active === 1 && !thread.gone) store.updateThread(thread)
      memory.dropAll(run)
      memory.saveHistory(run)
      const { output = null, error = null, cause = null } = ending
      Object.assign(run.row, { status, stopped: now, output, error, cause })
      store.endExecution(run.row)
      if (status === 'SUCCEEDED') store.removeThreads(run.row.id)
      else store.restThreads(run.row.id)
      announceEnd(run)
    })
    counts[status === 'SUCCEEDED' ? 'succeeded' : 'failed']++
    memory.forget(run)
  }

  /** Ends a thread well: with it perhaps its execution, or the Parallel or Map it belongs to. */
  function complete(thread: Thread, output: string): void {
    if (thread.parent === null) {
      end(thread.run, 'SUCCEEDED', { output })
      return
    }
    const { run } = thread
    const parent = thread.parent
    durable.write(() => {
      const above = store.thread(parent)!
      const state = stateOf(above, run) as ParallelState | MapState
      if (state.type === 'Map')
        memory.note(thread, 'MapIterationSucceeded', 'mapIterationSucceededEventDetails', {
          name: state.name,
          index: thread.slot,
        })
      Object.assign(thread, { input: output, phase: 'done', active: 0, wake: null, variables: '{}' })
      memory.save(thread)
      const left = store.childEnded(parent)
      if (left.upcoming < left.total) beginChild(above, state, left.upcoming, '')
      else if (left.open === 0) {
        store.joined(parent)
        memory.launch(store.thread(parent)!)
      }
    })
  }

  function beginChild(parent: ThreadRow, state: ParallelState | MapState, slot: number, input: string): void {
    const scope = state.type === 'Map' ? state.processor : state.branches[slot]!
    const row: Omit<ThreadRow, 'id'> = {
      ...freshThread({
        execution: parent.execution,
        scope: scope.path,
        state: scope.startAt,
        input,
        entered: clock.now(),
      }),
      parent: parent.id,
      slot,
      phase: state.type === 'Map' ? 'select' : 'enter',
      event: parent.event,
    }
    store.childBegun(parent.id)
    memory.launch({ ...row, id: store.insertThread(row) })
  }

  function removeChildren(run: Run, parent: number): void {
    run.items.delete(parent)
    for (const child of store.children(parent)) {
      memory.drop(child.id)
      removeChildren(run, child.id)
      store.removeThread(child.id)
    }
  }

  return { end, complete, beginChild, removeChildren }
}
