/**
 * The faults of the product, as a table of codes: mapped once at each door (HTTP status; retry or not).
 * `name` is the code because Step Functions matches errors by name. docs/api.md says of each what to do.
 */
export const faults = {
  'input.invalid': { status: 400, retry: false },
  'auth.missing': { status: 401, retry: false },
  'auth.forbidden': { status: 403, retry: false },
  'record.unknown': { status: 404, retry: false },
  'form.unknown': { status: 404, retry: false },
  'route.unknown': { status: 404, retry: false },
  'method.refused': { status: 405, retry: false },
  'state.refused': { status: 409, retry: false },
  'record.changed': { status: 409, retry: true },
  'record.exists': { status: 409, retry: false },
  'limit.reached': { status: 409, retry: false },
  'lead.superseded': { status: 409, retry: false },
  'match.failed': { status: 412, retry: false },
  'lead.converted': { status: 409, retry: false },
  'lead.closed': { status: 409, retry: false },
  'body.too-large': { status: 413, retry: false },
  'body.unsupported': { status: 415, retry: false },
  'field.invalid': { status: 422, retry: false },
  'key.reused': { status: 422, retry: false },
  'match.missing': { status: 428, retry: false },
  'request.throttled': { status: 429, retry: true },
  'store.unavailable': { status: 503, retry: true },
  'config.broken': { status: 500, retry: false },
  internal: { status: 500, retry: true },
} as const satisfies Record<string, { status: number; retry: boolean }>

export type FaultCode = keyof typeof faults

/** What is kept of an attempt that was refused (core/access/denial.ts); the caller is not told more than the fault says. */
export interface DeniedAttempt {
  /** name of the kind */
  of?: string | undefined
  id?: string | undefined
  /** in the words of company/access.yaml */
  operation?: string | undefined
  because: string
}

export class Fault extends Error {
  readonly code: FaultCode
  /** where in the input it lies: a field, a byte offset, a line */
  readonly where: string | undefined
  /** extra facts for the answer, such as the allowed methods */
  readonly facts: Record<string, unknown>
  /** of one who wanted what he may not do, also where he is told that there is nothing */
  readonly denied: DeniedAttempt | undefined

  /** `message` says what is wrong and how to mend it; it is shown to the caller, so nothing personal or internal goes in. */
  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message, { cause: options.cause })
    this.name = code
    this.code = code
    this.where = options.where
    this.facts = options.facts ?? {}
    this.denied = options.denied
  }
}

interface FaultOptions {
  where?: string
  cause?: unknown
  facts?: Record<string, unknown>
  denied?: DeniedAttempt | undefined
}

/** Compares by code, so that a fault is recognized across bundles and realms. */
export const isFault = (error: unknown, code?: FaultCode): error is Fault =>
  error instanceof Error && 'code' in error && (code ? error.code === code : String(error.code) in faults)

/** What is wrong with one value of a JSON body; names and numbers of entries lead to it, nothing to the body itself. */
export interface FieldError {
  path: readonly PropertyKey[]
  message: string
}

/** As many mistakes as one can read, and of each as much: names of fields may be a stranger's. */
const mostErrors = 100
const longestMessage = 500
const longestPointer = 1_000

/**
 * That values of a JSON body cannot be what was declared: all of them at once, each by its JSON Pointer (RFC 6901). `where` is
 * the first, as a person writes it: `scopes.1`. What they are is never repeated.
 */
export function fieldFault(
  errors: readonly FieldError[],
  facts: Record<string, unknown> = {},
  denied?: DeniedAttempt,
): Fault {
  return faultOfFields('field.invalid', errors, { facts, denied })
}

/**
 * That a caller may neither see nor set these fields, whatever stands in them.
 * @param within names of what they lie in, where that is not the whole body
 */
export const forbiddenFields = (
  names: readonly string[],
  denied: Omit<DeniedAttempt, 'because'> = {},
  within: readonly string[] = [],
): Fault =>
  faultOfFields(
    'auth.forbidden',
    names.map((name) => ({ path: [...within, name], message: 'your level does not reach this field' })),
    { denied: { ...denied, because: `the level does not reach ${names.join(', ')}` } },
  )

function faultOfFields(
  code: FaultCode,
  errors: readonly FieldError[],
  { facts, denied }: Pick<FaultOptions, 'facts' | 'denied'> = {},
): Fault {
  const { path = [], message = 'is not valid' } = errors[0] ?? {}
  const where = path.map(String).join('.').slice(0, 200) || 'the body'
  return new Fault(code, `${where}: ${message.slice(0, longestMessage)}`, {
    where,
    denied,
    facts: {
      errors: errors.slice(0, mostErrors).map((error) => ({
        pointer: pointerTo(error.path),
        detail: error.message.slice(0, longestMessage),
      })),
      ...facts,
    },
  })
}

/** RFC 6901; what would be too long points at what it lies in, so a pointer is never a part of one. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const tokens = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  while (tokens.join('').length > longestPointer) tokens.pop()
  return tokens.join('')
}
