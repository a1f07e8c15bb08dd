import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../activity.ts'
import { virtualClock } from '../clock.ts'
import { StateFailure } from './failure.ts'
import type { TaskRunner } from './interpreter.ts'
import type { ExecutionStatusChange, StateMachineOptions } from './service.ts'
import { openStateMachines } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'state-machine-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = Date.UTC(2026, 0, 5)
const arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Follow'
const lambda = 'arn:aws:states:::lambda:invoke'
const tokenTask = 'arn:aws:states:::lambda:invoke.waitForTaskToken'
let files = 0

type Calls = [resource: string, args: unknown, context: Parameters<TaskRunner>[2]][]

function world(
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

function define(machines: ReturnType<typeof world>['machines'], States: object, more: object = {}) {
  machines.define({
    arn,
    name: 'Follow',
    definition: { QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...more },
  })
}

async function run(States: object, input: unknown = {}, task?: TaskRunner, more?: object) {
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

test('a task, a choice, a wait and a second task run in order with variables and outputs', async () => {
  const w = await run(
    {
      Score: {
        Type: 'Task',
        Resource: lambda,
        Arguments: { FunctionName: 'score', Payload: { id: '{% $states.input.id %}' } },
        Output: '{% $states.result.Payload %}',
        Assign: { score: '{% $states.result.Payload.score %}', id: '{% $states.input.id %}' },
        Next: 'Hot',
      },
      Hot: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $score >= 50 %}', Next: 'Hold', Output: { hot: true } }],
        Default: 'Cold',
      },
      Cold: { Type: 'Succeed' },
      Hold: { Type: 'Wait', Seconds: '{% $score * 60 %}', Next: 'Mail' },
      Mail: {
        Type: 'Task',
        Resource: lambda,
        Arguments: {
          to: '{% $id %}',
          hot: '{% $states.input.hot %}',
          execution: '{% $states.context.Execution.Name %}',
        },
        End: true,
      },
    },
    { id: 'lead_1' },
    async (_resource, args) =>
      (args as { FunctionName?: string }).FunctionName === 'score' ? { Payload: { score: 60 } } : args,
  )
  expect(w.calls).toHaveLength(1)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(3_599_999)
  expect(w.calls).toHaveLength(1)
  await w.advance(1)
  expect(w.result()).toMatchObject({
    status: 'SUCCEEDED',
    output: { to: 'lead_1', hot: true, execution: 'a' },
  })
  expect(w.machines.counts()).toMatchObject({ transitions: 4, started: 1, succeeded: 1 })
  expect(w.events.map((event) => event.detail['status'])).toEqual(['RUNNING', 'SUCCEEDED'])
  expect(w.machines.history(w.executionArn).map((event) => event.type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ChoiceStateEntered',
    'ChoiceStateExited',
    'WaitStateEntered',
    'WaitStateExited',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ])
})

test('a failing task is retried after growing intervals and then caught', async () => {
  const w = await run(
    {
      Send: {
        Type: 'Task',
        Resource: lambda,
        Arguments: { count: '{% $states.context.State.RetryCount %}' },
        Retry: [
          { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 10 },
        ],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'Tell',
            Output: '{% $states.errorOutput %}',
            Assign: { why: '{% $states.errorOutput.Cause %}' },
          },
        ],
        End: true,
      },
      Tell: { Type: 'Pass', Output: { error: '{% $states.input.Error %}', why: '{% $why %}' }, End: true },
    },
    {},
    async () => {
      throw new StateFailure('Busy', 'later')
    },
  )
  await w.advance(60_000)
  expect(w.times).toEqual([0, 2000, 8000, 18_000])
  expect(w.calls.map(([, args]) => args)).toEqual([{ count: 0 }, { count: 1 }, { count: 2 }, { count: 3 }])
  expect(w.result()).toMatchObject({ status: 'SUCCEEDED', output: { error: 'Busy', why: 'later' } })
  expect(w.machines.counts().transitions).toBe(5)
})
