/** A state machine service on a virtual clock with a file of its own, for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { activityMonitor } from '../activity.ts'
import { realClock, virtualClock } from '../clock.ts'
import type { TaskRunner } from './engine.ts'
import type { ExecutionStatusChange } from './execution-view.ts'
import { expressionCompiler } from './expression.ts'
import { compileMachine } from './language/definition.ts'
import type { StateMachineOptions } from './service.ts'
import { openStateMachines } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'state-machine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const start = Date.UTC(2026, 0, 5)
export const arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Follow'
export const lambda = 'arn:aws:states:::lambda:invoke'
export const tokenTask = 'arn:aws:states:::lambda:invoke.waitForTaskToken'
/** Two states that end, and the definition of a machine that begins with the first of its states. */
export const end = { Type: 'Pass', End: true }
export const task = { Type: 'Task', Resource: lambda, End: true }
export const machine = (States: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...more,
})

/** Reads a definition as it comes: what is undefined is not there. */
export const compile = (definition: object) =>
  compileMachine(JSON.parse(JSON.stringify(definition)) as object, expressionCompiler(realClock()))

let files = 0

type Calls = [resource: string, args: unknown, context: Parameters<TaskRunner>[2]][]

export function world(
  task: TaskRunner = async (_resource, args) => args,
  options: Partial<StateMachineOptions> = {},
) {
  const file = (options.file as string) ?? join(folder, `${files++}.sqlite`)
  const clock = options.clock ?? virtualClock(start)
  const activity = activityMonitor()
  const calls: Calls = []
  const times: number[] = []
  const events: ExecutionStatusChange[] = []
  const machines = openStateMachines({
    file,
    clock,
    activity,
    task: async (...call) => {
      calls.push(call)
      times.push(clock.now() - start)
      return await task(...call)
    },
    emit: (event) => void events.push(event),
    random: () => 0.5,
    ...options,
  })
  const advance = async (ms: number) => {
    const virtual = clock as ReturnType<typeof virtualClock>
    await virtual.advanceTo(virtual.now() + ms, () => activity.settled())
  }
  return { file, clock, activity, calls, times, events, machines, advance }
}

export function define(machines: ReturnType<typeof world>['machines'], States: object, more: object = {}) {
  machines.define({ arn, name: 'Follow', definition: machine(States, more) })
}

export async function run(States: object, input: unknown = {}, task?: TaskRunner, more?: object) {
  const w = world(task)
  define(w.machines, States, more)
  const { executionArn } = await w.machines.start({
    stateMachineArn: arn,
    name: 'a',
    input: JSON.stringify(input),
  })
  await w.activity.settled()
  return {
    ...w,
    executionArn,
    result: () => {
      const { status, output, error, cause } = w.machines.describe(executionArn)
      return {
        status,
        output: output === undefined ? undefined : (JSON.parse(output) as unknown),
        error,
        cause,
      }
    },
  }
}
