/**
 * The event source mapping between a queue and a function.
 *
 * Batches begin as soon as messages are visible and fewer than `maximumConcurrency` run; a message is deleted when the
 * function has handled it, and otherwise becomes visible again when its visibility timeout ends. A batch is as large as one invocation may be.
 */
import { createHash } from 'node:crypto'
import type { Activity } from '../activity.ts'
import type { Clock } from '../clock.ts'
import type { DueTimer } from '../due.ts'
import type { Durable } from '../durable.ts'
import { largestPayload } from '../payload-size.ts'
import type { Message, Queue } from './message.ts'
import type { TakeOptions } from './queue.ts'
import type { MessageRow, QueueStore } from './store.ts'

export interface ConsumerOptions {
  /** 10 if left out. */
  batchSize?: number | undefined
  /** Seconds to wait for a batch to fill. */
  maximumBatchingWindow?: number | undefined
  reportBatchItemFailures?: boolean | undefined
  /** Batches at once; 5 if left out, as many pollers as Lambda begins with. */
  maximumConcurrency?: number | undefined
}

export interface SqsEvent {
  Records: object[]
}

interface Parts extends ConsumerOptions {
  queue: Queue
  clock: Clock
  activity: Activity
  durable: Durable
  store: QueueStore
  timer: DueTimer
  take: (queue: Queue, options: TakeOptions) => Message[]
  remove: (arn: string, receiptHandle: string) => void
  invoke: (event: SqsEvent) => Promise<unknown>
}

export function consumer(parts: Parts) {
  const { queue, clock, activity, durable, store, timer, take, remove, invoke } = parts
  const {
    batchSize = 10,
    maximumBatchingWindow = 0,
    maximumConcurrency = 5,
    reportBatchItemFailures = false,
  } = parts
  let running = 0
  let closed = false

  function pump(): void {
    while (!closed && running < maximumConcurrency) {
      const now = clock.now()
      const ready = store.ready(queue.arn, now, batchSize)
      if (ready.first === null) break
      const begin = ready.first + maximumBatchingWindow * 1000
      if (ready.count < batchSize && begin > now) {
        timer.arm(begin)
        break
      }
      const { visibilityTimeout } = queue
      const messages = durable.write(() =>
        take(queue, { max: batchSize, visibilityTimeout, fits: payloadRoom() }),
      )
      // All of them may have gone to the dead-letter queue.
      if (messages.length > 0) void activity.run(() => handle(messages))
    }
    const next = store.nextVisible(queue.arn, clock.now())
    if (!closed && next !== null) timer.arm(next)
  }

  async function handle(messages: Message[]): Promise<void> {
    running++
    try {
      await durable.committed()
      const result = await invoke({ Records: messages.map((message) => recordOf(message, queue)) })
      if (closed) return
      const failed = reportBatchItemFailures ? failedItems(result, messages) : new Set<string>()
      for (const { messageId, receiptHandle } of messages)
        if (!failed.has(messageId)) remove(queue.arn, receiptHandle)
    } catch {
      // The function failed: the batch comes back after the visibility timeout, or goes to the dead-letter queue.
    } finally {
      running--
      if (!closed) pump()
    }
  }

  return {
    pump,
    close() {
      closed = true
    },
  }
}

/** Bytes of a record beside its body and its attributes, at most. */
const recordHead = 1000

/** Says of one message after the other whether it still fits into what Lambda takes in one invocation. */
function payloadRoom(): (row: MessageRow) => boolean {
  let room = largestPayload - recordHead
  // The body is written as a text within JSON; the attributes may stand there with twice their signs.
  return ({ body, attributes }) =>
    (room -= Buffer.byteLength(JSON.stringify(body)) + 2 * Buffer.byteLength(attributes) + recordHead) >= 0
}

/** Lambda takes an answer that names anything but messages of the batch as a failure of the whole batch. */
function failedItems(result: unknown, messages: Message[]): Set<string> {
  const all = new Set(messages.map(({ messageId }) => messageId))
  const list = (result as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures
  if (list === undefined || list === null) return new Set()
  if (!Array.isArray(list)) return all
  const failed = new Set<string>()
  for (const item of list as ({ itemIdentifier?: unknown } | null)[]) {
    const id = item?.itemIdentifier
    if (typeof id !== 'string' || !all.has(id)) return all
    failed.add(id)
  }
  return failed
}

function recordOf(message: Message, queue: Queue): object {
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
      },
    ],
  )
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(attributes) as object,
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: queue.arn.split(':')[3],
  }
}

/** The attributes that SQS itself gives a message. */
export const systemAttributes = (message: Message): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sent),
  SenderId: '000000000000',
  ApproximateFirstReceiveTimestamp: String(message.firstReceived),
  ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
})
