/* Values that cross from one state to the next, and numbers and times that expressions give. */
import type { Bindings, Template } from '../expression.ts'
import { payloadLimit, StateFailure, tooLarge } from '../failure.ts'

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
export async function countFrom(
  template: Template,
  bindings: Bindings,
  { field, least = 0 }: { field: string; least?: number },
): Promise<number> {
  const value = await template.evaluate(bindings)
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > 99_999_999)
    throw new StateFailure(
      'States.QueryEvaluationError',
      `${field} must be a whole number from ${least} to 99999999, not ${shown(value)}.`,
    )
  return value
}

/**
 * Milliseconds of an RFC 3339 time, whole seconds: "Step Functions considers the time value up to seconds and
 * truncates milliseconds" (developer guide, Wait).
 */
export function parseTimestamp(value: unknown): number {
  if (!isTimestamp(value))
    throw new StateFailure(
      'States.QueryEvaluationError',
      `Timestamp must be an RFC 3339 time, not ${shown(value)}.`,
    )
  return Math.floor(Date.parse(value) / 1000) * 1000
}

const rfc3339 =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Whether the value is a time of RFC 3339, with capital T and Z, of a day that the calendar has. */
export function isTimestamp(value: unknown): value is string {
  const day = typeof value === 'string' ? rfc3339.exec(value)?.[1] : undefined
  if (day === undefined) return false
  // Date.parse takes the 30th of February for the 2nd of March.
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

/** A text that a field gives. */
export async function textFrom(template: Template, bindings: Bindings, field: string): Promise<string> {
  const value = await template.evaluate(bindings)
  if (typeof value !== 'string')
    throw new StateFailure('States.QueryEvaluationError', `${field} must be text, not ${shown(value)}.`)
  return value
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
