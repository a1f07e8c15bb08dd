/** Values that cross from one state to the next, and numbers and times that expressions give. */
import type { Bindings, Template } from './expression.ts'
import { payloadLimit, StateFailure, tooLarge } from './failure.ts'

/** The JSON of a value that crosses from one state to the next: what JSON cannot say is dropped here, as in AWS. */
export function payload(value: unknown, what: string): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw new StateFailure('States.QueryEvaluationError', `${what} is not JSON.`)
  if (tooLarge(text)) throw overLimit(what)
  return text
}

/** The failure for a value beyond 256 KiB. */
export const overLimit = (what: string): StateFailure =>
  new StateFailure('States.DataLimitExceeded', `${what} is larger than ${payloadLimit} bytes.`)

/** A count that a field gives, up to the largest one the language allows. */
export async function countFrom(template: Template, bindings: Bindings, field: string): Promise<number> {
  const value = await template.evaluate(bindings)
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 99_999_999)
    throw new StateFailure(
      'States.QueryEvaluationError',
      `${field} must be a whole number from 0 to 99999999.`,
    )
  return value
}

/** Milliseconds of an RFC 3339 time. */
export function parseTimestamp(value: unknown): number {
  const time =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
      ? Date.parse(value)
      : NaN
  if (Number.isNaN(time))
    throw new StateFailure('States.QueryEvaluationError', 'Timestamp must be an RFC 3339 time.')
  return time
}
