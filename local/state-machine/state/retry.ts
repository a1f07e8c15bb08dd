import type { StateFailure } from '../failure.ts'

export interface Retrier {
  errors: string[]
  intervalSeconds: number
  maxAttempts: number
  backoffRate: number
  maxDelaySeconds: number
  fullJitter: boolean
}

/**
 * Whether ErrorEquals names this failure. `States.ALL` never covers the two errors that the service calls terminal,
 * `States.TaskFailed` covers everything else but time-outs, and `States.Timeout` covers a missed heartbeat.
 */
export function matchesError(errors: readonly string[], failure: StateFailure): boolean {
  const { name } = failure
  if (name === 'States.Runtime') return false
  if (errors.includes(name)) return true
  if (name === 'States.DataLimitExceeded') return false
  const timeout = name === 'States.Timeout' || name === 'States.HeartbeatTimeout'
  if (timeout && errors.includes('States.Timeout')) return true
  return errors.includes('States.ALL') || (!timeout && errors.includes('States.TaskFailed'))
}

/**
 * Milliseconds until attempt `attempt` (1 is the first retry): interval × rate^(attempt − 1), at most the maximum;
 * with full jitter anything between 0 and that.
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const seconds = Math.min(
    retrier.intervalSeconds * retrier.backoffRate ** (attempt - 1),
    retrier.maxDelaySeconds,
  )
  return Math.round(seconds * 1000 * (retrier.fullJitter ? random() : 1))
}
