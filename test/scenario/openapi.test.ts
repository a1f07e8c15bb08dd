import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routesOfTemplate } from '../assembly.ts'
import {
  filled,
  namedIn,
  readApi,
  type ApiDocument,
  type Operation,
  type Seen,
} from '../suite/api-document.ts'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { sendBytes } from '../fixture/stored-file.ts'
import { budgets } from './route-budget.ts'

/** The description of the API is a valid document, and what it says of each operation is so: its example is executed. */
let cloud: Cloud
let api: ApiDocument
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  api = await readApi(cloud)
})
afterAll(() => cloud?.stop())

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate(api.document)).toEqual({ valid: true })
  })

  test('has every route of the API that anybody is told of, each transition as an operation', async () => {
    const untold = new Set([
      'GET /',
      'HEAD /',
      'GET /docs',
      'GET /docs/api',
      'GET /robots.txt',
      'GET /favicon.ico',
    ])
    const routes = (await routesOfTemplate()).filter((route) => route !== '$default' && !untold.has(route))
    const told = api.operations.map(({ method, path }) => `${method} ${path}`)
    for (const route of routes) {
      const [method = '', path = ''] = route.replace('ANY', 'POST').split(' ')
      const pattern = new RegExp(
        `^${method} ${path.replaceAll(/\{(transition)\}/g, '[a-z-]+').replaceAll(/[{}]/g, '\\$&')}$`,
      )
      expect(
        told.some((each) => pattern.test(each)),
        route,
      ).toBe(true)
    }
    const isRoute = ({ method, path }: Operation): boolean =>
      routes.some((route) => {
        const [verb, known = ''] = route.split(' ')
        const isSame = known === path || known === path.replace(/\/[a-z-]+$/, '/{transition}')
        return isSame && (verb === method || verb === 'ANY')
      })
    expect(api.operations.filter((each) => !isRoute(each))).toEqual([])
  })

  test('calls each operation by a name of its own, which stays', async () => {
    const ids = api.operations.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
    await expect(`${ids.toSorted().join('\n')}\n`).toMatchFileSnapshot('../golden/operation-ids.txt')
  })

  test('refers to nothing that is not there, and has nothing to which nothing refers', () => {
    const refs = new Set(
      [...JSON.stringify(api.document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!),
    )
    for (const $ref of refs) expect(() => api.resolve({ $ref })).not.toThrow()
    const parts = Object.entries(api.document.components as Record<string, object>)
      .filter(([sort]) => sort !== 'securitySchemes')
      .flatMap(([sort, named]) => Object.keys(named).map((name) => `#/components/${sort}/${name}`))
    expect(parts.filter((part) => !refs.has(part))).toEqual([])
  })

  test('has an example of every body', () => {
    const without = api.operations.filter(({ body }) => body && body.example === undefined)
    expect(without.map(({ id }) => id)).toEqual([])
    for (const { id, method, body } of api.operations)
      if (body) {
        expect([
          id,
          api.mistakes(
            body.schema,
            filled(body.example, () => 'x_1'),
          ),
        ]).toEqual([id, undefined])
        if (method === 'PATCH') expect(Object.keys(body.example as object), id).toHaveLength(1)
      }
  })
})

describe('the page for people', () => {
  test('has every operation with an example, opens without a script, and is sent with the policy of all pages', async () => {
    const { status, headers, text } = await cloud.request('/docs/api')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'sha256-")
    expect(text).not.toMatch(/<script|src=/)
    for (const { id, method, path } of api.operations) {
      const [part = ''] = text.split(`id="${id}"`)[1]?.split('</details>') ?? []
      expect(part, id).toContain(`<b>${method}</b> ${path}`)
      expect(part, id).toContain(`curl ${method === 'GET' ? '' : `-X ${method} `}&#39;http`)
    }
    expect((await cloud.request('/docs', { headers: { accept: 'text/html' } })).text).toContain(
      'href="/docs/api"',
    )
    expect((await cloud.request('/', { headers: { accept: 'text/html' } })).text).toContain(
      'href="/docs/api"',
    )
  })
})

describe('every operation', () => {
  test('that shows a record answers 304 to whoever has it already', async () => {
    const made = await executed(api.operation('createCustomer'))
    const path = `/customers/${made.json.id}`
    const headers = { 'if-none-match': await tagOf(path) }
    const known = await cloud.request(path, { user: 'viktor', headers })
    expect([known.status, api.mistakesOfAnswer(api.operation('readCustomer'), known)]).toEqual([
      304,
      undefined,
    ])
  })

  test('answers its example as it says', async () => {
    await makeAlerts()
    const wrong: string[] = []
    for (const operation of inOrder(api.operations))
      await executed(operation).catch((error: unknown) => wrong.push(`${operation.id}: ${String(error)}`))
    expect(wrong).toEqual([])
  })

  test('takes no more units of the table than its budget, with what follows from it', () => {
    const told = [...units].toSorted(([one], [other]) => (one < other ? -1 : 1))
    if (process.env.HOLDFAST_UNITS)
      process.stdout.write(
        `${told.map(([id, { read, write }]) => `  ${id}: [${read}, ${write}],`).join('\n')}\n`,
      )
    expect(Object.keys(budgets).toSorted()).toEqual(api.operations.map(({ id }) => id).toSorted())
    const over = told.filter(([id, { read, write }]) => read > budgets[id]![0] || write > budgets[id]![1])
    expect(over).toEqual([])
  })
})

/** What is overdue makes alerts, which nobody makes by the API. */
async function makeAlerts(): Promise<void> {
  await cloud.postForm({ name: 'Eve Miller', email: 'eve@customer.example', message: 'Forty seats.' })
  await cloud.settle()
  await cloud.advance('2 days')
}

/** Whoever lists comes last, so that there is something to be listed. */
const inOrder = (operations: readonly Operation[]): Operation[] =>
  operations.toSorted((one, other) => Number(isList(one)) - Number(isList(other)))
const isList = ({ method, path }: Operation): boolean => method === 'GET' && !path.includes('{')

/** The last of a kind that was seen. */
const known = new Map<string, Pick<Seen, 'id' | 'refs'>>()
/** What is published and no record. */
const published: Record<string, string> = { person: 'anna', form: 'demo' }

let count = 0

/** The status of its success: what is made is 201 there, unless it is safe elsewhere. */
const successOf = ({ responses }: Operation): number =>
  responses[201] ? 201 : Number(Object.keys(responses)[0])

/** Executes the example of an operation, with what it needs made before, and expects what is documented. */
async function executed(operation: Operation): Promise<Answer> {
  const { id, body } = operation
  const of = subjectOf(operation)
  if (of && published[of] === undefined) await prepare(of, operation)
  for (const kind of namedIn(body?.example)) if (!known.has(kind)) await make(kind)
  const idOf = (kind: string): string => published[kind] ?? known.get(kind)?.id ?? `no ${kind}`
  const answer = await send(operation, idOf)
  if (answer.status !== successOf(operation)) throw new Error(`${id} is ${answer.status}: ${answer.text}`)
  const mistakes = api.mistakesOfAnswer(operation, answer)
  if (mistakes !== undefined) throw new Error(`${id}: ${mistakes}: ${answer.text}`)
  for (const { kind, id: seen, refs } of api.seenInAnswer(operation, answer))
    known.set(kind, { id: seen, refs })
  return answer
}

async function send(operation: Operation, idOf: (kind: string) => string): Promise<Answer> {
  const { method, path, parameters, body, isOpen } = operation
  const of = subjectOf(operation)
  const { refs = {} } = (of && known.get(of)) || {}
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [kind = ''] = parameters.find((each) => each.name === name)!.schema['x-refers-to'] as string[]
    return refs[kind] ?? idOf(kind)
  })
  const query = parameters.filter((each) => each.in === 'query' && each.required)
  const asked = query
    .map(({ name, schema }) => `?${name}=${String((schema.examples as string[])[0])}`)
    .join('')
  const has = (name: string): boolean => parameters.some((each) => each.name === name)
  const headers: Record<string, string> = {}
  if (body) headers['content-type'] = body.type
  if (has('If-Match')) headers['if-match'] = await tagOf(address)
  if (has('Idempotency-Key')) headers['idempotency-key'] = `example-${++count}`
  const request = {
    method,
    headers,
    ...(body && { body: JSON.stringify(filled(body.example, idOf)) }),
    ...(!isOpen && { user: 'viktor' }),
  }
  const answer = await metered(operation, async () => cloud.request(address + asked, request))
  if (has('Idempotency-Key') && answer.status < 300) {
    const again = await cloud.request(address + asked, request)
    expect([operation.id, again.status]).toEqual([operation.id, answer.status])
    // The one thing that a repetition leaves out is the key of a program.
    const { key: _, ...rest } = answer.json as Record<string, unknown>
    expect(again.json, operation.id).toEqual(rest)
  }
  return answer
}

/**
 * Units of the table that an operation took, with what followed from it within two seconds, in which the projector has written
 * too: the most of its executions.
 */
const units = new Map<string, { read: number; write: number }>()

/** It reads whatever is due, which follows from no operation. Milliseconds. */
const watchdogEvery = 5 * 60_000

async function metered({ id }: Operation, call: () => Promise<Answer>): Promise<Answer> {
  await cloud.advance(
    Date.parse(await cloud.now()) % watchdogEvery > watchdogEvery - 10_000 ? '12 seconds' : '2 seconds',
  )
  await cloud.request('/_local/cost/reset', { json: {} })
  const answer = await call()
  await cloud.advance('2 seconds')
  const { readUnits, writeUnits } = (await cloud.cost()) as { readUnits: number; writeUnits: number }
  const { read, write } = units.get(id) ?? { read: 0, write: 0 }
  units.set(id, { read: Math.max(read, readUnits), write: Math.max(write, writeUnits) })
  return answer
}

/** Of a record as it is when its workflow has taken it up. */
async function tagOf(address: string): Promise<string> {
  await cloud.settle()
  const [record] = /^\/[a-z-]+\/[^/]+/.exec(address) ?? []
  const etag = (await cloud.request(record!, { user: 'viktor' })).headers.get('etag')
  if (etag === null) throw new Error(`${record} has no tag`)
  return etag
}

/** The kind whose id stands last in the path. */
function subjectOf({ parameters }: Operation): string | undefined {
  const last = parameters.findLast((each) => each.in === 'path')
  return (last?.schema['x-refers-to'] as string[] | undefined)?.[0]
}

/** A record that the operation may be done with: a new one where it changes it, in a state from which it leads on. */
async function prepare(kind: string, operation: Operation): Promise<void> {
  // What changes nothing needs no new one, unless it asks for a state.
  if (operation.method === 'GET' && known.has(kind) && !operation.responses[409]) return
  const status = await make(kind)
  if (operation.id === 'contentOfFile') {
    await sendBytes(cloud, known.get(kind)!.id, { user: 'viktor' })
    await cloud.settle()
  }
  // What is promised comes before whatever is planned; a call keeps it.
  const call = api.operations.find(({ path }) => path === operation.path.replace(/plan$/, 'activities'))
  if (operation.path.endsWith('/plan') && call) await moved(call)
  if (status === undefined || !operation.from.length || operation.from.includes(status)) return
  for (const move of wayTo(status, operation)) await moved(move)
}

/** A move on the way, whose own preparation would begin with another record. */
async function moved(move: Operation): Promise<void> {
  const answer = await send(move, (kind) => published[kind] ?? known.get(kind)?.id ?? '')
  expect([move.id, answer.status]).toEqual([move.id, successOf(move)])
}

/** Makes one, by whichever operation answers with it; resolves with its state, where the answer tells of one. */
async function make(kind: string): Promise<string | undefined> {
  const makers = api.operations.filter((each) => tellsOf(each, kind))
  const isMaker = (each: Operation): boolean =>
    each.method === 'POST' && each.responses['201'] !== undefined && !namesRecord(each)
  const maker = makers.find(isMaker) ?? makers.find(isList)
  if (!maker) throw new Error(`nothing makes a ${kind}`)
  const answer = await executed(maker)
  const found = api.seenInAnswer(maker, answer).find((each) => each.kind === kind)
  if (!found) throw new Error(`${maker.id} told of no ${kind}: ${answer.text}`)
  return found.status
}

/** It is about a record in its path, not about what is published. */
const namesRecord = (operation: Operation): boolean => {
  const of = subjectOf(operation)
  return of !== undefined && published[of] === undefined
}

/** The answer of a success has one. */
function tellsOf(operation: Operation, kind: string): boolean {
  const schema = operation.responses[successOf(operation)]?.content['application/json']
  if (!schema) return false
  const { properties = {}, ...part } = api.resolve(schema) as Record<string, unknown>
  if (part['x-record'] !== undefined) return part['x-record'] === kind
  return Object.values(properties as Record<string, object>).some((each) => {
    const of = api.resolve(each as Record<string, unknown>) as Record<string, unknown>
    const items = (of.items ?? of) as { anyOf?: [Record<string, unknown>] } & Record<string, unknown>
    const item = api.resolve(items.anyOf?.[0] ?? items)
    return item['x-record'] === kind || (isId(of, kind) && operation.method === 'POST')
  })
}

const isId = (schema: Record<string, unknown>, kind: string): boolean =>
  (schema['x-refers-to'] as string[] | undefined)?.includes(kind) === true

/** The moves that lead from a state to one from which an operation leads on. */
function wayTo(status: string, { path, from }: Operation): Operation[] {
  const collection = path.slice(0, path.lastIndexOf('/') + 1)
  const moves = api.operations.filter((each) => each.to !== undefined && each.path.startsWith(collection))
  const ways = new Map<string, Operation[]>([[status, []]])
  for (const [state, way] of ways) {
    if (from.includes(state)) return way
    for (const move of moves)
      if (move.from.includes(state) && !ways.has(move.to!)) ways.set(move.to!, [...way, move])
  }
  throw new Error(`${path}: no way leads to ${from.join(' or ')}`)
}
