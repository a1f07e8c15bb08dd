import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { arn, define, lambda, run, world } from './fixture/simulated.ts'

const hour = 3_600_000
const day = 24 * hour

test('an execution is forgotten 90 days after its end, though none begins after it', async () => {
  const w = world()
  define(w.machines, { Hold: { Type: 'Wait', Seconds: 3600, End: true } })
  w.machines.resume()
  const arns: string[] = []
  for (let i = 0; i < 250; i++)
    arns.push((await w.machines.start({ stateMachineArn: arn, name: `${i}` })).executionArn)
  const known = () => w.machines.listExecutions({ stateMachineArn: arn, maxResults: 1000 }).executions.length
  await w.advance(90 * day + hour - 1)
  expect(known()).toBe(250)
  expect(w.machines.history(arns[0]!)).not.toEqual([])
  await w.advance(1)
  expect(() => w.machines.history(arns[0]!)).toThrow('Does Not Exist')
  expect(() => w.machines.describe(arns[0]!)).toThrow('Does Not Exist')
  await w.advance(day)
  expect(known()).toBe(0)
  const db = new DatabaseSync(w.file)
  expect(db.prepare('SELECT count(*) AS n FROM history_block').get()!.n).toBe(0)
  db.close()
})

test('the same name and input gives the same running execution; otherwise the name is taken for 90 days', async () => {
  const w = world()
  define(w.machines, { W: { Type: 'Wait', Seconds: 10, End: true } })
  const request = { stateMachineArn: arn, name: 'one', input: '{"a":1}' }
  const first = await w.machines.start(request)
  await w.advance(5000)
  expect(await w.machines.start(request)).toEqual(first)
  await expect(w.machines.start({ ...request, input: '{"a":2}' })).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  })
  await w.advance(5000)
  await expect(w.machines.start(request)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  expect(w.machines.counts().started).toBe(1)
  await w.advance(91 * 86_400_000)
  await expect(w.machines.start(request)).resolves.toMatchObject({ executionArn: first.executionArn })
})

test.each(['', 'a b', 'a/b', 'a:b', 'a*', 'x'.repeat(81), 'a\u0001'])(
  'the execution name %j is refused',
  async (name) => {
    const w = world()
    define(w.machines, { P: { Type: 'Pass', End: true } })
    await expect(w.machines.start({ stateMachineArn: arn, name, input: '{}' })).rejects.toMatchObject({
      name: 'InvalidName',
    })
  },
)

test('stopping an execution drops the result of its task and tells the task', async () => {
  let aborted = false
  const { promise, resolve } = Promise.withResolvers<object>()
  const w = world(async (_resource, _args, { signal }) => {
    signal.addEventListener('abort', () => (aborted = true))
    return await promise
  })
  define(w.machines, { T: { Type: 'Task', Resource: lambda, End: true } })
  const { executionArn } = await w.machines.start({ stateMachineArn: arn })
  await expect.poll(() => w.calls.length).toBe(1)
  await w.machines.stop({ executionArn, error: 'Mine', cause: 'enough' })
  resolve({})
  await w.activity.settled()
  expect(aborted).toBe(true)
  expect(w.machines.describe(executionArn)).toMatchObject({
    status: 'ABORTED',
    error: 'Mine',
    cause: 'enough',
  })
  expect(w.machines.counts()).toMatchObject({ succeeded: 0, failed: 1 })
})

test('an execution finishes on the definition it began with', async () => {
  const w = await run({ W: { Type: 'Wait', Seconds: 10, Next: 'E' }, E: { Type: 'Succeed', Output: 'old' } })
  define(w.machines, { W: { Type: 'Succeed', Output: 'new' } })
  await w.advance(10_000)
  expect(w.result().output).toBe('old')
  const again = await w.machines.start({ stateMachineArn: arn })
  await w.activity.settled()
  expect(w.machines.describe(again.executionArn).output).toBe('"new"')
})

test('executions are listed newest first, by status, in pages', async () => {
  const w = world()
  define(w.machines, {
    C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.fail %}', Next: 'F' }], Default: 'S' },
    F: { Type: 'Fail' },
    S: { Type: 'Succeed' },
  })
  for (let i = 0; i < 5; i++) {
    await w.machines.start({
      stateMachineArn: arn,
      name: `e${i}`,
      input: JSON.stringify({ fail: i % 2 === 1 }),
    })
    await w.advance(1000)
  }
  const names = (page: { executions: { name: string }[] }) => page.executions.map(({ name }) => name)
  const first = w.machines.listExecutions({ stateMachineArn: arn, maxResults: 2 })
  expect(names(first)).toEqual(['e4', 'e3'])
  expect(names(w.machines.listExecutions({ stateMachineArn: arn, nextToken: first.nextToken }))).toEqual([
    'e2',
    'e1',
    'e0',
  ])
  expect(names(w.machines.listExecutions({ stateMachineArn: arn, statusFilter: 'FAILED' }))).toEqual([
    'e3',
    'e1',
  ])
})

test('an execution that ends at once is announced as running, then as ended', async () => {
  const w = await run({ P: { Type: 'Pass', End: true } })
  expect(w.events.map(({ detail }) => [detail['status'], detail['output']])).toEqual([
    ['RUNNING', null],
    ['SUCCEEDED', '{}'],
  ])
})
