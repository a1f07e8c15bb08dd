/**
 * DynamoDB's expressions: what a request says about conditions, filters, keys, projections and updates.
 *
 * Problem: the same few texts come thousands of times a second with other values, and each must be refused in the
 * words of DynamoDB when it is wrong.
 * Representation: a text is read once into a tree, together with the names that it uses, and kept by text and names;
 * the values of a request are bound when it is evaluated.
 */
import type { Item, Value } from '../value.ts'

/** The members of a request that belong together; of an operation that knows them. */
export interface ExpressionRequest {
  ConditionExpression?: string | undefined
  FilterExpression?: string | undefined
  KeyConditionExpression?: string | undefined
  ProjectionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  /** read by readItem */
  ExpressionAttributeValues?: Item | undefined
}

export interface Condition {
  /** Nothing is an item that is not there. */
  matches(item: Item | undefined): boolean
  /** names of the attributes of the first level that are looked at */
  attributes: readonly string[]
}

/** What a query may be about: the values of the partition key, and of the sort key by one condition. */
export interface KeyCondition {
  hash: Value
  range?:
    | { operator: '=' | '<' | '<=' | '>' | '>=' | 'begins_with'; value: Value }
    | { operator: 'BETWEEN'; low: Value; high: Value }
}

/** Key attributes of a table or an index, with their types. */
export interface KeyNames {
  hash: { name: string; type: 'S' | 'N' | 'B' }
  range?: { name: string; type: 'S' | 'N' | 'B' } | undefined
}

export interface Projection {
  /** A new item of what is named; what is not there is left out. */
  project(item: Item): Item
  attributes: readonly string[]
}

export interface Update {
  /**
   * The item after the update; the given one, which may be only its key, is left as it was.
   * @throws ValidationException as evaluated against the item
   */
  apply(item: Item): Item
  /** names of the attributes of the first level that are changed */
  attributes: readonly string[]
  /** Of an item, what the update names: ReturnValues UPDATED_OLD and UPDATED_NEW. */
  touched(item: Item): Item
}

export interface Expressions {
  condition?: Condition
  filter?: Condition
  projection?: Projection
  update?: Update
  /** @throws ValidationException when it is no condition on such a key */
  keyCondition?(key: KeyNames): KeyCondition
}

/**
 * Reads all expressions of a request.
 * @throws ValidationException for what is no expression, for a name or value that is not given, and for one that is
 * given and not used
 */
export declare function readExpressions(request: ExpressionRequest): Expressions
