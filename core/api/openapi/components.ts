import { faults } from '../../record/fault.ts'
import type { Kind, Kinds } from '../../record/kind.ts'
import { newSchema, patchSchema, settableShape, shownSchema, type JsonSchema } from './schema.ts'

/* The parts of the document to which its operations refer: schemas, parameters, refusals. */

/** What the schemas of a kind are called. */
export const schemaName = ({ name }: Pick<Kind, 'name'>): string => name[0]!.toUpperCase() + name.slice(1)
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })
export const parameter = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` })

export const json = (schema: JsonSchema, example?: unknown): JsonSchema => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

/** Statuses that an operation may answer when it refuses. */
export function refusals(...statuses: number[]): Record<string, JsonSchema> {
  const all = [...new Set([400, 401, 403, 404, 429, 500, 503, ...statuses])].toSorted((a, b) => a - b)
  return Object.fromEntries(
    all.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  )
}

/** What operations refer to. */
export function componentsOf(kinds: Kinds, activity: JsonSchema): Record<string, unknown> {
  const told = [...kinds.values()].filter(({ doors }) => doors?.length !== 0)
  const has = ({ doors }: Kind, door: 'create' | 'change'): boolean =>
    doors === undefined || doors.includes(door)
  const statuses = [...new Set(Object.values(faults).map(({ status }) => status))]
  return {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'the ID token of a person, or the key of a program (`hf_…`)',
      },
    },
    headers: {
      ETag: { description: 'the version; send it as If-Match with a change', schema: { type: 'string' } },
    },
    parameters: parameters,
    responses: Object.fromEntries(
      statuses.map((status) => [
        `Problem${status}`,
        {
          description: codesOf(status),
          content: { 'application/problem+json': { schema: refTo('Problem') }, ...gateway(status) },
        },
      ]),
    ),
    schemas: {
      Problem: problem,
      ActivityNew: activity,
      ...Object.fromEntries(
        told.flatMap((kind) => [
          [schemaName(kind), shownSchema(kind)],
          ...(has(kind, 'create') ? [[`${schemaName(kind)}New`, newSchema(kind)]] : []),
          ...(has(kind, 'change') ? [[`${schemaName(kind)}Patch`, patchSchema(settableShape(kind))]] : []),
        ]),
      ),
    },
  }
}

/** What the gateway itself refuses it says in AWS's JSON. */
const gateway = (status: number): Record<string, unknown> =>
  [401, 403, 413, 429, 503].includes(status)
    ? { 'application/json': { schema: { type: 'object', properties: { message: { type: 'string' } } } } }
    : {}

const codesOf = (status: number): string =>
  Object.entries(faults)
    .filter(([, fault]) => fault.status === status)
    .map(([code]) => code)
    .join(', ')

const inQuery = (name: string, description: string, schema: JsonSchema = { type: 'string' }): JsonSchema => ({
  name,
  in: 'query',
  description,
  schema,
})
const inHeader = (name: string, description: string, required = false): JsonSchema => ({
  name,
  in: 'header',
  description,
  required,
  schema: { type: 'string' },
})

const parameters = {
  id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  state: inQuery('state', 'a state by its name, `open` or `closed`'),
  month: inQuery('month', 'closed ones of a month, as 2027-03'),
  day: inQuery('day', 'those that came on a day (UTC), as 2027-03-01'),
  owner: inQuery('owner', 'open ones of a person, most urgent first'),
  queue: inQuery('queue', 'open ones of a queue, most urgent first'),
  filter: inQuery(
    'filter',
    'an event pattern over fields of the line, as JSON: `{"country":["UA"],"employees":[{"numeric":[">",10]}]}`',
  ),
  sort: inQuery(
    'sort',
    'names of at most 3 fields of the line with commas between, `-` before one that descends: `-employees,name`',
  ),
  view: inQuery('view', 'the id of a view, whose filter and order are taken'),
  fields: inQuery('fields', '`line`: what the list knows without reading the records', {
    type: 'string',
    enum: ['line'],
  }),
  limit: inQuery('limit', 'records of a page', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
  after: inQuery('after', '`next` of the page before: good for the same address with the same parameters'),
  kinds: inQuery('kinds', 'entries of these kinds alone, with commas between'),
  what: inQuery('what', 'activities of these sorts alone, with commas between'),
  IfMatch: inHeader('If-Match', 'the ETag of what the change is made of; `*` is whatever is there', true),
  IfMatchMay: inHeader('If-Match', 'the ETag of what it rests on, where that matters'),
  IfNoneMatch: inHeader('If-None-Match', 'the ETag of what is known already'),
  IdempotencyKey: inHeader(
    'Idempotency-Key',
    'repeated with the same key it is done once and answered as before',
  ),
}

const problem = {
  type: 'object',
  description: 'RFC 9457',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(faults) },
    instance: { type: 'string', description: 'the request' },
    where: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer into the body' },
          detail: { type: 'string' },
        },
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
}
