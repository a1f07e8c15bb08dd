/*
 * Faults of the pattern language. A pattern is refused when it is compiled, with the place and with what would be
 * valid there; an event is refused when it is not JSON or needs more work than the stated bounds.
 */

export type PatternFaultCode =
  | 'json-syntax'
  | 'pattern-not-object'
  | 'object-empty'
  | 'list-empty'
  | 'field-not-list'
  | 'value-not-allowed'
  | 'operator-unknown'
  | 'operator-count'
  | 'operand-type'
  | 'operand-empty'
  | 'or-not-list'
  | 'or-too-few'
  | 'or-not-object'
  | 'or-reserved-name'
  | 'numeric-operator'
  | 'numeric-order'
  | 'number-not-comparable'
  | 'cidr-malformed'
  | 'wildcard-malformed'
  | 'wildcard-too-complex'
  | 'pattern-too-long'
  | 'pattern-too-deep'
  | 'pattern-too-wide'
  | 'pattern-too-many-branches'
  | 'pattern-duplicate-id'

export type PatternFault = {
  code: PatternFaultCode
  /** Path of the field, keys joined by dots; '' is the pattern as a whole. */
  path: string
  /** Offset in the pattern's source, in UTF-16 units. */
  at: number
  /** What was found. */
  found: string
  /** What would be valid there. */
  expected: string
}

/** The pattern is refused. Line and column count from 1, columns in UTF-16 units. */
export class PatternError extends Error {
  readonly code: PatternFaultCode
  readonly path: string
  readonly line: number
  readonly column: number
  readonly expected: string
  /** In a set: the id of the refused pattern. */
  id: string | number | undefined

  constructor(fault: PatternFault, source: string) {
    const { line, column } = positionAt(source, fault.at)
    const where = fault.path === '' ? '' : ` at "${clip(fault.path, 120)}"`
    super(`${fault.found}${where} (line ${line}, column ${column}); valid is: ${fault.expected}`)
    this.name = 'PatternError'
    this.code = fault.code
    this.path = fault.path
    this.line = line
    this.column = column
    this.expected = fault.expected
  }
}

export type EventFaultCode = 'event-syntax' | 'event-too-deep' | 'event-too-complex'

/** The event cannot be judged. `at` is an offset in the event's text, or undefined for a parsed event. */
export class EventError extends Error {
  readonly code: EventFaultCode
  readonly at: number | undefined

  constructor(code: EventFaultCode, message: string, at?: number) {
    super(at === undefined ? message : `${message} (offset ${at})`)
    this.name = 'EventError'
    this.code = code
    this.at = at
  }
}

/** Line and column, from 1, of an offset in a text. */
export function positionAt(source: string, at: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let next = source.indexOf('\n'); next >= 0 && next < at; next = source.indexOf('\n', start)) {
    line++
    start = next + 1
  }
  return { line, column: at - start + 1 }
}

/** The text, cut to a length that fits a message. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
