/*
 * Problem: a header's parameters come as tokens, as quoted strings with escapes and with `;` and `=` inside
 * (RFC 9110, 5.6), as percent-encoded bytes of a named character set (RFC 8187, once 5987), and cut into numbered
 * pieces (RFC 2231, 3). Senders mix them, quote carelessly, and escape a backslash or do not.
 * Representation: characters stand for bytes, one each, because what they are encoded in is known only afterwards.
 * Invariant: reading never fails, and takes time in proportion to the header; what cannot be understood is a parameter
 * with the text as it stands.
 */

/** A header such as Content-Type: its value in small letters, and its parameters by names in small letters. */
export interface Header {
  value: string
  parameters: ReadonlyMap<string, string>
}

/** The bytes of a parameter, and the character set that it names for them. */
export interface Parameter {
  bytes: Uint8Array
  charset: string | undefined
}

export function readHeader(header: string | undefined): Header {
  const text = header ?? ''
  const parameters = new Map<string, string>()
  const end = endOf(text, 0, ';')
  for (let at = end + 1; at < text.length;) {
    const equals = endOf(text, at, '=', ';')
    const name = text.slice(at, equals).trim().toLowerCase()
    if (text[equals] !== '=') {
      at = equals + 1
      continue
    }
    const { value, next } = readValue(text, equals + 1)
    // Of two that contradict each other the first counts, as for the readers that stand before us.
    if (name && !parameters.has(name)) parameters.set(name, value)
    at = next
  }
  return { value: text.slice(0, end).trim().toLowerCase(), parameters }
}

/** The value of one parameter of a header that is text, such as the charset of a content type. */
export const headerParameter = (header: string | undefined, name: string): string | undefined =>
  readHeader(header).parameters.get(name) || undefined

/** A parameter in whichever of its forms it came; the extended one counts before the plain (RFC 6266, 4.3). */
export function parameterOf({ parameters }: Header, name: string): Parameter | undefined {
  const extended = readExtended(parameters.get(`${name}*`)) ?? readPieces(parameters, name)
  if (extended) return extended
  const plain = parameters.get(name)
  return plain === undefined ? undefined : { bytes: toBytes(plain), charset: undefined }
}

/** Characters that stand for bytes, as these bytes. */
export function toBytes(characters: string): Uint8Array {
  const bytes = new Uint8Array(characters.length)
  for (let at = 0; at < characters.length; at++) bytes[at] = characters.charCodeAt(at)
  return bytes
}

/** Bytes as characters that stand for them. */
export function toCharacters(bytes: Uint8Array): string {
  let characters = ''
  // A call takes only so many arguments; spread, they would be gathered one by one.
  for (let at = 0; at < bytes.length; at += 8_192)
    characters += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 8_192))
  return characters
}

/** `%41` as the byte that it stands for; a broken escape stays as it was typed. */
export const unescapePercent = (characters: string): string =>
  characters.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

function readValue(text: string, from: number): { value: string; next: number } {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  if (text[at] === '"') return readQuoted(text, at + 1)
  const end = endOf(text, at, ';')
  return { value: text.slice(at, end).trim(), next: end + 1 }
}

/** Of escapes only those of a quote and of a backslash count: browsers of old send `C:\docs\a.txt` as it is. */
function readQuoted(text: string, from: number): { value: string; next: number } {
  let value = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    const after = text[at + 1]
    if (character === '\\' && (after === '"' || after === '\\')) value += text[++at]
    else if (character === '"' && isEnd(text, at + 1)) return { value, next: endOf(text, at, ';') + 1 }
    // A quote that nothing ends belongs to a text which its sender did not escape.
    else value += character
  }
  // Nothing closed it: the last quote was meant to, after a backslash that is only a backslash.
  const last = text.lastIndexOf('"')
  return { value: text.slice(from, last < from ? text.length : last), next: text.length }
}

/** `UTF-8'en'%e2%82%ac` */
function readExtended(value: string | undefined): Parameter | undefined {
  const [, charset, escaped] = /^([^']*)'[^']*'(.*)$/s.exec(value ?? '') ?? []
  return escaped === undefined
    ? undefined
    : { bytes: toBytes(unescapePercent(escaped)), charset: charset || undefined }
}

/** `name*0*=UTF-8''a%20; name*1="b"; …` */
function readPieces(parameters: Header['parameters'], name: string): Parameter | undefined {
  let characters = ''
  let charset: string | undefined
  let found = false
  for (let piece = 0; ; piece++) {
    const escaped = parameters.get(`${name}*${piece}*`)
    const value = escaped ?? parameters.get(`${name}*${piece}`)
    if (value === undefined) break
    const first = piece === 0 && escaped !== undefined ? readExtended(escaped) : undefined
    charset ??= first?.charset
    if (first) characters += toCharacters(first.bytes)
    else characters += escaped === undefined ? value : unescapePercent(escaped)
    found = true
  }
  return found ? { bytes: toBytes(characters), charset } : undefined
}

/** Whether the parameter ends here, but for spaces. */
function isEnd(text: string, from: number): boolean {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at === text.length || text[at] === ';'
}

/** Where the first of these characters stands; no further is looked, so that a header of them alone is read once. */
function endOf(text: string, from: number, ...ends: string[]): number {
  let at = from
  while (at < text.length && !ends.includes(text[at]!)) at++
  return at
}
