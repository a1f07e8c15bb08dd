import { Fault } from '#core/record/fault.ts'

/** Calls that fail for lack of the table become Fault `store.unavailable`, any other failure stays what it is. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw faultOf(error)
  }
}

export const throttled = /Throttling|ProvisionedThroughput|RequestLimit|LimitExceeded/
const down =
  /Timeout|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|Networking|InternalServerError|InternalFailure|ServiceUnavailable/

export function faultOf(error: unknown): unknown {
  const name = nameOf(error)
  const { code = '', $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode ?? 0
  return throttled.test(name) || down.test(name) || down.test(code) || status >= 500
    ? unavailable(error)
    : error
}

export const unavailable = (cause?: unknown): Fault =>
  new Fault('store.unavailable', 'the store does not answer at the moment; try again', { cause })

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** How often the client has tried: an answer may have been lost before. */
export const attemptsOf = (error: unknown): number =>
  (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1
