import { fieldList, fieldsOf, formOf, withCode, type Resolve, type Schema } from './api-schema.ts'
import { renderDocument } from '../document.ts'
import { html, type Markup } from '../markup.ts'

/*
 * The description of the API for people: what programs read at /openapi.json, made of that very document. In English, as
 * the names, titles and explanations of fields in it are. It works without a script: each operation is opened by itself.
 */

export interface ApiView {
  company: string
  publicUrl: string
  /** of /openapi.json */
  document: unknown
}

interface Document {
  info: { description: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, Schema>>
}

interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security?: unknown[]
  parameters?: Schema[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema; example?: unknown }> }
  responses: Record<string, Schema>
}

interface Call extends Operation {
  method: string
  path: string
}

export function renderApiPage({ company, publicUrl, document }: ApiView): string {
  const { info, tags, paths, components } = document as Document
  const resolve = resolverOf(components)
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ ...call, path, method: method.toUpperCase() })),
  )
  const groups = tags.flatMap((tag) => {
    const own = calls.filter(({ tags: [first] }) => first === tag.name)
    return own.length ? [{ ...tag, calls: own }] : []
  })
  const context = { resolve, publicUrl }
  return renderDocument({
    language: 'en',
    title: 'Every operation of the API',
    company,
    main: html`<h1>Every operation of the API</h1>
      <p class="intro">${withCode(info.description)}</p>
      <p>
        For programs: <a class="plain" href="/openapi.json">openapi.json</a> (OpenAPI 3.1). In the examples
        <code>$TOKEN</code> is the token of a person or the key of a program.
      </p>
      <ul class="jump">
        ${groups.map(({ name }) => html`<li><a class="plain" href="#${anchorOf(name)}">${name}</a></li>`)}
      </ul>
      ${groups.map(
        ({ name, description, calls: own }) =>
          html`<h2 id="${anchorOf(name)}">${name}</h2>
            <p>${description}</p>
            ${recordOf(name, components, resolve)} ${own.map((call) => callOf(call, context))}`,
      )}
      <p><a class="plain" href="/docs?lang=en">Back to the overview</a></p>`,
  })
}

const anchorOf = (name: string): string => `of-${name.toLowerCase().replaceAll(' ', '-')}`

function resolverOf(components: Document['components']): Resolve {
  return (schema) => {
    const [, , sort = '', name = ''] = typeof schema.$ref === 'string' ? schema.$ref.split('/') : []
    const found = components[sort]?.[name]
    return found ? { schema: found, name } : { schema }
  }
}

/** The fields that are shown of a record of the kind that a group is about. */
function recordOf(title: string, { schemas = {} }: Document['components'], resolve: Resolve): Markup | false {
  const name = Object.keys(schemas).find(
    (each) => each.toLowerCase() === title.toLowerCase().replaceAll(' ', ''),
  )
  const schema = name === undefined ? undefined : schemas[name]
  if (!schema || schema['x-record'] === undefined) return false
  return html`<details class="call">
    <summary>
      <code>${name}</code><span>the record with all its fields; what is above your level is left out</span>
    </summary>
    ${fieldList(fieldsOf(schema, resolve), resolve)}
  </details>`
}

interface Context {
  resolve: Resolve
  publicUrl: string
}

function callOf(call: Call, context: Context): Markup {
  const { operationId, method, path, summary, description, security } = call
  const isOpen = security !== undefined && security.length === 0
  return html`<details class="call" id="${operationId}">
    <summary>
      <code><b>${method}</b> ${path}</code
      ><span>${summary.replace(/^[^:]+: /, '')}${isOpen && html` <small>public</small>`}</span>
    </summary>
    ${description !== undefined && html`<p>${description}</p>`} ${takenBy(call, context)}
    <h3>It answers</h3>
    <dl class="routes">
      ${Object.entries(call.responses).map(([status, response]) => answerOf(status, response, context))}
    </dl>
    <h3>Example</h3>
    <pre>${exampleOf(call, context)}</pre>
  </details>`
}

/** What it takes: parts of the address and headers, then fields of the body. */
function takenBy({ parameters = [], requestBody }: Call, { resolve }: Context): Markup | false {
  const asked = parameters.map((each) => {
    const {
      name,
      in: where,
      required,
      description,
      schema,
    } = resolve(each).schema as {
      name: string
      in: string
      required?: boolean
      description?: string
      schema: Schema
    }
    const about = where === 'header' ? `header; ${description}` : description
    return { name, schema: { ...schema, description: about }, isNeeded: required === true }
  })
  const [body] = Object.values(requestBody?.content ?? {})
  const fields = body ? fieldsOf(body.schema, resolve) : []
  const isAny = body && !fields.length && resolve(body.schema).schema.additionalProperties !== false
  if (!asked.length && !fields.length && !isAny) return false
  return html`<h3>It takes</h3>
    ${fieldList(asked, resolve)}
    ${
      fields.length > 0 &&
      html`<p class="hint">In the body, JSON:</p>
        ${fieldList(fields, resolve)}`
    }
    ${isAny === true && html`<p class="hint">In the body, fields of any name.</p>`}`
}

function answerOf(status: string, response: Schema, { resolve }: Context): Markup {
  const { description, content = {} } = resolve(response).schema as {
    description: string
    content?: Record<string, { schema: Schema }>
  }
  const [type] = Object.keys(content)
  const schema = type === undefined ? undefined : content[type]?.schema
  const isRefused = Number(status) >= 400
  const form = !isRefused && schema ? formOf(schema, resolve) : undefined
  return html`<div>
    <dt><code>${status}</code></dt>
    <dd>${withCode(description)}${form !== undefined && html` <i><code>${form}</code></i>`}</dd>
  </div>`
}

function exampleOf(
  { method, path, security, parameters = [], requestBody }: Call,
  { resolve, publicUrl }: Context,
): string {
  const isOpen = security !== undefined && security.length === 0
  const [type] = Object.keys(requestBody?.content ?? {})
  const example = type === undefined ? undefined : requestBody?.content[type]?.example
  const isMatched = parameters.some((each) => {
    const { name, required } = resolve(each).schema
    return name === 'If-Match' && required === true
  })
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${publicUrl}${path}'`,
    ...(isOpen ? [] : [`-H "authorization: Bearer $TOKEN"`]),
    ...(isMatched ? [`-H 'if-match: "1"'`] : []),
    ...(type === undefined ? [] : [`-H 'content-type: ${type}'`]),
    ...(example === undefined ? [] : [`-d '${JSON.stringify(example).replaceAll("'", String.raw`'\''`)}'`]),
  ]
  return lines.join(' \\\n  ')
}
