import { Fault } from '../../record/fault.ts'
import {
  acceptable,
  doubt,
  longestText,
  mostFields,
  parseJson,
  storable,
  tooMany,
  type Body,
  type Undecoded,
} from './body.ts'
import { readText } from './charset.ts'
import { parameterOf, readHeader, toBytes, toCharacters, unescapePercent, type Header } from './header.ts'
import { findJsonFault } from './json-fault.ts'
import { splitRepeated } from './json-repeat.ts'

/** Part of the web platform and of Node. */
declare const atob: (base64: string) => string

/*
 * Problem: a multipart/form-data body (RFC 7578, on RFC 2046) mixes bytes of many encodings. Each part may name its
 * character set, a part named `_charset_` names that of all which do not, and names of fields and files come in
 * whatever their sender thought of.
 * Representation: the body once as characters that stand for its bytes, in which delimiters and headers are found; a
 * value is decoded when all parts are known.
 * Invariant: everything between the first and the closing delimiter is in a field, or the body is refused.
 * Rejected: @fastify/busboy, which decodes a part that names its character set before we see its bytes, cuts a
 * boundary at `=`, and skips parts without a name; formidable and multer, which write files.
 */

interface Part {
  /** bytes of its headers */
  head: number
  disposition: Header
  type: Header
  transfer: string
  bytes: Uint8Array
}

/** The charset of a body without any says what every part is in, unless the part says it itself (RFC 7578, 4.6). */
interface Charsets {
  declared: string | undefined
  legacy: string | undefined
}

/** RFC 2046, 5.1.1 */
const longestBoundary = 70

/** Of the headers of one part, in bytes; those of browsers have a hundred and the name of a file. */
const longestHeaders = 16 * 1024

/** Of those of all parts: names longer than any text that is accepted need not be read. */
const longestHeads = 2 * longestText

/**
 * The fields of a body in their order. A file is noted by its name, type and size; its bytes are not kept.
 * Throws Fault `input.invalid` with where it breaks, `body.too-large`.
 */
export function readMultipart(body: Uint8Array, contentType: string, legacy?: string): Body {
  const parts = splitParts(body, boundaryOf(contentType))
  const charset = parts.find(({ disposition }) => disposition.parameters.get('name') === '_charset_')
  const charsets = { declared: charset && toCharacters(charset.bytes.subarray(0, 40)), legacy }
  const undecoded: Undecoded[] = []
  const fields = parts.map((part): Body['fields'][number] => {
    const name = nameIn(part, 'name', charsets)
    undecoded.push(...doubt('name', name.text, name.bytes, name.unsure))
    const filename = nameIn(part, 'filename', charsets)
    if (part.disposition.parameters.has('filename') || filename.text || isBinary(part)) {
      undecoded.push(...doubt('file', name.text, filename.bytes, filename.unsure))
      // A form without a chosen file sends an empty one.
      if (!filename.text && !part.bytes.length) return [name.text, '']
      const type = part.type.value.toWellFormed() || 'text/plain'
      return [name.text, { file: filename.text, type, size: part.bytes.length }]
    }
    const own = part.type.parameters.get('charset') ?? charsets.declared
    const { text, unsure } = readText(part.bytes, own, legacy)
    undecoded.push(...doubt('value', name.text, part.bytes, unsure))
    const isWhole = isJson(part) && !findJsonFault(text) && !splitRepeated(text)
    return [name.text, isWhole ? storable(parseJson(text)) : text]
  })
  return acceptable({ fields, undecoded })
}

function boundaryOf(contentType: string): string {
  const boundary = readHeader(contentType).parameters.get('boundary') ?? ''
  if (!boundary)
    throw broken('the Content-Type names no boundary; let your client set this header', 'header Content-Type')
  if (boundary.length > longestBoundary)
    throw broken(
      `the boundary has ${boundary.length} characters; at most ${longestBoundary} are allowed`,
      'header Content-Type',
    )
  return boundary
}

function splitParts(body: Uint8Array, boundary: string): Part[] {
  const characters = toCharacters(body)
  const delimiter = `--${boundary}`
  const parts: Part[] = []
  let heads = 0
  let found = nextDelimiter(characters, delimiter, 0)
  if (!found) throw broken('the boundary of the header does not begin a line of the body', 'byte 0')
  while (!found.closes) {
    const from: number = found.after
    found = nextDelimiter(characters, delimiter, from)
    if (!found)
      throw broken('the body ends within a part, before its closing boundary', `byte ${body.length}`)
    const part = readPart(body, characters, from, found.before)
    parts.push(part)
    heads += part.head
    if (parts.length > mostFields) throw tooMany()
    if (heads > longestHeads)
      throw new Fault(
        'body.too-large',
        `the headers of the parts have more than the ${longestHeads} bytes that are accepted`,
      )
  }
  return parts
}

interface Delimiter {
  /** where what stands before it ends: the line break belongs to the delimiter */
  before: number
  /** where its line has ended */
  after: number
  closes: boolean
}

/** A delimiter is a line of its own; lines that end in a line feed alone are understood. */
function nextDelimiter(characters: string, delimiter: string, from: number): Delimiter | undefined {
  for (let at = characters.indexOf(delimiter, from); at >= 0; at = characters.indexOf(delimiter, at + 1)) {
    if (at > 0 && characters[at - 1] !== '\n') continue
    const end = at + delimiter.length
    const lineEnd = /^[ \t]*\r?\n/.exec(characters.slice(end, end + 200))
    const closes = characters.startsWith('--', end)
    if (!lineEnd && !closes) continue
    const before = at - (characters[at - 2] === '\r' ? 2 : 1)
    return { before: Math.max(before, from), after: end + (lineEnd?.[0].length ?? 2), closes }
  }
  return undefined
}

function readPart(body: Uint8Array, characters: string, from: number, end: number): Part {
  // With the line break of the delimiter, which ends the headers of a part that has nothing else.
  const head = characters.slice(from, Math.min(end + 2, from + longestHeaders))
  const blank = /^\r?\n|\r?\n\r?\n/.exec(head)
  if (!blank && from < end)
    throw broken('the headers of a part are not ended by an empty line', `byte ${from}`)
  const headers = new Map<string, string>()
  for (const line of head
    .slice(0, blank?.index ?? 0)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    const [name = '', ...rest] = line.split(':')
    if (!headers.has(name.trim().toLowerCase())) headers.set(name.trim().toLowerCase(), rest.join(':'))
  }
  const transfer = (headers.get('content-transfer-encoding') ?? '').trim().toLowerCase()
  const start = blank ? Math.min(end, from + blank.index + blank[0].length) : end
  return {
    head: start - from,
    disposition: readHeader(headers.get('content-disposition')),
    type: readHeader(headers.get('content-type')),
    transfer,
    bytes: decodeTransfer(body.subarray(start, end), transfer),
  }
}

/** Forms should not use these (RFC 7578, 4.7); programs made for e-mail do. What is no base64 stays as it came. */
function decodeTransfer(bytes: Uint8Array, transfer: string): Uint8Array {
  if (transfer === 'quoted-printable')
    return toBytes(
      toCharacters(bytes)
        .replace(/[ \t]*(?==?\r?\n)/g, '')
        .replace(/=\r?\n/g, '')
        .replace(/=([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    )
  if (transfer !== 'base64') return bytes
  const characters = toCharacters(bytes).replace(/\s+/g, '')
  const isBase64 = characters.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(characters)
  return isBase64 ? toBytes(atob(characters)) : bytes
}

/** The name of a field or of a file. Browsers write a quote and a line break in it as %22, %0D and %0A. */
function nameIn(part: Part, parameter: 'name' | 'filename', { declared, legacy }: Charsets) {
  const found = parameterOf(part.disposition, parameter)
  const bytes = found?.bytes ?? new Uint8Array()
  if (found?.charset) return { bytes, ...readText(bytes, found.charset, legacy) }
  const mended = toCharacters(bytes).replace(/%(?:22|0[AaDd])/g, unescapePercent)
  return { bytes, ...readText(toBytes(mended), declared, legacy) }
}

const isBinary = ({ type }: Part): boolean => type.value === 'application/octet-stream'

const isJson = ({ type }: Part): boolean => /^application\/(json|[\w.-]+\+json)$/.test(type.value)

const broken = (what: string, where: string): Fault =>
  new Fault('input.invalid', `the body is not valid multipart/form-data: ${what}`, { where })
