import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { realClock, virtualClock } from '../clock/clock.ts'
import { leftOnDisk } from '../fixture/left-on-disk.ts'
import type { TaskRunner } from './engine.ts'
import { openStateMachines } from './service.ts'
import { arn, define, lambda, run, start, tokenTask, world } from './fixture/simulated.ts'
import { openStore } from './store/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'crash-'))
afterAll(() => rmSync(folder, { recursive: true }))

function reopened(file: string, at: number, task?: TaskRunner) {
  const after = world(task, { file: leftOnDisk(file), clock: virtualClock(at) })
  after.machines.resume()
  return after
}

const twoTasks = {
  One: { Type: 'Task', Resource: lambda, Assign: { v: 1 }, Next: 'Hold' },
  Hold: { Type: 'Wait', Seconds: 3600, Next: 'Two' },
  Two: {
    Type: 'Task',
    Resource: lambda,
    Arguments: { v: '{% $v %}', entered: '{% $states.context.State.EnteredTime %}' },
    End: true,
  },
}

test('a waiting execution goes on after a crash at the time it had been given', async () => {
  const before = await run(twoTasks)
  const after = reopened(before.file, start + 1_800_000)
  await after.advance(1_799_999)
  expect(after.calls).toHaveLength(0)
  await after.advance(1)
  expect(after.machines.describe(before.executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"v":1,"entered":"2026-01-05T01:00:00.000Z"}',
  })
})

test('a wait that ended while nothing ran ends at once', async () => {
  const before = await run(twoTasks)
  const after = reopened(before.file, start + 86_400_000)
  await after.activity.settled()
  expect(after.calls).toHaveLength(1)
})

test('a task that ran during the crash runs again, one that had ended does not', async () => {
  const before = world(async (_resource, args) => {
    if ((args as { v?: number }).v === 1) return await new Promise(() => {})
    return args
  })
  define(before.machines, twoTasks)
  await before.machines.start({ stateMachineArn: arn, name: 'a', input: '{}' })
  await before.advance(0)
  void before.advance(3_600_000)
  await expect.poll(() => before.calls.length).toBe(2)
  const after = reopened(before.file, start + 3_600_000)
  await after.activity.settled()
  expect(after.calls.map(([, args]) => args)).toEqual([{ v: 1, entered: '2026-01-05T01:00:00.000Z' }])
  expect(after.machines.listExecutions({ stateMachineArn: arn }).executions).toMatchObject([
    { status: 'SUCCEEDED' },
  ])
})

test('a thread that was taken up, but came no further before the crash, is taken up again', async () => {
  const before = await run(twoTasks)
  const copy = leftOnDisk(before.file)
  const db = new DatabaseSync(copy)
  expect(openStore(db).claimDue(start + 3_600_000, 10)).toHaveLength(1)
  db.close()
  const after = reopened(copy, start + 3_600_000)
  await after.activity.settled()
  expect(after.machines.describe(before.executionArn).status).toBe('SUCCEEDED')
})

test('a token handed out before a crash is good after it, and its timeout still counts', async () => {
  const states = {
    Ask: {
      Type: 'Task',
      Resource: tokenTask,
      Arguments: '{% $states.context.Task.Token %}',
      TimeoutSeconds: 100,
      End: true,
    },
  }
  const before = await run(states)
  const taskToken = before.calls[0]![1] as string
  const after = reopened(before.file, start + 50_000)
  await after.machines.sendTaskSuccess({ taskToken, output: '"yes"' })
  await after.activity.settled()
  expect(after.machines.describe(before.executionArn).output).toBe('"yes"')
  const late = reopened(before.file, start + 50_000)
  await late.advance(50_000)
  expect(late.machines.describe(before.executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'States.Timeout',
  })
})

test('an answer to a token that was acknowledged survives a crash right after', async () => {
  const states = {
    Ask: { Type: 'Task', Resource: tokenTask, Arguments: '{% $states.context.Task.Token %}', Next: 'T' },
    T: { Type: 'Task', Resource: lambda, End: true },
  }
  const before = world(async (_resource, args) =>
    typeof args === 'string' ? {} : await new Promise(() => {}),
  )
  define(before.machines, states)
  const { executionArn } = await before.machines.start({ stateMachineArn: arn })
  await before.activity.settled()
  await before.machines.sendTaskSuccess({ taskToken: before.calls[0]![1] as string, output: '{"a":1}' })
  const after = reopened(before.file, start)
  await after.activity.settled()
  expect(after.machines.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' })
})

test('retries used before a crash stay used', async () => {
  const failing = async () => {
    throw Object.assign(new Error(''), { name: 'X' })
  }
  const before = await run(
    {
      T: {
        Type: 'Task',
        Resource: lambda,
        Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 3 }],
        End: true,
      },
    },
    {},
    failing,
  )
  await before.advance(15_000)
  expect(before.calls).toHaveLength(2)
  const after = reopened(before.file, start + 15_000, failing)
  await after.advance(100_000)
  expect(after.calls).toHaveLength(2)
  expect(after.machines.describe(before.executionArn).status).toBe('FAILED')
})

test('a Map goes on after a crash with the iterations that had not ended', async () => {
  const states = {
    Each: {
      Type: 'Map',
      Items: [5, 6, 7],
      ItemProcessor: {
        StartAt: 'W',
        States: {
          W: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'T' },
          T: { Type: 'Task', Resource: lambda, End: true },
        },
      },
      End: true,
    },
  }
  const before = await run(states)
  await before.advance(6500)
  expect(before.calls).toHaveLength(2)
  const after = reopened(before.file, start + 6500)
  await after.advance(10_000)
  expect(after.calls.map(([, args]) => args)).toEqual([7])
  expect(after.machines.describe(before.executionArn).output).toBe('[5,6,7]')
})

/** Waits, retries, catches, branches, items and variables, with tasks whose results depend on nothing but the input. */
const everything = {
  Begin: {
    Type: 'Task',
    Resource: lambda,
    Arguments: { n: 1 },
    Assign: { first: '{% $states.result.n %}' },
    Next: 'Fan',
  },
  Fan: {
    Type: 'Parallel',
    Branches: [
      {
        StartAt: 'Left',
        States: {
          Left: { Type: 'Wait', Seconds: 5, Next: 'Left2' },
          Left2: { Type: 'Task', Resource: lambda, Arguments: { n: '{% $first + 1 %}' }, End: true },
        },
      },
      {
        StartAt: 'Right',
        States: {
          Right: {
            Type: 'Task',
            Resource: lambda,
            Arguments: { n: 3, failUntil: 2, attempt: '{% $states.context.State.RetryCount %}' },
            Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3 }],
            Output: '{% $states.result.n %}',
            End: true,
          },
        },
      },
    ],
    Assign: { fan: '{% $states.result %}' },
    Next: 'Each',
  },
  Each: {
    Type: 'Map',
    Items: [1, 2, 3, 4, 5],
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'Item',
      States: {
        Item: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Item2' },
        Item2: {
          Type: 'Task',
          Resource: lambda,
          Arguments: { n: '{% $states.input * 10 %}' },
          Output: '{% $states.result.n %}',
          End: true,
        },
      },
    },
    Next: 'Refuse',
  },
  Refuse: {
    Type: 'Task',
    Resource: lambda,
    Arguments: { refuse: true },
    Catch: [{ ErrorEquals: ['Refused'], Next: 'End', Output: '{% $states.input %}' }],
    Next: 'End',
  },
  End: {
    Type: 'Pass',
    Output: { first: '{% $first %}', fan: '{% $fan %}', each: '{% $states.input %}' },
    End: true,
  },
}

const steady: TaskRunner = async (_resource, args) => {
  const {
    n,
    failUntil = 0,
    attempt = 0,
    refuse,
  } = args as { n: number; failUntil?: number; attempt?: number; refuse?: boolean }
  if (refuse) throw Object.assign(new Error(''), { name: 'Refused' })
  if (attempt < failUntil) throw Object.assign(new Error(''), { name: 'Busy' })
  return { n }
}

test('an execution that crashes at any of its checkpoints ends as if it had not', async () => {
  const snapshots: { file: string; at: number }[] = []
  const file = join(folder, 'everything.sqlite')
  const clock = virtualClock(start)
  const before = world(steady, { file, clock })
  define(before.machines, everything)
  let watching = true
  let written = 0
  // Every turn of the event loop in which a commit reached the file is a point to crash at.
  const watch = () => {
    const { size } = statSync(`${file}-wal`)
    if (size !== written) snapshots.push({ file: leftOnDisk(file), at: clock.now() })
    written = size
    if (watching) setImmediate(watch)
  }
  const { executionArn } = await before.machines.start({ stateMachineArn: arn })
  watch()
  await before.advance(60_000)
  watching = false
  const expected = before.machines.describe(executionArn).output
  expect(expected).toBe('{"first":1,"fan":[{"n":2},3],"each":[10,20,30,40,50]}')
  expect(snapshots.length).toBeGreaterThanOrEqual(20)
  for (const { file: copy, at } of snapshots) {
    const after = world(steady, { file: copy, clock: virtualClock(at) })
    after.machines.resume()
    await after.advance(120_000)
    expect(after.machines.describe(executionArn).output).toBe(expected)
    expect(
      after.machines.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' }).executions,
    ).toEqual([])
    after.machines.close()
  }
})

test('the end of an execution that nobody could be told is told after the restart', async () => {
  const before = world(undefined, {
    emit: (event) => {
      if (event.detail['status'] !== 'RUNNING') throw new Error('the bus is down')
    },
  })
  define(before.machines, { P: { Type: 'Pass', End: true } })
  await before.machines.start({ stateMachineArn: arn })
  await before.activity.settled()
  const after = reopened(before.file, start)
  await after.activity.settled()
  expect(after.events.map(({ detail }) => detail['status'])).toEqual(['SUCCEEDED'])
  const third = reopened(after.file, start)
  await third.activity.settled()
  expect(third.events).toEqual([])
})

test('30,000 waiting executions are taken up in well under a second', async () => {
  const file = join(folder, 'many.sqlite')
  const before = world(undefined, { file })
  define(before.machines, { Hold: { Type: 'Wait', Seconds: 86_400, End: true } })
  for (let i = 0; i < 30; i++)
    await Promise.all(
      Array.from({ length: 1000 }, async (_, j) =>
        before.machines.start({ stateMachineArn: arn, name: `${i}-${j}` }),
      ),
    )
  await before.activity.settled()
  before.machines.close()
  const after = openStateMachines({
    file: new DatabaseSync(file),
    clock: virtualClock(start + 1000),
    activity: activityMonitor(),
    task: async () => ({}),
    emit: () => {},
  })
  const begun = process.cpuUsage()
  after.resume()
  const used = process.cpuUsage(begun)
  expect(used.user + used.system).toBeLessThan(500_000)
  expect(
    after.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING', maxResults: 1000 }).executions,
  ).toHaveLength(1000)
  after.close()
})

test('nothing acknowledged is lost when the process is killed again and again', async () => {
  const file = join(folder, 'killed.sqlite')
  const log = join(folder, 'killed.log')
  const acknowledged: string[] = []
  for (let round = 0; round < 5; round++) {
    const child = fork(new URL('fixture/crash-child.ts', import.meta.url), [file, log, String(round)], {
      silent: true,
    })
    const enough = 100 + round * 37
    let count = 0
    await new Promise<void>((resolve, reject) => {
      child.on('message', (name: string) => {
        acknowledged.push(name)
        if (++count === enough) child.kill('SIGKILL')
      })
      child.on('exit', (_code, signal) =>
        signal === 'SIGKILL' ? resolve() : reject(new Error('the child ended by itself')),
      )
    })
  }
  const activity = activityMonitor()
  const calls: string[] = []
  const machines = openStateMachines({
    file,
    clock: realClock(),
    activity,
    task: async (_resource, args) => void calls.push(JSON.stringify(args)),
    emit: () => {},
  })
  machines.resume()
  await expect
    .poll(
      () => machines.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' }).executions.length,
      { timeout: 20_000 },
    )
    .toBe(0)
  await activity.settled()
  const executions = acknowledged.map((name) =>
    machines.describe(`${arn.replace(':stateMachine:', ':execution:')}:${name}`),
  )
  expect(executions.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([])
  const finished = [...readFileSync(log, 'utf8').trim().split('\n'), ...calls]
  for (const { name } of executions) expect(finished).toContain(JSON.stringify({ step: 'second', name }))
  expect(acknowledged.length).toBeGreaterThan(500)
  machines.close()
})
