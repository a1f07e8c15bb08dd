/* Parallel and Map: a thread for each branch or item, and the list of what they gave. */
import { bindingsOf, itemsOf } from './context.ts'
import type { Endings } from './ending.ts'
import type { Engine } from '../engine.ts'
import { StateFailure, tooLarge } from '../failure.ts'
import type { Leavings } from './leaving.ts'
import type { MapState, ParallelState } from '../machine.ts'
import type { Thread } from '../run.ts'
import { stateOf } from '../run.ts'
import { countFrom, overLimit, payload } from './value.ts'

/** An inline Map runs at most 40 iterations at once. */
const mapConcurrency = 40

export function forkStates(engine: Engine, { beginChild, removeChildren }: Endings, { finish }: Leavings) {
  const { store, durable, memory } = engine

  async function parallel(thread: Thread, state: ParallelState): Promise<boolean> {
    const input = state.arguments
      ? payload(await state.arguments.evaluate(bindingsOf(store, thread)), 'Arguments')
      : thread.input
    return fork(thread, state, { total: state.branches.length, input, items: null, limit: Infinity })
  }

  async function mapItems(thread: Thread, state: MapState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    const items = state.items
      ? (JSON.parse(payload(await state.items.evaluate(bindings), 'Items')) as unknown)
      : (bindings['states'] as { input: unknown }).input
    if (!Array.isArray(items))
      throw new StateFailure('States.QueryEvaluationError', `The Items of ${state.name} are not a list.`)
    const asked = state.maxConcurrency
      ? await countFrom(state.maxConcurrency, bindings, { field: 'MaxConcurrency' })
      : 0
    const limit = Math.min(asked || mapConcurrency, mapConcurrency)
    return await fork(thread, state, { total: items.length, input: '', items, limit })
  }

  /** Begins the children of a Parallel or Map, a Map's others as these end. */
  function fork(
    thread: Thread,
    state: ParallelState | MapState,
    plan: { total: number; input: string; items: unknown[] | null; limit: number },
  ): boolean | Promise<boolean> {
    const { total, input, items, limit } = plan
    if (items) memory.note(thread, 'MapStateStarted', 'mapStateStartedEventDetails', { length: total })
    else memory.note(thread, 'ParallelStateStarted')
    if (total === 0) return finish(thread, state, '[]')
    Object.assign(thread, { open: 0, upcoming: 0, total, items: items && JSON.stringify(items) })
    durable.write(() => {
      // A retry begins all of them again.
      removeChildren(thread.run, thread.id)
      if (items) thread.run.items.set(thread.id, items)
      memory.rest(thread, 'join', null)
      for (let slot = 0; slot < Math.min(total, limit); slot++) beginChild(thread, state, slot, input)
    })
    return false
  }

  async function selectItem(thread: Thread): Promise<boolean> {
    const { run } = thread
    const parent = store.thread(thread.parent!)!
    const state = stateOf(parent, run) as MapState
    memory.note(thread, 'MapIterationStarted', 'mapIterationStartedEventDetails', {
      name: state.name,
      index: thread.slot,
    })
    let input = JSON.stringify(itemsOf(store, run, parent.id)![thread.slot])
    if (state.itemSelector) {
      const view: Thread = { ...thread, input: parent.input, state: state.name }
      input = payload(await state.itemSelector.evaluate(bindingsOf(store, view)), 'ItemSelector')
    }
    thread.input = input
    thread.phase = 'enter'
    return true
  }

  async function joined(thread: Thread, state: ParallelState | MapState): Promise<boolean> {
    const outputs = store.children(thread.id).map((child) => child.input)
    const result = `[${outputs.join(',')}]`
    if (tooLarge(result)) throw overLimit('The result')
    memory.note(thread, `${state.type}StateSucceeded`)
    return await finish(thread, state, result)
  }

  return { parallel, mapItems, selectItem, joined }
}
