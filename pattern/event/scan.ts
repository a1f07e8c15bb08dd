/*
 * Event text to fields, in one pass and without a tree.
 *
 * The whole text is checked to be JSON, but only values that a pattern asks for are made: keys are compared where they
 * stand, by a hash taken while looking for their closing quote. What JSON.parse loses is kept: every occurrence of a
 * duplicate key, and the spelling of numbers that doubles cannot hold.
 *
 * Every function takes an offset and returns the offset behind what it read; positions in locals are what makes this
 * faster than JSON.parse. Rejected: JSON.parse with a reviver (no duplicate keys, slower than both).
 */

import { EventError } from '../syntax/fault.ts'
import { type Element, type Fields, maxEventDepth } from './fields.ts'
import { keyTable, nextHash, type PathNode } from './path.ts'
import { isComparable, SpelledNumber } from '../syntax/number.ts'

/** Reads an event from JSON text. @throws {EventError} if it is not JSON */
export function scanEvent(text: string, fields: Fields): void {
  fields.clear()
  let at = skipSpace(text, 0)
  at =
    text.charCodeAt(at) === 0x7b
      ? new Scanner(text, fields).object(at, fields.root, undefined, 1)
      : skipValue(text, at, 1)
  at = skipSpace(text, at)
  if (at < text.length) fail(text, at, 'the end of the event')
}

/** Reads the values of one event that somebody asks for. */
class Scanner {
  readonly #text: string
  readonly #fields: Fields

  constructor(text: string, fields: Fields) {
    this.#text = text
    this.#fields = fields
  }

  object(start: number, node: PathNode, element: Element | undefined, depth: number): number {
    const text = this.#text
    const fields = this.#fields
    const table = keyTable(node)
    let at = skipSpace(text, start + 1)
    if (text.charCodeAt(at) === 0x7d) return at + 1
    for (;;) {
      if (text.charCodeAt(at) !== 0x22) fail(text, at, 'a key in double quotes')
      const keyStart = at + 1
      let hash = 0
      let cut = false
      let unit = text.charCodeAt(++at)
      for (; unit !== 0x22; unit = text.charCodeAt(++at)) {
        if (unit === 0x2e || unit === 0x5c) {
          // A dot or an escape: the key is cut out and looked up by its text.
          cut = true
          break
        }
        if (!(unit >= 0x20)) fail(text, at, 'a closing quote')
        hash = nextHash(hash, unit)
      }
      let next: PathNode | undefined
      if (cut) {
        at = skipString(text, keyStart - 1)
        next = fields.step(node, stringOf(text, keyStart - 1, at))
      } else {
        const length = at - keyStart
        for (let place = hash & table.mask; ; place = (place + 1) & table.mask) {
          next = table.nodes[place]
          if (next === undefined) break
          if (table.hashes[place] !== hash) continue
          const known = table.texts[place] as string
          if (known.length === length && text.startsWith(known, keyStart)) break
        }
        at++
      }
      if (text.charCodeAt(at) !== 0x3a) {
        at = skipSpace(text, at)
        if (text.charCodeAt(at) !== 0x3a) fail(text, at, 'a colon')
      }
      at = skipSpace(text, at + 1)
      at = next === undefined ? skipValue(text, at, depth) : this.#value(at, next, element, depth)
      unit = text.charCodeAt(at)
      if (unit !== 0x2c && unit !== 0x7d) {
        at = skipSpace(text, at)
        unit = text.charCodeAt(at)
      }
      if (unit === 0x7d) return at + 1
      if (unit !== 0x2c) fail(text, at, 'a comma or "}"')
      at = skipSpace(text, at + 1)
    }
  }

  #value(at: number, node: PathNode, element: Element | undefined, depth: number): number {
    const text = this.#text
    const fields = this.#fields
    const { slot } = node
    const unit = text.charCodeAt(at)
    switch (unit) {
      case 0x22: {
        const end = skipString(text, at)
        if (slot >= 0) fields.add(slot, stringOf(text, at, end), element)
        return end
      }
      case 0x7b:
        checkDepth(at, depth)
        return node.next.size > 0 ? this.object(at, node, element, depth + 1) : skipValue(text, at, depth)
      case 0x5b:
        checkDepth(at, depth)
        return this.#list(at, node, element, depth + 1)
      case 0x74:
      case 0x66:
      case 0x6e: {
        const end = skipLiteral(text, at, unit)
        if (slot >= 0) fields.add(slot, unit === 0x6e ? null : unit === 0x74, element)
        return end
      }
      default: {
        const end = skipNumber(text, at)
        if (slot >= 0) fields.add(slot, numberOf(text, at, end), element)
        return end
      }
    }
  }

  #list(start: number, node: PathNode, parent: Element | undefined, depth: number): number {
    const text = this.#text
    const fields = this.#fields
    const list = fields.newList()
    let at = skipSpace(text, start + 1)
    if (text.charCodeAt(at) === 0x5d) return at + 1
    for (;;) {
      const unit = text.charCodeAt(at)
      const inside = unit === 0x7b || unit === 0x5b ? fields.newElement(list, parent) : parent
      at = skipSpace(text, this.#value(at, node, inside, depth))
      const behind = text.charCodeAt(at)
      if (behind === 0x5d) return at + 1
      if (behind !== 0x2c) fail(text, at, 'a comma or "]"')
      at = skipSpace(text, at + 1)
    }
  }
}

/** Checks a value that nobody asks for. */
function skipValue(text: string, start: number, depth: number): number {
  const unit = text.charCodeAt(start)
  if (unit === 0x22) return skipString(text, start)
  if (unit === 0x74 || unit === 0x66 || unit === 0x6e) return skipLiteral(text, start, unit)
  if (unit !== 0x7b && unit !== 0x5b) return skipNumber(text, start)
  checkDepth(start, depth)
  const isObject = unit === 0x7b
  const close = isObject ? 0x7d : 0x5d
  let at = skipSpace(text, start + 1)
  if (text.charCodeAt(at) === close) return at + 1
  for (;;) {
    if (isObject) {
      if (text.charCodeAt(at) !== 0x22) fail(text, at, 'a key in double quotes')
      at = skipSpace(text, skipString(text, at))
      if (text.charCodeAt(at) !== 0x3a) fail(text, at, 'a colon')
      at = skipSpace(text, at + 1)
    }
    at = skipSpace(text, skipValue(text, at, depth + 1))
    const behind = text.charCodeAt(at)
    if (behind === close) return at + 1
    if (behind !== 0x2c) fail(text, at, isObject ? 'a comma or "}"' : 'a comma or "]"')
    at = skipSpace(text, at + 1)
  }
}

function skipSpace(text: string, start: number): number {
  let at = start
  for (;;) {
    const unit = text.charCodeAt(at)
    // Also true for NaN, behind the end.
    if (!(unit <= 0x20)) return at
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at
    at++
  }
}

function skipString(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    const unit = text.charCodeAt(at)
    if (unit === 0x22) return at + 1
    if (unit === 0x5c) at = skipEscape(text, at)
    else if (unit >= 0x20) at++
    else fail(text, at, 'a closing quote')
  }
}

function skipEscape(text: string, at: number): number {
  const unit = text.charCodeAt(at + 1)
  if (unit === 0x75) {
    for (let digit = 2; digit < 6; digit++) {
      const hex = text.charCodeAt(at + digit)
      const isHex = (hex >= 0x30 && hex <= 0x39) || ((hex | 0x20) >= 0x61 && (hex | 0x20) <= 0x66)
      if (!isHex) fail(text, at, 'four hexadecimal digits behind \\u')
    }
    return at + 6
  }
  const known = at + 1 < text.length && '"\\/bfnrt'.includes(text[at + 1] as string)
  if (!known) fail(text, at, 'an escape of JSON')
  return at + 2
}

function skipLiteral(text: string, at: number, unit: number): number {
  const word = wordOf(unit)
  if (!text.startsWith(word, at)) fail(text, at, 'true, false or null')
  return at + word.length
}

/** The literal that begins with a letter. */
function wordOf(unit: number): string {
  if (unit === 0x74) return 'true'
  return unit === 0x66 ? 'false' : 'null'
}

function skipNumber(text: string, start: number): number {
  let at = start
  if (text.charCodeAt(at) === 0x2d) at++
  if (text.charCodeAt(at) === 0x30) at++
  else at = skipDigits(text, at)
  if (text.charCodeAt(at) === 0x2e) at = skipDigits(text, at + 1)
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    const sign = text.charCodeAt(at + 1)
    at = skipDigits(text, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1)
  }
  return at
}

function skipDigits(text: string, start: number): number {
  let at = start
  for (let unit = text.charCodeAt(at); unit >= 0x30 && unit <= 0x39; unit = text.charCodeAt(at)) at++
  if (at === start) fail(text, at, 'a JSON value')
  return at
}

function stringOf(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1)
  return inside.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inside
}

const tenTo = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

function numberOf(text: string, start: number, end: number): number | SpelledNumber {
  // Up to 15 digits without exponent: whole numbers are exact, and so is one division by a power of ten.
  if (end - start <= 15) {
    let at = start
    const negative = text.charCodeAt(at) === 0x2d
    if (negative) at++
    let digits = 0
    let fraction = 0
    for (; at < end; at++) {
      const unit = text.charCodeAt(at)
      if (unit === 0x2e) fraction = end - at - 1
      else if (unit <= 0x39) digits = digits * 10 + unit - 0x30
      else break
    }
    if (at === end) {
      const value = fraction > 0 ? digits / (tenTo[fraction] as number) : digits
      return negative ? -value : value
    }
  }
  const spelling = text.slice(start, end)
  const double = Number(spelling)
  return isComparable(spelling) ? double : new SpelledNumber(spelling, double)
}

function checkDepth(at: number, depth: number): void {
  if (depth < maxEventDepth) return
  throw new EventError('event-too-deep', `the event has more than ${maxEventDepth} levels`, at)
}

function fail(text: string, at: number, expected: string): never {
  const seen = at < text.length ? JSON.stringify(text[at]) : 'the end'
  throw new EventError('event-syntax', `the event is not JSON: ${seen} instead of ${expected}`, at)
}
