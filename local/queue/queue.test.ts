import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../activity.ts'
import { virtualClock } from '../clock.ts'
import type { SqsEvent } from './consumer.ts'
import { handleSqs } from './endpoint.ts'
import { openQueues } from './queue.ts'

const folder = mkdtempSync(join(tmpdir(), 'queue-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = Date.UTC(2026, 0, 5)
const main = 'arn:aws:sqs:eu-central-1:000000000000:main'
const dlq = 'arn:aws:sqs:eu-central-1:000000000000:dlq'
let files = 0

function world({ file = join(folder, `${files++}.sqlite`), clock = virtualClock(start) } = {}) {
  const activity = activityMonitor()
  const queues = openQueues({ file, clock, activity, origin: () => 'http://127.0.0.1:4000' })
  queues.define({ arn: dlq, name: 'dlq', messageRetentionPeriod: 14 * 86_400 })
  queues.define({ arn: main, name: 'main', redrivePolicy: { deadLetterTargetArn: dlq, maxReceiveCount: 2 } })
  const advance = async (ms: number) => clock.advanceTo(clock.now() + ms, () => activity.settled())
  return { file, clock, activity, queues, advance }
}

const bodies = (event: SqsEvent) => (event.Records as { body: string }[]).map(({ body }) => body)

test('a received message is hidden until its timeout and gone once deleted', async () => {
  const w = world()
  await w.queues.send(main, { body: 'a' })
  const [first] = await w.queues.receive(main)
  expect(first).toMatchObject({ body: 'a', receives: 1, sent: start })
  expect(await w.queues.receive(main)).toEqual([])
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
  await w.advance(30_000)
  const [second] = await w.queues.receive(main)
  expect(second).toMatchObject({ body: 'a', receives: 2, messageId: first!.messageId })
  await w.queues.delete(main, first!.receiptHandle)
  expect(w.queues.count(main).inFlight).toBe(1)
  await w.queues.delete(main, second!.receiptHandle)
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
})

test('a message received too often goes to the dead-letter queue and can be sent back', async () => {
  const w = world()
  const { messageId } = await w.queues.send(main, {
    body: 'poison',
    attributes: { tenant: { DataType: 'String', StringValue: 'x' } },
  })
  for (let i = 0; i < 2; i++) {
    expect(await w.queues.receive(main)).toHaveLength(1)
    await w.advance(30_000)
  }
  expect(await w.queues.receive(main)).toEqual([])
  expect(w.queues.list(dlq)).toMatchObject([
    { messageId, body: 'poison', deadLetterSource: main, attributes: { tenant: { StringValue: 'x' } } },
  ])
  expect(await w.queues.redrive(dlq, { messageId })).toBe(1)
  expect(w.queues.count(dlq).visible).toBe(0)
  expect(await w.queues.receive(main)).toMatchObject([{ messageId, receives: 1 }])
})

test('a delayed message is not seen before its time, and one past its retention never', async () => {
  const w = world()
  await w.queues.send(main, { body: 'late', delaySeconds: 60 })
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 0, delayed: 1 })
  expect(await w.queues.receive(main)).toEqual([])
  await w.advance(60_000)
  expect(w.queues.count(main).visible).toBe(1)
  await w.advance(4 * 86_400_000)
  expect(w.queues.count(main).visible).toBe(0)
})

test('a long poll answers when a message comes, or empty when its time is over', async () => {
  const w = world()
  const found = w.queues.receive(main, { waitSeconds: 20 })
  await w.advance(5000)
  await w.queues.send(main, { body: 'now' })
  expect((await found).map(({ body }) => body)).toEqual(['now'])
  const nothing = w.queues.receive(main, { waitSeconds: 20 })
  await w.advance(20_000)
  expect(await nothing).toEqual([])
})

test('visibility can be ended early or prolonged', async () => {
  const w = world()
  await w.queues.send(main, { body: 'a' })
  const [message] = await w.queues.receive(main)
  await w.queues.changeVisibility(main, message!.receiptHandle, 100)
  await w.advance(99_999)
  expect(w.queues.count(main).visible).toBe(0)
  await w.queues.changeVisibility(main, message!.receiptHandle, 0)
  expect(w.queues.count(main).visible).toBe(1)
  await expect(w.queues.changeVisibility(main, message!.receiptHandle, 0)).rejects.toThrow('not in flight')
})

test('a consumer gets batches, keeps only what failed, and poison ends in the dead-letter queue', async () => {
  const w = world()
  const seen: string[][] = []
  w.queues.consume(
    main,
    { batchSize: 3, reportBatchItemFailures: true, maximumConcurrency: 1 },
    async (event) => {
      seen.push(bodies(event))
      const failed = (event.Records as { messageId: string; body: string }[]).filter(
        ({ body }) => body === 'bad',
      )
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    },
  )
  await Promise.all(['a', 'bad', 'c', 'd'].map(async (body) => w.queues.send(main, { body })))
  await w.activity.settled()
  expect(seen.flat().sort()).toEqual(['a', 'bad', 'c', 'd'])
  await w.advance(120_000)
  expect(seen.flat().filter((body) => body === 'bad')).toHaveLength(2)
  expect(w.queues.list(dlq).map(({ body }) => body)).toEqual(['bad'])
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
})

test('a batch fails as a whole when the function throws or answers with an unknown message', async () => {
  const w = world()
  let calls = 0
  w.queues.consume(main, { reportBatchItemFailures: true }, async () => {
    if (calls++ === 0) throw new Error('down')
    return { batchItemFailures: [{ itemIdentifier: 'nobody' }] }
  })
  await w.queues.send(main, { body: 'a' })
  await w.advance(120_000)
  expect(calls).toBe(2)
  expect(w.queues.list(dlq)).toHaveLength(1)
})

test('a batching window collects messages until it ends or the batch is full', async () => {
  const w = world()
  const seen: [number, string[]][] = []
  w.queues.consume(main, { batchSize: 3, maximumBatchingWindow: 10 }, async (event) => {
    seen.push([w.clock.now() - start, bodies(event)])
  })
  await w.queues.send(main, { body: 'a' })
  await w.advance(4000)
  await w.queues.send(main, { body: 'b' })
  await w.advance(20_000)
  for (const body of ['c', 'd', 'e']) await w.queues.send(main, { body })
  await w.activity.settled()
  expect(seen).toEqual([
    [10_000, ['a', 'b']],
    [24_000, ['c', 'd', 'e']],
  ])
})

test('a message whose consumer died with the process is handled by the next one at once', async () => {
  const before = world()
  await new Promise<void>((resolve) => {
    before.queues.consume(main, {}, () => {
      resolve()
      return new Promise(() => {})
    })
    void before.queues.send(main, { body: 'a' })
  })
  const after = world({ file: before.file, clock: virtualClock(start + 1000) })
  const seen: string[] = []
  after.queues.consume(main, {}, async (event) => void seen.push(...bodies(event)))
  after.queues.resume()
  await after.activity.settled()
  expect(seen).toEqual(['a'])
})

test('the endpoint speaks the protocol of the SDK', async () => {
  const w = world()
  const call = async (target: string, body: object) => handleSqs(w.queues, target, body)
  const { body: url } = (await call('GetQueueUrl', { QueueName: 'main' })) as { body: { QueueUrl: string } }
  expect(url.QueueUrl).toBe('http://127.0.0.1:4000/000000000000/main')
  const sent = await call('SendMessage', {
    ...url,
    MessageBody: 'hello',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
  })
  expect(sent).toMatchObject({ status: 200, body: { MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' } })
  const { body } = (await call('ReceiveMessage', {
    ...url,
    MessageAttributeNames: ['All'],
    AttributeNames: ['ApproximateReceiveCount'],
  })) as { body: { Messages: { ReceiptHandle: string }[] } }
  expect(body.Messages).toMatchObject([
    {
      Body: 'hello',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { StringValue: 'test' } },
    },
  ])
  const Entries = [
    { Id: '1', ReceiptHandle: body.Messages[0]!.ReceiptHandle },
    { Id: '2', ReceiptHandle: 'wrong' },
  ]
  expect(await call('DeleteMessageBatch', { ...url, Entries })).toMatchObject({
    body: { Successful: [{ Id: '1' }], Failed: [{ Id: '2', Code: 'ReceiptHandleIsInvalid' }] },
  })
  expect(await call('GetQueueAttributes', { ...url, AttributeNames: ['All'] })).toMatchObject({
    body: { Attributes: { ApproximateNumberOfMessages: '0', QueueArn: main } },
  })
  expect(await call('GetQueueUrl', { QueueName: 'none' })).toMatchObject({
    status: 400,
    body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist' },
  })
})
