import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Client } from '../cloud.ts'

/**
 * The API as its own description says it: what is asked and expected here is read of `/openapi.json` alone, as a program of
 * somebody else would do it.
 */
export type Schema = Readonly<Record<string, unknown>>

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

export interface Operation {
  id: string
  method: string
  /** as in the document: `/customers/{id}` */
  path: string
  summary: string
  isOpen: boolean
  parameters: readonly Parameter[]
  /** the first type of its body; of a body without a schema there is none */
  body: { type: string; schema: Schema; example: unknown } | undefined
  /** by status */
  responses: Readonly<Record<string, Response>>
  /** of a transition: the states from which it leads on, and to where */
  from: readonly string[]
  to: string | undefined
}

interface Response {
  headers: readonly string[]
  /** by content type */
  content: Readonly<Record<string, Schema>>
}

/** Something that an answer told of: `refs` are the ids that stand beside its own. */
export interface Seen {
  kind: string
  id: string
  status?: string
  refs: Readonly<Record<string, string>>
}

type Json = Record<string, unknown>

export class ApiDocument {
  // oxlint-disable-next-line typescript/no-explicit-any -- a document of any content
  readonly document: any
  readonly operations: readonly Operation[]
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: Json) {
    this.document = document
    this.operations = Object.entries(this.document.paths as Record<string, Record<string, Json>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => this.#operation(path, method, operation)),
    )
  }

  operation(id: string): Operation {
    const found = this.operations.find((each) => each.id === id)
    if (!found) throw new Error(`no operation is called ${id}`)
    return found
  }

  /** Whatever a reference leads to, or itself. */
  resolve(part: Schema): Schema {
    const { $ref } = part
    if (typeof $ref !== 'string') return part
    let found = this.document as Json | undefined
    for (const name of $ref.slice(2).split('/')) found = found?.[name] as Json | undefined
    if (!found) throw new Error(`${$ref} leads to nothing`)
    return this.resolve(found)
  }

  /** What is wrong with a value by a schema; nothing when it is right. */
  mistakes(schema: Schema, value: unknown): string | undefined {
    const text = JSON.stringify(schema)
    let validate = this.#validators.get(text)
    if (!validate) {
      validate = this.#ajv.compile({
        ...(JSON.parse(text) as object),
        components: this.document.components,
      })
      this.#validators.set(text, validate)
    }
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors)
  }

  /** What an answer has that the document does not say, or the other way round. */
  mistakesOfAnswer(
    operation: Operation,
    { status, headers, text }: { status: number; headers: Headers; text: string },
  ): string | undefined {
    const response = operation.responses[String(status)]
    if (!response) return `${status} is not listed`
    const missing = response.headers.filter((name) => !headers.has(name) && !mayBeAbsent.has(name))
    if (missing.length) return `${status} lacks ${missing.join(', ')}`
    const type = headers.get('content-type')?.split(';')[0]
    if (!Object.keys(response.content).length) return text === '' ? undefined : `${status} has a body`
    const schema = response.content[type ?? '']
    if (!schema) return `${status} is ${type}, and only ${Object.keys(response.content).join(', ')} is listed`
    return type?.endsWith('json') ? this.mistakes(schema, JSON.parse(text)) : undefined
  }

  /** The records, and what else has an id, of which a value tells. */
  seenIn(schema: Schema, value: unknown, operation: Operation): Seen[] {
    const seen: Seen[] = []
    this.#look(schema, value, (part, at) => {
      const { 'x-record': kind, 'x-refers-to': to, properties = {} } = part
      if (typeof kind === 'string' && isObject(at) && typeof at.id === 'string') {
        const refs = Object.entries(properties as Record<string, Schema>).flatMap(([name, each]) => {
          const of = this.resolve(each)['x-refers-to']
          return Array.isArray(of) && typeof at[name] === 'string'
            ? of.map((one) => [one as string, at[name]])
            : []
        })
        const status = typeof at.status === 'string' ? { status: at.status } : {}
        seen.push({ kind, id: at.id, ...status, refs: Object.fromEntries(refs) as Record<string, string> })
      }
      if (Array.isArray(to) && typeof at === 'string')
        for (const each of to as string[])
          seen.push({ kind: each === 'page' ? `page of ${operation.id}` : each, id: at, refs: {} })
    })
    return seen
  }

  /** What the answer of a success tells of. */
  seenInAnswer(operation: Operation, { status, text }: { status: number; text: string }): Seen[] {
    const schema = operation.responses[String(status)]?.content['application/json']
    return schema && text ? this.seenIn(schema, JSON.parse(text), operation) : []
  }

  #look(schema: Schema, value: unknown, found: (schema: Schema, value: unknown) => void): void {
    const part = this.resolve(schema)
    found(part, value)
    const {
      properties = {},
      items,
      anyOf = [],
    } = part as {
      properties?: Record<string, Schema>
      items?: Schema
      anyOf?: Schema[]
    }
    for (const each of anyOf) this.#look(each, value, found)
    if (Array.isArray(value) && items) for (const each of value) this.#look(items, each, found)
    if (!isObject(value)) return
    for (const [name, each] of Object.entries(properties))
      if (Object.hasOwn(value, name)) this.#look(each, value[name], found)
  }

  #operation(path: string, method: string, operation: Json): Operation {
    const { operationId, summary, parameters = [], requestBody, responses, security } = operation
    const [body] = Object.entries(((requestBody as Json | undefined)?.content ?? {}) as Record<string, Json>)
    const told = (parameters as Schema[]).map((each) => this.resolve(each) as unknown as Parameter)
    return {
      id: operationId as string,
      method: method.toUpperCase(),
      path,
      summary: summary as string,
      isOpen: Array.isArray(security) && security.length === 0,
      parameters: told.map((each) => ({ ...each, required: each.required === true })),
      body: body && { type: body[0], schema: body[1].schema as Schema, example: body[1].example },
      responses: Object.fromEntries(
        Object.entries(responses as Record<string, Schema>).map(([status, each]) => [
          status,
          this.#response(each),
        ]),
      ),
      from: (operation['x-from'] ?? []) as string[],
      to: operation['x-to'] as string | undefined,
    }
  }

  #response(told: Schema): Response {
    const { headers = {}, content = {} } = this.resolve(told) as {
      headers?: object
      content?: Record<string, Json>
    }
    return {
      headers: Object.keys(headers),
      content: Object.fromEntries(
        Object.entries(content).map(([type, { schema }]) => [type, schema as Schema]),
      ),
    }
  }
}

/** What a submission becomes decides whether there is a place to look at it, a type is told to whoever sent another one. */
const mayBeAbsent = new Set(['Location', 'Accept-Patch', 'WWW-Authenticate', 'Retry-After', 'ETag'])

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export async function readApi(client: Client): Promise<ApiDocument> {
  const { status, text } = await client.request('/openapi.json')
  if (status !== 200) throw new Error(`no document: ${status} ${text}`)
  return new ApiDocument(JSON.parse(text) as Json)
}

/** Of a body the ids that stand for records (`{customer}`) as what `idOf` says. */
export function filled(example: unknown, idOf: (kind: string) => string): unknown {
  if (typeof example === 'string') {
    const [, kind] = /^\{([a-z-]+)\}$/.exec(example) ?? []
    return kind === undefined ? example : idOf(kind)
  }
  if (Array.isArray(example)) return example.map((each) => filled(each, idOf))
  if (!isObject(example)) return example
  return Object.fromEntries(Object.entries(example).map(([name, each]) => [name, filled(each, idOf)]))
}

/** The kinds that an example names. */
export const namedIn = (example: unknown): string[] =>
  [...JSON.stringify(example ?? null).matchAll(/"\{([a-z-]+)\}"/g)].map(([, kind = '']) => kind)
