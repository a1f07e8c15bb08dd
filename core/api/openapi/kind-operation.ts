import type { Kind, Kinds } from '../../record/kind.ts'
import { handOvers } from '../../record/work.ts'
import { camel, capital, pathParameter, queryParameter, schemaName } from './components.ts'
import { samplePatch, sampleRecord, type Prefixes } from './example.ts'
import { answer, json, listOf, objectOf, parameter, refTo, refusals, type Operation } from './operation.ts'
import type { JsonSchema } from './schema.ts'
import { handOverParts, transitionParts } from './move.ts'

/* The operations that every kind has, of its declaration. */

type Operations = [path: string, operation: Operation][]

/** A route of a kind, with what its operations are made of. */
interface Route {
  kind: Kind
  path: string
  name: string
  prefix: Prefixes
  /** kinds of entries of files, and sorts of activities */
  entries: readonly string[]
  activities: readonly string[]
}

/** What the operations of all kinds know of each other. */
export interface Others {
  kinds: Kinds
  /** the schema of an activity as it is shown */
  activity: JsonSchema | undefined
}

/** The operations of one route of a kind; of its transitions one each. */
export function kindOperations(
  kind: Kind,
  { method, path }: { method: string; path: string },
  { kinds, activity }: Others,
): Operations {
  const { properties = {} } = (activity ?? {}) as { properties?: { what?: { enum?: string[] } } }
  const route = {
    kind,
    path,
    name: schemaName(kind),
    prefix: (other: string) => kinds.get(other)?.prefix,
    entries: ['activity', 'consent', 'milestone', ...kinds.keys()],
    activities: properties.what?.enum ?? [],
  }
  if (path.endsWith('/{transition}')) return moves(route)
  const rest = path.slice(`/${kind.plural}`.length).replace('/{id}', '/{}')
  const make = byRoute[`${method} ${rest}`]
  if (!make) throw new Error(`${method} ${path}: no operation of a kind is made of this route`)
  return [[path, make(route)]]
}

const byRoute: Record<string, (route: Route) => Operation> = {
  'GET ': list,
  'POST ': create,
  'GET /{}': read,
  'PATCH /{}': change,
  'GET /{}/history': history,
  'GET /{}/file': file,
  'GET /{}/why': why,
  'POST /{}/activities': tell,
}

const told = ({ kind }: Route, operationId: string, summary: string): Operation => ({
  operationId,
  summary: `${kind.title}: ${summary}`,
  tags: [kind.title],
})

/** Names with commas between. */
const someOf = (name: string, description: string, all: readonly string[]): JsonSchema => ({
  ...queryParameter(name, description, { type: 'array', minItems: 1, items: { type: 'string', enum: all } }),
  style: 'form',
  explode: false,
})

const idOf = ({ kind }: Route): JsonSchema => pathParameter('id', kind.name)

function list(route: Route): Operation {
  const { kind, name } = route
  const states = Object.keys(kind.lifecycle?.states ?? {})
  return {
    ...told(route, `list${capital(camel(kind.plural))}`, 'a list'),
    parameters: [
      ...(kind.lifecycle
        ? [
            queryParameter(
              'state',
              'a state, or all open or closed ones; one of state, day, owner and queue',
              {
                type: 'string',
                enum: [...new Set(['open', 'closed', ...states])],
              },
            ),
            parameter('month'),
            parameter('day'),
          ]
        : []),
      ...(kind.work ? [parameter('owner'), parameter('queue')] : []),
      parameter('filter'),
      sortBy(kind),
      parameter('view'),
      parameter('fields'),
      parameter('limit'),
      parameter('after'),
    ],
    responses: {
      200: answer(
        'A page',
        objectOf(
          {
            [kind.plural]: listOf({ anyOf: [refTo(name), refTo(`${name}Line`)] }),
            next: refTo('Next'),
            total,
            isWide,
          },
          ['next', 'total', 'isWide'],
        ),
      ),
      // A view that there is not.
      ...refusals({ finds: true }),
    },
  }
}

const total: JsonSchema = { type: 'integer', description: 'of all pages, where they are sorted' }
const isWide: JsonSchema = {
  const: true,
  description: 'too many to be sorted as was asked: in the order of the index, newest first',
}

/** Names of fields of the line, with a hyphen before one that descends. */
const sortBy = ({ listed }: Kind): JsonSchema => ({
  ...queryParameter('sort', 'at most 3 fields of the line, `-` before one that descends: `-employees,name`', {
    type: 'array',
    minItems: 1,
    maxItems: 3,
    items: { type: 'string', enum: listed.flatMap((name) => [name, `-${name}`]) },
  }),
  style: 'form',
  explode: false,
})

function create(route: Route): Operation {
  const { kind, name, prefix } = route
  return {
    ...told(route, `create${name}`, 'a new one'),
    parameters: [parameter('IdempotencyKey')],
    requestBody: { required: true, content: json(refTo(`${name}New`), sampleRecord(kind, prefix)) },
    responses: {
      201: answer('The new record', refTo(name), ['ETag', 'Location']),
      ...refusals({ reads: true, writes: true }),
    },
  }
}

function read(route: Route): Operation {
  return {
    ...told(route, `read${route.name}`, 'one'),
    parameters: [idOf(route), parameter('IfNoneMatch')],
    responses: {
      200: answer('The record', refTo(route.name), ['ETag']),
      304: answer('It is as If-None-Match says', undefined, ['ETag']),
      ...refusals({ finds: true }),
    },
  }
}

function change(route: Route): Operation {
  const { kind, name, prefix } = route
  const media = { schema: refTo(`${name}Patch`), example: samplePatch(kind, prefix) }
  return {
    ...told(route, `change${name}`, 'change fields'),
    parameters: [idOf(route), parameter('IfMatch'), parameter('IdempotencyKey')],
    requestBody: {
      required: true,
      content: { 'application/merge-patch+json': media, 'application/json': media },
    },
    responses: {
      200: answer('The record as it is now', refTo(name), ['ETag']),
      ...refusals({ finds: true, reads: true, writes: true, matches: 'must' }),
    },
  }
}

function history(route: Route): Operation {
  const { kind, name } = route
  return {
    ...told(route, `historyOf${name}`, 'everything that happened to it, with the reasons'),
    parameters: [idOf(route)],
    responses: {
      200: answer(
        'The record, and what happened in its order',
        objectOf({ [kind.name]: refTo(name), events: listOf(refTo('Event')) }),
      ),
      ...refusals({ finds: true }),
    },
  }
}

function file(route: Route): Operation {
  const { kind, name } = route
  return {
    ...told(route, `fileOf${name}`, 'its file: what is open, what happened, newest first'),
    parameters: [
      idOf(route),
      someOf('kinds', 'entries of these kinds alone, with commas between', route.entries),
      someOf('what', 'activities of these sorts alone, with commas between', route.activities),
      parameter('limit'),
      parameter('after'),
    ],
    responses: {
      200: answer(
        'The record with what is open, and a page of what happened; a further page has only that',
        objectOf(
          {
            [kind.name]: refTo(name),
            open: listOf(refTo('Entry')),
            isOpenCut: { type: 'boolean', description: 'more is open than is told' },
            timeline: listOf(refTo('Entry')),
            next: refTo('Next'),
          },
          [kind.name, 'open', 'isOpenCut', 'next'],
        ),
      ),
      ...refusals({ finds: true }),
    },
  }
}

function why(route: Route): Operation {
  const { name } = route
  return {
    ...told(
      route,
      `whyOf${name}`,
      'why it is with whom it is, in this team, so urgent, and promised until then',
    ),
    parameters: [idOf(route), parameter('lang'), parameter('IfNoneMatch')],
    responses: {
      200: answer('The reasons', refTo('Why'), ['ETag']),
      304: answer('It is as If-None-Match says', undefined, ['ETag']),
      ...refusals({ finds: true }),
    },
  }
}

function tell(route: Route): Operation {
  const { kind, name } = route
  return {
    ...told(route, `tellOf${name}`, 'what happened with it, now or in the past'),
    parameters: [idOf(route), parameter('IfMatchMay'), parameter('IdempotencyKey')],
    requestBody: {
      required: true,
      content: json(refTo('ActivityNew'), { what: 'call', text: 'She wants an offer for forty.' }),
    },
    responses: {
      201: answer(
        'The activity, and the record',
        objectOf({ activity: refTo('Activity'), [kind.name]: refTo(name) }),
      ),
      ...refusals({ finds: true, reads: true, writes: true, matches: 'may' }),
    },
  }
}

function moves(route: Route): Operations {
  const { kind, path, name } = route
  const all = [
    ...Object.entries(kind.lifecycle?.transitions ?? {}).map(
      ([move, transition]) => [move, transitionParts(route, transition)] as const,
    ),
    ...(kind.work ? handOvers.map((move) => [move, handOverParts(kind, move)] as const) : []),
  ]
  return all.map(([move, { title, body, example, isNeeded, ...more }]) => [
    path.replace('{transition}', move),
    {
      ...told(route, `${camel(move)}${name}`, title),
      ...more,
      parameters: [idOf(route), parameter('IfMatchMay'), parameter('IdempotencyKey')],
      requestBody: { required: isNeeded, content: json(body, example) },
      responses: {
        200: answer('The record as it is now', refTo(name), ['ETag']),
        ...refusals({ finds: true, reads: true, writes: true, matches: 'may' }),
      },
    },
  ])
}
