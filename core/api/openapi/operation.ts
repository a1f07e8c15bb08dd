import { faults } from '../../record/fault.ts'
import type { JsonSchema } from './schema.ts'

/* The parts of one operation of the document. */

export type Operation = { operationId: string } & Record<string, unknown>

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })
export const parameter = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` })
const header = (name: string): JsonSchema => ({ $ref: `#/components/headers/${name}` })

export const json = (schema: JsonSchema, example?: unknown): JsonSchema => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

export const objectOf = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
})

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })

/** `next` of a list. */
export const next: JsonSchema = {
  type: 'string',
  description: 'where the next page begins; absent at the end',
  'x-refers-to': ['page'],
}

/** What an operation does by which it may be refused. */
export interface Acts {
  /** anybody may call it */
  isOpen?: boolean
  /** something that its path names */
  finds?: boolean
  /** reads a body */
  reads?: boolean
  /** changes something, which others may be changing too */
  writes?: boolean
  /** honours If-Match; `must`: demands it */
  matches?: 'may' | 'must'
}

/** The statuses with which an operation may refuse: none that it never answers. */
export function refusals({ isOpen, finds, reads, writes, matches }: Acts): Record<string, JsonSchema> {
  const statuses = [
    400,
    429,
    500,
    503,
    ...(isOpen ? [] : [401, 403]),
    ...(finds ? [404] : []),
    ...(writes ? [409] : []),
    ...(reads ? [413, 415, 422] : []),
    ...(matches ? [412] : []),
    ...(matches === 'must' ? [428] : []),
  ].toSorted((one, other) => one - other)
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  )
}

/** An answer of a success, with the headers that it has. */
export const answer = (
  description: string,
  schema: JsonSchema | undefined,
  headers: readonly string[] = [],
): JsonSchema => ({
  description,
  headers: Object.fromEntries(['X-Request-Id', ...headers].map((name) => [name, header(name)])),
  ...(schema && { content: json(schema) }),
})

/** A refusal with this status, of whatever code. */
export const problemResponse = (status: number): JsonSchema => ({
  description: codesOf(status),
  headers: Object.fromEntries((headersOf[status] ?? []).map((name) => [name, header(name)])),
  content: { 'application/problem+json': { schema: refTo('Problem') }, ...gateway(status) },
})

const headersOf: Record<number, readonly string[]> = {
  401: ['WWW-Authenticate'],
  412: ['ETag'],
  415: ['Accept-Patch'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

/** What the gateway itself refuses it says in AWS's JSON. */
const gateway = (status: number): Record<string, unknown> =>
  [401, 403, 413, 429, 500, 503].includes(status)
    ? json({ type: 'object', properties: { message: { type: 'string' } } })
    : {}

const codesOf = (status: number): string =>
  Object.entries(faults)
    .filter(([, fault]) => fault.status === status)
    .map(([code]) => `\`${code}\``)
    .join(', ')
