/*
 * The index of a pattern set: from the values of an event to the branches that may match.
 *
 * Problem: with 10,000 patterns most of the time goes into patterns that cannot match. Representation: every branch is
 * filed under the keys of its most selective condition (anchor.ts); a bucket with more than a few branches is
 * itself an index, over the next condition of its branches. Invariant: a branch that matches is in at least one bucket
 * that the event's values lead to, and its place follows from the branch alone (the order of its conditions is fixed
 * when it is added), so that it can be taken out by the way it came in.
 *
 * Rejected: an automaton over bytes for all values and operators of a path, as the bus has it: JavaScript has fast
 * hash maps of strings and slow byte loops. Rejected: bitsets of the branches that pass per value; fast, but the memory
 * is rules × values. It is one file, as its classes hold each other in a circle.
 */

import { parseAddress } from './syntax/address.ts'
import { type AnchorKey, gramAt, networkKey, type NumberKey, scaleOf, type TextKey } from './anchor.ts'
import { type Fields, type Scalar, slotState } from './event/fields.ts'
import { comparableOf } from './syntax/number.ts'

/** Exact values are numbered per field. */
export type IndexKey = Exclude<AnchorKey, { kind: 'exact' }> | { kind: 'id'; id: number }

/** A condition as the index sees it. */
export type Anchor = { slot: number; keys: readonly IndexKey[] | undefined }

/** The condition under which a branch is filed at a depth. */
export type Filing = (branch: number, depth: number) => Anchor | undefined

/** Called with a list of branches that may match, and how many of their conditions led to it. */
export type Visit = (branches: readonly number[], depth: number) => void

// A scan of this many branches costs about as much as one more level of look-ups.
const largestBucket = 24
const deepest = 4
// Below the first level, so that a branch is filed in few places.
const mostKeysBelow = 4

export class Bucket {
  branches: number[] = []
  index: PatternIndex | undefined
  size = 0

  add(branch: number, filing: Filing, depth: number): void {
    this.size++
    if (this.index) {
      this.index.add(branch, filing)
      return
    }
    this.branches.push(branch)
    if (this.branches.length > largestBucket && depth < deepest) this.#split(filing, depth)
  }

  remove(branch: number, filing: Filing): void {
    this.size--
    if (this.index) {
      this.index.remove(branch, filing)
      return
    }
    dropFrom(this.branches, branch)
  }

  visit(fields: Fields, visit: Visit, depth: number): void {
    if (this.index) this.index.visit(fields, visit)
    else if (this.branches.length > 0) visit(this.branches, depth)
  }

  #split(filing: Filing, depth: number): void {
    const canBeFiled = (branch: number): boolean => isFiledAt(filing(branch, depth), depth)
    // Not worth a level if most branches would stay in one list.
    if (this.branches.filter(canBeFiled).length * 2 < this.branches.length) return
    const index = new PatternIndex(depth)
    for (const branch of this.branches) index.add(branch, filing)
    this.index = index
    this.branches = []
  }
}

function isFiledAt(anchor: Anchor | undefined, depth: number): boolean {
  if (!anchor?.keys) return false
  if (depth === 0) return true
  return anchor.keys.length <= mostKeysBelow && anchor.keys[0]?.kind !== 'present'
}

export class PatternIndex {
  readonly #depth: number
  readonly #bySlot = new Map<number, ValueIndex>()
  #indexes: ValueIndex[] = []
  readonly #rest: number[] = []

  /** @param depth how many conditions of each branch are used up */
  constructor(depth: number) {
    this.#depth = depth
  }

  add(branch: number, filing: Filing): void {
    const anchor = filing(branch, this.#depth)
    if (!anchor?.keys || !isFiledAt(anchor, this.#depth)) {
      this.#rest.push(branch)
      return
    }
    let index = this.#bySlot.get(anchor.slot)
    if (!index) {
      index = new ValueIndex(anchor.slot, this.#depth + 1)
      this.#bySlot.set(anchor.slot, index)
      this.#indexes.push(index)
    }
    for (const key of anchor.keys) index.bucket(key).add(branch, filing, this.#depth + 1)
    index.size++
  }

  remove(branch: number, filing: Filing): void {
    const anchor = filing(branch, this.#depth)
    if (!anchor?.keys || !isFiledAt(anchor, this.#depth)) {
      dropFrom(this.#rest, branch)
      return
    }
    const index = this.#bySlot.get(anchor.slot)
    if (!index) return
    for (const key of anchor.keys) {
      const bucket = index.bucket(key)
      bucket.remove(branch, filing)
      if (bucket.size === 0) index.drop(key)
    }
    index.size--
    if (index.size === 0) {
      this.#bySlot.delete(anchor.slot)
      this.#indexes = [...this.#bySlot.values()]
    }
  }

  visit(fields: Fields, visit: Visit): void {
    if (this.#rest.length > 0) visit(this.#rest, this.#depth)
    const indexes = this.#indexes
    for (let place = 0; place < indexes.length; place++) {
      const index = indexes[place] as ValueIndex
      const { slot } = index
      const state = fields.state[slot] as number
      if (state === slotState.empty) continue
      if (state === slotState.one) {
        index.visit(fields.one[slot] as Scalar, fields.idOfOne(slot), fields, visit)
      } else {
        const values = fields.values[slot] as Scalar[]
        const count = fields.counts[slot] as number
        for (let at = 0; at < count; at++) {
          const value = values[at] as Scalar
          index.visit(value, fields.idOf(slot, value), fields, visit)
        }
      }
    }
  }
}

/** All buckets for the values of one field. */
class ValueIndex {
  readonly slot: number
  readonly #depth: number
  size = 0
  #exact: Map<number, Bucket> | undefined
  #texts: TextIndex | undefined
  #numbers: NumberIndex | undefined
  #present: Bucket | undefined

  /** @param depth how many conditions of each branch are used up in its buckets */
  constructor(slot: number, depth: number) {
    this.slot = slot
    this.#depth = depth
  }

  bucket(key: IndexKey): Bucket {
    switch (key.kind) {
      case 'id':
        return grow((this.#exact ??= new Map()), key.id)
      case 'present':
        return (this.#present ??= new Bucket())
      case 'cell':
      case 'from':
      case 'to':
        return (this.#numbers ??= new NumberIndex()).bucket(key)
      default:
        return (this.#texts ??= new TextIndex()).bucket(key)
    }
  }

  /** Forgets an empty bucket. */
  drop(key: IndexKey): void {
    if (key.kind === 'id') this.#exact?.delete(key.id)
    else if (key.kind === 'present') this.#present = undefined
    else if (key.kind === 'cell' || key.kind === 'from' || key.kind === 'to') this.#numbers?.drop(key)
    else this.#texts?.drop(key)
  }

  /** Visits what the value leads to; `id` is its number, or -1 if no pattern names it. */
  visit(value: Scalar, id: number, fields: Fields, visit: Visit): void {
    const depth = this.#depth
    this.#present?.visit(fields, visit, depth)
    if (id >= 0) this.#exact?.get(id)?.visit(fields, visit, depth)
    if (typeof value === 'string') {
      this.#texts?.visit(value, fields, visit, depth)
    } else if (this.#numbers) {
      const number = comparableOf(value)
      if (!Number.isNaN(number)) this.#numbers.visit(number, fields, visit, depth)
    }
  }
}

class TextIndex {
  // Most fields have one kind of keys, and there are many small indexes: each part is made when it is needed.
  #start: AffixIndex | undefined
  #end: AffixIndex | undefined
  #foldedStart: AffixIndex | undefined
  #foldedEnd: AffixIndex | undefined
  #folded: Map<string, Bucket> | undefined
  #grams: Map<number, Bucket> | undefined
  // Number of bits to networks; IPv6 is counted from 1000.
  #networks: Map<number, Map<string, Bucket>> | undefined

  bucket(key: TextKey): Bucket {
    switch (key.kind) {
      case 'gram':
        return grow((this.#grams ??= new Map()), key.hash)
      case 'folded':
        return grow((this.#folded ??= new Map()), key.text)
      case 'network': {
        this.#networks ??= new Map()
        let networks = this.#networks.get(key.bits)
        if (!networks) this.#networks.set(key.bits, (networks = new Map()))
        return grow(networks, key.network)
      }
      default:
        return this.#affix(key.kind).bucket(key.text)
    }
  }

  drop(key: TextKey): void {
    if (key.kind === 'gram') this.#grams?.delete(key.hash)
    else if (key.kind === 'folded') this.#folded?.delete(key.text)
    else if (key.kind === 'network') {
      const networks = this.#networks?.get(key.bits)
      networks?.delete(key.network)
      if (networks?.size === 0) this.#networks?.delete(key.bits)
    } else this.#affix(key.kind).drop(key.text)
  }

  visit(text: string, fields: Fields, visit: Visit, depth: number): void {
    this.#start?.visit(text, fields, visit, depth)
    this.#end?.visit(text, fields, visit, depth)
    if (this.#grams) {
      for (let at = 0; at + 3 <= text.length; at++) {
        this.#grams.get(gramAt(text, at))?.visit(fields, visit, depth)
      }
    }
    if (this.#folded || this.#foldedStart || this.#foldedEnd) {
      const folded = text.toLowerCase()
      this.#folded?.get(folded)?.visit(fields, visit, depth)
      this.#foldedStart?.visit(folded, fields, visit, depth)
      this.#foldedEnd?.visit(folded, fields, visit, depth)
    }
    if (this.#networks) this.#visitNetworks(text, fields, visit, depth)
  }

  #visitNetworks(text: string, fields: Fields, visit: Visit, depth: number): void {
    const address = parseAddress(text)
    if (!address) return
    for (const [bits, networks] of this.#networks ?? []) {
      if (bits >= 1000 !== (address.family === 6)) continue
      networks.get(networkKey(address, bits % 1000).network)?.visit(fields, visit, depth)
    }
  }

  #affix(kind: 'start' | 'end' | 'foldedStart' | 'foldedEnd'): AffixIndex {
    if (kind === 'start') return (this.#start ??= new AffixIndex(true))
    if (kind === 'end') return (this.#end ??= new AffixIndex(false))
    if (kind === 'foldedStart') return (this.#foldedStart ??= new AffixIndex(true))
    return (this.#foldedEnd ??= new AffixIndex(false))
  }
}

/** Starts or ends of texts: one map, one look-up per length in use. */
class AffixIndex {
  readonly #atStart: boolean
  readonly #buckets = new Map<string, Bucket>()
  // How many buckets have keys of a length; only lengths in use.
  readonly #counts = new Map<number, number>()
  #lengths: number[] = []

  constructor(atStart: boolean) {
    this.#atStart = atStart
  }

  bucket(text: string): Bucket {
    const known = this.#buckets.get(text)
    if (known) return known
    const bucket = new Bucket()
    this.#buckets.set(text, bucket)
    this.#count(text.length, 1)
    return bucket
  }

  drop(text: string): void {
    if (this.#buckets.delete(text)) this.#count(text.length, -1)
  }

  visit(text: string, fields: Fields, visit: Visit, depth: number): void {
    const lengths = this.#lengths
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place] as number
      if (length > text.length) return
      const affix = this.#atStart ? text.slice(0, length) : text.slice(text.length - length)
      this.#buckets.get(affix)?.visit(fields, visit, depth)
    }
  }

  #count(length: number, change: 1 | -1): void {
    const count = (this.#counts.get(length) ?? 0) + change
    if (count > 0) this.#counts.set(length, count)
    else this.#counts.delete(length)
    if (this.#counts.size !== this.#lengths.length)
      this.#lengths = [...this.#counts.keys()].sort((a, b) => a - b)
  }
}

type Bound = { bound: number; bucket: Bucket }

class NumberIndex {
  readonly #levels: { level: number; scale: number; cells: Map<number, Bucket> }[] = []
  // Sorted: `from` upwards, `to` downwards, so that what a value satisfies is at the front.
  readonly #from: Bound[] = []
  readonly #to: Bound[] = []

  bucket(key: NumberKey): Bucket {
    if (key.kind === 'cell') {
      let known = this.#levels.find(({ level }) => level === key.level)
      if (!known)
        this.#levels.push((known = { level: key.level, scale: scaleOf(key.level), cells: new Map() }))
      return grow(known.cells, key.cell)
    }
    const { list, at } = this.#place(key)
    const known = list[at]
    if (known?.bound === key.bound) return known.bucket
    const bucket = new Bucket()
    list.splice(at, 0, { bound: key.bound, bucket })
    return bucket
  }

  drop(key: NumberKey): void {
    if (key.kind === 'cell') {
      const at = this.#levels.findIndex(({ level }) => level === key.level)
      const cells = this.#levels[at]?.cells
      cells?.delete(key.cell)
      if (cells?.size === 0) this.#levels.splice(at, 1)
      return
    }
    const { list, at } = this.#place(key)
    if (list[at]?.bound === key.bound) list.splice(at, 1)
  }

  visit(value: number, fields: Fields, visit: Visit, depth: number): void {
    for (let at = 0; at < this.#levels.length; at++) {
      const { scale, cells } = this.#levels[at] as { scale: number; cells: Map<number, Bucket> }
      cells.get(Math.floor(value * scale))?.visit(fields, visit, depth)
    }
    for (let at = 0; at < this.#from.length; at++) {
      const { bound, bucket } = this.#from[at] as Bound
      if (bound > value) break
      bucket.visit(fields, visit, depth)
    }
    for (let at = 0; at < this.#to.length; at++) {
      const { bound, bucket } = this.#to[at] as Bound
      if (bound < value) break
      bucket.visit(fields, visit, depth)
    }
  }

  #place(key: Exclude<NumberKey, { kind: 'cell' }>): { list: Bound[]; at: number } {
    const list = key.kind === 'from' ? this.#from : this.#to
    const sign = key.kind === 'from' ? 1 : -1
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (((list[middle] as Bound).bound - key.bound) * sign < 0) low = middle + 1
      else high = middle
    }
    return { list, at: low }
  }
}

function grow<Key>(buckets: Map<Key, Bucket>, key: Key): Bucket {
  let bucket = buckets.get(key)
  if (!bucket) buckets.set(key, (bucket = new Bucket()))
  return bucket
}

function dropFrom(list: number[], value: number): void {
  const at = list.indexOf(value)
  if (at < 0) return
  list[at] = list[list.length - 1] as number
  list.pop()
}
