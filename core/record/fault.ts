/**
 * The faults of the product, as a table of codes: mapped once at each door (HTTP status; retry or not).
 * `name` is the code because Step Functions matches errors by name.
 */
export const faults = {
  'input.invalid': { status: 400, retry: false },
  'auth.missing': { status: 401, retry: false },
  'auth.forbidden': { status: 403, retry: false },
  'record.unknown': { status: 404, retry: false },
  'form.unknown': { status: 404, retry: false },
  'route.unknown': { status: 404, retry: false },
  'method.refused': { status: 405, retry: false },
  'record.changed': { status: 409, retry: true },
  'record.exists': { status: 409, retry: false },
  'limit.reached': { status: 409, retry: false },
  'lead.superseded': { status: 409, retry: false },
  'lead.converted': { status: 409, retry: false },
  'lead.closed': { status: 409, retry: false },
  'body.too-large': { status: 413, retry: false },
  'body.unsupported': { status: 415, retry: false },
  'key.reused': { status: 422, retry: false },
  'request.throttled': { status: 429, retry: true },
  'store.unavailable': { status: 503, retry: true },
  'config.broken': { status: 500, retry: false },
  internal: { status: 500, retry: true },
} as const satisfies Record<string, { status: number; retry: boolean }>

export type FaultCode = keyof typeof faults

export class Fault extends Error {
  readonly code: FaultCode
  /** where in the input it lies: a field, a byte offset, a line */
  readonly where: string | undefined
  /** extra facts for the answer, such as the allowed methods */
  readonly facts: Record<string, unknown>

  /** `message` says what is wrong and how to mend it; it is shown to the caller, so nothing personal or internal goes in. */
  constructor(
    code: FaultCode,
    message: string,
    options: { where?: string; cause?: unknown; facts?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = code
    this.code = code
    this.where = options.where
    this.facts = options.facts ?? {}
  }
}

/** Compares by code, so that a fault is recognized across bundles and realms. */
export const isFault = (error: unknown, code?: FaultCode): error is Fault =>
  error instanceof Error && 'code' in error && (code ? error.code === code : String(error.code) in faults)
