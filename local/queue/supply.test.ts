import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { virtualClock } from '../clock/clock.ts'
import { leftOnDisk } from '../fixture/left-on-disk.ts'
import type { ConsumerOptions, SqsEvent } from './consumer.ts'
import { openQueues } from './queue.ts'

const folder = mkdtempSync(join(tmpdir(), 'supply-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = Date.UTC(2026, 0, 5)
const main = 'arn:aws:sqs:eu-central-1:000000000000:main'
const dlq = 'arn:aws:sqs:eu-central-1:000000000000:dlq'
const short = 'arn:aws:sqs:eu-central-1:000000000000:short'
let files = 0

interface Delivered {
  body: string
  messageId: string
  receiptHandle: string
  receives: number
}

/** A queue with a consumer whose batches end when and as the test says. */
function world(options: ConsumerOptions = {}, from?: { file: string; at: number }) {
  const db = new DatabaseSync(from?.file ?? join(folder, `${files++}.sqlite`))
  const clock = virtualClock(from?.at ?? start)
  const activity = activityMonitor()
  const queues = openQueues({ file: db, clock, activity })
  queues.define({ arn: dlq, name: 'dlq', messageRetentionPeriod: 14 * 86_400 })
  queues.define({ arn: main, name: 'main', redrivePolicy: { deadLetterTargetArn: dlq, maxReceiveCount: 3 } })
  const running: { batch: Delivered[]; end: (failed?: string[]) => void }[] = []
  const batches: string[][] = []
  const attempts: [string, number][] = []
  queues.consume(
    main,
    { reportBatchItemFailures: true, ...options },
    (event: SqsEvent) =>
      new Promise((resolve) => {
        const records = event.Records as (Omit<Delivered, 'receives'> & {
          attributes: { ApproximateReceiveCount: string }
        })[]
        const batch = records.map(({ body, messageId, receiptHandle, attributes }) => ({
          body,
          messageId,
          receiptHandle,
          receives: Number(attributes.ApproximateReceiveCount),
        }))
        batches.push(batch.map(({ body }) => body))
        attempts.push(...batch.map(({ body, receives }): [string, number] => [body, receives]))
        const entry = {
          batch,
          end(failed: string[] = []) {
            running.splice(running.indexOf(entry), 1)
            const failures = batch.filter(({ body }) => failed.includes(body))
            resolve({
              batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })),
            })
          },
        }
        running.push(entry)
      }),
  )
  queues.resume()
  /** Some turns: batches that have not ended keep the activity from coming to rest. */
  const turns = async () => {
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  const advance = (ms: number) => clock.advanceTo(clock.now() + ms, turns)
  /** Statements that change rows since the last time it was asked. */
  const changes = () => Number((db.prepare('SELECT total_changes() AS n').get() as { n: number }).n)
  return { db, file: db.location()!, clock, queues, running, batches, attempts, turns, advance, changes }
}

test('a message that is sent and handled is written once and removed once', async () => {
  const w = world()
  const before = w.changes()
  for (const body of ['a', 'b', 'c']) void w.queues.send(main, { body })
  await w.turns()
  expect(w.changes() - before).toBe(3)
  w.running[0]!.end()
  await w.turns()
  expect(w.changes() - before).toBe(6)
  expect(w.batches).toEqual([['a', 'b', 'c']])
  expect(w.queues.counts()).toMatchObject({ sent: 3, received: 3, deleted: 3 })
})

test('batches grow while others run, and nothing waits long for a batch to fill', async () => {
  const w = world({ batchSize: 3, maximumConcurrency: 2 })
  await w.queues.send(main, { body: 'a' })
  await w.turns()
  for (const body of ['b', 'c']) await w.queues.send(main, { body })
  await w.turns()
  expect(w.batches, 'beside a batch another one is gathered').toEqual([['a']])
  await w.advance(19)
  expect(w.batches).toEqual([['a']])
  await w.advance(1)
  expect(w.batches, 'for 20 ms').toEqual([['a'], ['b', 'c']])
  for (const body of ['d', 'e', 'f', 'g']) await w.queues.send(main, { body })
  await w.turns()
  expect(w.batches, 'and no more than two at once').toHaveLength(2)
  w.running[0]!.end()
  await w.turns()
  expect(w.batches.slice(2), 'a full batch begins at once').toEqual([['d', 'e', 'f']])
  w.running[0]!.end()
  w.running[0]!.end()
  await w.turns()
  expect(w.batches.slice(3), 'and so does any when none runs').toEqual([['g']])
})

test('what is in flight is to others as any message that was received', async () => {
  const w = world({ batchSize: 1, maximumConcurrency: 1 })
  await w.queues.send(main, { body: 'a' })
  await w.queues.send(main, { body: 'b' })
  await w.turns()
  expect(w.queues.count(main)).toEqual({ visible: 1, inFlight: 1, delayed: 0 })
  expect(w.queues.list(main).map(({ body, receives }) => [body, receives])).toEqual([
    ['a', 1],
    ['b', 0],
  ])
  const [received] = await w.queues.receive(main)
  expect(received!.body).toBe('b')
  expect(await w.queues.receive(main)).toEqual([])
  const [{ receiptHandle }] = w.running[0]!.batch as [Delivered]
  await w.queues.changeVisibility(main, receiptHandle, 5)
  await w.advance(5000)
  expect(w.queues.count(main)).toEqual({ visible: 1, inFlight: 1, delayed: 0 })
  w.running[0]!.end()
  await w.turns()
  // The time of the first receive was over, but nobody has received it since: its handle still removes it.
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
})

test('a function may delete the message that it is given', async () => {
  const w = world()
  await w.queues.send(main, { body: 'a' })
  await w.turns()
  await w.queues.delete(main, w.running[0]!.batch[0]!.receiptHandle)
  expect(w.queues.list(main)).toEqual([])
  w.running[0]!.end(['a'])
  await w.advance(60_000)
  expect(w.batches).toEqual([['a']])
})

test('a batch that takes longer than the visibility timeout is given to another one', async () => {
  const w = world({ maximumConcurrency: 2 })
  await w.queues.send(main, { body: 'a' })
  await w.advance(29_999)
  expect(w.attempts).toEqual([['a', 1]])
  await w.advance(21)
  expect(w.attempts).toEqual([
    ['a', 1],
    ['a', 2],
  ])
  w.running[0]!.end()
  await w.turns()
  expect(w.queues.list(main), 'the handle of the first is worth nothing any more').toHaveLength(1)
  w.running[0]!.end()
  await w.turns()
  expect(w.queues.list(main)).toEqual([])
})

test('what is in flight is not taken again when the file is asked for others', async () => {
  const w = world({ maximumConcurrency: 2 })
  await w.queues.send(main, { body: 'late', delaySeconds: 10 })
  await w.queues.send(main, { body: 'a' })
  await w.advance(10_020)
  expect(w.batches).toEqual([['a'], ['late']])
})

test('a message that expires in flight takes none with it that comes after', async () => {
  const w = world()
  w.queues.define({ arn: short, name: 'short', messageRetentionPeriod: 60, visibilityTimeout: 600 })
  const batches: string[] = []
  let end = () => {}
  w.queues.consume(short, { maximumConcurrency: 2 }, async (event) => {
    batches.push(...(event.Records as { body: string }[]).map(({ body }) => body))
    if (batches.length === 1) await new Promise<void>((resolve) => (end = resolve))
    else await new Promise(() => {})
  })
  w.queues.resume()
  await w.queues.send(short, { body: 'old' })
  await w.advance(60_000)
  await w.queues.receive(main)
  await w.queues.send(short, { body: 'new' })
  await w.advance(20)
  end()
  await w.turns()
  expect(batches).toEqual(['old', 'new'])
  expect(w.queues.list(short).map(({ body }) => body)).toEqual(['new'])
})

test('a purge takes what is in flight too, and what is sent then is not taken for it', async () => {
  const w = world()
  await w.queues.send(main, { body: 'a' })
  await w.turns()
  expect(await w.queues.purge(main)).toBe(1)
  await w.queues.send(main, { body: 'b' })
  w.running[0]!.end()
  await w.turns()
  expect(w.batches).toEqual([['a'], ['b']])
  const after = world({}, { file: leftOnDisk(w.file), at: w.clock.now() })
  await after.turns()
  expect(after.batches, 'b is not removed').toEqual([['b']])
})

test.each([
  ['while its batch runs', undefined, [['a', 1]]],
  ['when its batch has failed', ['a'], [['a', 1]]],
  ['when its batch has ended', [], []],
])(
  'killed %s, a message is given to the next process as if never before, or not at all',
  async (_when, failed, then) => {
    const w = world()
    await w.queues.send(main, { body: 'a' })
    await w.turns()
    if (failed) w.running[0]!.end(failed)
    await w.turns()
    const after = world({}, { file: leftOnDisk(w.file), at: w.clock.now() })
    await after.advance(29_999)
    expect(after.attempts).toEqual(then)
  },
)

type Step =
  | ['send', delay: number]
  | ['end', failed: boolean]
  | ['advance', ms: number]
  | ['look']
  | ['receive', removes: boolean]
  | ['kill']

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 10).map((delay): Step => ['send', delay]) },
  { weight: 4, arbitrary: fc.boolean().map((failed): Step => ['end', failed]) },
  { weight: 2, arbitrary: fc.constantFrom(1, 20, 10_000, 30_000).map((ms): Step => ['advance', ms]) },
  fc.constant<Step>(['look']),
  fc.boolean().map((removes): Step => ['receive', removes]),
  fc.constant<Step>(['kill']),
)

test(
  'whatever happens, each message is handled, removed by its receiver, or a dead letter',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const options = { batchSize: 2, maximumConcurrency: 2 }
        let w = world(options)
        const fate = new Map<string, string[]>()
        const all: [string, number][][] = [w.attempts]
        const told = (body: string, what: string) => fate.get(body)!.push(what)
        let sent = 0
        for (const [what, argument] of steps) {
          const [oldest] = w.running
          if (what === 'send') {
            const body = `m${sent++}`
            fate.set(body, [])
            await w.queues.send(main, { body, delaySeconds: argument })
          } else if (what === 'end' && oldest) {
            const failed = argument ? [oldest.batch[0]!.body] : []
            for (const { body } of oldest.batch) if (!failed.includes(body)) told(body, 'handled')
            oldest.end(failed)
          } else if (what === 'advance') await w.advance(argument)
          else if (what === 'look') {
            const { visible, inFlight, delayed } = w.queues.count(main)
            const listed = w.queues.list(main, { limit: -1 }).length
            expect(visible + inFlight + delayed).toBe(listed)
          } else if (what === 'receive')
            for (const { body, receiptHandle } of await w.queues.receive(main, { max: 2 })) {
              if (!argument) continue
              told(body, 'removed')
              await w.queues.delete(main, receiptHandle)
            }
          else if (what === 'kill') {
            await w.turns()
            const at = w.clock.now()
            const file = leftOnDisk(w.file)
            w.queues.close()
            w.db.close()
            w = world(options, { file, at })
            all.push(w.attempts)
          }
          await w.turns()
        }
        for (let i = 0; i < 12; i++) {
          for (const one of w.running.slice()) {
            for (const { body } of one.batch) told(body, 'handled')
            one.end()
          }
          await w.advance(31_000)
        }
        expect(w.queues.list(main)).toEqual([])
        for (const { body } of w.queues.list(dlq, { limit: -1 })) told(body, 'dead')
        for (const [body, ends] of fate) expect(ends.length, `${body}: ${ends.join()}`).toBeGreaterThan(0)
        // A receive that a kill undid is not counted; nobody is given a message more often than the policy says.
        for (const attempts of all)
          for (const [, receives] of attempts) expect(receives).toBeLessThanOrEqual(3)
        w.queues.close()
        w.db.close()
      }),
      { numRuns: 60 },
    )
  },
)
