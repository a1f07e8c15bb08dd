import { expect, test } from 'vitest'
import { StateFailure } from '../failure.ts'
import { arn, define, lambda, run, world } from '../fixture/simulated.ts'

const each = (states: object, more: object = {}) => ({
  Each: {
    Type: 'Map',
    Items: '{% $states.input.items %}',
    ItemProcessor: { StartAt: Object.keys(states)[0], States: states },
    End: true,
    ...more,
  },
})

const call = { Type: 'Task', Resource: lambda, End: true }

test('the branches of a Parallel run side by side and give a list in their order', async () => {
  const branch = (seconds: number) => ({
    StartAt: `W${seconds}`,
    States: {
      [`W${seconds}`]: { Type: 'Wait', Seconds: seconds, Next: `P${seconds}` },
      [`P${seconds}`]: {
        Type: 'Pass',
        Output: { waited: seconds, base: '{% $base + $states.input.n %}' },
        End: true,
      },
    },
  })
  const w = await run(
    {
      Set: { Type: 'Pass', Assign: { base: 10 }, Next: 'Fan' },
      Fan: {
        Type: 'Parallel',
        Branches: [branch(30), branch(10), branch(20)],
        Arguments: { n: '{% $states.input.n %}' },
        Output: '{% { "all": $states.result, "n": $states.input.n } %}',
        Next: 'After',
      },
      After: { Type: 'Pass', End: true },
    },
    { n: 1 },
  )
  await w.advance(29_999)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(1)
  expect(w.result().output).toEqual({
    all: [
      { waited: 30, base: 11 },
      { waited: 10, base: 11 },
      { waited: 20, base: 11 },
    ],
    n: 1,
  })
  expect(w.machines.counts().transitions).toBe(3 + 6)
})

test('a Map runs at most MaxConcurrency iterations at once and keeps the order of the items', async () => {
  let running = 0
  let most = 0
  const w = await run(
    each(
      { T: { ...call, Arguments: '{% $states.input %}' } },
      {
        MaxConcurrency: 3,
        ItemSelector: {
          index: '{% $states.context.Map.Item.Index %}',
          value: '{% $states.context.Map.Item.Value %}',
          of: '{% $count($states.input.items) %}',
        },
      },
    ),
    { items: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    async (_resource, args) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return args
    },
  )
  expect(most).toBe(3)
  expect(w.result().output).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((value, index) => ({ index, value, of: 7 })),
  )
})

test('a Map over 1,000 items keeps to 40 at once', async () => {
  let running = 0
  let most = 0
  const items = Array.from({ length: 1000 }, (_, i) => i)
  const w = await run(each({ T: call }), { items }, async (_resource, args) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return args
  })
  expect(most).toBe(40)
  expect(w.result().output).toEqual(items)
})

test('an empty Map gives an empty list', async () => {
  const w = await run(each({ T: call }), { items: [] })
  expect(w.result().output).toEqual([])
  expect(w.calls).toEqual([])
})

test('Items that are not a list fail the state', async () => {
  const w = await run(each({ T: call }), { items: 5 })
  expect(w.result()).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' })
})

test('one failing iteration ends the others, and the Map can catch it', async () => {
  const w = await run(
    {
      ...each(
        { W: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'T' }, T: call },
        { Catch: [{ ErrorEquals: ['Bad'], Next: 'Caught', Output: '{% $states.errorOutput %}' }] },
      ),
      Caught: { Type: 'Pass', End: true },
    },
    { items: [10, 20, 30] },
    async (_resource, args) => {
      if (args === 20) throw new StateFailure('Bad', 'twenty')
      return args
    },
  )
  await w.advance(20_000)
  expect(w.result()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Bad', Cause: 'twenty' } })
  await w.advance(60_000)
  expect(w.calls.map(([, args]) => args)).toEqual([10, 20])
})

test('a Parallel that is retried begins all its branches again', async () => {
  let failures = 1
  const w = await run(
    {
      Fan: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'A', States: { A: { ...call, Arguments: 'a' } } },
          { StartAt: 'B', States: { B: { ...call, Arguments: 'b' } } },
        ],
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60 }],
        End: true,
      },
    },
    {},
    async (_resource, args) => {
      if (args === 'b' && failures-- > 0) throw new StateFailure('Once', '')
      return args
    },
  )
  await w.advance(60_000)
  expect(w.result().output).toEqual(['a', 'b'])
  expect(w.calls.map(([, args]) => args)).toEqual(['a', 'b', 'a', 'b'])
})

test('Maps nest, and the innermost item is the one in the context', async () => {
  const inner = each(
    { P: { Type: 'Pass', Output: '{% $states.context.Map.Item.Value & $prefix %}', End: true } },
    { Items: '{% $states.input %}' },
  )
  const w = await run(
    {
      Set: { Type: 'Pass', Assign: { prefix: '!' }, Next: 'Outer' },
      Outer: { ...each(inner).Each },
    },
    { items: [['a', 'b'], [], ['c']] },
  )
  expect(w.result().output).toEqual([['a!', 'b!'], [], ['c!']])
})

test('a redrive of a Map repeats only the iterations that had not succeeded', async () => {
  let broken = true
  const w = await run(each({ T: call }), { items: [1, 2, 3] }, async (_resource, args) => {
    // The second fails after the others have ended.
    if (args === 2) await new Promise((resolve) => setTimeout(resolve, 20))
    if (args === 2 && broken) throw new StateFailure('Down', '')
    return args
  })
  expect(w.result().status).toBe('FAILED')
  broken = false
  await w.machines.redrive({ executionArn: w.executionArn })
  await w.activity.settled()
  expect(w.result()).toMatchObject({ status: 'SUCCEEDED', output: [1, 2, 3] })
  expect(w.calls.map(([, args]) => String(args)).sort()).toEqual(['1', '2', '2', '3'])
  expect(w.machines.describe(w.executionArn).redriveCount).toBe(1)
})

test('a redrive continues at the state that failed, with its input and variables', async () => {
  let broken = true
  const w = await run(
    {
      First: { ...call, End: undefined, Next: 'Second', Assign: { v: 7 }, Output: { from: 'first' } },
      Second: { ...call, Arguments: { v: '{% $v %}', input: '{% $states.input %}' } },
    },
    {},
    async (_resource, args) => {
      if (broken && (args as { v?: number }).v === 7) throw new StateFailure('Down', '')
      return args
    },
  )
  expect(w.result().status).toBe('FAILED')
  await w.advance(86_400_000)
  broken = false
  await w.machines.redrive({ executionArn: w.executionArn })
  await w.activity.settled()
  expect(w.result().output).toEqual({ v: 7, input: { from: 'first' } })
  expect(w.calls).toHaveLength(3)
  expect(w.events.map((event) => event.detail['status'])).toEqual([
    'RUNNING',
    'FAILED',
    'RUNNING',
    'SUCCEEDED',
  ])
  await expect(w.machines.redrive({ executionArn: w.executionArn })).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
  })
})

test('more executions than fit in memory are worked off in turn', async () => {
  let running = 0
  let most = 0
  const w = world(async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return {}
  })
  define(w.machines, { T: call })
  await Promise.all(
    Array.from({ length: 3000 }, async (_, i) => w.machines.start({ stateMachineArn: arn, name: `n${i}` })),
  )
  await w.activity.settled()
  expect(w.machines.counts()).toMatchObject({ started: 3000, succeeded: 3000 })
  expect(most).toBeLessThanOrEqual(1000)
})
