/*
 * Hands events to their targets, and what a target refused again later, until it or its dead-letter queue has taken it.
 */
import type { Clock } from '../clock/clock.ts'
import { isStoreFault } from '../durable.ts'
import type { BusStore, Delivery } from './store.ts'
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
  /**
   * Hands a payload to a target, which keeps it in the same file, within the transaction that is open, and does nothing
   * that can be seen outside before that is committed. It throws what it refuses before it writes anything; that is
   * tried again, unless the error says `retryable: false`, as of a target that does not exist or may not be called.
   */
  deliver: (target: Target, payload: string, context: DeliveryContext) => void
  /** Puts an event into the dead-letter queue of a target in the same way; the attributes are strings. */
  deadLetter: (queueArn: string, event: string, attributes: Record<string, string>) => void
  /** For the jitter of retries; 0 ≤ x < 1. */
  random?: () => number
}

interface Parts extends DeliveryOptions {
  store: BusStore
  /** The target of a rule as it is now; undefined when it was deleted. */
  find: (rule: string, target: string) => { target: Target; read: InputReader; ruleName: string } | undefined
  /** Asks for the attempts that are due at a time. */
  arm: (when: number) => void
}

const defaultAttempts = 185
const defaultAge = 86_400
/** The longest pause between two attempts: 185 of them then fill about 24 hours. */
const longestPause = 512_000

export function deliveries(parts: Parts) {
  const { clock, deliver, deadLetter, random = Math.random, store, find, arm } = parts
  const counts = { delivered: 0, retried: 0, deadLettered: 0, dropped: 0 }

  /** Within a transaction: what its target takes, or is given up, leaves no row, and the rest has one. */
  function attempt(delivery: Delivery): void {
    const found = find(delivery.rule, delivery.target)
    if (!found) {
      // The rule or target was deleted since: AWS drops such events, too.
      counts.dropped++
      store.remove(delivery)
      return
    }
    const facts = { ruleArn: delivery.rule, ruleName: found.ruleName, ingested: delivery.created }
    const context = { eventId: delivery.event, ruleArn: delivery.rule, attempt: delivery.attempts + 1 }
    try {
      deliver(found.target, found.read(delivery.body, facts), context)
    } catch (error) {
      if (isStoreFault(error)) throw error
      notDelivered(delivery, found.target, error as Error)
      return
    }
    counts.delivered++
    store.remove(delivery)
  }

  function notDelivered(delivery: Delivery, target: Target, error: Error & { retryable?: boolean }): void {
    const { attempts, created } = delivery
    const now = clock.now()
    const { MaximumRetryAttempts = defaultAttempts, MaximumEventAgeInSeconds = defaultAge } =
      target.RetryPolicy ?? {}
    const pause = Math.min(1000 * 2 ** Math.min(attempts, 30), longestPause) * (0.5 + random() / 2)
    const tooOld = now + pause > created + MaximumEventAgeInSeconds * 1000
    if (error.retryable !== false && attempts < MaximumRetryAttempts && !tooOld) {
      counts.retried++
      again(delivery, attempts + 1, now + pause)
      return
    }
    const queue = target.DeadLetterConfig?.Arn
    if (queue === undefined) {
      counts.dropped++
      store.remove(delivery)
      return
    }
    const attributes: Record<string, string> = {
      RULE_ARN: delivery.rule,
      TARGET_ARN: target.Arn,
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(attempts),
    }
    if (error.retryable !== false)
      attributes['EXHAUSTED_RETRY_CONDITION'] = tooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts'
    try {
      deadLetter(queue, delivery.body, attributes)
    } catch (refused) {
      if (isStoreFault(refused)) throw refused
      // Nothing is dropped because the queue was not there: the delivery stays until it is.
      again(delivery, attempts, now + longestPause)
      return
    }
    counts.deadLettered++
    store.remove(delivery)
  }

  function again(delivery: Delivery, attempts: number, when: number): void {
    const wake = Math.round(when)
    store.again({ ...delivery, attempts }, wake)
    arm(wake)
  }

  return { counts, attempt }
}
