/*
 * JSON text to a tree that keeps what JSON.parse drops and patterns need: the spelling of numbers, duplicate keys,
 * the order of keys that look like integers, and the offset of every value.
 *
 * Rejected: JSON.parse with a reviver. It sees neither duplicate keys nor offsets, and its source access is missing
 * from older runtimes.
 */

import { clip, type PatternFaultCode, PatternError } from './fault.ts'

export type JsonNode =
  | { type: 'object'; at: number; entries: JsonEntry[] }
  | { type: 'array'; at: number; items: JsonNode[] }
  | { type: 'string'; at: number; value: string }
  | { type: 'number'; at: number; text: string }
  | { type: 'literal'; at: number; value: boolean | null }

export type JsonEntry = { key: string; at: number; value: JsonNode }

/** Parses one JSON value that fills the whole text. `maxDepth` bounds the recursion. */
export function parseJson(text: string, maxDepth: number): JsonNode {
  let at = 0

  const fail = (found: string, expected: string, code: PatternFaultCode = 'json-syntax'): never => {
    throw new PatternError({ code, path: '', at, found, expected }, text)
  }

  const skipSpace = (): void => {
    for (;;) {
      const unit = text.charCodeAt(at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
      at++
    }
  }

  const seen = (): string =>
    at < text.length ? `unexpected ${JSON.stringify(text[at])}` : 'unexpected end of text'

  const value = (depth: number): JsonNode => {
    if (depth > maxDepth) fail('nesting too deep', `at most ${maxDepth} levels`, 'pattern-too-deep')
    skipSpace()
    const start = at
    switch (text.charCodeAt(at)) {
      case 0x7b:
        return object(depth, start)
      case 0x5b:
        return array(depth, start)
      case 0x22:
        return { type: 'string', at: start, value: string() }
      case 0x74:
        return literal('true', true, start)
      case 0x66:
        return literal('false', false, start)
      case 0x6e:
        return literal('null', null, start)
      default:
        return { type: 'number', at: start, text: number() }
    }
  }

  const object = (depth: number, start: number): JsonNode => {
    const entries: JsonEntry[] = []
    at++
    skipSpace()
    if (text.charCodeAt(at) === 0x7d) {
      at++
      return { type: 'object', at: start, entries }
    }
    for (;;) {
      skipSpace()
      const keyAt = at
      if (text.charCodeAt(at) !== 0x22) fail(seen(), 'a key in double quotes')
      const key = string()
      skipSpace()
      if (text.charCodeAt(at) !== 0x3a) fail(seen(), 'a colon behind the key')
      at++
      entries.push({ key, at: keyAt, value: value(depth + 1) })
      skipSpace()
      const unit = text.charCodeAt(at)
      if (unit !== 0x2c && unit !== 0x7d) fail(seen(), 'a comma or "}"')
      at++
      if (unit === 0x7d) return { type: 'object', at: start, entries }
    }
  }

  const array = (depth: number, start: number): JsonNode => {
    const items: JsonNode[] = []
    at++
    skipSpace()
    if (text.charCodeAt(at) === 0x5d) {
      at++
      return { type: 'array', at: start, items }
    }
    for (;;) {
      items.push(value(depth + 1))
      skipSpace()
      const unit = text.charCodeAt(at)
      if (unit !== 0x2c && unit !== 0x5d) fail(seen(), 'a comma or "]"')
      at++
      if (unit === 0x5d) return { type: 'array', at: start, items }
    }
  }

  const string = (): string => {
    const start = at + 1
    let end = start
    for (let unit = text.charCodeAt(end); unit !== 0x22 && unit !== 0x5c; unit = text.charCodeAt(++end)) {
      if (!(unit >= 0x20)) {
        at = end
        fail(seen(), 'a closing quote; control characters are written as escapes')
      }
    }
    if (text.charCodeAt(end) === 0x22) {
      at = end + 1
      return text.slice(start, end)
    }
    // With an escape: find the end, let JSON.parse decode, so that there is one decoder of escapes.
    while (text.charCodeAt(end) !== 0x22) {
      if (end >= text.length) {
        at = end
        fail(seen(), 'a closing quote')
      }
      end += text.charCodeAt(end) === 0x5c ? 2 : 1
    }
    const quoted = text.slice(at, end + 1)
    try {
      const decoded = JSON.parse(quoted) as string
      at = end + 1
      return decoded
    } catch {
      return fail(
        `malformed string ${quoted.slice(0, 60)}`,
        'the escapes of JSON: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
      )
    }
  }

  const number = (): string => {
    numberForm.lastIndex = at
    const found = numberForm.exec(text)?.[0]
    if (found === undefined) return fail(seen(), 'a JSON value')
    at += found.length
    return found
  }

  const literal = (word: string, value: boolean | null, start: number): JsonNode => {
    if (!text.startsWith(word, at)) fail(seen(), 'true, false or null')
    at += word.length
    return { type: 'literal', at: start, value }
  }

  const tree = value(1)
  skipSpace()
  if (at < text.length) fail(`${seen()} behind the value`, 'one JSON value and nothing behind it')
  return tree
}

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** What a value is, for a message. */
export function nounOf(value: JsonNode): string {
  switch (value.type) {
    case 'object':
      return 'an object'
    case 'array':
      return 'a list'
    case 'string':
      return `the string ${JSON.stringify(clip(value.value, 40))}`
    case 'number':
      return `the number ${clip(value.text, 40)}`
    case 'literal':
      return String(value.value)
  }
}
