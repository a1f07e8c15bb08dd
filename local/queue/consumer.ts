/*
 * The event source mapping between a queue and a function.
 *
 * A batch begins as soon as messages are visible while none runs; beside others, up to `maximumConcurrency`, it begins
 * when it is full, or its first message has waited a little: so batches grow with the load. A message is deleted when
 * the function has handled it, and otherwise becomes visible again when its visibility timeout ends. A batch is as large
 * as one invocation may be.
 */
import { createHash } from 'node:crypto'
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import type { DueTimer } from '../clock/due.ts'
import type { Durable } from '../durable.ts'
import { largestPayload } from '../payload-size.ts'
import type { Message, Queue } from './message.ts'
import type { MessageRow } from './store.ts'
import type { Supply } from './supply.ts'

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
  timer: DueTimer
  supply: Supply
  /** Told how many messages a batch has. */
  received: (messages: number) => void
  /** Within a transaction. */
  remove: (message: Message) => void
  invoke: (event: SqsEvent) => Promise<unknown>
}

/** Milliseconds that a message waits for others while another batch runs. */
const gathering = 20

export function consumer(parts: Parts) {
  const { queue, clock, activity, durable, timer, supply, received, remove, invoke } = parts
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
      const ready = supply.ready(batchSize)
      if (!ready) break
      const begin = ready.first + Math.max(maximumBatchingWindow * 1000, running > 0 ? gathering : 0)
      if (ready.count < batchSize && begin > clock.now()) {
        timer.arm(begin)
        break
      }
      const messages = supply.take(batchSize, payloadRoom())
      received(messages.length)
      // All of them may have gone to the dead-letter queue.
      if (messages.length > 0) void activity.run(() => handle(messages))
    }
    const next = supply.next()
    // What is visible now waits for room, and is asked for when a batch ends.
    if (!closed && next > clock.now() && next < Infinity) timer.arm(next)
  }

  async function handle(messages: Message[]): Promise<void> {
    running++
    try {
      await durable.committed()
      const failed = await failedOf(messages)
      if (closed) return
      durable.write(() => {
        for (const message of messages) if (!failed.has(message.messageId)) remove(message)
        // These come back after the visibility timeout, or go to the dead-letter queue.
        supply.failed(messages.filter(({ messageId }) => failed.has(messageId)))
      })
    } finally {
      running--
      if (!closed) pump()
    }
  }

  /** The ids of the messages that the function did not handle. */
  async function failedOf(messages: Message[]): Promise<Set<string>> {
    try {
      const result = await invoke({ Records: messages.map((message) => recordOf(message, queue)) })
      return reportBatchItemFailures ? failedItems(result, messages) : new Set()
    } catch {
      return new Set(messages.map(({ messageId }) => messageId))
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
