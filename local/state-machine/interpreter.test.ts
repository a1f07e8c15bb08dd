import { expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { StateFailure } from './failure.ts'
import { arn, define, lambda, run, start, world } from './fixture/simulated.ts'

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

test('a failure that no catcher names fails the execution with its error and cause', async () => {
  const w = await run(
    {
      Send: { Type: 'Task', Resource: lambda, Catch: [{ ErrorEquals: ['Other'], Next: 'Send' }], End: true },
    },
    {},
    async () => {
      throw Object.assign(new Error('the cause'), { name: 'Lambda.Unknown' })
    },
  )
  expect(w.result()).toEqual({
    status: 'FAILED',
    output: undefined,
    error: 'Lambda.Unknown',
    cause: 'the cause',
  })
  expect(w.events.at(-1)!.detail).toMatchObject({
    status: 'FAILED',
    error: 'Lambda.Unknown',
    cause: 'the cause',
  })
})

test('a task that takes longer than its time fails with States.Timeout and is told so', async () => {
  let aborted = false
  const clock = virtualClock(start)
  const w = world(
    (_resource, _args, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => (aborted = true))
      }),
    { clock },
  )
  define(w.machines, {
    Slow: {
      Type: 'Task',
      Resource: lambda,
      TimeoutSeconds: 5,
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
      End: true,
    },
    Late: { Type: 'Succeed', Output: 'late' },
  })
  const { executionArn } = await w.machines.start({ stateMachineArn: arn })
  await expect.poll(() => w.calls.length).toBe(1)
  // A task that runs keeps the world from settling, so time is moved without waiting for that.
  await clock.advanceTo(start + 5000, async () => {})
  await w.activity.settled()
  expect(aborted).toBe(true)
  expect(w.machines.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"late"' })
})

test.each([
  [
    'an expression that gives nothing',
    { P: { Type: 'Pass', Output: '{% $states.input.none %}', End: true } },
    'States.QueryEvaluationError',
  ],
  [
    'an expression that calls itself without end',
    { P: { Type: 'Pass', Output: '{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}', End: true } },
    'States.QueryEvaluationError',
  ],
  [
    'a condition that is no boolean',
    { C: { Type: 'Choice', Choices: [{ Condition: "{% 'x' %}", Next: 'E' }] }, E: { Type: 'Succeed' } },
    'States.QueryEvaluationError',
  ],
  [
    'no choice that matches',
    { C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] }, E: { Type: 'Succeed' } },
    'States.Runtime',
  ],
  [
    'a timestamp that is none',
    { W: { Type: 'Wait', Timestamp: '{% "tomorrow" %}', End: true } },
    'States.QueryEvaluationError',
  ],
  ['a Fail state', { F: { Type: 'Fail', Error: "{% 'No' & 'Way' %}", Cause: 'because' } }, 'NoWay'],
])('%s fails the execution', async (_what, states, error) => {
  const w = await run(states)
  expect(w.result()).toMatchObject({ status: 'FAILED', error })
})

test('a Wait until a timestamp ends then, and at once if it has passed', async () => {
  const states = {
    W: { Type: 'Wait', Timestamp: '{% $states.input.at %}', Output: '{% $millis() %}', End: true },
  }
  const future = await run(states, { at: '2026-01-05T02:00:00+01:00' })
  await future.advance(3_600_000)
  expect(future.result().output).toBe(start + 3_600_000)
  const past = await run(states, { at: '2020-01-01T00:00:00Z' })
  expect(past.result().output).toBe(start)
})

test('a Wait longer than a timer of the platform can hold does not end early', async () => {
  const w = await run({ W: { Type: 'Wait', Seconds: 60 * 86_400, End: true } })
  await w.advance(60 * 86_400_000 - 1)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(1)
  expect(w.result().status).toBe('SUCCEEDED')
})

test('an execution that runs longer than its machine allows is timed out', async () => {
  const w = await run({ W: { Type: 'Wait', Seconds: 100, End: true } }, {}, undefined, { TimeoutSeconds: 50 })
  await w.advance(49_999)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(1)
  expect(w.result()).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' })
  await w.advance(100_000)
  expect(w.result().status).toBe('TIMED_OUT')
})

test('a payload over 256 KiB fails with States.DataLimitExceeded, which States.ALL does not catch', async () => {
  const task = (errors: string[]) => ({
    Big: { Type: 'Task', Resource: lambda, Catch: [{ ErrorEquals: errors, Next: 'Caught' }], End: true },
    Caught: { Type: 'Succeed', Output: 'caught' },
  })
  const big = async () => 'x'.repeat(262_144)
  expect((await run(task(['States.ALL']), {}, big)).result()).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  })
  expect((await run(task(['States.DataLimitExceeded']), {}, big)).result().output).toBe('caught')
  expect((await run(task(['States.ALL']), {}, async () => 'x'.repeat(262_142))).result().status).toBe(
    'SUCCEEDED',
  )
})

const endless = {
  A: { Type: 'Pass', Next: 'B' },
  B: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }], Default: 'A' },
  E: { Type: 'Succeed' },
}

test('an endless loop of states ends with the history, not with the process', async () => {
  const w = await run(endless)
  expect(w.result()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  expect(w.machines.history(w.executionArn)).toHaveLength(25_000)
})

test('a loop of states leaves the event loop to others', async () => {
  const w = world()
  define(w.machines, endless)
  const { executionArn } = await w.machines.start({ stateMachineArn: arn })
  let turns = 0
  const turn = () => {
    turns++
    if (w.machines.describe(executionArn).status === 'RUNNING') setImmediate(turn)
  }
  turn()
  await w.activity.settled()
  expect(turns).toBeGreaterThan(50)
})
