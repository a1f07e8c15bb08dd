import type { CallPlan, RouteGroup } from '../door.ts'
import type { Kinds } from '../../record/kind.ts'
import { componentsOf, pathParameter, queryParameter } from './components.ts'
import { kindOperations } from './kind-operation.ts'
import { answer, json, listOf, objectOf, parameter, refTo, refusals, type Operation } from './operation.ts'
import type { JsonSchema } from './schema.ts'

/*
 * The API as an OpenAPI 3.1 document, made of the declarations of kinds and of the doors of functions: there is nothing
 * beside them that could say otherwise. Every transition of a kind is an operation of its own.
 */

export interface OpenApiParts {
  kinds: Kinds
  routes: readonly RouteGroup[]
  /** JSON Schema of what a door names in `takes` */
  taken(name: string): JsonSchema
  version: string
  /** schemas beside those of kinds, by name: what is told of records, and entries of their files */
  named: Readonly<Record<string, JsonSchema>>
}

/** The document. Throws for a route that nothing describes, and for two operations of one name. */
export function openApi({ kinds, routes, taken, version, named }: OpenApiParts): Record<string, unknown> {
  const paths: Record<string, Record<string, Operation>> = {}
  const ids = new Set<string>()
  const add = (method: string, path: string, operation: Operation): void => {
    const { operationId } = operation
    if (ids.has(operationId)) throw new Error(`${method} ${path}: another operation is called ${operationId}`)
    ids.add(operationId)
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const group of routes.filter(({ words }) => words !== undefined))
    for (const route of group.routes) {
      const [method = '', path = ''] = route.split(' ')
      if (!path.startsWith('/')) continue
      const kind = [...kinds.values()].find(({ plural }) => plural === path.split('/')[1])
      const described = group.calls?.[route]
      if (described)
        add(
          method === 'ANY' ? 'POST' : method,
          path,
          calledOperation(route, group, { call: described, kinds, taken }),
        )
      else if (kind && group.calls === undefined)
        for (const [at, operation] of kindOperations(
          kind,
          { method, path },
          { kinds, activity: named.Activity },
        ))
          add(method, at, operation)
      else throw new Error(`${route}: nothing describes it; write it into \`calls\` of its door`)
    }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [
      ...[...kinds.values()]
        .filter(({ doors }) => doors?.length !== 0)
        .map(({ title, help }) => ({ name: title, description: help })),
      { name: others, description: 'What is of no kind of record: forms, keys, absences, all open work.' },
    ],
    paths: Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: componentsOf(kinds, named),
  }
}

/** The tag of operations that no kind has. */
export const others = 'Other'

const about = [
  'Records of customers and the work with them.',
  'A change says what it was made of (`If-Match`), a post or a change may be repeated (`Idempotency-Key`), a refusal is a problem of RFC 9457 and has changed nothing.',
  'Ids in examples are written as `{customer}`: put one of yours there.',
  'A request with 429 or 503 may be sent again as it is after `Retry-After` seconds: the gateway lets 1,000 requests a second through, unless whoever runs it has set another rate.',
  'Who asks for a page (`Accept: text/html`) is told of a refusal on a page.',
].join(' ')

interface Called {
  call: CallPlan
  kinds: Kinds
  taken: (name: string) => JsonSchema
}

function calledOperation(
  route: string,
  { words, isOpen }: RouteGroup,
  { call, kinds, taken }: Called,
): Operation {
  const { id, status, takes, example, query = {}, params = {}, matches, from } = call
  const [method = '', path = ''] = route.split(' ')
  const kind = [...kinds.values()].find(({ plural }) => plural === path.split('/')[1])
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const of = params[name] ?? (name === 'id' ? kind?.name : undefined)
    if (of === undefined)
      throw new Error(`${route}: say in \`params\` of its call what {${name}} is the id of`)
    return pathParameter(name, of)
  })
  const isPost = method === 'POST' || method === 'ANY'
  const acts = {
    isOpen: isOpen === true,
    finds: parts.length > 0,
    reads: isPost,
    writes: method !== 'GET' || from !== undefined,
    ...(matches && { matches: 'may' as const }),
  }
  return {
    operationId: id,
    summary: words?.en ?? path,
    tags: [kind?.title ?? others],
    ...(isOpen && { security: [] }),
    parameters: [
      ...parts,
      ...Object.entries(query).map(asked),
      ...(call.also?.[304] === undefined ? [] : [parameter('IfNoneMatch')]),
      ...(matches ? [parameter('IfMatchMay')] : []),
      ...(isPost ? [parameter('IdempotencyKey')] : []),
    ],
    ...(takes !== undefined && {
      requestBody: { required: !isEmpty(example), content: json(taken(takes), example) },
    }),
    responses: { ...successes(call, status), ...refusals(acts) },
    ...(from && { 'x-from': from }),
  }
}

const isEmpty = (example: unknown): boolean => Object.keys(example ?? {}).length === 0

type Query = NonNullable<CallPlan['query']>[string]

function asked([name, query]: [string, Query]): JsonSchema {
  if (typeof query !== 'string')
    return { ...queryParameter(name, query.about, query.schema), ...(query.isNeeded && { required: true }) }
  const isKnown = ['limit', 'after', 'owner', 'queue'].includes(name)
  return isKnown ? parameter(name) : queryParameter(name, query)
}

function successes(
  { gives = 'json', answers, headers, also = {} }: CallPlan,
  status: number,
): Record<string, JsonSchema> {
  const shown = {
    json: () => answer('Done', answers === undefined ? { type: 'object' } : answered(answers), headers),
    nothing: () => answer('Done', undefined, headers),
    page: () => textOf('A page', 'text/html'),
  }
  const others = Object.entries(also).map(([code, description]) => [
    code,
    Number(code) < 300
      ? answer(description, answered(answers ?? {}))
      : answer(description, undefined, [code === '304' ? 'ETag' : 'Location']),
  ])
  return { [status]: shown[gives](), ...(Object.fromEntries(others) as Record<string, JsonSchema>) }
}

const textOf = (description: string, type: string): JsonSchema => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
})

/** What a door says that it answers, in the words of `CallPlan`. */
function answered(answers: NonNullable<CallPlan['answers']>): JsonSchema {
  if (typeof answers === 'string') return refTo(answers)
  const properties = Object.entries(answers).map(([name, of]): [string, JsonSchema] => [
    name.replace('?', ''),
    typeof of === 'string' ? refTo(of) : listOf(refTo(of[0])),
  ])
  const optional = Object.keys(answers).flatMap((name) => (name.endsWith('?') ? [name.slice(0, -1)] : []))
  return objectOf(Object.fromEntries(properties), optional)
}
