/**
 * Runs the threads of executions, one state after the other.
 *
 * Problem: executions wait for days, by the ten thousand, and must survive kill -9 at any instruction.
 * Representation: a thread is a row; it is in memory only while it computes or its task runs. Before every effect (a
 * task's call, a rest, an end) the row and the history so far are written; states without effect in between
 * (Choice, Pass) are repeated after a crash, which nobody can observe.
 * Invariant: a task begins only after the checkpoint that names it is synced; a thread that is gone (stopped, timed
 * out, answered) writes nothing more.
 * Rejected: replay from the start (cost grows with the history; a changed answer would take another way); a timer for
 * each wait (6 KB each; one timer for the earliest is enough).
 */
import { randomUUID } from 'node:crypto'
import type { Activity } from '../activity.ts'
import type { Clock } from '../clock.ts'
import { dueTimer } from '../due.ts'
import type { Durable } from '../durable.ts'
import { bindingsOf, itemsOf, retryCount } from './context.ts'
import type { Template } from './expression.ts'
import { asFailure, payloadLimit, StateFailure, tooLarge } from './failure.ts'
import type { Catcher, ChoiceState, FailState, MapState, ParallelState, State, TaskState } from './machine.ts'
import { matchesError, retryDelay } from './retry.ts'
import type { Run, Thread } from './run.ts'
import { Gone, record } from './run.ts'
import type { Status, Store, ThreadRow } from './store.ts'
import { taskEvent } from './task-event.ts'

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

export interface Ending {
  output?: string
  error?: string | undefined
  cause?: string | undefined
}

interface Parts {
  store: Store
  durable: Durable
  clock: Clock
  activity: Activity
  task: TaskRunner
  random: () => number
  /** Loads an execution that is not in memory. */
  load: (execution: number) => Run
  announce: (run: Run) => void
}

/** Threads in memory at once; beyond, what is due waits in the file. Lambda's default concurrency is the same. */
const crowd = 1000

/** An inline Map runs at most 40 iterations at once. */
const mapConcurrency = 40

export type Interpreter = ReturnType<typeof interpreter>

export function interpreter(parts: Parts) {
  const { store, durable, clock, activity, task, random, load, announce } = parts
  const runs = new Map<number, Run>()
  const driven = new Map<number, Thread>()
  const counts = { started: 0, transitions: 0, tasks: 0, retries: 0, succeeded: 0, failed: 0 }
  const timer = dueTimer(clock, wakeDue)
  let starved = false
  let closed = false

  // Scheduling

  function wakeDue(): void {
    const now = clock.now()
    const room = crowd - driven.size
    if (room <= 0) {
      starved = true
      return
    }
    durable.write(() => {
      for (const row of store.overdue(now)) end(runOf(row.id), 'TIMED_OUT', { error: 'States.Timeout' })
      for (const row of store.claimDue(now, room)) launch(row)
    })
    const next = store.nextDue()
    if (next !== null) timer.arm(next)
  }

  function runOf(execution: number): Run {
    let run = runs.get(execution)
    if (!run) runs.set(execution, (run = load(execution)))
    return run
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
        if (steps % 100 !== 0) continue
        // A loop of states without effect must not hold the event loop.
        thread.active = 1
        durable.write(() => save(thread))
        await durable.committed()
      }
    } catch (error) {
      if (!(error instanceof Gone) && !closed) throw error
    } finally {
      release(thread)
    }
  }

  function release(thread: Thread): void {
    if (driven.get(thread.id) === thread) driven.delete(thread.id)
    thread.run.threads.delete(thread)
    if (thread.run.threads.size === 0) runs.delete(thread.execution)
    if (starved && driven.size < crowd) {
      starved = false
      timer.arm(clock.now())
    }
  }

  function save(thread: Thread): void {
    if (thread.gone) throw new Gone()
    store.updateThread(thread)
    saveHistory(thread.run)
  }

  function saveHistory(run: Run): void {
    if (run.events.length === 0) return
    store.appendHistory(run.row.id, run.events[0]!.id, JSON.stringify(run.events))
    store.countEvents(run.row.id, run.row.events, run.row.transitions)
    run.events = []
  }

  /** Leaves the thread to the file until `wake`, or until somebody answers it. */
  function rest(thread: Thread, phase: ThreadRow['phase'], wake: number | null): false {
    thread.phase = phase
    thread.wake = wake
    thread.active = 0
    durable.write(() => save(thread))
    if (wake !== null) timer.arm(wake)
    return false
  }

  // States

  const note = (thread: Thread, type: string, key?: string, details?: object) =>
    record(thread.run, thread, clock.now(), type, key === undefined ? undefined : [key, details!])

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
      return await failedOrFull(thread, state, failure)
    }
  }

  async function step(thread: Thread, state: State): Promise<boolean> {
    switch (thread.phase) {
      case 'select':
        return await selectItem(thread)
      case 'wait':
        return await finish(thread, state)
      case 'token': {
        const missed = thread.heartbeat !== null && thread.heartbeat <= clock.now()
        const late = thread.deadline !== null && thread.deadline <= clock.now()
        throw missed && !late
          ? new StateFailure('States.HeartbeatTimeout', 'No heartbeat came in time.')
          : new StateFailure('States.Timeout', 'The task did not answer in time.')
      }
      case 'answered':
        return await answered(thread, state)
      case 'joined':
        return await joined(thread, state as ParallelState | MapState)
      case 'retry':
        countTransition(thread.run)
        counts.retries++
        return await begin(thread, state)
      case 'enter':
        thread.entered = clock.now()
        countTransition(thread.run)
        note(thread, `${state.type}StateEntered`, 'stateEnteredEventDetails', {
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
        return await callTask(thread, state)
      case 'Choice':
        return await choose(thread, state)
      case 'Wait': {
        const bindings = bindingsOf(store, thread)
        const until = state.seconds
          ? clock.now() + (await countFrom(state.seconds, bindings, 'Seconds')) * 1000
          : parseTimestamp(await state.timestamp!.evaluate(bindings))
        return rest(thread, 'wait', until)
      }
      case 'Fail':
        return await fail(thread, state)
      case 'Parallel': {
        const input = state.arguments
          ? payload(await state.arguments.evaluate(bindingsOf(store, thread)), 'Arguments')
          : thread.input
        return fork(thread, state, state.branches.length, input, null, Infinity)
      }
      case 'Map':
        return await mapItems(thread, state)
      default:
        return await finish(thread, state)
    }
  }

  /** Ends the state well: Assign and Output both see the variables as they were. */
  async function finish(thread: Thread, state: State, result?: string): Promise<boolean> {
    if (!state.assign && !state.output) return leave(thread, state, state.next, result ?? thread.input)
    const extra = result === undefined ? undefined : { result: JSON.parse(result) as unknown }
    return await exit(thread, state, state, state.next, result ?? thread.input, extra)
  }

  async function exit(
    thread: Thread,
    state: State,
    { assign, output }: { assign: Template | undefined; output: Template | undefined },
    next: string | undefined,
    fallback: string,
    extra?: Record<string, unknown>,
  ): Promise<boolean> {
    const bindings = bindingsOf(store, thread, extra)
    const assigned = assign && payload(await assign.evaluate(bindings), 'Assign')
    const text = output ? payload(await output.evaluate(bindings), 'Output') : fallback
    return leave(thread, state, next, text, assigned)
  }

  function leave(
    thread: Thread,
    state: State,
    next: string | undefined,
    output: string,
    assigned?: string,
  ): boolean {
    note(thread, `${state.type}StateExited`, 'stateExitedEventDetails', { name: state.name, output })
    if (assigned)
      thread.variables =
        thread.variables === '{}'
          ? assigned
          : JSON.stringify(Object.assign(JSON.parse(thread.variables) as object, JSON.parse(assigned)))
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
        save(thread)
      })
    return true
  }

  async function choose(thread: Thread, state: ChoiceState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    for (const choice of state.choices) {
      const holds = await choice.condition.evaluate(bindings)
      if (typeof holds !== 'boolean')
        throw new StateFailure('States.QueryEvaluationError', 'A Condition did not give true or false.')
      if (holds) return await exit(thread, state, choice, choice.next, thread.input)
    }
    if (state.default === undefined)
      throw new StateFailure('States.NoChoiceMatched', `No choice of ${state.name} matched.`)
    return await exit(thread, state, state, state.default, thread.input)
  }

  async function fail(thread: Thread, state: FailState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    const words = async (template: Template | undefined) => {
      const value = await template?.evaluate(bindings)
      return typeof value === 'string' || value === undefined ? (value ?? '') : JSON.stringify(value)
    }
    propagate(thread, new StateFailure(await words(state.error), await words(state.cause)))
    return false
  }

  // Tasks

  async function callTask(thread: Thread, state: TaskState): Promise<boolean> {
    // After a crash the same token is handed out again: the first call may have passed it on.
    if (state.waitsForToken) thread.token ??= randomUUID()
    const bindings = bindingsOf(store, thread)
    const input = state.arguments
      ? payload(await state.arguments.evaluate(bindings), 'Arguments')
      : thread.input
    const timeout =
      state.timeoutSeconds && (await countFrom(state.timeoutSeconds, bindings, 'TimeoutSeconds'))
    const beat =
      state.heartbeatSeconds && (await countFrom(state.heartbeatSeconds, bindings, 'HeartbeatSeconds'))
    taskEvent(note, thread, state, 'Scheduled', {
      parameters: input,
      ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      ...(beat === undefined ? {} : { heartbeatInSeconds: beat }),
    })
    taskEvent(note, thread, state, 'Started', {})
    thread.phase = 'task'
    thread.active = 1
    thread.deadline = timeout === undefined ? null : clock.now() + timeout * 1000
    thread.heartbeatSeconds = beat ?? null
    thread.heartbeat = beat === undefined ? null : clock.now() + beat * 1000
    durable.write(() => save(thread))
    await durable.committed()
    if (thread.gone) return false
    const result = await call(thread, state, input)
    if (!state.waitsForToken) return await succeeded(thread, state, result)
    taskEvent(note, thread, state, 'Submitted', { output: result })
    const wake = Math.min(thread.deadline ?? Infinity, thread.heartbeat ?? Infinity)
    return rest(thread, 'token', wake === Infinity ? null : wake)
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
    taskEvent(note, thread, state, 'Succeeded', { output: result })
    return await finish(thread, state, result)
  }

  async function answered(thread: Thread, state: State): Promise<boolean> {
    const { output, error, cause } = JSON.parse(thread.answer!) as {
      output?: string
      error?: string
      cause?: string
    }
    if (output === undefined) throw new StateFailure(error ?? '', cause ?? '')
    return await succeeded(thread, state as TaskState, output)
  }

  /** Stores what a callback brought (or why the children of a thread failed) and lets the thread go on with it. */
  function answer(row: ThreadRow, brought: { output: string } | { error?: string; cause?: string }): void {
    const live = driven.get(row.id)
    if (live) {
      live.gone = true
      live.interrupt?.(new Gone())
    }
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
      launch(changed)
    })
  }

  function heartbeat(row: ThreadRow): void {
    if (row.heartbeatSeconds === null) return
    row.heartbeat = clock.now() + row.heartbeatSeconds * 1000
    if (row.phase === 'token') row.wake = Math.min(row.deadline ?? Infinity, row.heartbeat)
    const live = driven.get(row.id)
    if (live) live.heartbeat = row.heartbeat
    durable.write(() => store.updateThread(row))
    if (row.wake !== null) timer.arm(row.wake)
  }

  // Parallel and Map

  async function mapItems(thread: Thread, state: MapState): Promise<boolean> {
    const bindings = bindingsOf(store, thread)
    const items = state.items
      ? (JSON.parse(payload(await state.items.evaluate(bindings), 'Items')) as unknown)
      : (bindings['states'] as { input: unknown }).input
    if (!Array.isArray(items))
      throw new StateFailure('States.QueryEvaluationError', `The Items of ${state.name} are not a list.`)
    const asked = state.maxConcurrency ? await countFrom(state.maxConcurrency, bindings, 'MaxConcurrency') : 0
    return fork(thread, state, items.length, '', items, asked)
  }

  /** Begins the children of a Parallel or Map, a Map's others as these end. */
  function fork(
    thread: Thread,
    state: ParallelState | MapState,
    total: number,
    input: string,
    items: unknown[] | null,
    concurrency: number,
  ): boolean | Promise<boolean> {
    if (items) note(thread, 'MapStateStarted', 'mapStateStartedEventDetails', { length: total })
    else note(thread, 'ParallelStateStarted')
    if (total === 0) return finish(thread, state, '[]')
    Object.assign(thread, { open: 0, upcoming: 0, total, items: items && JSON.stringify(items) })
    durable.write(() => {
      // A retry begins all of them again.
      removeChildren(thread.run, thread.id)
      if (items) thread.run.items.set(thread.id, items)
      rest(thread, 'join', null)
      const limit = items ? Math.min(concurrency || mapConcurrency, mapConcurrency) : Infinity
      for (let slot = 0; slot < Math.min(total, limit); slot++) beginChild(thread, state, slot, input)
    })
    return false
  }

  function beginChild(parent: ThreadRow, state: ParallelState | MapState, slot: number, input: string): void {
    const scope = state.type === 'Map' ? state.processor : state.branches[slot]!
    const row: Omit<ThreadRow, 'id'> = {
      ...freshThread(parent.execution, scope.path, scope.startAt, input, clock.now()),
      parent: parent.id,
      slot,
      phase: state.type === 'Map' ? 'select' : 'enter',
      event: parent.event,
    }
    store.childBegun(parent.id)
    launch({ ...row, id: store.insertThread(row) })
  }

  async function selectItem(thread: Thread): Promise<boolean> {
    const { run } = thread
    const parent = store.thread(thread.parent!)!
    const state = stateOf(parent, run) as MapState
    note(thread, 'MapIterationStarted', 'mapIterationStartedEventDetails', {
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
        note(thread, 'MapIterationSucceeded', 'mapIterationSucceededEventDetails', {
          name: state.name,
          index: thread.slot,
        })
      Object.assign(thread, { input: output, phase: 'done', active: 0, wake: null, variables: '{}' })
      save(thread)
      const left = store.childEnded(parent)
      if (left.upcoming < left.total) beginChild(above, state, left.upcoming, '')
      else if (left.open === 0) {
        store.joined(parent)
        launch(store.thread(parent)!)
      }
    })
  }

  async function joined(thread: Thread, state: ParallelState | MapState): Promise<boolean> {
    const outputs = store.children(thread.id).map((child) => child.input)
    const result = `[${outputs.join(',')}]`
    if (tooLarge(result)) throw overLimit('The result')
    note(thread, `${state.type}StateSucceeded`)
    return await finish(thread, state, result)
  }

  function removeChildren(run: Run, parent: number): void {
    run.items.delete(parent)
    for (const child of store.children(parent)) {
      const live = driven.get(child.id)
      if (live) {
        live.gone = true
        live.interrupt?.(new Gone())
      }
      removeChildren(run, child.id)
      store.removeThread(child.id)
    }
  }

  // Failures

  /** Noting a failure may itself meet the limit of the history; that failure nobody handles. */
  async function failedOrFull(thread: Thread, state: State, failure: StateFailure): Promise<boolean> {
    try {
      return await failed(thread, state, failure)
    } catch (thrown) {
      if (thrown instanceof Gone) return false
      if (!(thrown instanceof StateFailure)) throw thrown
      end(thread.run, 'FAILED', { error: thrown.name, cause: thrown.message })
      return false
    }
  }

  async function failed(thread: Thread, state: State, failure: StateFailure): Promise<boolean> {
    if (state.type === 'Task') noteTaskFailure(thread, state, failure)
    const handler = handlerOf(thread, state, failure)
    if (handler?.retry !== undefined) return rest(thread, 'retry', clock.now() + handler.retry)
    if (handler?.catcher) {
      try {
        const errorOutput = { Error: failure.name, Cause: failure.message }
        return await exit(thread, state, handler.catcher, handler.catcher.next, JSON.stringify(errorOutput), {
          errorOutput,
        })
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
    const details = { error: failure.name, cause: failure.message }
    taskEvent(note, thread, state, timed ? 'TimedOut' : 'Failed', details)
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
        note(thread, 'MapIterationFailed', 'mapIterationFailedEventDetails', {
          name: state.name,
          index: thread.slot,
        })
      note(thread, `${state.type}StateFailed`)
      if (handlerOf({ ...row }, state, failure)) {
        durable.write(() => {
          removeChildren(run, row.id)
          answer(
            { ...row, event: thread.event, items: null },
            { error: failure.name, cause: failure.message },
          )
        })
        return
      }
      id = row.parent
    }
    end(run, 'FAILED', { error: failure.name, cause: failure.message })
  }

  const ends = {
    SUCCEEDED: ['ExecutionSucceeded', 'executionSucceededEventDetails'],
    FAILED: ['ExecutionFailed', 'executionFailedEventDetails'],
    TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOutEventDetails'],
    ABORTED: ['ExecutionAborted', 'executionAbortedEventDetails'],
  } as const

  /** Ends an execution; what its threads were doing is kept for a redrive unless it succeeded. */
  function end(run: Run, status: Exclude<Status, 'RUNNING'>, ending: Ending): void {
    const now = clock.now()
    const [type, key] = ends[status]
    durable.write(() => {
      record(run, undefined, now, type, [key, ending])
      // What rests is in the file already, and may be newer there.
      for (const thread of run.threads) if (thread.active === 1 && !thread.gone) store.updateThread(thread)
      for (const thread of run.threads) {
        thread.gone = true
        thread.interrupt?.(new Gone())
      }
      saveHistory(run)
      const { output = null, error = null, cause = null } = ending
      Object.assign(run.row, { status, stopped: now, output, error, cause })
      store.endExecution(run.row)
      if (status === 'SUCCEEDED') store.removeThreads(run.row.id)
      else store.restThreads(run.row.id)
    })
    counts[status === 'SUCCEEDED' ? 'succeeded' : 'failed']++
    announce(run)
  }

  return {
    counts,
    launch,
    arm: (when: number) => timer.arm(when),
    answer,
    heartbeat,
    end,
    runOf,
    /** Takes a new execution that `load` would otherwise read back from the file. */
    adopt: (run: Run) => void runs.set(run.row.id, run),
    saveHistory,
    close() {
      closed = true
      timer.close()
      for (const thread of driven.values()) {
        thread.gone = true
        thread.interrupt?.(new Gone())
      }
    },
  }
}

const stateOf = (thread: ThreadRow, run: Run): State =>
  run.machine.scopes.get(thread.scope)!.states.get(thread.state)!

/** A thread at the beginning of a state. */
export function freshThread(
  execution: number,
  scope: string,
  state: string,
  input: string,
  now: number,
): Omit<ThreadRow, 'id'> {
  return {
    execution,
    parent: null,
    slot: 0,
    scope,
    state,
    phase: 'enter',
    wake: null,
    active: 1,
    input,
    variables: '{}',
    retries: '',
    entered: now,
    token: null,
    answer: null,
    deadline: null,
    heartbeat: null,
    heartbeatSeconds: null,
    open: 0,
    upcoming: 0,
    total: 0,
    items: null,
    event: 0,
  }
}

/** The JSON of a value that crosses from one state to the next: what JSON cannot say is dropped here, as in AWS. */
function payload(value: unknown, what: string): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw new StateFailure('States.QueryEvaluationError', `${what} is not JSON.`)
  if (tooLarge(text)) throw overLimit(what)
  return text
}

const overLimit = (what: string) =>
  new StateFailure('States.DataLimitExceeded', `${what} is larger than ${payloadLimit} bytes.`)

async function countFrom(
  template: Template,
  bindings: Record<string, unknown>,
  field: string,
): Promise<number> {
  const value = await template.evaluate(bindings)
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 99_999_999)
    throw new StateFailure(
      'States.QueryEvaluationError',
      `${field} must be a whole number from 0 to 99999999.`,
    )
  return value
}

function parseTimestamp(value: unknown): number {
  const time =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
      ? Date.parse(value)
      : NaN
  if (Number.isNaN(time))
    throw new StateFailure('States.QueryEvaluationError', 'Timestamp must be an RFC 3339 time.')
  return time
}
