// The distinct conditions of a pattern set: shared, counted, judged once per event, and ranked by how few events they
// let through.

import { type AnchorKey, anchorKeys, keyName, keysProve } from './pattern-anchor.ts'
import type { Condition, Matcher } from './pattern-ast.ts'
import { mayHold } from './pattern-compile.ts'
import { type Fields, slotState } from './pattern-fields.ts'
import type { Anchor } from './pattern-index.ts'
import { compileMatchers, type Scalar } from './pattern-test.ts'
import type { SlotCondition } from './pattern-walk.ts'

type Entry = SlotCondition &
  Anchor & {
    name: string
    path: string
    uses: number
    /** Being filed under its keys proves the condition. */
    proved: boolean
  }

/** What is known of a field's keys: how many conditions use each, by kind. */
type KeyCounts = Map<AnchorKey['kind'], Map<string | number | boolean | null, number>>

export class ConditionTable {
  /** The number of the event that is judged. */
  epoch = 0
  readonly #fields: Fields
  readonly #entries: Entry[] = []
  readonly #free: number[] = []
  readonly #byName = new Map<string, number>()
  readonly #counts: KeyCounts[] = []
  // Per condition the last event's number, doubled, plus 1 if it held.
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
    const keys = anchorKeys(matchers, (hash) => counts.get('gram')?.get(hash) ?? 0)
    for (const key of keys ?? []) count(counts, key, 1)
    const proved = keysProve(matchers)
    this.#entries[number] = { name, path, uses: 1, slot, keys, proved, ...compileMatchers(matchers) }
    this.#byName.set(name, number)
    if (number >= this.#results.length) {
      const larger = new Int32Array(this.#results.length * 2)
      larger.set(this.#results)
      this.#results = larger
    }
    this.#results[number] = 0
    return number
  }

  /** Takes back one use. */
  release(number: number): void {
    const entry = this.#entries[number] as Entry
    if (--entry.uses > 0) return
    for (const key of entry.keys ?? []) count(this.#counts[entry.slot] as KeyCounts, key, -1)
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

  /** Whether all conditions may hold; `proved` of them led to the branch, and hold if their keys prove it. */
  allHold(numbers: readonly number[], proved: number): boolean {
    const entries = this.#entries
    for (let at = proved; at < numbers.length; at++) {
      if (!this.#holds(numbers[at] as number)) return false
    }
    for (let at = 0; at < proved && at < numbers.length; at++) {
      const number = numbers[at] as number
      if (!(entries[number] as Entry).proved && !this.#holds(number)) return false
    }
    return true
  }

  forgetResults(): void {
    this.#results.fill(0)
  }

  #holds(number: number): boolean {
    const known = this.#results[number] as number
    if (known >> 1 === this.epoch) return (known & 1) === 1
    const entry = this.#entries[number] as Entry
    const fields = this.#fields
    const holds =
      fields.state[entry.slot] === slotState.one
        ? entry.test(fields.one[entry.slot] as Scalar)
        : mayHold(entry, fields)
    this.#results[number] = (this.epoch << 1) | (holds ? 1 : 0)
    return holds
  }

  /** The share of events that the condition is expected to let through, if a field's values were equally frequent. */
  #expectedShare({ slot, keys }: Entry): number {
    if (!keys) return 1
    const counts = this.#counts[slot]
    return keys.reduce((sum, { kind }) => {
      if (kind === 'present') return sum + 0.9
      if (kind === 'from' || kind === 'to') return sum + 0.4
      if (kind === 'cell') return sum + 0.15
      return sum + 1 / ((counts?.get(kind)?.size ?? 0) + 1)
    }, 0)
  }
}

function count(counts: KeyCounts, key: AnchorKey, change: 1 | -1): void {
  let ofKind = counts.get(key.kind)
  if (!ofKind) counts.set(key.kind, (ofKind = new Map()))
  const name = key.kind === 'exact' ? key.value : key.kind === 'gram' ? key.hash : keyName(key)
  const next = (ofKind.get(name) ?? 0) + change
  if (next > 0) ofKind.set(name, next)
  else ofKind.delete(name)
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
