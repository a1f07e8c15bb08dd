/*
 * Anchors: under which keys a condition is found from a value of its field.
 *
 * A condition that holds for a value is found under at least one key that the value leads to; the reverse need not be
 * true (a prefix is cut, a range is a grid cell), then the condition is checked again. A condition with an alternative
 * that no key can express is found under `present`, and one that absence satisfies has no anchor.
 */

import { type Address, parseAddress } from './syntax/address.ts'
import type { Matcher } from './syntax/ast.ts'

export type AnchorKey =
  | { kind: 'exact'; value: string | number | boolean | null }
  | { kind: 'present' }
  | TextKey
  | NumberKey

export type TextKey =
  | { kind: 'folded'; text: string }
  | { kind: 'start'; text: string }
  | { kind: 'end'; text: string }
  | { kind: 'foldedStart'; text: string }
  | { kind: 'foldedEnd'; text: string }
  | { kind: 'gram'; hash: number }
  | { kind: 'network'; bits: number; network: string }

export type NumberKey =
  | { kind: 'cell'; level: number; cell: number }
  | { kind: 'from'; bound: number }
  | { kind: 'to'; bound: number }

/** Units of a prefix or suffix that a key holds; bounds the look-ups for one text. */
export const maxAffix = 32

const present: AnchorKey[] = [{ kind: 'present' }]

/**
 * The keys of a condition, or undefined if absence satisfies it.
 * @param gramLoad how many conditions a gram of this field leads to already; of a literal the emptiest is taken
 */
export function anchorKeys(
  matchers: readonly Matcher[],
  gramLoad: (hash: number) => number,
): AnchorKey[] | undefined {
  if (matchers.some((matcher) => matcher.type === 'exists' && !matcher.exists)) return undefined
  const keys = new Map<string, AnchorKey>()
  for (const matcher of matchers) {
    const found = keysOf(matcher, gramLoad)
    if (found === present) return present
    for (const key of found) keys.set(keyName(key), key)
  }
  return [...keys.values()]
}

/** Whether being found under these keys proves that the condition holds. */
export function keysProve(matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    if (matcher.type === 'prefix' || matcher.type === 'suffix') {
      return !matcher.ignoreCase && matcher.text.length > 0 && matcher.text.length <= maxAffix
    }
    if (matcher.type === 'equals') return typeof matcher.value !== 'string' || !parseAddress(matcher.value)
    return (matcher.type === 'number' && matcher.comparable) || matcher.type === 'cidr'
  })
}

function keysOf(matcher: Matcher, gramLoad: (hash: number) => number): AnchorKey[] {
  switch (matcher.type) {
    case 'equals': {
      const { value } = matcher
      const address = typeof value === 'string' && !matcher.exactly ? parseAddress(value) : undefined
      if (address) return [networkKey(address, address.family === 4 ? 32 : 128)]
      return [{ kind: 'exact', value }]
    }
    case 'number':
      return matcher.comparable ? [{ kind: 'exact', value: matcher.value }] : present
    case 'numeric':
      return rangeKeys(matcher.low, matcher.high)
    case 'prefix':
    case 'suffix': {
      const { text } = matcher
      if (text === '' || (matcher.ignoreCase && !isAscii(text))) return present
      const cut = matcher.type === 'prefix' ? text.slice(0, maxAffix) : text.slice(-maxAffix)
      if (matcher.type === 'prefix') {
        return [
          matcher.ignoreCase
            ? { kind: 'foldedStart', text: cut.toLowerCase() }
            : { kind: 'start', text: cut },
        ]
      }
      return [
        matcher.ignoreCase ? { kind: 'foldedEnd', text: cut.toLowerCase() } : { kind: 'end', text: cut },
      ]
    }
    case 'equals-ignore-case':
      // Folding a text as a whole agrees with folding by character for ASCII only (ς, ſ and the Kelvin sign do not).
      return isAscii(matcher.text) ? [{ kind: 'folded', text: matcher.text.toLowerCase() }] : present
    case 'wildcard':
      return wildcardKeys(matcher.pieces, gramLoad)
    case 'cidr':
      return [networkKey(matcher.range.address, matcher.range.bits)]
    case 'exists':
    case 'anything-but':
      return present
  }
}

/**
 * Ranges lie in a grid per power of two. A range is put into the (at most two) cells of the level whose cells are at
 * least as wide as itself, so a value is looked for in one cell per level, and finds ranges of about its cell's width.
 */
function rangeKeys(low: number, high: number): AnchorKey[] {
  if (low === high) return [{ kind: 'exact', value: low }]
  const width = high - low
  if (!Number.isFinite(width)) {
    if (Number.isFinite(low)) return [{ kind: 'from', bound: low }]
    return [{ kind: 'to', bound: high }]
  }
  // One level up: the width is rounded, and a range must not touch three cells.
  const level = Math.max(-1000, Math.ceil(Math.log2(width)) + 1)
  // Beyond what a scale can hold there is no grid; so wide a range is as good as half a line.
  if (level > 1000) return [{ kind: 'from', bound: low }]
  const scale = scaleOf(level)
  const cells = new Set([Math.floor(low * scale), Math.floor(high * scale)])
  return [...cells].map((cell) => ({ kind: 'cell', level, cell }))
}

/** What a value is multiplied by, and rounded down, to get its cell; a power of two, so without loss. */
export function scaleOf(level: number): number {
  return 2 ** -level
}

function wildcardKeys(pieces: readonly string[], gramLoad: (hash: number) => number): AnchorKey[] {
  const head = pieces[0] ?? ''
  const tail = pieces.at(-1) ?? ''
  if (pieces.length === 1) return [{ kind: 'exact', value: head }]
  let best: { hash: number; load: number } | undefined
  for (const piece of pieces) {
    for (let at = 0; at + 3 <= piece.length; at++) {
      const hash = gramAt(piece, at)
      const load = gramLoad(hash)
      if (!best || load < best.load) best = { hash, load }
    }
  }
  const affix = Math.max(head.length, tail.length)
  // A long head or tail is one look-up; grams are one per unit of the text, but far apart for literals in the middle.
  if (best && affix < 8) return [{ kind: 'gram', hash: best.hash }]
  if (affix === 0) return present
  if (head.length >= tail.length) return [{ kind: 'start', text: head.slice(0, maxAffix) }]
  return [{ kind: 'end', text: tail.slice(-maxAffix) }]
}

/** Hash of the three units at an offset. */
export function gramAt(text: string, at: number): number {
  const first = Math.imul(text.charCodeAt(at), 0x9e3779b1)
  return Math.imul(first ^ text.charCodeAt(at + 1), 0x85ebca6b) ^ text.charCodeAt(at + 2)
}

/** The key of an address in networks of so many bits. */
export function networkKey(address: Address, bits: number): AnchorKey & { kind: 'network' } {
  const words = address.words.map((word, index) => {
    const kept = Math.min(32, bits - 32 * index)
    return kept <= 0 ? 0 : (word & (-1 << (32 - kept))) >>> 0
  })
  return { kind: 'network', bits: address.family === 4 ? bits : bits + 1000, network: words.join() }
}

/** One text per key. */
export function keyName(key: AnchorKey): string {
  return JSON.stringify(key)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}
