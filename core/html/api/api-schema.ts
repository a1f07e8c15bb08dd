import { html, type Markup } from '../markup.ts'

/* Schemas of the API's document in the words of a reader: fields in a list, values in a few words. */

export type Schema = Readonly<Record<string, unknown>>

/** Whatever a reference leads to, with its name. */
export type Resolve = (schema: Schema) => { schema: Schema; name?: string | undefined }

interface Field {
  name: string
  schema: Schema
  isNeeded: boolean
}

/** The fields of an object, those of objects in it behind a dot. */
export function fieldsOf(schema: Schema, resolve: Resolve, within = ''): Field[] {
  const { properties = {}, required = [] } = resolve(schema).schema as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  return Object.entries(properties).flatMap(([name, each]) => {
    const inner = each.properties && !within ? fieldsOf(each, resolve, `${within}${name}.`) : []
    return [{ name: within + name, schema: each, isNeeded: required.includes(name) }, ...inner]
  })
}

/** What a field is, for people: its name, whether it must be there, what it means and which values it takes. */
export const fieldList = (fields: readonly Field[], resolve: Resolve): Markup =>
  html`<dl class="routes">
    ${fields.map(({ name, schema, isNeeded }) => {
      const { title, description } = schema as { title?: string; description?: string }
      return html`<div>
        <dt><code>${name}</code>${isNeeded && html` <small>needed</small>`}</dt>
        <dd>
          ${withCode([title, description].filter(Boolean).join(': '))}
          <i>${typeOf(schema, resolve)}</i>
        </dd>
      </div>`
    })}
  </dl>`

/** What stands between backticks as code. */
export const withCode = (text: string): Markup[] =>
  text.split('`').map((part, at) => (at % 2 ? html`<code>${part}</code>` : html`${part}`))

/** @example `text, at most 200 characters`, `one of low, normal, high`, `list of Customer` */
export function typeOf(of: Schema, resolve: Resolve): string {
  const { schema, name } = resolve(of)
  if (name !== undefined) return name
  const {
    enum: values,
    anyOf,
    items,
    type,
  } = schema as {
    enum?: readonly unknown[]
    anyOf?: readonly Schema[]
    items?: Schema
    type?: string
  }
  if (values) return `one of ${values.map(String).join(', ')}`
  if (anyOf) return [...new Set(anyOf.map((each) => typeOf(each, resolve)))].join(' or ')
  if (items) return `list of ${typeOf(items, resolve)}`
  return [typeNames[type ?? ''] ?? 'anything', ...boundsOf(schema)].join(', ')
}

const typeNames: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
}

interface Bounds {
  format?: string
  minimum?: number
  maximum?: number
  maxLength?: number
}

function boundsOf({ format, minimum, maximum, maxLength }: Bounds): string[] {
  const told = [
    format?.replace('date-time', 'moment'),
    minimum ? `at least ${minimum}` : undefined,
    maximum === undefined ? undefined : `at most ${maximum}`,
    maxLength === undefined ? undefined : `at most ${maxLength} characters`,
  ]
  return told.filter((each) => each !== undefined)
}

/** The form of an answer: `{ customers: [Customer], next? }`. */
export function formOf(of: Schema, resolve: Resolve): string {
  const { schema, name } = resolve(of)
  if (name !== undefined) return name
  const { items, anyOf } = schema as { items?: Schema; anyOf?: Schema[] }
  if (anyOf) return anyOf.map((each) => formOf(each, resolve)).join(' or ')
  if (items) return `[${formOf(items, resolve)}]`
  const fields = fieldsOf(schema, resolve).filter((field) => !field.name.includes('.'))
  if (!fields.length) return typeOf(of, resolve)
  const told = fields.map(({ name: field, schema: each, isNeeded }) => {
    const form = formOf(each, resolve)
    return `${field}${isNeeded ? '' : '?'}${isPlain(form) ? '' : `: ${form}`}`
  })
  return `{ ${told.join(', ')} }`
}

const isPlain = (form: string): boolean => /^(text|true|Next)/.test(form)
