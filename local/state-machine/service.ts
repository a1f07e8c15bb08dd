/*
 * Step Functions (Standard, JSONata) of the embedded cloud: what its API does, on a file that survives kill -9.
 * How executions run is in interpreter.ts, what is stored in store.ts.
 */
import { createHash } from 'node:crypto'
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import { orderedUuid } from '../ordered-uuid.ts'
import { announcements } from './announcement.ts'
import { compileMachine } from './language/definition.ts'
import { expressionCompiler } from './expression.ts'
import type { ExecutionStatusChange } from './execution-view.ts'
import { described } from './execution-view.ts'
import { ApiError, tooLarge, type StateFailure } from './failure.ts'
import type { TaskRunner } from './engine.ts'
import { interpreter } from './interpreter.ts'
import type { Machine } from './machine.ts'
import { inMemory, record, type HistoryEvent, type Run } from './run.ts'
import { notRedrivable, reopen } from './redrive.ts'
import { checkInput, checkName, checkWords, executionArn } from './request.ts'
import type { ExecutionRow, Status, ThreadRow } from './store/row.ts'
import { freshThread, startedRow } from './store/row.ts'
import { openStore } from './store/store.ts'

export interface StateMachineOptions {
  file: DurableFile
  clock: Clock
  activity: Activity
  /** Runs a Task; the `name` of what it throws is the error that Retry and Catch see. */
  task: TaskRunner
  /**
   * Takes the events of executions within the transaction that is open, or throws before it writes anything; an end is
   * then emitted again until it is taken.
   */
  emit: (event: ExecutionStatusChange) => void
  /** For retry jitter and `$random`; 0 ≤ x < 1. */
  random?: () => number
}

interface StartRequest {
  stateMachineArn: string
  name?: string | undefined
  input?: string | undefined
}

export type StateMachines = ReturnType<typeof openStateMachines>

const day = 86_400_000
/** Histories and execution names are kept this long after the end. */
const retention = 90 * day
const purgePause = day
const purgedAtOnce = 100

/** Milliseconds: what the machine says, and never more than the year that the service allows. */
const longestRun = ({ timeoutSeconds = Infinity }: Machine) => Math.min(timeoutSeconds * 1000, 365 * day)
/** What CreateStateMachine takes. */
const definitionLimit = 1_048_576

export function openStateMachines(options: StateMachineOptions) {
  const { clock, activity, task, emit, random = Math.random } = options
  const durable = openDurable(options.file)
  const store = openStore(durable.db)
  const expressions = expressionCompiler(clock, random)
  const announced = announcements({ store, durable, clock, activity, emit })
  const compiled = new Map<string, Machine>()
  const parts = {
    store,
    durable,
    clock,
    activity,
    task,
    random,
    load,
    announceEnd: (run: Run) => announced.end(run.row),
  }
  const threads = interpreter(parts)
  let cancelPurge = () => {}

  function machineOf(hash: string): Machine {
    let machine = compiled.get(hash)
    if (!machine) {
      const source = store.definition(hash)
      if (source === undefined) throw new Error(`The definition ${hash} is missing`)
      compiled.set(hash, (machine = compileMachine(JSON.parse(source) as object, expressions)))
    }
    return machine
  }

  function load(row: ExecutionRow): Run {
    return inMemory(row, machineOf(row.definition), store.machine(row.machine)?.name ?? '')
  }

  function find(arn: string): ExecutionRow {
    threads.memory.writeHistories()
    const row = store.byArn(arn)
    if (!row || isForgotten(row))
      throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
    return row
  }

  /** Perhaps it is in the file until the next purge. */
  const isForgotten = ({ stopped }: ExecutionRow) => stopped !== null && stopped <= clock.now() - retention

  /** Deletes what is too old, some at a time: a day's executions at once would hold up everything else. */
  function purge(): void {
    const now = clock.now()
    const isDone = durable.write(() => store.purge(now - retention, purgedAtOnce)) < purgedAtOnce
    cancelPurge = clock.at(isDone ? now + purgePause : now, purge)
  }

  /** @throws ApiError InvalidToken for what never was one, TaskTimedOut for one that nobody waits for any more */
  function waitingFor(token: string): ThreadRow {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token))
      throw new ApiError('InvalidToken', "Invalid Token: 'Invalid token'")
    const row = store.byToken(token)
    if (!row) throw new ApiError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
    return row
  }

  /**
   * Starts an execution within the transaction of this turn; none of its tasks is called before that is committed.
   * Throws before anything is written.
   * @throws ApiError StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  function begin({ stateMachineArn, name, input = '{}' }: StartRequest) {
    const now = clock.now()
    const machineRow = store.machine(stateMachineArn)
    if (!machineRow)
      throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`)
    if (name !== undefined) checkName(name)
    checkInput(input)
    const ownName = name ?? orderedUuid(now)
    const arn = executionArn(stateMachineArn, ownName)
    const known = name === undefined ? undefined : store.byArn(arn)
    if (known?.status === 'RUNNING' && known.input === input)
      return { executionArn: arn, startDate: known.started }
    if (known && !isForgotten(known))
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
    const { definition } = machineRow
    const machine = machineOf(definition)
    const deadline = now + longestRun(machine)
    const basis = { arn, machine: stateMachineArn, definition, name: ownName, input, started: now, deadline }
    durable.write(() => {
      if (known) store.forget(known.id)
      const row = startedRow(store.insertExecution(basis), basis)
      const run = inMemory(row, machine, machineRow.name)
      const details = ['executionStartedEventDetails', { input }] as const
      record(run, undefined, now, { type: 'ExecutionStarted', details })
      const state = machine.root.startAt
      const thread = {
        ...freshThread({ execution: row.id, scope: '', state, input, entered: now }),
        event: 1,
      }
      threads.memory.adopt(run)
      threads.memory.launch({ ...thread, id: store.insertThread(thread) })
      threads.memory.saveHistory(run)
      threads.memory.forget(run)
      threads.memory.arm(deadline)
      announced.beginning(row)
    })
    threads.counts.started++
    return { executionArn: arn, startDate: now }
  }

  async function answerToken(token: string, brought: { output: string } | StateFailure['stated']) {
    threads.answer(waitingFor(token), brought)
    await durable.committed()
  }

  return {
    /**
     * Adds a machine or replaces its definition; executions that run keep the one they began with.
     * @throws Error that names the state, if the definition holds something that is not supported; beyond 1 MiB
     */
    define({ arn, name, definition }: { arn: string; name: string; definition: object }): void {
      const source = JSON.stringify(definition)
      if (Buffer.byteLength(source) > definitionLimit)
        throw new Error(`The definition of ${name} is larger than ${definitionLimit} bytes`)
      const hash = createHash('sha256').update(source).digest('hex')
      if (!compiled.has(hash)) compiled.set(hash, compileMachine(definition, expressions))
      durable.write(() => store.putMachine(arn, name, hash, source))
    },

    begin,

    /** As `begin`; resolves when the execution is stored. */
    async start(request: StartRequest) {
      const begun = begin(request)
      await durable.committed()
      return begun
    },

    /** Aborts an execution; a task that runs is told by its signal and its result is dropped. */
    async stop(request: { executionArn: string; error?: string | undefined; cause?: string | undefined }) {
      checkWords(request)
      const row = find(request.executionArn)
      if (row.status !== 'RUNNING') return { stopDate: row.stopped! }
      const run = threads.memory.runOf(row.id)
      threads.end(run, 'ABORTED', { error: request.error, cause: request.cause })
      await durable.committed()
      return { stopDate: run.row.stopped! }
    },

    /** As of the last checkpoint. */
    describe: (arn: string) => described(find(arn)),

    listExecutions(request: {
      stateMachineArn: string
      statusFilter?: Status | undefined
      maxResults?: number | undefined
      nextToken?: string | undefined
    }) {
      const { stateMachineArn, statusFilter = null, maxResults, nextToken } = request
      if (!store.machine(stateMachineArn))
        throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`)
      const limit = Math.min(maxResults || 100, 1000)
      const before = nextToken === undefined ? null : (nextToken.split('.').map(Number) as [number, number])
      threads.memory.writeHistories()
      const rows = store.list(stateMachineArn, statusFilter, before, limit)
      const last = rows.at(-1)
      return {
        executions: rows.map(described),
        nextToken: last && rows.length === limit ? `${last.started}.${last.id}` : undefined,
      }
    },

    /** All events so far; those of an execution that runs up to its last checkpoint. */
    history: (arn: string): HistoryEvent[] => store.history.all(find(arn)),

    /** @throws ApiError InvalidOutput, InvalidToken, TaskTimedOut */
    async sendTaskSuccess({ taskToken, output }: { taskToken: string; output: string }) {
      try {
        JSON.parse(output)
      } catch {
        throw new ApiError('InvalidOutput', "Invalid Output: 'the output is not JSON'")
      }
      if (tooLarge(output)) throw new ApiError('InvalidOutput', "Invalid Output: 'the output is too large'")
      await answerToken(taskToken, { output })
    },

    async sendTaskFailure(request: {
      taskToken: string
      error?: string | undefined
      cause?: string | undefined
    }) {
      checkWords(request)
      await answerToken(request.taskToken, { error: request.error, cause: request.cause })
    },

    async sendTaskHeartbeat({ taskToken }: { taskToken: string }) {
      threads.heartbeat(waitingFor(taskToken))
      await durable.committed()
    },

    /**
     * Continues an execution that ended badly at the states that had not succeeded, with the definition it began with.
     * @throws ApiError ExecutionNotRedrivable
     */
    async redrive({ executionArn: arn }: { executionArn: string }) {
      const row = find(arn)
      const now = clock.now()
      const reason = notRedrivable(row, now)
      if (reason) throw new ApiError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`)
      const deadline = now + longestRun(machineOf(row.definition))
      durable.write(() => {
        const run = reopen({ store, memory: threads.memory }, row.id, { now, deadline })
        announced.beginning(run.row)
      })
      await durable.committed()
      return { redriveDate: now }
    },

    /** Takes up, after a start, what the file says is under way. */
    resume(): void {
      purge()
      for (const row of store.unannounced()) announced.end(row)
      durable.write(() => {
        for (const row of store.active()) threads.memory.launch(row)
      })
      const due = store.nextDue()
      if (due !== null) threads.memory.arm(due)
    },

    /** Since opening: state transitions as AWS bills them (each state entered, each retry), executions, tasks. */
    counts: () => ({ ...threads.counts }),

    /** Stops driving; tasks that run are told by their signal and run again after the next `resume`. */
    close(): void {
      announced.close()
      cancelPurge()
      threads.memory.close()
      durable.close()
    },
  }
}
