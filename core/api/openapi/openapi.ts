import type { CallPlan, RouteGroup } from '../door.ts'
import type { Kinds } from '../../record/kind.ts'
import { componentsOf, json, parameter, refusals } from './components.ts'
import { camel, kindOperations, type Operation } from './kind-operation.ts'
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
  /** JSON Schema of what is told of any record */
  activity: JsonSchema
}

/** The document. Throws for a route that nothing describes. */
export function openApi({ kinds, routes, taken, version, activity }: OpenApiParts): Record<string, unknown> {
  const paths: Record<string, Record<string, Operation>> = {}
  const add = (method: string, path: string, operation: Operation): void => {
    const at = (paths[path] ??= {})
    at[method.toLowerCase()] = operation
  }
  for (const group of routes.filter(({ words }) => words !== undefined))
    for (const route of group.routes) {
      const [method = '', path = ''] = route.split(' ')
      if (!path.startsWith('/')) continue
      const kind = [...kinds.values()].find(({ plural }) => plural === path.split('/')[1])
      const described = group.calls?.[route]
      if (described)
        add(method === 'ANY' ? 'POST' : method, path, calledOperation(route, group, described, taken))
      else if (kind && group.calls === undefined)
        for (const [at, operation] of kindOperations(kind, { method, path, isOpen: group.isOpen }, kinds))
          add(method, at, operation)
      else throw new Error(`${route}: nothing describes it; write it into \`calls\` of its door`)
    }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description:
        'Records of customers and the work with them. Every change says what it was made of (If-Match), every post may be repeated (Idempotency-Key), every refusal is a problem of RFC 9457.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...kinds.values()]
      .filter(({ doors }) => doors?.length !== 0)
      .map(({ title, help }) => ({ name: title, description: help })),
    paths: Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: componentsOf(kinds, activity),
  }
}

function calledOperation(
  route: string,
  { words, isOpen }: RouteGroup,
  { status, takes, example, query = {}, gives = 'json' }: CallPlan,
  taken: (name: string) => JsonSchema,
): Operation {
  const [method = '', path = ''] = route.split(' ')
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const asked = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }))
  const isPost = method === 'POST' || method === 'ANY'
  const types = { json: 'application/json', page: 'text/html', text: 'text/plain' }
  return {
    operationId: idOf(method, path),
    summary: words?.en ?? path,
    tags: ['Doors'],
    ...(isOpen && { security: [] }),
    parameters: [...params, ...asked, ...(isPost ? [parameter('IdempotencyKey')] : [])],
    ...(takes !== undefined && { requestBody: { required: true, content: json(taken(takes), example) } }),
    responses: {
      [status]: {
        description: 'Done',
        ...(gives !== 'nothing' && {
          content: { [types[gives]]: { schema: gives === 'json' ? { type: 'object' } : { type: 'string' } } },
        }),
      },
      ...refusals(...(isPost ? [409, 413, 415, 422] : [])),
    },
  }
}

const idOf = (method: string, path: string): string =>
  camel([method.toLowerCase(), ...path.split(/[/{}.]+/).filter(Boolean)].join('-').replace(/[^a-zA-Z-]/g, ''))
