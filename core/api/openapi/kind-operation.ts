import type { Kind, Kinds } from '../../record/kind.ts'
import { handOvers } from '../../record/work.ts'
import { json, parameter, refTo, refusals, schemaName } from './components.ts'
import { patchSchema, sampleRecord, type JsonSchema } from './schema.ts'

export type Operation = Record<string, unknown>

/** The operations of one route of a kind; of its transitions one each. */
export function kindOperations(
  kind: Kind,
  { method, path }: { method: string; path: string; isOpen?: true | undefined },
  kinds: Kinds,
): [path: string, operation: Operation][] {
  const name = schemaName(kind)
  const told = (id: string, summary: string): Operation => ({
    operationId: id,
    summary,
    tags: [kind.title],
  })
  const prefix = (other: string): string | undefined => kinds.get(other)?.prefix
  const shown = (description: string): JsonSchema => ({
    description,
    headers: { ETag: { $ref: '#/components/headers/ETag' } },
    content: json(refTo(name)),
  })
  const one = [parameter('id')]
  if (method === 'GET' && !path.includes('{id}'))
    return [[path, listOperation(kind, told(`list${name}s`, `${kind.title}: a list`))]]
  if (method === 'GET' && path.endsWith('/history'))
    return [
      [
        path,
        {
          ...told(`historyOf${name}`, `${kind.title}: everything that happened to it`),
          parameters: one,
          responses: {
            200: {
              description: 'The record, and what happened in its order',
              content: json({ type: 'object' }),
            },
            ...refusals(),
          },
        },
      ],
    ]
  if (method === 'GET' && path.endsWith('/file'))
    return [
      [
        path,
        {
          ...told(`fileOf${name}`, `${kind.title}: its file: what is open, what happened, newest first`),
          parameters: [...one, parameter('kinds'), parameter('what'), parameter('limit'), parameter('after')],
          responses: {
            200: { description: 'A page of the file', content: json({ type: 'object' }) },
            ...refusals(),
          },
        },
      ],
    ]
  if (method === 'POST' && path.endsWith('/activities'))
    return [
      [
        path,
        {
          ...told(`tellOf${name}`, `${kind.title}: what happened with it`),
          parameters: [...one, parameter('IdempotencyKey')],
          requestBody: {
            required: true,
            content: json(refTo('ActivityNew'), { what: 'call', text: 'She wants an offer for forty.' }),
          },
          responses: {
            201: { description: 'The activity, and the record', content: json({ type: 'object' }) },
            ...refusals(409, 413, 415, 422),
          },
        },
      ],
    ]
  if (method === 'GET')
    return [
      [
        path,
        {
          ...told(`read${name}`, `${kind.title}: one`),
          parameters: [...one, parameter('IfNoneMatch')],
          responses: {
            200: shown('The record'),
            304: { description: 'As If-None-Match says' },
            ...refusals(),
          },
        },
      ],
    ]
  if (method === 'PATCH')
    return [
      [
        path,
        {
          ...told(`change${name}`, `${kind.title}: change fields`),
          parameters: [...one, parameter('IfMatch'), parameter('IdempotencyKey')],
          requestBody: {
            required: true,
            content: {
              'application/merge-patch+json': { schema: refTo(`${name}Patch`), example: {} },
              'application/json': { schema: refTo(`${name}Patch`), example: {} },
            },
          },
          responses: { 200: shown('The record as it is now'), ...refusals(409, 412, 413, 415, 422, 428) },
        },
      ],
    ]
  if (path.endsWith('/{transition}')) return moveOperations(kind, path, { told, shown, one })
  return [
    [
      path,
      {
        ...told(`create${name}`, `${kind.title}: a new one`),
        parameters: [parameter('IdempotencyKey')],
        requestBody: { required: true, content: json(refTo(`${name}New`), sampleRecord(kind, prefix)) },
        responses: { 201: shown('The new record'), ...refusals(409, 413, 415, 422) },
      },
    ],
  ]
}

interface Telling {
  told(id: string, summary: string): Operation
  shown(description: string): JsonSchema
  one: JsonSchema[]
}

function moveOperations(
  kind: Kind,
  path: string,
  { told, shown, one }: Telling,
): [path: string, operation: Operation][] {
  const name = schemaName(kind)
  const operation = (move: string, title: string, body: JsonSchema, example: object): [string, Operation] => [
    path.replace('{transition}', move),
    {
      ...told(`${camel(move)}${name}`, `${kind.title}: ${title}`),
      parameters: [...one, { ...parameter('IfMatchMay') }, parameter('IdempotencyKey')],
      requestBody: { required: false, content: json(body, example) },
      responses: { 200: shown('The record as it is now'), ...refusals(409, 412, 413, 415, 422) },
    },
  ]
  const { shape } = kind.schema
  const moves = Object.entries(kind.lifecycle?.transitions ?? {}).map(
    ([move, { title, needs = [], takes = [] }]) => {
      const fields = Object.fromEntries(
        [...needs, ...takes].flatMap((field) => (shape[field] ? [[field, shape[field]]] : [])),
      )
      return operation(move, title.toLowerCase(), patchSchema(fields), {})
    },
  )
  return [...moves, ...(kind.work ? handOvers.map((each) => operation(each, ...handOverCalls[each])) : [])]
}

const handOverCalls: Record<(typeof handOvers)[number], [title: string, body: JsonSchema, example: object]> =
  {
    take: ['take it', { type: 'object' }, {}],
    give: [
      'give it to somebody',
      {
        type: 'object',
        properties: { to: { type: 'string', description: 'the id of a person, a queue or a team' } },
        required: ['to'],
      },
      { to: 'maria' },
    ],
    plan: [
      'plan its next step',
      {
        type: 'object',
        properties: { nextAt: { type: 'string', description: 'when' } },
        required: ['nextAt'],
      },
      { nextAt: '2027-03-03T10:00:00.000Z' },
    ],
  }

export const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function listOperation(kind: Kind, told: Operation): Operation {
  const names = [
    ...(kind.lifecycle ? ['state', 'month', 'day'] : []),
    ...(kind.work ? ['owner', 'queue'] : []),
    'filter',
    'sort',
    'view',
    'fields',
    'limit',
    'after',
  ]
  return {
    ...told,
    parameters: names.map(parameter),
    responses: {
      200: {
        description: 'A page',
        content: json({
          type: 'object',
          properties: {
            [kind.plural]: { type: 'array', items: refTo(schemaName(kind)) },
            next: { type: 'string', description: 'where the next page begins; absent at the end' },
            total: { type: 'integer', description: 'of all pages, where they are sorted' },
            isWide: {
              const: true,
              description: 'too many to be sorted as was asked: in the order of the index, newest first',
            },
          },
          required: [kind.plural],
        }),
      },
      ...refusals(),
    },
  }
}
