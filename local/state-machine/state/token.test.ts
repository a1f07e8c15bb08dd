import { expect, test } from 'vitest'
import { handleStates } from '../endpoint.ts'
import { arn, define, run, tokenTask, world } from '../fixture/simulated.ts'

const wait = (more: object = {}) => ({
  Ask: {
    Type: 'Task',
    Resource: tokenTask,
    Arguments: { token: '{% $states.context.Task.Token %}' },
    Output: '{% $states.result.answer %}',
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.errorOutput %}' }],
    End: true,
    ...more,
  },
  Caught: { Type: 'Pass', End: true },
})

type Run = Awaited<ReturnType<typeof run>>
const tokenOf = (w: Run, call = 0) => (w.calls[call]![1] as { token: string }).token

test('a task with a token ends when somebody sends success, once', async () => {
  const w = await run(wait())
  const taskToken = tokenOf(w)
  expect(w.calls[0]![2].taskToken).toBe(taskToken)
  await w.advance(86_400_000)
  expect(w.result().status).toBe('RUNNING')
  await w.machines.sendTaskSuccess({ taskToken, output: '{"answer":42}' })
  await w.activity.settled()
  expect(w.result()).toMatchObject({ status: 'SUCCEEDED', output: 42 })
  await expect(w.machines.sendTaskSuccess({ taskToken, output: '{}' })).rejects.toMatchObject({
    name: 'TaskTimedOut',
  })
})

test('a failure sent for a token is caught like any other', async () => {
  const w = await run(wait())
  await w.machines.sendTaskFailure({ taskToken: tokenOf(w), error: 'Refused', cause: 'by hand' })
  await w.activity.settled()
  expect(w.result().output).toEqual({ Error: 'Refused', Cause: 'by hand' })
})

test('a token that is answered while its task still runs is not lost', async () => {
  const w = world(async (_resource, args) => {
    const { token: taskToken } = args as { token: string }
    await w.machines.sendTaskSuccess({ taskToken, output: '{"answer":"early"}' })
    return {}
  })
  define(w.machines, wait())
  const { executionArn } = await w.machines.start({ stateMachineArn: arn })
  await w.activity.settled()
  expect(w.machines.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' })
  expect(w.calls).toHaveLength(1)
})

test('a task with a token times out, and without a heartbeat even sooner', async () => {
  const late = await run(wait({ TimeoutSeconds: 100 }))
  await late.advance(99_999)
  expect(late.result().status).toBe('RUNNING')
  await late.advance(1)
  expect(late.result().output).toMatchObject({ Error: 'States.Timeout' })

  const silent = await run(wait({ TimeoutSeconds: 100, HeartbeatSeconds: 10 }))
  await silent.advance(9000)
  await silent.machines.sendTaskHeartbeat({ taskToken: tokenOf(silent) })
  await silent.advance(9999)
  expect(silent.result().status).toBe('RUNNING')
  await silent.advance(1)
  expect(silent.result().output).toMatchObject({ Error: 'States.HeartbeatTimeout' })
})

test('a retry hands out a new token, and the old one is worth nothing', async () => {
  const w = await run(wait({ Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1 }] }))
  await w.machines.sendTaskFailure({ taskToken: tokenOf(w), error: 'Again' })
  await w.advance(1000)
  expect(tokenOf(w, 1)).not.toBe(tokenOf(w, 0))
  await expect(w.machines.sendTaskHeartbeat({ taskToken: tokenOf(w, 0) })).rejects.toMatchObject({
    name: 'TaskTimedOut',
  })
  await w.machines.sendTaskSuccess({ taskToken: tokenOf(w, 1), output: '{"answer":1}' })
  await w.activity.settled()
  expect(w.result().output).toBe(1)
})

test('the endpoint starts, describes, lists, stops, and answers errors by their type', async () => {
  const w = world()
  define(w.machines, wait())
  const call = async (target: string, body: object) => handleStates(w.machines, target, body)
  const started = await call('StartExecution', { stateMachineArn: arn, name: 'x', input: '{"a":1}' })
  expect(started).toMatchObject({ status: 200, body: { startDate: Date.UTC(2026, 0, 5) / 1000 } })
  const { executionArn } = started.body as { executionArn: string }
  expect(executionArn).toBe('arn:aws:states:eu-central-1:000000000000:execution:Follow:x')
  await w.activity.settled()
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({
    body: { status: 'RUNNING', input: '{"a":1}' },
  })
  expect(await call('ListExecutions', { stateMachineArn: arn, statusFilter: 'RUNNING' })).toMatchObject({
    body: { executions: [{ name: 'x' }] },
  })
  expect(await call('GetExecutionHistory', { executionArn, maxResults: 2 })).toMatchObject({
    body: {
      events: [{ id: 1, type: 'ExecutionStarted', timestamp: Date.UTC(2026, 0, 5) / 1000 }, { id: 2 }],
      nextToken: '2',
    },
  })
  expect(await call('StopExecution', { executionArn })).toMatchObject({ status: 200 })
  expect(await call('RedriveExecution', { executionArn })).toMatchObject({ status: 200 })
  const taskToken = '00000000-0000-4000-8000-000000000000'
  expect(await call('SendTaskSuccess', { taskToken: 'none', output: '{}' })).toMatchObject({
    status: 400,
    body: { __type: 'InvalidToken' },
  })
  expect(await call('SendTaskFailure', { taskToken, error: 'x'.repeat(257) })).toMatchObject({
    status: 400,
    body: { __type: 'ValidationException' },
  })
  expect(await call('SendTaskSuccess', { taskToken, output: '{}' })).toEqual({
    status: 400,
    body: { __type: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" },
  })
  expect(await call('DescribeExecution', { executionArn: 'none' })).toMatchObject({
    status: 400,
    body: { __type: 'ExecutionDoesNotExist' },
  })
  expect(await call('DeleteEverything', {})).toMatchObject({
    status: 400,
    body: { __type: 'UnknownOperationException' },
  })
})
