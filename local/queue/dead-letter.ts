import type { Clock } from '../clock/clock.ts'
import type { Durable } from '../durable.ts'
import type { Queue } from './message.ts'
import type { MessageRow, QueueStore } from './store.ts'

export interface DeadLetterParts {
  clock: Clock
  durable: Durable
  store: QueueStore
  counts: { deadLettered: number; redriven: number }
  queues: ReadonlyMap<string, Queue>
  /** Throws QueueError for a queue that there is not. */
  queueOf: (arn: string) => Queue
  /** To call before the messages of a queue are looked at or changed. */
  seen: (arn: string) => void
  /** Wakes who waits for a queue's messages, after the transaction of this turn. */
  stir: (arn: string) => void
}

/** The way of messages into dead-letter queues, and back. */
export function deadLetters(parts: DeadLetterParts) {
  const { clock, durable, store, counts, queues, queueOf, seen, stir } = parts

  /** Where a message goes; it is kept there as long as the queue says, counted from `since`. */
  const destinationOf = (queue: Queue, since: number) => ({
    queue: queue.arn,
    visible: clock.now(),
    expires: since + queue.messageRetentionPeriod * 1000,
  })

  return {
    /** Puts a message that was received too often into the dead-letter queue; false if it was not received so often. */
    buryIfSpent({ redrivePolicy }: Queue, row: MessageRow): boolean {
      if (!redrivePolicy || row.receives < redrivePolicy.maxReceiveCount) return false
      const target = queueOf(redrivePolicy.deadLetterTargetArn)
      // As in SQS, a dead letter is as old as the message was.
      const destination = destinationOf(target, row.sent)
      durable.write(() => store.move(row.id, { ...destination, source: row.queue }))
      counts.deadLettered++
      seen(target.arn)
      stir(target.arn)
      return true
    },

    /**
     * Moves dead letters back to the queues they came from (or to `destination`), as new there; one if `messageId` is
     * given. Returns how many; a letter whose queue is not known stays.
     */
    async redrive(
      arn: string,
      { messageId, destination }: { messageId?: string; destination?: string } = {},
    ): Promise<number> {
      const { arn: from } = queueOf(arn)
      seen(from)
      const rows =
        messageId === undefined
          ? store.list(from, 0, -1)
          : [store.get(from, messageId)].filter((row) => row !== undefined)
      let moved = 0
      durable.write(() => {
        for (const row of rows) {
          const target = queues.get(destination ?? row.source ?? '')
          if (!target) continue
          seen(target.arn)
          store.move(row.id, { ...destinationOf(target, clock.now()), source: null })
          stir(target.arn)
          moved++
        }
      })
      counts.redriven += moved
      await durable.committed()
      return moved
    },
  }
}
