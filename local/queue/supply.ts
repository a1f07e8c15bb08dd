/*
 * What the consumer of a queue takes, without asking the file or writing to it as long as this process knows what is
 * there.
 *
 * Problem: a message that is sent and handled within the same process needs its row for a crash alone; looking for it,
 * marking it as taken and finding it again by its receipt costs more than all else that a queue does.
 * Representation: messages that were sent here wait in memory beside their rows. What the consumer has taken is a
 * flight in memory, while its row says that it is visible, as a crash shall leave it. `unknownFrom` is the time from
 * which on the file may hold visible messages that are not in memory.
 * Invariant: whoever else looks at the rows of the queue, or changes them, has the flights written down before (`land`):
 * to everybody else a flight is a message that was received. A receive counts when the batch failed or was seen.
 * Rejected: a row that is inserted as taken (it still had to be found by its receipt, in an index of its own).
 */
import type { Clock } from '../clock/clock.ts'
import type { Durable } from '../durable.ts'
import type { Message, Queue } from './message.ts'
import { messageOf, receiptOf } from './message.ts'
import type { MessageRow, QueueStore } from './store.ts'

export interface SupplyParts {
  queue: Queue
  clock: Clock
  durable: Durable
  store: QueueStore
  /** Puts a message that was received too often into the dead-letter queue; false if it was not received so often. */
  buryIfSpent: (queue: Queue, row: MessageRow) => boolean
}

interface Flight {
  row: MessageRow
  receipt: string
  taken: number
  /** When it becomes visible again. */
  until: number
}

/** Of the texts of the messages that wait in memory, in characters; the others are read from the file. */
const mostInMemory = 4_000_000

export type Supply = ReturnType<typeof openSupply>

export function openSupply({ queue, clock, durable, store, buryIfSpent }: SupplyParts) {
  /** In the order of their rows. */
  let waiting: MessageRow[] = []
  let size = 0
  let unknownFrom = -Infinity
  const flights = new Map<string, Flight>()

  function wait(rows: MessageRow[]): void {
    waiting = rows
    size = rows.reduce((sum, { body }) => sum + body.length, 0)
  }

  /** Brings up to `wanted` visible messages into memory. */
  function fill(wanted: number, now: number): void {
    if (waiting.length >= wanted || unknownFrom > now) return
    const limit = wanted + flights.size
    const rows = durable.write(() => {
      store.expire(now)
      return store.visible(queue.arn, now, limit)
    })
    wait(rows.filter((row) => !flights.has(row.messageId)))
    if (rows.length < limit) unknownFrom = store.nextVisible(queue.arn, now) ?? Infinity
  }

  function landOne(flight: Flight): void {
    flights.delete(flight.row.messageId)
    store.take(flight.row.id, flight.until, flight.receipt, flight.taken)
    unknownFrom = Math.min(unknownFrom, flight.until)
  }

  function landDue(now: number): void {
    const due = [...flights.values()].filter(({ until }) => until <= now)
    if (due.length > 0) durable.write(() => due.forEach(landOne))
  }

  return {
    /** A message was put into the queue, in the transaction that is open. */
    sent(row: MessageRow): void {
      const isKnown = unknownFrom > clock.now()
      if (isKnown && row.visible <= clock.now() && size + row.body.length <= mostInMemory) {
        waiting.push(row)
        size += row.body.length
      } else unknownFrom = Math.min(unknownFrom, row.visible)
    },

    /** How many messages are visible, up to `limit`, and since when the first is; undefined if none is. */
    ready(limit: number): { count: number; first: number } | undefined {
      const now = clock.now()
      landDue(now)
      fill(limit, now)
      const [first] = waiting
      return first && { count: waiting.length, first: first.visible }
    },

    /** Takes visible messages, one at least if there is any, and else no more than `fits` says of one after the other. */
    take(max: number, fits: (row: MessageRow) => boolean): Message[] {
      const now = clock.now()
      const taken: Message[] = []
      while (taken.length < max) {
        fill(max - taken.length, now)
        const row = waiting[0]
        if (!row) break
        if (row.expires > now && !buryIfSpent(queue, row)) {
          if (!fits(row) && taken.length > 0) break
          const receipt = receiptOf(row)
          flights.set(row.messageId, {
            row,
            receipt,
            taken: now,
            until: now + queue.visibilityTimeout * 1000,
          })
          taken.push(
            messageOf({
              ...row,
              receives: row.receives + 1,
              firstReceived: row.firstReceived ?? now,
              receipt,
            }),
          )
        }
        waiting.shift()
        size -= row.body.length
      }
      return taken
    },

    /** Removes a message that was handled; false if it is not in flight any more. Within a transaction. */
    handled({ messageId, receiptHandle }: Message): boolean {
      const flight = flights.get(messageId)
      if (flight?.receipt !== receiptHandle) return false
      flights.delete(messageId)
      store.remove(flight.row.id)
      return true
    },

    /** Messages that were not handled stay hidden until their time is over. */
    failed(messages: Message[]): void {
      const own = messages.map(({ messageId, receiptHandle }) => {
        const flight = flights.get(messageId)
        return flight?.receipt === receiptHandle ? flight : undefined
      })
      durable.write(() => own.forEach((flight) => flight && landOne(flight)))
    },

    /** Writes down what is in flight, and takes what is visible from the file again: somebody else looks at it. */
    land(): void {
      if (flights.size > 0) durable.write(() => [...flights.values()].forEach(landOne))
      wait([])
      unknownFrom = -Infinity
    },

    /** How many messages wait in memory. */
    get length(): number {
      return waiting.length
    },

    /** When the next message may become visible; Infinity for never. */
    next: (): number => Math.min(unknownFrom, ...[...flights.values()].map(({ until }) => until)),
  }
}
