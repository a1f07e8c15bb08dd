/*
 * Whether two answers say the same. What DynamoDB does not order is not compared in an order.
 */

import type { Call } from './call.ts'
import type { Answer, StreamRecord } from './reference.ts'
import { keyNames, tables } from './world.ts'

/** All pages of one call, as one answer; `pages` is how many there were. */
export interface Whole extends Answer {
  pages: number
}

/** In words, where two answers differ; nothing when they do not. */
export function difference(call: Call, reference: Whole, engine: Whole): string | undefined {
  if (reference.status !== engine.status) return `status ${reference.status} and ${engine.status}`
  const left = comparable(call, reference, engine)
  const right = comparable(call, engine, reference)
  return differs(left, right)
}

/** In words, where the records of two streams differ: of each item in its order, between items in any. */
export function streamDifference(
  reference: readonly StreamRecord[],
  engine: readonly StreamRecord[],
  ignored: ReadonlySet<string>,
): string | undefined {
  const byItem = (records: readonly StreamRecord[]) => {
    const sorted = records.map((record) => canonical(record) as StreamRecord)
    const changed = sorted.filter(({ NewImage, OldImage }) => !same(NewImage, OldImage))
    const groups = Map.groupBy(changed, ({ Keys }) => keyText(Keys))
    return Object.fromEntries([...groups].filter(([key]) => !ignored.has(key)))
  }
  return differs(byItem(reference), byItem(engine))
}

/** The JSON of a key, as the records of a stream are grouped by: a number as it may have been written. */
export const keyText = (key: unknown): string =>
  JSON.stringify(canonical(key), (name, value: unknown) => (name === 'N' ? Number(value) + 0 : value))

export const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify(canonical(left)) === JSON.stringify(canonical(right))

function comparable(call: Call, { status, body, pages }: Whole, other: Whole): unknown {
  if (status !== 200) {
    const { __type, message, Message, ...more } = body
    return canonical({ type: __type, message: message ?? Message, ...more })
  }
  const { LastEvaluatedKey, ConsumedCapacity, Items, Responses, ...more } = canonical(body) as Record<
    string,
    unknown
  >
  const capacity = Array.isArray(ConsumedCapacity) ? inAnyOrder(ConsumedCapacity) : ConsumedCapacity
  // Where pages are cut anywhere, so is what each of them costs.
  const isWhole = pages === 1 && other.pages === 1
  return {
    ...more,
    ...(isWhole && { capacity }),
    ...(!call.isDrained && { LastEvaluatedKey }),
    ...(Items !== undefined && { Items: call.isDrained ? inAnyOrder(Items as unknown[]) : Items }),
    ...(call.operation === 'Query' && call.isDrained && { order: sortKeys(call, Items as unknown[]) }),
    ...(Responses !== undefined && {
      Responses: Array.isArray(Responses)
        ? Responses
        : Object.fromEntries(
            Object.entries(Responses as object).map(([table, items]) => [table, inAnyOrder(items)]),
          ),
    }),
  }
}

/** The sort keys of an index's entries in their order, as far as they are returned. */
function sortKeys({ input }: Call, items: unknown[] | undefined): unknown {
  const table = tables.find(({ name }) => name === input.TableName)
  const index = table?.indexes.find(({ name }) => name === input.IndexName)
  const range = index && keyNames(index)[1]
  return range && items?.map((item) => (item as Record<string, unknown>)[range])
}

const inAnyOrder = (list: unknown[]): unknown[] =>
  list
    .map((entry) => JSON.stringify(entry))
    .toSorted()
    .map((text) => JSON.parse(text) as unknown)

/** With members sorted by their names, and sets by their elements. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!value || typeof value !== 'object') return value
  const entries = Object.entries(value)
  const [name, only] = entries[0] ?? []
  if (entries.length === 1 && /^[SNB]S$/.test(name!) && Array.isArray(only))
    return { [name!]: only.map(String).toSorted() }
  return Object.fromEntries(
    entries
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, entry]) => [key, canonical(entry)]),
  )
}

/** The first place where two values differ. */
function differs(left: unknown, right: unknown, path = ''): string | undefined {
  if (Object.is(left, right)) return undefined
  const isBranch = [left, right].every((value) => value && typeof value === 'object')
  if (!isBranch) return `${path || 'the answer'}: ${shown(left)} and ${shown(right)}`
  const [first, second] = [left as Record<string, unknown>, right as Record<string, unknown>]
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const found = differs(first[name], second[name], path ? `${path}.${name}` : name)
    if (found) return found
  }
  return undefined
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text
}
