import {
  filled,
  isObject,
  namedIn,
  type ApiDocument,
  type Operation,
  type Parameter,
  type Seen,
} from '../suite/api-document.ts'
import type { Draw } from '../random.ts'
import { mutated, valueOf, type ValueContext } from './api-value.ts'
import type { RawRequest } from './raw-request.ts'

/*
 * Requests that are made of the description of the API alone, with ids of what earlier answers told of: right by it, or
 * certainly wrong, with the reason.
 */

export interface ApiRequest extends RawRequest {
  operation: Operation
  body: string | undefined
  /** why it must be refused; absent: by its description it is right */
  wrong?: string | undefined
}

interface Known extends Seen {
  etag?: string | undefined
}

/** Ids of what was seen, by kind; of each as many as are drawn from. */
export class Pool {
  readonly #known = new Map<string, Known[]>()
  readonly #at = new Map<string, number>()

  add(seen: Known, draw: Draw): void {
    const all = this.#known.get(seen.kind) ?? []
    this.#known.set(seen.kind, all)
    const key = `${seen.kind} ${seen.id}`
    const at = this.#at.get(key) ?? (all.length < mostKnown ? all.length : draw.below(mostKnown))
    const before = all[at]
    if (before && before.id !== seen.id) this.#at.delete(`${seen.kind} ${before.id}`)
    this.#at.set(key, at)
    all[at] = before?.id === seen.id ? { ...before, ...seen } : seen
  }

  /** One of the kind; of those that were last seen in one of these states, where there are some. */
  pick(kind: string, draw: Draw, states: readonly string[] = []): Known | undefined {
    const all = this.#known.get(kind) ?? []
    if (!all.length) return undefined
    for (let attempt = 0; attempt < 30 && states.length; attempt++) {
      const one = draw.pick(all)
      if (one.status !== undefined && states.includes(one.status)) return one
    }
    return draw.pick(all)
  }
}

const mostKnown = 300

export interface Making {
  api: ApiDocument
  draw: Draw
  pool: Pool
  /** milliseconds */
  now: number
  /** values of Authorization */
  credentials: readonly string[]
}

/** A request that is right by the description; nothing while what it needs is unknown. */
export function rightRequest(operation: Operation, making: Making): ApiRequest | undefined {
  const { draw, pool } = making
  const inPath = operation.parameters.filter((each) => each.in === 'path')
  const last = inPath.at(-1)
  const subject = last && pool.pick(kindsOf(last)[0]!, draw, operation.from)
  if (last && !subject) return undefined
  const context = contextOf(making)
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === last?.name) return encodeURIComponent(subject!.id)
    const [kind = ''] = kindsOf(inPath.find((each) => each.name === name)!)
    return encodeURIComponent(subject?.refs[kind] ?? context.idOf([kind]) ?? 'unknown')
  })
  const value = operation.body && bodyOf(operation, context)
  if (operation.body && value === undefined) return undefined
  return {
    operation,
    method: operation.method,
    target: path + queryOf(operation, making),
    headers: headersOf(operation, subject, making),
    body: operation.body && JSON.stringify(value),
  }
}

const kindsOf = ({ schema }: Parameter): readonly string[] => (schema['x-refers-to'] ?? []) as string[]

const contextOf = ({ api, draw, pool, now }: Making): ValueContext => ({
  api,
  draw,
  now,
  idOf: (kinds) => pool.pick(draw.pick(kinds), draw)?.id,
})

/** The example with other values in some places, or nothing but drawn values. */
function bodyOf({ body }: Operation, context: ValueContext): unknown {
  const { draw, api } = context
  const { schema, example } = body!
  if (namedIn(example).some((kind) => context.idOf([kind]) === undefined)) return undefined
  const base = filled(example, (kind) => context.idOf([kind])!)
  const { properties } = api.resolve(schema)
  if (!properties || !isObject(base)) return base
  const drawn = valueOf(schema, context) as object
  if (draw.chance(0.3)) return drawn
  const some = draw.some(Object.entries(drawn), 0, 2)
  return { ...base, ...Object.fromEntries(some) }
}

function queryOf(operation: Operation, making: Making): string {
  const { draw, pool } = making
  const all = operation.parameters.filter((each) => each.in === 'query')
  const isPaging = ({ name }: Parameter): boolean => name === 'limit' || name === 'after'
  const filters = draw.chance(0.6)
    ? draw.some(
        all.filter((each) => !isPaging(each)),
        1,
        1,
      )
    : []
  const needed = all.filter((each) => each.required)
  const pairs = [
    ...needed,
    ...filters.filter((each) => !each.required),
    ...all.filter((each) => each.name === 'limit' && draw.chance(0.4)),
  ].map((each) => {
    const value = valueOf(each.schema, contextOf(making))
    return [each.name, Array.isArray(value) ? value.join(',') : String(value)] as const
  })
  // A place is one of the list in which it was told.
  const page = pool.pick(`page of ${operation.id}`, draw)
  if (page && !filters.length && draw.chance(0.3)) pairs.push(['after', page.id])
  const filled = pairs.filter(([, value]) => value !== '')
  return filled.length
    ? `?${new URLSearchParams(filled.map(([name, value]) => [name, value.toWellFormed()])).toString()}`
    : ''
}

let keys = 0

function headersOf(operation: Operation, subject: Known | undefined, making: Making): Record<string, string> {
  const { draw, credentials } = making
  const { isOpen, body } = operation
  const headers: Record<string, string> = { accept: 'application/json' }
  if (!isOpen) headers.authorization = draw.chance(0.85) ? credentials[0]! : draw.pick(credentials)
  if (body) headers['content-type'] = body.type
  const match = takes(operation, 'If-Match')
  if (match && (match.required || draw.chance(0.2)))
    headers['if-match'] = subject?.etag !== undefined && draw.chance(0.4) ? subject.etag : '*'
  if (takes(operation, 'If-None-Match') && subject?.etag !== undefined && draw.chance(0.3))
    headers['if-none-match'] = subject.etag
  if (takes(operation, 'Idempotency-Key') && draw.chance(0.4)) headers['idempotency-key'] = `fuzz-${++keys}`
  return headers
}

const takes = ({ parameters }: Operation, header: string): Parameter | undefined =>
  parameters.find(({ name }) => name === header)

type Spoil = (request: ApiRequest, making: Making) => ApiRequest | undefined

/** The request made wrong in a way that its description excludes; nothing where it excludes nothing of the sort that was drawn. */
export function wrongRequest(operation: Operation, making: Making): ApiRequest | undefined {
  const right = rightRequest(operation, making)
  return right && making.draw.pick(weighted)(right, making)
}

const spoiledBody: Spoil = (request, making) => {
  const { body } = request.operation
  if (!body || request.body === undefined) return undefined
  const value = mutated(JSON.parse(request.body), body.schema, contextOf(making))
  const text = JSON.stringify(value)
  // What takes fields of any name keeps a number as its text that would not come back as it was typed.
  const isLoose = making.api.resolve(body.schema).additionalProperties !== false
  if (isLoose && /\d{16}|e\+\d/.test(text)) return undefined
  const mistake = making.api.mistakes(body.schema, JSON.parse(text))
  return mistake === undefined ? undefined : { ...request, body: text, wrong: mistake }
}

const brokenJson: Spoil = (request, { draw, api }) => {
  const { body } = request.operation
  // A form takes whatever comes.
  if (!body || request.body === undefined || !isDeclared(request.operation, api)) return undefined
  const text = draw.pick([request.body.slice(0, -1), `${request.body},`, '{', '{"a":', '\u0000', "{'a':1}"])
  return { ...request, body: text, wrong: 'it is no JSON' }
}

const isDeclared = ({ body }: Operation, api: ApiDocument): boolean =>
  body !== undefined && api.resolve(body.schema).properties !== undefined

const wrongId: Spoil = (request, { draw }) => {
  if (!request.operation.parameters.some((each) => each.in === 'path')) return undefined
  const other = draw.pick([
    'unknown_01MG052TM0HGFQ0E65SHC1T3TV',
    'x',
    '%00',
    'a%2Fb',
    '0'.repeat(1_500),
    '%F0%9F%98%80',
  ])
  const target = request.target.replace(/^(\/[a-z-]+)\/[^/?]+/, (_, before: string) => `${before}/${other}`)
  return { ...request, target, wrong: 'there is no such id' }
}

const noToken: Spoil = (request, { draw }) => {
  if (request.operation.isOpen) return undefined
  const { authorization: _, ...rest } = request.headers
  const token = draw.pick(['Bearer x', 'Bearer a.b.c', `Bearer hf_${'0'.repeat(50)}`, undefined])
  return {
    ...request,
    headers: { ...rest, ...(token !== undefined && { authorization: token }) },
    wrong: 'nobody says who calls',
  }
}

const wrongQuery: Spoil = (request, { draw }) => {
  const bounded = request.operation.parameters.filter(
    ({ in: where, schema }) => where === 'query' && (schema.enum ?? schema.type === 'integer'),
  )
  if (!bounded.length) return undefined
  const { name } = draw.pick(bounded)
  const value = draw.pick(['0', '101', 'x', '-1', '1.5', '1e9'])
  return {
    ...request,
    target: `${request.target.split('?')[0]}?${name}=${value}`,
    wrong: `${name} is ${value}`,
  }
}

const wrongHeader: Spoil = (request, { draw }) => {
  const { operation, headers } = request
  const match = takes(operation, 'If-Match')
  const wrong: [string, Record<string, string>][] = []
  if (match?.required) {
    const { 'if-match': _, ...rest } = headers
    wrong.push(['it says no state', rest], ['its state is none', { ...headers, 'if-match': '"999999999"' }])
    wrong.push(['its state is no tag', { ...headers, 'if-match': 'x"' }])
    wrong.push([
      'its type is no patch',
      { ...headers, 'content-type': draw.pick(['text/plain', 'application/xml']) },
    ])
  }
  if (takes(operation, 'Idempotency-Key'))
    wrong.push(['its key is too long', { ...headers, 'idempotency-key': 'k'.repeat(256) }])
  if (operation.body) wrong.push(['its coding is none', { ...headers, 'content-encoding': 'x' }])
  if (!wrong.length) return undefined
  const [why, changed] = draw.pick(wrong)
  return { ...request, headers: changed, wrong: why }
}

const tooLarge: Spoil = (request, { draw }) =>
  request.operation.body && draw.chance(0.3)
    ? { ...request, body: JSON.stringify({ name: 'x'.repeat(1_100_000) }), wrong: 'it is too large' }
    : undefined

/** A body has many places in which it can be wrong. */
const weighted: readonly Spoil[] = [
  ...Array.from({ length: 6 }, () => spoiledBody),
  brokenJson,
  wrongId,
  noToken,
  wrongQuery,
  wrongQuery,
  wrongHeader,
  tooLarge,
]
