/* Task states: the call, its time limits, and the callbacks of `.waitForTaskToken`. */
import { randomUUID } from 'node:crypto'
import { bindingsOf, retryCount } from './context.ts'
import type { Engine, TaskContext } from '../engine.ts'
import { asFailure, StateFailure } from '../failure.ts'
import type { Leavings } from './leaving.ts'
import type { State, TaskState } from '../machine.ts'
import type { Thread } from '../run.ts'
import { Gone } from '../run.ts'
import type { ThreadRow } from '../store/row.ts'
import { taskEvent } from './task-event.ts'
import { countFrom, payload } from './value.ts'

export type TaskStates = ReturnType<typeof taskStates>

export function taskStates({ store, durable, clock, task, memory, counts }: Engine, { finish }: Leavings) {
  async function callTask(thread: Thread, state: TaskState): Promise<boolean> {
    // After a crash the same token is handed out again: the first call may have passed it on.
    if (state.waitsForToken) thread.token ??= randomUUID()
    const bindings = bindingsOf(store, thread)
    const input = state.arguments
      ? payload(await state.arguments.evaluate(bindings), 'Arguments')
      : thread.input
    const timeout =
      state.timeoutSeconds &&
      (await countFrom(state.timeoutSeconds, bindings, { field: 'TimeoutSeconds', least: 1 }))
    const beat =
      state.heartbeatSeconds &&
      (await countFrom(state.heartbeatSeconds, bindings, { field: 'HeartbeatSeconds', least: 1 }))
    memory.note(
      thread,
      ...taskEvent(state, 'Scheduled', {
        parameters: input,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
        ...(beat === undefined ? {} : { heartbeatInSeconds: beat }),
      }),
    )
    memory.note(thread, ...taskEvent(state, 'Started', {}))
    thread.phase = 'task'
    thread.active = 1
    thread.deadline = timeout === undefined ? null : clock.now() + timeout * 1000
    thread.heartbeatSeconds = beat ?? null
    thread.heartbeat = beat === undefined ? null : clock.now() + beat * 1000
    durable.write(() => memory.save(thread))
    await durable.committed()
    if (thread.gone) return false
    const result = await call(thread, state, input)
    if (!state.waitsForToken) return await succeeded(thread, state, result)
    memory.note(thread, ...taskEvent(state, 'Submitted', { output: result }))
    const wake = Math.min(thread.deadline ?? Infinity, thread.heartbeat ?? Infinity)
    return memory.rest(thread, 'token', wake === Infinity ? null : wake)
  }

  async function call(thread: Thread, state: TaskState, input: string): Promise<string> {
    counts.tasks++
    const abort = new AbortController()
    const { promise: interrupted, reject } = Promise.withResolvers<never>()
    thread.interrupt = (reason) => {
      reject(reason)
      abort.abort()
    }
    const late = () => thread.interrupt?.(new StateFailure('States.Timeout', 'The task did not end in time.'))
    const disarm = thread.deadline === null ? undefined : clock.at(thread.deadline, late)
    try {
      const context: TaskContext = {
        executionArn: thread.run.row.arn,
        stateName: state.name,
        retryCount: retryCount(thread),
        taskToken: thread.token ?? undefined,
        signal: abort.signal,
      }
      const result = await Promise.race([task(state.resource, JSON.parse(input), context), interrupted])
      if (thread.gone) throw new Gone()
      return payload(result ?? null, 'The result')
    } catch (thrown) {
      throw thrown instanceof Gone ? thrown : asFailure(thrown)
    } finally {
      disarm?.()
      thread.interrupt = undefined
    }
  }

  async function succeeded(thread: Thread, state: TaskState, result: string): Promise<boolean> {
    memory.note(thread, ...taskEvent(state, 'Succeeded', { output: result }))
    return await finish(thread, state, result)
  }

  async function answered(thread: Thread, state: State): Promise<boolean> {
    const { output, error, cause } = JSON.parse(thread.answer!) as {
      output?: string
      error?: string
      cause?: string
    }
    if (output === undefined) throw new StateFailure(error, cause)
    return await succeeded(thread, state as TaskState, output)
  }

  /** The time of a thread that waits for its token is over. */
  function timedOut(thread: Thread): StateFailure {
    const now = clock.now()
    const late = thread.deadline !== null && thread.deadline <= now
    const silent = thread.heartbeat !== null && thread.heartbeat <= now
    return silent && !late
      ? new StateFailure('States.HeartbeatTimeout', 'No heartbeat came in time.')
      : new StateFailure('States.Timeout', 'The task did not answer in time.')
  }

  /** Stores what a callback brought (or why the children of a thread failed) and lets the thread go on with it. */
  function answer(row: ThreadRow, brought: { output: string } | StateFailure['stated']): void {
    memory.drop(row.id)
    durable.write(() => {
      const changed: ThreadRow = {
        ...row,
        phase: 'answered',
        answer: JSON.stringify(brought),
        token: null,
        wake: null,
        active: 1,
      }
      store.updateThread(changed)
      memory.launch(changed)
    })
  }

  function heartbeat(row: ThreadRow): void {
    if (row.heartbeatSeconds === null) return
    row.heartbeat = clock.now() + row.heartbeatSeconds * 1000
    if (row.phase === 'token') row.wake = Math.min(row.deadline ?? Infinity, row.heartbeat)
    const live = memory.find(row.id)
    if (live) live.heartbeat = row.heartbeat
    durable.write(() => store.updateThread(row))
    if (row.wake !== null) memory.arm(row.wake)
  }

  return { callTask, answered, timedOut, answer, heartbeat }
}
