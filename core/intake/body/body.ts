import type * as z from 'zod'
import { bytesOf } from '../../record/key.ts'
import { Fault, fieldFault } from '../../record/fault.ts'
import type { Posted } from '../../kind/sales/posted.ts'
import { readText, toBase64, type Reading } from './charset.ts'
import { findJsonFault } from './json-fault.ts'
import { splitRepeated } from './json-repeat.ts'

type Json = z.core.util.JSONType

/** Fields in the order of arrival; a name may come again. */
export type Fields = [name: string, value: Json][]

/** The bytes of a text that may have been misread, beside what it was read as. */
export type Undecoded = NonNullable<Posted['undecoded']>[number]

/** What a body says. */
export interface Body {
  fields: Fields
  undecoded: Undecoded[]
}

/** The most text: with its names it must fit into one item of the table, which holds 400 KB. */
export const longestText = 256 * 1024

/** The most text together with bytes that could not be decoded; the rest of the item has its own limits. */
const longestItem = 380 * 1024

/** The longest body without files: escapes of forms and of JSON make three bytes of one. */
export const longestBody = 3 * longestText

/** More fields than any person's form has; each costs some bytes of an item beside its text. */
export const mostFields = 1_000

/**
 * The fields of a JSON object; nested values and lists stay as they are.
 * Throws Fault `input.invalid` with line and column, never with what was typed.
 */
export function readJsonBody(
  body: Uint8Array,
  charset: string | undefined,
  legacy?: string,
  noObject: () => Fault = noForm,
): Body {
  const { text, unsure } = readText(body, charset, legacy)
  const undecoded = doubt('body', '', body, unsure)
  return acceptable({ fields: fieldsOfJson(text, noObject), undecoded })
}

const objectWanted = 'must be a JSON object: { "email": "…", … }'
const noForm = (): Fault =>
  new Fault('input.invalid', `the body ${objectWanted}`, { where: 'line 1, column 1' })

/** What a program sends has a declaration, which any other JSON breaks. Throws as `readJsonBody` does, and `field.invalid`. */
export const readProgramBody = (body: Uint8Array, charset: string | undefined): Body =>
  readJsonBody(body, charset, undefined, () => fieldFault([{ path: [], message: objectWanted }]))

/** The fields of an object's JSON text, a name as often as it stands there. Throws Fault `input.invalid` for anything else. */
export function fieldsOfJson(json: string, noObject = noForm): Fields {
  const value = parseJson(json)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw noObject()
  const repeated = splitRepeated(json)
  const entries = repeated
    ? repeated.map(([name, text]) => [name, parseJson(text)] as const)
    : Object.entries(value)
  return entries.map(([name, field]) => [name.toWellFormed(), storable(field)])
}

/**
 * A JSON text that is to be what a schema says: texts are well formed, whatever else is wrong is left for the schema. A number
 * that would not come back as it was typed is none (NaN), since its text would be right where a text is asked for.
 * Throws Fault `input.invalid` with line and column, never with what was typed.
 */
export const readJsonText = (text: string): Json => wellFormed(parsed(text, onlyExact))

/** A JSON text of which nothing is lost, whatever it says. Throws as `readJsonText`. */
export const parseJson = (text: string): Json => parsed(text, keepNumber)

type Reviver = (name: string, value: unknown, context?: { source?: string }) => unknown

function parsed(text: string, revive: Reviver): Json {
  const json = text.replace(/^\uFEFF/, '')
  const fault = findJsonFault(json)
  if (fault)
    throw new Fault('input.invalid', `the body is not valid JSON: ${fault.what}`, {
      where: `line ${fault.line}, column ${fault.column}`,
      facts: { offset: fault.offset },
    })
  return JSON.parse(json, revive) as Json
}

/** The fields of a form-urlencoded body. Never fails but for its size: a broken escape is kept as it was typed. */
export function readFormBody(body: Uint8Array, charset: string | undefined, legacy?: string): Body {
  const pairs = splitForm(body)
  // HTML forms say in a field of this name what they are encoded in.
  const said = pairs.find(([name]) => ascii(name) === '_charset_')?.[1]
  const declared = charset ?? (said && ascii(said))
  const undecoded: Undecoded[] = []
  const fields = pairs.map(([name, value]): Fields[number] => {
    const [field, typed] = [name, value].map((bytes) => readText(bytes, declared, legacy)) as [
      Reading,
      Reading,
    ]
    undecoded.push(...doubt('name', field.text, name, field.unsure))
    undecoded.push(...doubt('value', field.text, value, typed.unsure))
    return [field.text, typed.text]
  })
  return acceptable({ fields, undecoded })
}

/** The parameters of a query string, as fields. */
export const readQuery = (query: string): Fields =>
  readFormBody(
    Uint8Array.from(query.replace(/[^\0-\x7F]/g, '?'), (character) => character.charCodeAt(0)),
    'utf-8',
  ).fields

/** The bytes of what may have been misread. */
export const doubt = (
  of: Undecoded['of'],
  field: string,
  bytes: Uint8Array,
  unsure: string | undefined,
): Undecoded[] => (unsure ? [{ of, field, charset: unsure, base64: toBase64(bytes) }] : [])

/** Refuses what would not fit into an item of the table. Throws Fault `body.too-large`. */
export function acceptable(body: Body): Body {
  const { fields, undecoded } = body
  if (fields.length > mostFields) throw tooMany()
  const bytes = bytesOf(JSON.stringify(fields))
  // Escapes of JSON count too, so this is never less than what the table counts, but for four bytes a field.
  if (bytes > longestText + 8 * fields.length)
    throw new Fault(
      'body.too-large',
      `the text has ${bytes} bytes in UTF-8; at most ${longestText} are accepted`,
    )
  if (undecoded.length && bytes + bytesOf(JSON.stringify(undecoded)) > longestItem)
    throw new Fault(
      'body.too-large',
      'the text is not of the character set that it says, and too long to keep its bytes as well: send it in UTF-8',
    )
  return body
}

export const tooMany = (): Fault =>
  new Fault('body.too-large', `the form has more than the ${mostFields} fields that are accepted`)

/**
 * A value that the table takes: no half of a character, and no name that an object treats in its own way. An object with
 * such a name is kept whole, as its JSON text: two names that are mended could become one.
 */
export function storable(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(storable)
  const entries = Object.entries(value)
  if (entries.some(([name]) => name === '__proto__' || !name.isWellFormed())) return JSON.stringify(value)
  return Object.fromEntries(entries.map(([name, field]) => [name, storable(field)]))
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(wellFormed)
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name.toWellFormed(), wellFormed(field)]),
  )
}

/** A number that would not come back as it was typed (a long order number, 1e999) is kept as its text. */
function keepNumber(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !context?.source) return value
  const magnitude = Math.abs(value)
  // The table holds numbers from 1e-130 to 1e126.
  const fits = value === 0 || (magnitude > 1e-100 && magnitude < 1e100)
  const exact = !Number.isInteger(value) || Number.isSafeInteger(value)
  return fits && exact ? value : context.source
}

const onlyExact: Reviver = (name, value, context) =>
  keepNumber(name, value, context) === value ? value : Number.NaN

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 40))

function splitForm(body: Uint8Array): [Uint8Array, Uint8Array][] {
  const pairs: [Uint8Array, Uint8Array][] = []
  for (let start = 0; start < body.length;) {
    const end = nextOf(body, 0x26, start, body.length)
    const equals = nextOf(body, 0x3d, start, end)
    if (end > start)
      pairs.push([plainBytes(body.subarray(start, equals)), plainBytes(body.subarray(equals + 1, end))])
    if (pairs.length > mostFields) throw tooMany()
    start = end + 1
  }
  return pairs
}

function nextOf(body: Uint8Array, byte: number, from: number, end: number): number {
  const found = body.subarray(from, end).indexOf(byte)
  return found < 0 ? end : from + found
}

function plainBytes(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    const escaped = byte === 0x25 ? hexPair(bytes, i + 1) : undefined
    if (escaped !== undefined) i += 2
    plain[length++] = escaped ?? (byte === 0x2b ? 0x20 : byte)
  }
  return plain.subarray(0, length)
}

function hexPair(bytes: Uint8Array, at: number): number | undefined {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high === undefined || low === undefined ? undefined : high * 16 + low
}

function hexDigit(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}
