import { withArticle } from '../../record/article.ts'
import { faults } from '../../record/fault.ts'
import type { Kind, Kinds, Opening } from '../../record/kind.ts'
import { answers } from './answer.ts'
import { problemResponse } from './operation.ts'
import { whyAnswers } from './why-answer.ts'
import { lineSchema, newSchema, patchSchema, settableShape, shownSchema, type JsonSchema } from './schema.ts'

/* The parts of the document to which its operations refer: schemas, parameters, headers, refusals. */

/** What the schemas of a kind are called. */
export const schemaName = ({ name }: Pick<Kind, 'name'>): string => capital(name)
export const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1)
/** Without hyphens, for the names of operations. */
export const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * What operations refer to.
 * @param named schemas beside those of kinds: what is told of records, and entries of their files
 */
export function componentsOf(
  kinds: Kinds,
  named: Readonly<Record<string, JsonSchema>>,
): Record<string, unknown> {
  const told = [...kinds.values()].filter(({ doors }) => doors?.length !== 0)
  const has = ({ doors }: Kind, door: Opening): boolean => doors === undefined || doors.includes(door)
  const statuses = [...new Set(Object.values(faults).map(({ status }) => status))].filter(
    // Of addresses that are no operation.
    (status) => status !== faults['method.refused'].status,
  )
  return {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'the ID token of a person, or the key of a program (`hf_…`)',
      },
    },
    headers,
    parameters,
    responses: Object.fromEntries(statuses.map((status) => [`Problem${status}`, problemResponse(status)])),
    schemas: {
      Problem: problem,
      ...answers,
      ...whyAnswers,
      ...named,
      ...Object.fromEntries(
        told.flatMap((kind) => [
          [schemaName(kind), shownSchema(kind)],
          ...(has(kind, 'list') ? [[`${schemaName(kind)}Line`, lineSchema(kind)]] : []),
          ...(has(kind, 'create') ? [[`${schemaName(kind)}New`, newSchema(kind)]] : []),
          ...(has(kind, 'change') ? [[`${schemaName(kind)}Patch`, patchSchema(settableShape(kind))]] : []),
        ]),
      ),
    },
  }
}

/** A part of a path: the id of something. */
export const pathParameter = (name: string, of: string): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  description: `the id of ${withArticle(of)}`,
  schema: { type: 'string', minLength: 1, 'x-refers-to': [of] },
})

export const queryParameter = (
  name: string,
  description: string,
  schema: JsonSchema = { type: 'string' },
): JsonSchema => ({ name, in: 'query', description, schema })

const inHeader = (name: string, description: string, required = false): JsonSchema => ({
  name,
  in: 'header',
  description,
  required,
  schema: { type: 'string' },
})

const parameters = {
  month: queryParameter('month', 'closed ones of a month, as 2027-03', {
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
    examples: ['2027-03'],
  }),
  day: queryParameter('day', 'those that came on a day (UTC), as 2027-03-01', {
    type: 'string',
    format: 'date',
  }),
  owner: queryParameter('owner', 'open ones of a person, most urgent first', {
    type: 'string',
    'x-refers-to': ['person'],
  }),
  queue: queryParameter('queue', 'open ones of a queue, most urgent first', {
    type: 'string',
    'x-refers-to': ['queue'],
  }),
  limit: queryParameter('limit', 'entries of a page', {
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 50,
  }),
  after: queryParameter(
    'after',
    '`next` of the page before: good for the same address with the same parameters',
    {
      type: 'string',
      'x-refers-to': ['page'],
    },
  ),
  filter: queryParameter(
    'filter',
    'an event pattern over fields of the line, as JSON: `{"country":["UA"],"employees":[{"numeric":[">",10]}]}`',
  ),
  lang: queryParameter('lang', 'the language of the words; else that of Accept-Language, or of the caller', {
    type: 'string',
    enum: ['en', 'uk', 'ru'],
  }),
  fields: queryParameter('fields', '`line`: what the list knows without reading the records', {
    type: 'string',
    enum: ['line'],
  }),
  view: queryParameter('view', 'the id of a view, whose filter and order are taken', {
    type: 'string',
    'x-refers-to': ['view'],
  }),
  IfMatch: inHeader('If-Match', 'the ETag of what the change is made of; `*` is whatever is there', true),
  IfMatchMay: inHeader('If-Match', 'the ETag of what it rests on, where that matters'),
  IfNoneMatch: inHeader('If-None-Match', 'the ETag of what is known already'),
  IdempotencyKey: {
    ...inHeader(
      'Idempotency-Key',
      'repeated with the same key it is done once and answered as before; of each caller and address its own, kept for a week at least',
    ),
    schema: { type: 'string', maxLength: 255 },
  },
}

const inAnswer = (description: string, schema: JsonSchema = { type: 'string' }): JsonSchema => ({
  description,
  schema,
})

const headers = {
  ETag: inAnswer('the version; send it as If-Match with a change'),
  Location: inAnswer('where it is read'),
  'X-Request-Id': inAnswer('the number of the request, as `instance` of a problem'),
  'Retry-After': inAnswer('seconds to wait before the same is sent again', { type: 'integer' }),
  'WWW-Authenticate': inAnswer('`Bearer`'),
  'Accept-Patch': inAnswer('the types that a change may have, where it was one'),
}

const problem = {
  type: 'object',
  description: 'RFC 9457. Go by `code`; other members may be there beside these',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what is wrong, and how to mend it' },
    code: { type: 'string', enum: Object.keys(faults) },
    instance: { type: 'string', description: 'the request' },
    where: { type: 'string', description: 'the first that is wrong' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer into the body' },
          parameter: { type: 'string', description: 'of the query' },
          detail: { type: 'string' },
        },
        required: ['detail'],
      },
    },
    current: { type: 'object', description: 'with 412: the record as it is now' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
}
