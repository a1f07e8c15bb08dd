/** Tries deliveries until their targets, or their dead-letter queues, have taken them. */
import type { Activity } from '../activity.ts'
import type { Clock } from '../clock.ts'
import type { Durable } from '../durable.ts'
import type { BusStore, DeliveryRow } from './store.ts'
import type { InputReader, TargetInput } from './target-input.ts'

/** A target as CloudFormation writes it; further properties are handed to `deliver` untouched. */
export interface Target extends TargetInput {
  Id: string
  Arn: string
  RoleArn?: string
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number }
  DeadLetterConfig?: { Arn?: string }
  [property: string]: unknown
}

export interface DeliveryContext {
  eventId: string
  ruleArn: string
  /** 1 for the first attempt. */
  attempt: number
}

export interface DeliveryOptions {
  clock: Clock
  activity: Activity
  /**
   * Hands a payload to a target. What it throws is tried again, unless the error says `retryable: false`, as a target
   * that does not exist or may not be called.
   */
  deliver: (target: Target, payload: string, context: DeliveryContext) => Promise<void>
  /** Puts an event into the dead-letter queue of a target; the attributes are strings. */
  deadLetter: (queueArn: string, event: string, attributes: Record<string, string>) => Promise<void>
  /** For the jitter of retries; 0 ≤ x < 1. */
  random?: () => number
}

interface Parts extends DeliveryOptions {
  durable: Durable
  store: BusStore
  /** The target of a rule as it is now; undefined when it was deleted. */
  find: (rule: string, target: string) => { target: Target; read: InputReader; ruleName: string } | undefined
  /** Called whenever there is room for another delivery. */
  done: () => void
}

const defaultAttempts = 185
const defaultAge = 86_400
/** The longest pause between two attempts: 185 of them then fill about 24 hours. */
const longestPause = 512_000
/** Deliveries at once. */
const concurrency = 256

export function deliveries(parts: Parts) {
  const { clock, activity, deliver, deadLetter, random = Math.random, durable, store, find, done } = parts
  const counts = { delivered: 0, retried: 0, deadLettered: 0, dropped: 0 }
  let inFlight = 0
  let closed = false

  async function attempt(row: DeliveryRow, stored: Promise<void> | undefined): Promise<void> {
    inFlight++
    try {
      // What the target does must not come before the event is on disk.
      await stored
      const found = find(row.rule, row.target)
      if (!found) {
        // The rule or target was deleted since: AWS drops such events, too.
        counts.dropped++
        durable.write(() => store.remove(row.id))
        return
      }
      const facts = { ruleArn: row.rule, ruleName: found.ruleName, ingested: row.created }
      const context = { eventId: row.event, ruleArn: row.rule, attempt: row.attempts + 1 }
      try {
        await deliver(found.target, found.read(row.body, facts), context)
        counts.delivered++
        if (!closed) durable.write(() => store.remove(row.id))
      } catch (error) {
        if (!closed) await notDelivered(row, found.target, error as Error)
      }
    } finally {
      inFlight--
      if (!closed) done()
    }
  }

  async function notDelivered(row: DeliveryRow, target: Target, error: Error & { retryable?: boolean }) {
    const now = clock.now()
    const { MaximumRetryAttempts = defaultAttempts, MaximumEventAgeInSeconds = defaultAge } =
      target.RetryPolicy ?? {}
    const pause = Math.min(1000 * 2 ** Math.min(row.attempts, 30), longestPause) * (0.5 + random() / 2)
    const tooOld = now + pause > row.created + MaximumEventAgeInSeconds * 1000
    if (error.retryable !== false && row.attempts < MaximumRetryAttempts && !tooOld) {
      counts.retried++
      durable.write(() => store.again(row.id, row.attempts + 1, Math.round(now + pause)))
      return
    }
    const queue = target.DeadLetterConfig?.Arn
    if (queue === undefined) {
      counts.dropped++
      durable.write(() => store.remove(row.id))
      return
    }
    const attributes: Record<string, string> = {
      RULE_ARN: row.rule,
      TARGET_ARN: target.Arn,
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(row.attempts),
    }
    if (error.retryable !== false)
      attributes['EXHAUSTED_RETRY_CONDITION'] = tooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts'
    try {
      await deadLetter(queue, row.body, attributes)
      counts.deadLettered++
      if (!closed) durable.write(() => store.remove(row.id))
    } catch {
      // Nothing is dropped because the queue was not there: the delivery stays until it is.
      if (!closed) durable.write(() => store.again(row.id, row.attempts, Math.round(now + longestPause)))
    }
  }

  return {
    counts,
    room: () => concurrency - inFlight,
    /** @param stored when the event is on disk; undefined if it is */
    begin: (row: DeliveryRow, stored: Promise<void> | undefined): void =>
      void activity.run(() => attempt(row, stored)),
    close() {
      closed = true
    },
  }
}
