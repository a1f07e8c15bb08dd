import { isInvalid, isLax, some } from '../cause.ts'
import type { Call, Input } from '../call.ts'
import type { Step, Stored } from '../pair.ts'
import type { Answer } from '../reference.ts'

export interface KnownDifference {
  name: string
  /** what holds on AWS, and where that is said or was measured */
  rule: string
  source: string
  example: {
    before?: Stored[]
    earlier?: Call[]
    call: Call
    /** what the engine answers, as AWS does */
    aws: Answer | RegExp
    dynoxide: Answer | RegExp
    /** false: random calls do not come there */
    isCovered?: boolean
  }
  covers(step: Step): boolean
}

export const guide = 'Amazon DynamoDB Developer Guide'
export const api = 'Amazon DynamoDB API Reference'

export const key = { pk: { S: 'a' }, sk: { S: 'b' } }
export const done = /^\{/

export const deletion = (more: Input): Call => ({
  operation: 'DeleteItem',
  input: { TableName: 'orders', Key: key, ...more },
})
export const update = (more: Input): Call => ({
  operation: 'UpdateItem',
  input: { TableName: 'orders', Key: key, ...more },
})
export const query = (more: Input): Call => ({
  operation: 'Query',
  input: { TableName: 'orders', ...more },
})

/** Whether AWS refuses in these words, for a cause that is in a part of the request, what dynoxide lets pass. */
export const isStricter = (step: Step, words: RegExp, hasCause: (part: Input) => boolean): boolean =>
  isInvalid(step.engine, words) && isLax(step.reference) && some(step, hasCause)
