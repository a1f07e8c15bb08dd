/* Refusals of the table engine, as DynamoDB words them on the wire. */

/** Where DynamoDB's own model of the service does not name an error: the names of the frame around it. */
const origins: Record<string, string> = {
  ValidationException: 'com.amazon.coral.validate',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  AccessDeniedException: 'com.amazon.coral.service',
}
/** Whose text the frame writes under a name of its own. */
const capitalized = new Set(['AccessDeniedException'])

export class TableFault extends Error {
  override name = 'TableFault'
  /** such as `ConditionalCheckFailedException` */
  readonly code: string
  readonly status: number
  /** further members of the answer, such as `CancellationReasons` */
  readonly more: object

  constructor(code: string, message: string, more: object = {}, status = 400) {
    super(message)
    this.code = code
    this.status = status
    this.more = more
  }

  /** The answer's body. */
  toJson(): string {
    const type = `${origins[this.code] ?? 'com.amazonaws.dynamodb.v20120810'}#${this.code}`
    const member = capitalized.has(this.code) ? 'Message' : 'message'
    return JSON.stringify({ __type: type, [member]: this.message, ...this.more })
  }
}

/** A request that DynamoDB would refuse whatever the table holds. */
export const invalid = (message: string): TableFault => new TableFault('ValidationException', message)

/** `One or more parameter values …`: the beginning that most refusals of values share. */
export const invalidParameter = (what: string): TableFault =>
  invalid(`One or more parameter values were invalid: ${what}`)

/** What the service's front says of JSON that is of another type than the member. */
export function mistyped(value: unknown, wanted: 'String' | 'Boolean' | 'Integer'): TableFault {
  if (Array.isArray(value)) return unreadable(`Unrecognized collection type class java.lang.${wanted}`)
  if (typeof value === 'object') return unreadable('Start of structure or map found where not expected')
  if (wanted === 'Boolean' && typeof value === 'string')
    return unreadable('Unexpected token received from parser')
  return unreadable(`${tokenOf(value)} cannot be converted to ${wanted}`)
}

function tokenOf(value: unknown): string {
  if (typeof value === 'number') return 'NUMBER_VALUE'
  return typeof value === 'string' ? 'STRING_VALUE' : `${String(value).toUpperCase()}_VALUE`
}

export const unreadable = (message: string): TableFault => new TableFault('SerializationException', message)

/** Why one part of a transaction was refused; `None` for a part that would have been fine. */
export interface Reason {
  Code: string
  Message?: string
  Item?: object
}

export const reasonOfFault = (fault: TableFault): Reason => ({
  Code: 'ValidationError',
  Message: fault.message,
})

/** @param reasons one for each part of the transaction */
export function cancelled(reasons: readonly Reason[]): TableFault {
  const codes = reasons.map(({ Code }) => Code).join(', ')
  return new TableFault(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  )
}
