/* Reads what Retry and Catch say: which errors they cover, and how often and when a retry comes. */
import type { Json } from './allowed-field.ts'
import { allowFields, isCount } from './allowed-field.ts'
import type { Retrier } from '../state/retry.ts'

/**
 * The names that begin with `States.`: appendix A of the specification, and what the developer guide ("Handling
 * errors") adds. Nothing else may begin so.
 */
const predefined = new Set(
  (
    'ALL BranchFailed DataLimitExceeded ExceedToleratedFailureThreshold HeartbeatTimeout Http.Socket IntrinsicFailure ' +
    'ItemReaderFailed NoChoiceMatched ParameterPathFailure Permissions QueryEvaluationError ResultPathMatchFailure ' +
    'ResultWriterFailed Runtime TaskFailed Timeout'
  )
    .split(' ')
    .map((name) => `States.${name}`),
)

/** @throws Error that says which field is wrong */
export function readRetrier(entry: Json, last: boolean): Retrier {
  allowFields(entry, 'retrier', 'Retry')
  const count = (field: string, fallback: number, [least, most]: [number, number?]) => {
    const value = entry[field] ?? fallback
    if (entry[field] === null || !isCount(value, least, most))
      throw new Error(
        `Retry: ${field} must be a whole number from ${least} to ${(most ?? 99_999_999).toLocaleString('en')}`,
      )
    return value
  }
  const { JitterStrategy, BackoffRate = 2 } = entry
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE')
    throw new Error('Retry: JitterStrategy must be FULL or NONE')
  if (typeof BackoffRate !== 'number' || !Number.isFinite(BackoffRate) || BackoffRate < 1)
    throw new Error('Retry: BackoffRate must be a number of at least 1')
  return {
    errors: errorNames(entry, 'Retry', last),
    intervalSeconds: count('IntervalSeconds', 1, [1]),
    maxAttempts: count('MaxAttempts', 3, [0]),
    backoffRate: BackoffRate,
    maxDelaySeconds: count('MaxDelaySeconds', longestDelay, [1, longestDelay]),
    fullJitter: JitterStrategy === 'FULL',
  }
}

/** 366 days: the largest MaxDelaySeconds. Without one it bounds the delay too, since no execution is that old. */
const longestDelay = 31_622_400

/** @throws Error for unknown names, and for `States.ALL` that is not alone and last */
export function errorNames(entry: Json, field: 'Retry' | 'Catch', last: boolean): string[] {
  const names = entry['ErrorEquals']
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string'))
    throw new Error(`${field}: ErrorEquals must be a list of error names`)
  const unknown = names.find((name) => name.startsWith('States.') && !predefined.has(name))
  if (unknown !== undefined) throw new Error(`${field}: there is no error ${unknown}`)
  if (names.includes('States.ALL') && (names.length > 1 || !last))
    throw new Error(`${field}: States.ALL must stand alone and last`)
  return names
}
