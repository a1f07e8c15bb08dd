/* What the text of an expression says, before its names and values are known. */
import { type TableFault, invalid } from '../../fault.ts'

export type Kind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression'

/** Of a document path: an attribute's name, its alias with the `#`, or an index of a list. A name never begins with `#`. */
export type Step = string | number

export interface Path {
  kind: 'path'
  steps: Step[]
}

export interface Literal {
  kind: 'value'
  /** with the `:` */
  name: string
}

export interface Call {
  kind: 'call'
  name: string
  operands: Operand[]
}

export type Operand = Path | Literal | Call

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Condition =
  | Call
  | { kind: 'compare'; operator: Comparator; left: Operand; right: Operand }
  | { kind: 'between'; operand: Operand; low: Operand; high: Operand }
  | { kind: 'in'; operand: Operand; candidates: Operand[] }
  | { kind: 'and' | 'or'; terms: Condition[] }
  | { kind: 'not'; term: Condition }

export interface Sum {
  kind: 'sum'
  operator: '+' | '-'
  left: Operand
  right: Operand
}

export type SectionName = 'SET' | 'REMOVE' | 'ADD' | 'DELETE'

export type Action =
  | { section: 'SET'; path: Path; value: Operand | Sum }
  | { section: 'REMOVE'; path: Path }
  | { section: 'ADD' | 'DELETE'; path: Path; value: Literal }

/** In the order in which they are written. */
export type Section = { name: SectionName; actions: Action[] }

export const refusal = (kind: Kind, what: string): TableFault => invalid(`Invalid ${kind}: ${what}`)
