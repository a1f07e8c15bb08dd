/*
 * Runs the threads of executions, one state after the other.
 *
 * Problem: executions wait for days, by the ten thousand, and must survive kill -9 at any instruction.
 * Representation: a thread is a row; it is in memory only while it computes or its task runs. Before every effect (a
 * task's call, a rest, an end) the row and the history so far are written; states without effect in between
 * (Choice, Pass) are repeated after a crash, which nobody can observe.
 * Invariant: a task begins only after the checkpoint that names it is committed; a thread that is gone (stopped, timed
 * out, answered) writes nothing more.
 * Rejected: replay from the start (cost grows with the history; a changed answer would take another way); a timer for
 * each wait (6 KB each; one timer for the earliest is enough).
 */
import { bindingsOf } from './state/context.ts'
import { endings } from './state/ending.ts'
import type { Engine } from './engine.ts'
import { failures } from './state/failing.ts'
import { StateFailure } from './failure.ts'
import { forkStates } from './state/fork.ts'
import { leavings } from './state/leaving.ts'
import type { ChoiceState, FailState, MapState, ParallelState, State, WaitState } from './machine.ts'
import { threadMemory } from './memory.ts'
import type { Run, Thread } from './run.ts'
import { Gone, stateOf } from './run.ts'
import type { ExecutionRow } from './store/row.ts'
import { taskStates } from './state/task.ts'
import { countFrom, parseTimestamp, textFrom } from './state/value.ts'

export type Interpreter = ReturnType<typeof interpreter>

export function interpreter(parts: Omit<Engine, 'memory' | 'counts'> & { load: (row: ExecutionRow) => Run }) {
  const { store, clock } = parts
  const memory = threadMemory({
    ...parts,
    advance,
    overdue: (run) => ended.end(run, 'TIMED_OUT', { error: 'States.Timeout' }),
  })
  const counts = { started: 0, transitions: 0, tasks: 0, retries: 0, succeeded: 0, failed: 0 }
  const engine: Engine = { ...parts, memory, counts }
  const ended = endings(engine)
  const { finish, exit } = leavings(engine, ended)
  const tasks = taskStates(engine, { finish, exit })
  const forks = forkStates(engine, ended, { finish, exit })
  const { failed, propagate } = failures(engine, ended, { finish, exit }, tasks)

  /** Does one step; true while the thread goes on. */
  async function advance(thread: Thread): Promise<boolean> {
    const state = stateOf(thread, thread.run)
    try {
      return await step(thread, state)
    } catch (thrown) {
      if (thrown instanceof Gone || thread.gone) return false
      const failure =
        thrown instanceof StateFailure
          ? thrown
          : new StateFailure('States.Runtime', (thrown as Error).message)
      return await failed(thread, state, failure)
    }
  }

  async function step(thread: Thread, state: State): Promise<boolean> {
    switch (thread.phase) {
      case 'select':
        return await forks.selectItem(thread)
      case 'wait':
        return await finish(thread, state)
      case 'token':
        throw tasks.timedOut(thread)
      case 'answered':
        return await tasks.answered(thread, state)
      case 'joined':
        return await forks.joined(thread, state as ParallelState | MapState)
      case 'retry':
        countTransition(thread.run)
        counts.retries++
        return await begin(thread, state)
      case 'enter':
        thread.entered = clock.now()
        countTransition(thread.run)
        memory.note(thread, `${state.type}StateEntered`, 'stateEnteredEventDetails', {
          name: state.name,
          input: thread.input,
        })
        return await begin(thread, state)
      default:
        return await begin(thread, state)
    }
  }

  function countTransition(run: Run): void {
    run.row.transitions++
    counts.transitions++
  }

  async function begin(thread: Thread, state: State): Promise<boolean> {
    switch (state.type) {
      case 'Task':
        return await tasks.callTask(thread, state)
      case 'Choice':
        return await choose(thread, state)
      case 'Wait':
        return memory.rest(thread, 'wait', await untilOf(thread, state))
      case 'Fail':
        return await fail(thread, state)
      case 'Parallel':
        return await forks.parallel(thread, state)
      case 'Map':
        return await forks.mapItems(thread, state)
      default:
        return await finish(thread, state)
    }
  }

  async function untilOf(thread: Thread, state: WaitState): Promise<number> {
    const bindings = bindingsOf(store, thread)
    if (!state.seconds) return parseTimestamp(await state.timestamp!.evaluate(bindings))
    return clock.now() + (await countFrom(state.seconds, bindings, { field: 'Seconds' })) * 1000
  }

  async function choose(thread: Thread, state: ChoiceState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    for (const choice of state.choices) {
      const holds = await choice.condition.evaluate(bindings)
      if (typeof holds !== 'boolean')
        throw new StateFailure('States.QueryEvaluationError', 'A Condition did not give true or false.')
      if (holds) return await exit(thread, state, choice, { output: thread.input })
    }
    if (state.default === undefined)
      // The specification has States.NoChoiceMatched; the service reports this, which nothing catches.
      throw new StateFailure('States.Runtime', `No choice of ${state.name} holds, and it has no Default.`)
    return await exit(thread, state, { ...state, next: state.default }, { output: thread.input })
  }

  async function fail(thread: Thread, state: FailState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    const error = state.error && (await textFrom(state.error, bindings, 'Error'))
    const cause = state.cause && (await textFrom(state.cause, bindings, 'Cause'))
    propagate(thread, new StateFailure(error, cause))
    return false
  }

  return { counts, memory, end: ended.end, answer: tasks.answer, heartbeat: tasks.heartbeat }
}
