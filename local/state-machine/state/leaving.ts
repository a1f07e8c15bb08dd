/* How a state is left: Assign and Output are evaluated, the thread goes to the next state or ends. */
import { bindingsOf } from './context.ts'
import type { Endings } from './ending.ts'
import type { Engine } from '../engine.ts'
import { StateFailure } from '../failure.ts'
import type { Common, State } from '../machine.ts'
import type { Thread } from '../run.ts'
import type { ThreadRow } from '../store/row.ts'
import { payload } from './value.ts'

/** Of all variables of an execution, in bytes of their JSON: 10 MiB. */
const variablesLimit = 10_485_760
/** Less than this in one thread, in characters, is not worth to look at the others: it takes 160 such to come to 10 MiB. */
const fewVariables = 65_536

/** Where a state leads and what it says on leaving: the state itself, a choice of it, or a catcher. */
export type Way = Pick<Common, 'assign' | 'output' | 'next'>

/** What a state came to: its output unless the way says another one, and what expressions see beside their input. */
export interface Outcome {
  output: string
  extra?: Record<string, unknown> | undefined
}

export type Leavings = ReturnType<typeof leavings>

export function leavings({ store, durable, memory }: Engine, { complete, removeChildren }: Endings) {
  /** Ends the state well: Assign and Output both see the variables as they were. */
  async function finish(thread: Thread, state: State, result?: string): Promise<boolean> {
    const output = result ?? thread.input
    if (!state.assign && !state.output) return leave(thread, state, { next: state.next, output })
    const extra = result === undefined ? undefined : { result: JSON.parse(result) as unknown }
    return await exit(thread, state, state, { output, extra })
  }

  /** As `finish`, with what a choice or a catcher says instead of the state. */
  async function exit(thread: Thread, state: State, way: Way, come: Outcome): Promise<boolean> {
    const { assign, next } = way
    const bindings = bindingsOf(store, thread, come.extra)
    const assigned = assign && payload(await assign.evaluate(bindings), 'Assign')
    const output = way.output ? payload(await way.output.evaluate(bindings), 'Output') : come.output
    return leave(thread, state, { next, output, assigned })
  }

  function leave(
    thread: Thread,
    state: State,
    { next, output, assigned }: { next: string | undefined; output: string; assigned?: string | undefined },
  ): boolean {
    memory.note(thread, `${state.type}StateExited`, 'stateExitedEventDetails', { name: state.name, output })
    if (assigned) {
      thread.variables =
        thread.variables === '{}'
          ? assigned
          : JSON.stringify(Object.assign(JSON.parse(thread.variables) as object, JSON.parse(assigned)))
      if (thread.variables.length > fewVariables && variableBytes(thread) > variablesLimit)
        throw new StateFailure('States.DataLimitExceeded', 'The variables are larger than 10 MiB.')
    }
    if (next === undefined) {
      complete(thread, output)
      return false
    }
    Object.assign(thread, {
      state: next,
      phase: 'enter',
      input: output,
      retries: '',
      token: null,
      answer: null,
      deadline: null,
      heartbeat: null,
      heartbeatSeconds: null,
      items: null,
    } satisfies Partial<ThreadRow>)
    if (state.type === 'Parallel' || state.type === 'Map')
      durable.write(() => {
        removeChildren(thread.run, thread.id)
        memory.save(thread)
      })
    return true
  }

  /** Of the whole execution: what is in memory is newer than the file. */
  function variableBytes(thread: Thread): number {
    if (thread.parent === null) return Buffer.byteLength(thread.variables)
    const sizes = store.variableSizes(thread.execution)
    for (const { id, variables } of thread.run.threads) sizes.set(id, Buffer.byteLength(variables))
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  }

  return { finish, exit }
}
