import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from './clock/activity.ts'
import { openBus } from './bus/bus.ts'
import { virtualClock } from './clock/clock.ts'
import { openDurable } from './durable.ts'
import { leftOnDisk } from './fixture/left-on-disk.ts'
import { openQueues } from './queue/queue.ts'
import { openStateMachines } from './state-machine/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'hand-over-'))
afterAll(() => rmSync(folder, { recursive: true }))

const queue = 'arn:aws:sqs:eu-central-1:000000000000:mail'
const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Follow'
let files = 0

/** A bus, a queue with a consumer and a state machine on one file; an event goes to both. */
function world({ file = join(folder, `${files++}.sqlite`), ends = true } = {}) {
  const db = new DatabaseSync(file)
  const clock = virtualClock(Date.UTC(2026, 0, 5))
  const activity = activityMonitor()
  const did: string[] = []
  const effect = async (what: string) => {
    did.push(what)
    if (!ends) await new Promise(() => {})
  }
  const queues = openQueues({ file: db, clock, activity })
  queues.define({ arn: queue, name: 'mail' })
  queues.consume(queue, {}, async ({ Records }) => {
    for (const { body } of Records as { body: string }[]) await effect(`handled ${body}`)
  })
  const machines = openStateMachines({
    file: db,
    clock,
    activity,
    task: async (_resource, args) => await effect(`task ${JSON.stringify(args)}`),
    emit: (event) => bus.emit(event),
  })
  machines.define({
    arn: machine,
    name: 'Follow',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true } },
    },
  })
  const bus = openBus({
    file: db,
    clock,
    deliver({ Arn }, payload) {
      if (Arn === queue) queues.post(queue, { body: payload })
      else machines.begin({ stateMachineArn: Arn, input: payload })
    },
    deadLetter() {
      throw new Error('there is none')
    },
  })
  bus.defineRule({
    arn: 'arn:rule',
    name: 'rule',
    pattern: { source: ['crm'] },
    targets: [queue, machine].map((Arn, i) => ({ Id: `${i}`, Arn, InputPath: '$.detail' })),
  })
  bus.defineRule({
    arn: 'arn:ends',
    name: 'ends',
    pattern: { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } },
    targets: [{ Id: 'end', Arn: queue, InputPath: '$.detail.status' }],
  })
  const put = () => bus.putEvents([{ Source: 'crm', DetailType: 'lead', Detail: '{"n":1}' }])
  const rows = () =>
    ['deliveries', 'messages', 'executions', 'threads'].map((table) =>
      Number(db.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count),
    )
  return { file, db, activity, did, queues, machines, bus, put, rows, durable: openDurable(db) }
}

/** The next process on what this one would leave if it were killed now. */
async function next(file: string) {
  const after = world({ file: leftOnDisk(file) })
  after.bus.resume()
  after.machines.resume()
  after.queues.resume()
  await after.activity.settled()
  return after
}

const both = ['handled {"n":1}', 'task {"n":1}']
const all = ['handled "SUCCEEDED"', ...both]

test('what an event sets off is stored with it and begins only when that is committed', async () => {
  const w = world()
  const answer = w.put()
  expect(w.rows(), 'written in the turn of the call').toEqual([0, 1, 1, 1])
  for (let i = 0; i < 100; i++) await Promise.resolve()
  expect(w.did, 'but before the commit nothing is done').toEqual([])
  expect((await next(w.file)).did, 'and a kill leaves nothing of it').toEqual([])
  await answer
  await w.activity.settled()
  expect(w.did.toSorted()).toEqual(all)
})

test('killed right after the answer, the next process does all that the event sets off, once', async () => {
  const w = world()
  await w.put()
  const after = await next(w.file)
  expect(after.did.toSorted()).toEqual(all)
  await after.durable.committed()
  expect((await next(after.file)).did, 'and no process after it').toEqual([])
  await w.activity.settled()
})

test('killed while its targets work, the next process does again what had not ended', async () => {
  const w = world({ ends: false })
  await w.put()
  await expect.poll(() => w.did.length).toBe(2)
  const after = await next(w.file)
  expect(after.did.toSorted()).toEqual(all)
  expect(after.rows()).toEqual([0, 0, 1, 0])
})

/** The file of a process that is killed as soon as the execution is stored as ended. */
async function whenEnded(file: string): Promise<string> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    const left = leftOnDisk(file)
    const db = new DatabaseSync(left)
    const ended = db.prepare("SELECT announced FROM executions WHERE status = 'SUCCEEDED'").get()
    db.close()
    if (!ended) continue
    expect(ended.announced).toBe(1)
    return left
  }
}

test('killed when an execution has ended, whoever is to hear of the end hears of it once', async () => {
  const w = world()
  w.machines.begin({ stateMachineArn: machine, name: 'a', input: '"x"' })
  const left = await whenEnded(w.file)
  await w.activity.settled()
  expect(w.did).toEqual(['task "x"', 'handled "SUCCEEDED"'])
  expect((await next(left)).did).toEqual(['handled "SUCCEEDED"'])
  await w.durable.committed()
  expect((await next(w.file)).did, 'nor is it told again').toEqual([])
})

test('killed when all has come to rest, the next process has nothing to do', async () => {
  const w = world()
  await w.put()
  await w.activity.settled()
  await w.durable.committed()
  expect((await next(w.file)).did).toEqual([])
})
