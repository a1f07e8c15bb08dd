import { Fault } from '../../record/fault.ts'
import {
  acceptable,
  fieldsOfJson,
  longestBody,
  readFormBody,
  readJsonBody,
  type Body,
  type Fields,
} from './body.ts'
import { decodeText } from './charset.ts'
import { readHeader } from './header.ts'
import { findJsonFault } from './json-fault.ts'
import { readMultipart } from './multipart.ts'

/*
 * How a body is to be read. The content type says it, but many do not mean what it says: `curl -d` and `fetch` label
 * whatever they send. What is JSON beyond doubt is read as JSON; what is neither that nor a form is refused in words
 * that name the content type, never stored as a form of one odd field.
 */

export interface BodyFacts {
  /** the header Content-Type */
  contentType: string | undefined
  /** what old forms of the visitor's language are written in */
  legacy?: string | undefined
}

/** The longest body with files. Lambda takes events of 6 MB; what API Gateway passes on in base64 ends at 4.5 MB. */
export const longestUpload = 6 * 1024 * 1024

/** Form services put the whole submission as JSON into one field of a form. */
const wholeSubmission: readonly string[] = ['payload', 'data.json', 'data', 'json', 'rawRequest']

/** What a body says. Throws Fault `input.invalid`, `body.too-large`, `body.unsupported`. */
export function readBody(body: Uint8Array, { contentType = '', legacy }: BodyFacts): Body {
  const { value: type, parameters } = readHeader(contentType)
  const charset = parameters.get('charset')
  if (type === 'multipart/form-data') return expanded(readMultipart(body, contentType, legacy))
  if (body.length > longestBody)
    throw new Fault(
      'body.too-large',
      `the body has ${body.length} bytes; at most ${longestBody} are accepted, more only with files in multipart/form-data`,
    )
  if (isJsonType(type)) return readJsonBody(body, charset, legacy)
  if (!formTypes.includes(type)) throw unsupported(type, 'it is not read here')
  const text = decodeText(body, charset, legacy).replace(/^[\uFEFF\s]+/, '')
  if (/^[{[]/.test(text)) {
    const fault = findJsonFault(text)
    if (!fault || /^[{[]\s*["{[]/.test(text)) return readJsonBody(body, charset, legacy)
  }
  const form = readFormBody(body, charset, legacy)
  const [only] = form.fields
  // A JSON text that was posted as the name of a field without a value.
  if (form.fields.length === 1 && only?.[1] === '' && isJsonObject(only[0]))
    return acceptable({ ...form, fields: fieldsOfJson(only[0]) })
  refuseOthers(text, type)
  return expanded(form)
}

/** `''`: nobody said. text/plain: what a script sends that says nothing, or must not ask the browser for permission. */
const formTypes: readonly string[] = ['application/x-www-form-urlencoded', 'text/plain', '']

const isJsonType = (type: string): boolean =>
  type === 'application/json' || type === 'text/json' || /^application\/[\w.-]+\+json$/.test(type)

/** Throws Fault `body.unsupported` or `input.invalid` for what would be a form of odd fields. */
function refuseOthers(text: string, type: string): void {
  if (text.startsWith('<')) throw unsupported(type, 'the body looks like XML or HTML')
  if (/^--[^\n]+\r?\n(?:[\w-]+:[^\n]*\r?\n)*content-disposition:/i.test(text))
    throw unsupported(
      type,
      'the body looks like multipart/form-data; let your client set the header with its boundary',
    )
  // Tab and line breaks are typed by people; other control characters make no form.
  if (/[\0-\x08\x0E-\x1F]/.test(text))
    throw unsupported(type, 'the body is no text; if it is compressed, say so in Content-Encoding')
  if (text !== '' && !text.includes('='))
    throw unsupported(type, 'the body has no name=value in it, and is no JSON object')
  // A form is one line without spaces; in a letter nobody can say where a value ends.
  if (type === 'text/plain' && /\s/.test(text.trimEnd()))
    throw unsupported(type, 'text without fields cannot be read for sure')
}

const unsupported = (type: string, why: string): Fault =>
  new Fault(
    'body.unsupported',
    `the Content-Type is ${type.slice(0, 100) || 'missing'}: ${why}. Send application/json, application/x-www-form-urlencoded or multipart/form-data`,
    { where: 'header Content-Type' },
  )

const isJsonObject = (text: string): boolean => /^\s*\{/.test(text) && !findJsonFault(text)

/** With the fields of the JSON objects that are in fields made for them, in their place. */
function expanded(body: Body): Body {
  if (!body.fields.some(isWhole)) return body
  const fields = body.fields.flatMap((field): Fields => (isWhole(field) ? fieldsOfJson(field[1]) : [field]))
  return acceptable({ ...body, fields })
}

const isWhole = (field: Fields[number]): field is [name: string, value: string] =>
  wholeSubmission.includes(field[0]) && typeof field[1] === 'string' && isJsonObject(field[1])
