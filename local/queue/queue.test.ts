import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { virtualClock } from '../clock/clock.ts'
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

test('messages that wait for their consumer are its backlog, those that it has in hand are not', async () => {
  const w = world()
  const release = Promise.withResolvers<void>()
  w.queues.consume(main, { batchSize: 2, maximumConcurrency: 1 }, () => release.promise)
  w.queues.resume()
  for (const body of ['a', 'b', 'c', 'd']) await w.queues.send(main, { body })
  expect(w.queues.backlog(), 'the first is in hand').toBe(3)
  release.resolve()
  await w.activity.settled()
  expect(w.queues.backlog()).toBe(0)
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

test.each<[string, string, object, string]>([
  ['a control sign', 'SendMessage', { MessageBody: 'a\u0001' }, 'InvalidMessageContents'],
  ['a noncharacter', 'SendMessage', { MessageBody: 'a\uffff' }, 'InvalidMessageContents'],
  ['half a pair', 'SendMessage', { MessageBody: 'a\ud800' }, 'InvalidMessageContents'],
  ['an empty text', 'SendMessage', { MessageBody: '' }, 'MissingParameter'],
  ['no text', 'SendMessage', {}, 'MissingParameter'],
  ['a text of more than 1 MiB', 'SendMessage', { MessageBody: 'ü'.repeat(524_289) }, 'InvalidParameterValue'],
  ['a delay of 901 s', 'SendMessage', { MessageBody: 'a', DelaySeconds: 901 }, 'InvalidParameterValue'],
  [
    'a delay of half a second',
    'SendMessage',
    { MessageBody: 'a', DelaySeconds: 0.5 },
    'InvalidParameterValue',
  ],
  ['an attribute without a value', 'SendMessage', attributes({ x: '' }), 'InvalidParameterValue'],
  ['an attribute named AWS.x', 'SendMessage', attributes({ 'AWS.x': '1' }), 'InvalidParameterValue'],
  ['an attribute with two dots', 'SendMessage', attributes({ 'a..b': '1' }), 'InvalidParameterValue'],
  [
    'eleven attributes',
    'SendMessage',
    attributes(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, '1']))),
    'InvalidParameterValue',
  ],
  ['an attribute of another type', 'SendMessage', attributes({ x: '1' }, 'Text'), 'InvalidParameterValue'],
  ['eleven messages', 'ReceiveMessage', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
  ['a wait of 21 s', 'ReceiveMessage', { WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
  ['a timeout of 13 h', 'ReceiveMessage', { VisibilityTimeout: 46_800 }, 'InvalidParameterValue'],
  ['a batch of none', 'SendMessageBatch', { Entries: [] }, 'EmptyBatchRequest'],
  ['a batch of eleven', 'SendMessageBatch', batch(11, 1), 'TooManyEntriesInBatchRequest'],
  ['a batch beyond 1 MiB', 'SendMessageBatch', batch(3, 400_000), 'BatchRequestTooLong'],
  [
    'a batch with a wrong Id',
    'SendMessageBatch',
    { Entries: [{ Id: 'a b', MessageBody: 'a' }] },
    'InvalidBatchEntryId',
  ],
  [
    'a batch with one Id twice',
    'SendMessageBatch',
    { Entries: [1, 2].map(() => ({ Id: 'a', MessageBody: 'a' })) },
    'BatchEntryIdsNotDistinct',
  ],
])('%s is refused by %s', async (_what, target, body, error) => {
  const w = world()
  const QueueUrl = 'http://127.0.0.1:4000/000000000000/main'
  expect(await handleSqs(w.queues, target, { QueueUrl, ...body })).toMatchObject({
    status: 400,
    body: { __type: `com.amazonaws.sqs#${error}` },
  })
  expect(w.queues.count(main)).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
})

function attributes(values: Record<string, string>, DataType = 'String') {
  const entries = Object.entries(values).map(([name, StringValue]) => [name, { DataType, StringValue }])
  return { MessageBody: 'a', MessageAttributes: Object.fromEntries(entries) as object }
}

function batch(count: number, length: number) {
  return {
    Entries: Array.from({ length: count }, (_, i) => ({ Id: `${i}`, MessageBody: 'x'.repeat(length) })),
  }
}

test('what is at the limits of SQS is taken', async () => {
  const w = world()
  const QueueUrl = 'http://127.0.0.1:4000/000000000000/main'
  const texts = ['\t\n\r 🙂\ud7ff\ue000\ufffd\u0080', 'ü'.repeat(524_288)]
  for (const MessageBody of texts)
    expect(
      await handleSqs(w.queues, 'SendMessage', { QueueUrl, MessageBody, DelaySeconds: 900 }),
    ).toMatchObject({
      status: 200,
    })
  await w.advance(900_000)
  expect((await w.queues.receive(main, { max: 10 })).map(({ body }) => body)).toEqual(texts)
})

test('a batch is no larger than one invocation of a function may be', async () => {
  const w = world()
  // In JSON each of these is twice as long.
  const body = '"'.repeat(1_000_000)
  for (let i = 0; i < 7; i++) await w.queues.send(main, { body })
  const sizes: number[] = []
  w.queues.consume(main, { maximumConcurrency: 1 }, async (event) => void sizes.push(event.Records.length))
  w.queues.resume()
  await w.activity.settled()
  expect(sizes).toEqual([3, 3, 1])
})
