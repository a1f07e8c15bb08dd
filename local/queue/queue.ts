/*
 * SQS (standard queues) of the embedded cloud.
 *
 * A message is a row; being in flight is nothing but a time before which it is not visible, so a crash of the receiver
 * or of everything needs no repair. What the consumer of a queue has taken is in flight in memory alone: supply.ts.
 * Send, receive, delete and move are answered after they are stored.
 */
import { randomUUID } from 'node:crypto'
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import { dueTimer } from '../clock/due.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import { consumer, type ConsumerOptions, type SqsEvent } from './consumer.ts'
import { deadLetters } from './dead-letter.ts'
import type { Message, OutgoingMessage, Queue, QueueDefinition, ReceiveOptions } from './message.ts'
import { checkSeconds, checkStorable, messageOf, QueueError, queueFrom, receiptOf } from './message.ts'
import { openQueueStore, type MessageRow } from './store.ts'
import { openSupply, type Supply } from './supply.ts'
import { waitingReceivers } from './waiting.ts'

export interface QueueOptions {
  file: DurableFile
  clock: Clock
  activity: Activity
  /** Where the endpoint is, for queue URLs; asked each time, since the port may be known only later. */
  origin?: () => string
}

export type Queues = ReturnType<typeof openQueues>

/** Twelve hours, in seconds. */
const longestVisibility = 43_200

export function openQueues(options: QueueOptions) {
  const { clock, activity, origin = () => 'http://127.0.0.1' } = options
  const durable = openDurable(options.file)
  const store = openQueueStore(durable.db)
  const queues = new Map<string, Queue>()
  const byName = new Map<string, Queue>()
  const consumers = new Map<string, ReturnType<typeof consumer>>()
  const supplies = new Map<string, Supply>()
  /** Queues that are told of new messages when the transaction of this turn is committed. */
  const stirred = new Set<string>()
  const timer = dueTimer(clock, wakeAll)
  const receivers = waitingReceivers({ clock, store, timer })
  const counts = { sent: 0, received: 0, deleted: 0, deadLettered: 0, redriven: 0 }
  let closed = false
  const { buryIfSpent, redrive } = deadLetters({ clock, durable, store, counts, queues, queueOf, seen, stir })

  function queueOf(arn: string): Queue {
    const queue = queues.get(arn)
    if (!queue) throw new QueueError('QueueDoesNotExist', 'The specified queue does not exist.')
    return queue
  }

  /** Tells whoever waits for messages of a queue that there may be some. */
  function wake(arn: string): void {
    if (closed) return
    receivers.wake(arn)
    consumers.get(arn)?.pump()
    receivers.arm(arn)
  }

  function wakeAll(): void {
    for (const arn of new Set([...receivers.queues(), ...consumers.keys()])) wake(arn)
  }

  function put(queue: Queue, message: OutgoingMessage): { messageId: string } {
    const { body, attributes = {}, delaySeconds = queue.delaySeconds } = message
    checkStorable({ body, attributes, delaySeconds }, queue.maximumMessageSize)
    const now = clock.now()
    const messageId = randomUUID()
    const row = store.insert({
      queue: queue.arn,
      messageId,
      body,
      attributes: JSON.stringify(attributes),
      sent: now,
      visible: now + delaySeconds * 1000,
      expires: now + queue.messageRetentionPeriod * 1000,
    })
    supplies.get(queue.arn)?.sent(row)
    counts.sent++
    return { messageId }
  }

  /**
   * Puts a message into a queue within the transaction of this turn; who waits for it is told once that is committed.
   * Throws before anything is written.
   * @throws QueueError
   */
  function post(arn: string, message: OutgoingMessage): { messageId: string } {
    const queue = queueOf(arn)
    const sent = durable.write(() => put(queue, message))
    stir(arn)
    return sent
  }

  /** Wakes a queue once, after the transaction of this turn. */
  function stir(arn: string): void {
    if (stirred.has(arn)) return
    stirred.add(arn)
    void activity.run(async () => {
      await durable.committed()
      stirred.delete(arn)
      wake(arn)
    })
  }

  /** Takes visible messages; those received too often go to the dead-letter queue instead. Call within a write. */
  function take(queue: Queue, max: number, visibilityTimeout: number): Message[] {
    const now = clock.now()
    seen(queue.arn)
    store.expire(now)
    const taken: Message[] = []
    while (taken.length < max) {
      const rows = store.visible(queue.arn, now, max - taken.length)
      if (rows.length === 0) break
      for (const row of rows) {
        if (buryIfSpent(queue, row)) continue
        const receipt = receiptOf(row)
        store.take(row.id, now + visibilityTimeout * 1000, receipt, now)
        counts.received++
        taken.push(
          messageOf({ ...row, receives: row.receives + 1, firstReceived: row.firstReceived ?? now, receipt }),
        )
      }
      // A timeout of 0 leaves them visible: taking again would give the same ones.
      if (visibilityTimeout === 0) break
    }
    return taken
  }

  /** To call before anybody but its consumer looks at the messages of a queue or changes them. */
  function seen(arn: string): void {
    supplies.get(arn)?.land()
  }

  async function receive(arn: string, request: ReceiveOptions = {}): Promise<Message[]> {
    const queue = queueOf(arn)
    const {
      max = 1,
      visibilityTimeout = queue.visibilityTimeout,
      waitSeconds = queue.receiveWaitTime,
    } = request
    checkSeconds('VisibilityTimeout', visibilityTimeout, longestVisibility)
    checkSeconds('WaitTimeSeconds', waitSeconds, 20)
    const until = clock.now() + waitSeconds * 1000
    for (;;) {
      const messages = durable.write(() => take(queue, max, visibilityTimeout))
      if (messages.length > 0 || clock.now() >= until || closed) {
        await durable.committed()
        receivers.arm(arn)
        return messages
      }
      await receivers.somethingNew(arn, until)
    }
  }

  /** Undefined for a handle that a later receive has replaced: deleting by it succeeds and does nothing, as in SQS. */
  function held(arn: string, receiptHandle: string): MessageRow | undefined {
    if (!/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/.test(receiptHandle))
      throw new QueueError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.')
    seen(arn)
    const row = store.byReceipt(receiptHandle)
    return row?.queue === arn ? row : undefined
  }

  function remove(arn: string, receiptHandle: string): void {
    const row = held(queueOf(arn).arn, receiptHandle)
    if (!row) return
    counts.deleted++
    durable.write(() => store.remove(row.id))
  }

  return {
    /** Adds a queue or replaces its settings. @throws Error for a FIFO queue */
    define(definition: QueueDefinition): void {
      const queue = queueFrom(definition)
      queues.set(queue.arn, queue)
      byName.set(queue.name, queue)
    },

    queues: (): Queue[] => [...queues.values()],
    byName: (name: string): Queue | undefined => byName.get(name),
    url: (queue: Queue): string => `${origin()}/000000000000/${queue.name}`,

    post,

    /** As `post`; resolves when the message is stored. */
    async send(arn: string, message: OutgoingMessage): Promise<{ messageId: string }> {
      const sent = post(arn, message)
      await durable.committed()
      return sent
    },

    receive,

    async delete(arn: string, receiptHandle: string): Promise<void> {
      remove(arn, receiptHandle)
      await durable.committed()
    },

    /** @param seconds 0 to 43,200; 0 makes the message visible at once */
    async changeVisibility(arn: string, receiptHandle: string, seconds: number): Promise<void> {
      checkSeconds('VisibilityTimeout', seconds, longestVisibility)
      const row = held(queueOf(arn).arn, receiptHandle)
      const now = clock.now()
      if (!row || row.visible <= now)
        throw new QueueError('MessageNotInflight', 'The message is not in flight.')
      durable.write(() => store.hide(row.id, now + seconds * 1000))
      await durable.committed()
      wake(arn)
    },

    async purge(arn: string): Promise<number> {
      seen(arn)
      const removed = durable.write(() => store.purge(queueOf(arn).arn))
      await durable.committed()
      return removed
    },

    /** Messages that can be received, that are being worked on, and that are delayed. */
    count(arn: string): { visible: number; inFlight: number; delayed: number } {
      const now = clock.now()
      seen(arn)
      durable.write(() => store.expire(now))
      return store.count(queueOf(arn).arn, now)
    },

    /** Looks at messages, oldest first, without receiving them. `after` is the `position` of the last one seen. */
    list(arn: string, { after = 0, limit = 100 }: { after?: number; limit?: number } = {}) {
      seen(arn)
      durable.write(() => store.expire(clock.now()))
      return store
        .list(queueOf(arn).arn, after, limit)
        .map((row) => ({ position: row.id, ...messageOf(row) }))
    },

    redrive,

    /** Hands the messages of a queue to a function, as an event source mapping of Lambda does. */
    consume(
      arn: string,
      consumerOptions: ConsumerOptions,
      invoke: (event: SqsEvent) => Promise<unknown>,
    ): void {
      const queue = queueOf(arn)
      const supply = openSupply({ queue, clock, durable, store, buryIfSpent })
      const pumped = consumer({
        ...consumerOptions,
        queue,
        clock,
        activity,
        durable,
        timer,
        supply,
        received: (messages) => void (counts.received += messages),
        remove(message) {
          if (supply.handled(message)) counts.deleted++
          else remove(arn, message.receiptHandle)
        },
        invoke,
      })
      supplies.set(arn, supply)
      consumers.set(arn, pumped)
    },

    counts: () => ({ ...counts }),

    /** Messages that wait in memory for their consumers. */
    backlog: (): number => [...supplies.values()].reduce((sum, { length }) => sum + length, 0),

    /**
     * Begins to consume what is waiting; call after the queues and consumers are defined. What a former process had in
     * flight is given back at once: its receivers ended with it.
     */
    resume(): void {
      durable.write(() => store.release(clock.now()))
      for (const arn of supplies.keys()) seen(arn)
      wakeAll()
    },

    close(): void {
      closed = true
      timer.close()
      for (const one of consumers.values()) one.close()
      receivers.close()
      durable.close()
    },
  }
}
