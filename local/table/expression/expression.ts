/*
 * DynamoDB's expressions: what a request says about conditions, filters, keys, projections and updates.
 *
 * Problem: the same few texts come thousands of times a second with other values, and each must be refused in the
 * words of DynamoDB when it is wrong.
 * Representation: a text is read once into a tree, together with the names that it uses, and kept by text and names;
 * the values of a request are bound when it is evaluated.
 */
import type { Item, Value } from '../value.ts'
import {
  type Compiled,
  type CompiledCondition,
  compileCondition,
  compileFilter,
  compileKeyCondition,
  compileProjection,
} from './compile.ts'
import { keyConditionOf } from './key-condition.ts'
import { type Names, project } from './path.ts'
import { requirePlaceholders, requireUse } from './placeholders.ts'
import { compileUpdate } from './update.ts'

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
   * The item after the update; the given one, of which there may be only its key, is left as it was. Of an item that
   * was not there what is to be removed need not be there either, not even what it would be in.
   * @throws ValidationException as evaluated against the item
   */
  apply(item: Item, isNew?: boolean): Item
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

const nothing: Item = Object.freeze({})
const noNames: Names = Object.freeze({})

/**
 * Reads all expressions of a request. A member that the operation knows and the request does not have is there as
 * undefined: a refusal may name it.
 * @throws ValidationException for what is no expression, for a name or value that is not given, and for one that is
 * given and not used
 */
export function readExpressions(request: ExpressionRequest): Expressions {
  const { ExpressionAttributeNames: names = noNames, ExpressionAttributeValues: values = nothing } = request
  if (names !== noNames || values !== nothing) requirePlaceholders(request)
  const all: Compiled[] = []
  const ready = <T extends Compiled>(
    compile: (text: string, names: Names) => T,
    text: string | undefined,
  ): T | undefined => {
    if (text === undefined) return undefined
    const compiled = compile(text, names)
    for (const check of compiled.checks) check(values)
    all.push(compiled)
    return compiled
  }
  // In the order of the service: of several faults the first is told.
  const key = ready(compileKeyCondition, request.KeyConditionExpression)
  const update = ready(compileUpdate, request.UpdateExpression)
  const condition = ready(compileCondition, request.ConditionExpression)
  const filter = ready(compileFilter, request.FilterExpression)
  const projection = ready(compileProjection, request.ProjectionExpression)
  requireUse(names, values, all)
  const expressions: Expressions = {}
  if (key) {
    const terms = key.terms()
    expressions.keyCondition = (keyNames) => keyConditionOf(terms, values, keyNames)
  }
  if (condition) expressions.condition = boundCondition(condition, values)
  if (filter) expressions.filter = boundCondition(filter, values)
  if (projection) {
    const { branches, attributes } = projection
    expressions.projection = { attributes, project: (item) => project(item, branches) }
  }
  if (update) {
    const { branches, attributes, apply } = update
    expressions.update = {
      attributes,
      apply: (item, isNew = false) => apply(item, values, isNew),
      touched: (item) => project(item, branches),
    }
  }
  return expressions
}

const boundCondition = ({ test, attributes }: CompiledCondition, values: Item): Condition => ({
  attributes,
  matches: (item = nothing) => test(item, values),
})
