/*
 * The distinct conditions of a pattern set: shared, counted, judged, and ranked by how few events they let through.
 *
 * Problem: at 10,000 patterns an event reaches some hundred branches, and what costs is not comparing but fetching
 * scattered objects from memory. Representation: the two commonest kinds of conditions, lists of exact values (or
 * anything but them) and numeric ranges, are records of 32 bytes in one buffer; values are compared as small numbers,
 * one for each distinct value that a pattern names (Fields.intern). All other conditions are closures, and their results
 * are kept for the event.
 */

import { type AnchorKey, anchorKeys, keyName, keysProve } from './anchor.ts'
import type { Condition, Matcher } from './syntax/ast.ts'
import { mayHold } from './compile.ts'
import { type Fields, slotState } from './event/fields.ts'
import type { Anchor, IndexKey } from './set-index.ts'
import type { Scalar } from './event/fields.ts'
import { compileMatchers } from './value-test.ts'
import type { SlotCondition } from './walk.ts'

type Entry = SlotCondition &
  Anchor & {
    name: string
    path: string
    uses: number
    /** Being filed under its keys proves the condition. */
    proved: boolean
    /** What was interned for it. */
    interned: readonly Scalar[]
  }

// A record: slot × 4 + kind; then a count and up to 6 ids, or (as doubles) an inclusive range.
const recordInts = 8
const mostIds = recordInts - 2
const kinds = { other: 0, range: 1, oneOf: 2, noneOf: 3 } as const

export class ConditionTable {
  /** The number of the event that is judged. */
  epoch = 0
  readonly #fields: Fields
  readonly #entries: Entry[] = []
  readonly #free: number[] = []
  readonly #byName = new Map<string, number>()
  // Per slot and kind of key: how many conditions use each key.
  readonly #counts: Map<AnchorKey['kind'], Map<string | number, number>>[] = []
  #ints = new Int32Array(64 * recordInts)
  #doubles = new Float64Array(this.#ints.buffer)
  // Per condition the last event's number, doubled, plus 1 if it held; for closures only.
  #results = new Int32Array(64)

  constructor(fields: Fields) {
    this.#fields = fields
  }

  /** The number of a condition, made if need be. */
  use(condition: Condition): number {
    const name = `${condition.path}\n${condition.matchers.map(canonical).join()}`
    const known = this.#byName.get(name)
    if (known !== undefined) {
      ;(this.#entries[known] as Entry).uses++
      return known
    }
    const { path, matchers } = condition
    const number = this.#free.pop() ?? this.#entries.length
    const slot = this.#fields.use(path)
    const counts = (this.#counts[slot] ??= new Map())
    const anchors = anchorKeys(matchers, (hash) => counts.get('gram')?.get(hash) ?? 0)
    const interned: Scalar[] = []
    const idOf = (value: Scalar): number => {
      interned.push(value)
      return this.#fields.intern(slot, value)
    }
    const keys = anchors?.map((key): IndexKey =>
      key.kind === 'exact' ? { kind: 'id', id: idOf(key.value) } : key,
    )
    this.#byName.set(name, number)
    this.#reserve(number)
    this.#record(number, slot, matchers, idOf)
    for (const key of keys ?? []) this.#count(slot, key, 1)
    const proved = keysProve(matchers)
    this.#entries[number] = {
      name,
      path,
      uses: 1,
      slot,
      keys,
      proved,
      interned,
      ...compileMatchers(matchers),
    }
    this.#results[number] = 0
    return number
  }

  /** Takes back one use. */
  release(number: number): void {
    const entry = this.#entries[number] as Entry
    if (--entry.uses > 0) return
    for (const key of entry.keys ?? []) this.#count(entry.slot, key, -1)
    for (const value of entry.interned) this.#fields.forget(entry.slot, value)
    this.#byName.delete(entry.name)
    this.#fields.release(entry.path)
    this.#free.push(number)
  }

  slot(number: number): number {
    return (this.#entries[number] as Entry).slot
  }

  anchor(number: number): Anchor {
    return this.#entries[number] as Entry
  }

  /** Whether being filed under its keys proves the condition. */
  isProved(number: number): boolean {
    return (this.#entries[number] as Entry).proved
  }

  /** The conditions, those first that the fewest events are expected to satisfy. */
  bySelectivity(numbers: readonly number[]): number[] {
    return numbers
      .map((number) => ({ number, share: this.#expectedShare(this.#entries[number] as Entry) }))
      .sort((a, b) => a.share - b.share)
      .map(({ number }) => number)
  }

  inPathOrder(numbers: readonly number[]): SlotCondition[] {
    return numbers.map((number) => this.#entries[number] as Entry).sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Whether the condition holds for some value of its field; necessary only for a field with bound values. */
  holds(number: number): boolean {
    const ints = this.#ints
    const at = number * recordInts
    const head = ints[at] as number
    const slot = head >> 2
    const kind = head & 3
    if (kind === kinds.other || this.#fields.state[slot] !== slotState.one) return this.#holdsOther(number)
    if (kind === kinds.range) {
      const value = this.#fields.numbers[slot] as number
      const place = at >> 1
      return value >= (this.#doubles[place + 1] as number) && value <= (this.#doubles[place + 2] as number)
    }
    const id = this.#fields.idOfOne(slot)
    const end = at + 2 + (ints[at + 1] as number)
    for (let place = at + 2; place < end; place++) if (ints[place] === id) return kind === kinds.oneOf
    return kind === kinds.noneOf
  }

  forgetResults(): void {
    this.#results.fill(0)
  }

  #holdsOther(number: number): boolean {
    const known = this.#results[number] as number
    if (known >> 1 === this.epoch) return (known & 1) === 1
    const holds = mayHold(this.#entries[number] as Entry, this.#fields)
    this.#results[number] = (this.epoch << 1) | (holds ? 1 : 0)
    return holds
  }

  #record(number: number, slot: number, matchers: readonly Matcher[], idOf: (value: Scalar) => number): void {
    const at = number * recordInts
    const { kind, values, low, high } = recordOf(matchers)
    this.#ints[at] = (slot << 2) | kind
    this.#ints[at + 1] = values.length
    values.forEach((value, index) => (this.#ints[at + 2 + index] = idOf(value)))
    if (kind !== kinds.range) return
    this.#doubles[(at >> 1) + 1] = low
    this.#doubles[(at >> 1) + 2] = high
  }

  #reserve(number: number): void {
    if (number < this.#results.length) return
    const ints = new Int32Array(this.#ints.length * 2)
    ints.set(this.#ints)
    this.#ints = ints
    this.#doubles = new Float64Array(ints.buffer)
    const results = new Int32Array(this.#results.length * 2)
    results.set(this.#results)
    this.#results = results
  }

  #count(slot: number, key: IndexKey, change: 1 | -1): void {
    // Ids are counted where they are interned.
    if (key.kind === 'id') return
    const counts = this.#counts[slot]
    let ofKind = counts?.get(key.kind)
    if (!ofKind) counts?.set(key.kind, (ofKind = new Map()))
    const name = key.kind === 'gram' ? key.hash : keyName(key)
    const next = (ofKind?.get(name) ?? 0) + change
    if (next > 0) ofKind?.set(name, next)
    else ofKind?.delete(name)
  }

  /** The share of events that the condition is expected to let through, if a field's values were equally frequent. */
  #expectedShare({ slot, keys }: Entry): number {
    if (!keys) return 1
    const counts = this.#counts[slot]
    return keys.reduce((sum, { kind }) => {
      if (kind === 'present') return sum + 0.9
      if (kind === 'from' || kind === 'to') return sum + 0.4
      if (kind === 'cell') return sum + 0.15
      const different = kind === 'id' ? this.#fields.internedIn(slot) : (counts?.get(kind)?.size ?? 0)
      return sum + 1 / (different + 1)
    }, 0)
  }
}

type ConditionRecord = { kind: number; values: readonly Scalar[]; low: number; high: number }

/** What of the alternatives fits a record: exact values, anything but exact values, or one range. */
function recordOf(matchers: readonly Matcher[]): ConditionRecord {
  const other: ConditionRecord = { kind: kinds.other, values: [], low: 0, high: 0 }
  const [first] = matchers
  if (matchers.length === 1 && first?.type === 'numeric') {
    const low = first.lowOpen ? neighbour(first.low, 1) : first.low
    const high = first.highOpen ? neighbour(first.high, -1) : first.high
    return { ...other, kind: kinds.range, low, high }
  }
  if (matchers.length === 1 && first?.type === 'anything-but') {
    if (first.of !== 'text' && first.of !== 'number') return other
    const values = first.of === 'text' ? first.texts : first.numbers
    return values.length <= mostIds ? { ...other, kind: kinds.noneOf, values } : other
  }
  if (matchers.length > mostIds || !matchers.every(isId)) return other
  return { ...other, kind: kinds.oneOf, values: matchers.map((matcher) => matcher.value) }
}

function isId(matcher: Matcher): matcher is Matcher & { type: 'equals' | 'number' } {
  if (matcher.type === 'number') return matcher.comparable
  // An address also equals its other spellings.
  return matcher.type === 'equals' && (matcher.exactly || keysProve([matcher]))
}

/** The next double above (1) or below (-1), so that open bounds become closed ones. */
function neighbour(value: number, direction: 1 | -1): number {
  if (!Number.isFinite(value)) return value
  if (value === 0) return direction * Number.MIN_VALUE
  const bits = new BigInt64Array(Float64Array.of(value).buffer)
  bits[0] = (bits[0] ?? 0n) + (value > 0 === direction > 0 ? 1n : -1n)
  return new Float64Array(bits.buffer)[0] ?? value
}

/** One text for alternatives that mean the same, wherever they stand. */
function canonical(matcher: Matcher): string {
  switch (matcher.type) {
    case 'equals':
      return `${matcher.exactly ? '!' : ''}${JSON.stringify(matcher.value)}`
    case 'number':
      return matcher.comparable ? String(matcher.value) : `#${matcher.text}`
    case 'numeric': {
      const { low, lowOpen, high, highOpen } = matcher
      return `${lowOpen ? '(' : '['}${low};${high}${highOpen ? ')' : ']'}`
    }
    default:
      return JSON.stringify({ ...matcher, at: 0, pieces: 0, range: 0 })
  }
}
