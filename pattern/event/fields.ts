/*
 * The fields of an event that patterns ask for.
 *
 * Representation: the paths in use form a trie of key segments; every path has a slot. Reading an event fills the slots
 * and touches nothing that no pattern asks for. A slot is empty, one value, several values, or values of which some are
 * bound: they lie in an object (or list) that is an element of a list, and two bound values go together only if they
 * agree on the element of every list that they share. Elements are nodes of a tree, made only where a used path lies
 * below them.
 *
 * Invariant: paths are keys joined by dots, so a key with dots in an event ("a.b") is the path a → b. The trie is
 * therefore walked by segments, and a key that holds a dot is cut.
 *
 * Rejected: flattening the whole event (most fields are never asked for); reading wanted keys by property access (it
 * misses keys with dots, and enumerating is as fast); one object per value.
 */

import { EventError } from '../syntax/fault.ts'
import { comparableOf, SpelledNumber } from '../syntax/number.ts'
import { Interner } from './interner.ts'
import { newNode, type PathNode, unused } from './path.ts'

/** Levels of lists and objects that an event may have. */
export const maxEventDepth = 1_000

/** One element of one list of the event. */
export type Element = { readonly list: number; readonly id: number; readonly parent: Element | undefined }

/** A leaf of an event. */
export type Scalar = string | number | boolean | null | SpelledNumber

/** What a slot holds. */
export const slotState = { empty: 0, one: 1, many: 2, bound: 3 } as const

// Keys that no path uses are remembered, so that an event of a known shape costs one look-up per key; not without end.
const maxRemembered = 512

// Keys of one object that are remembered in their order.
const maxShape = 64

export class Fields {
  readonly root: PathNode = newNode()
  // Counts the changes of the trie.
  #version = 0
  /** Per slot, one of slotState. */
  state = new Uint8Array(16)
  /** The value of a slot in state one. */
  readonly one: (Scalar | undefined)[] = []
  /** How many values a slot in states many and bound has. */
  counts = new Int32Array(16)
  /** Those values, in the first places: the lists keep their capacity from event to event. */
  readonly values: Scalar[][] = []
  /** For state bound: the element of each value; undefined for a value outside of lists. */
  readonly elements: (Element | undefined)[][] = []
  /** The number in a slot in state one; NaN if it is no number. */
  numbers = new Float64Array(16)
  /** Slots in states many and bound. */
  readonly lists: number[] = []
  /** Whether some slot is bound. */
  hasBound = false
  #slots = 0
  readonly #free: number[] = []
  // Per slot: the values that conditions name, numbered; and the number of the value in state one, once asked for.
  readonly #interned: Interner[] = []
  #ids = new Int32Array(16)
  #prototypeHasKeys = false
  #lists = 0
  #elements = 0

  get slots(): number {
    return this.#slots
  }

  /** The slot of a path, made if need be. */
  use(path: string): number {
    this.#version++
    let node = this.root
    node.uses++
    for (const segment of path.split('.')) {
      let next = node.next.get(segment)
      if (next === undefined || next === unused) {
        next = newNode()
        node.next.set(segment, next)
        node.keys = undefined
      }
      next.uses++
      node = next
    }
    if (node.slot < 0) node.slot = this.#newSlot()
    return node.slot
  }

  /** Takes back one use of a path; its slot is free after the last. */
  release(path: string): void {
    this.#version++
    let node = this.root
    node.uses--
    for (const segment of path.split('.')) {
      const next = node.next.get(segment)
      if (next === undefined || next === unused) return
      next.uses--
      if (next.uses === 0) {
        node.next.delete(segment)
        node.keys = undefined
      }
      node = next
    }
    if (node.uses === 0 && node.slot >= 0) {
      this.#free.push(node.slot)
      node.slot = -1
    }
  }

  /** Forgets the event read last. */
  clear(): void {
    this.state.fill(slotState.empty)
    const { lists } = this
    for (let index = 0; index < lists.length; index++) {
      const slot = lists[index] as number
      if ((this.counts[slot] as number) > keptCapacity) {
        this.values[slot] = []
        this.elements[slot] = []
      }
      this.counts[slot] = 0
    }
    lists.length = 0
    this.hasBound = false
    this.#lists = 0
    this.#elements = 0
  }

  /** Reads an event as JSON.parse returns it. */
  read(event: unknown): void {
    this.clear()
    this.#prototypeHasKeys = hasKeys(emptyObject)
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) {
      this.#object(event as Record<string, unknown>, this.root, undefined, 1)
    }
  }

  /** The node of a key below a node, or undefined if no path goes there. */
  step(node: PathNode, key: string): PathNode | undefined {
    const known = node.next.get(key)
    if (known !== undefined) return known === unused ? undefined : known
    if (key.includes('.')) {
      let end: PathNode | undefined = node
      for (const segment of key.split('.')) {
        const next: PathNode | typeof unused | undefined = end.next.get(segment)
        if (next === undefined || next === unused) return undefined
        end = next
      }
      return end
    }
    if (node.next.size < node.uses + maxRemembered) node.next.set(key, unused)
    return undefined
  }

  /** Numbers a value that a condition of the slot names; a value has one number while it is in use. */
  intern(slot: number, value: Scalar): number {
    return (this.#interned[slot] as Interner).use(value)
  }

  /** Takes back one use of a value. */
  forget(slot: number, value: Scalar): void {
    this.#interned[slot]?.release(value)
  }

  /** How many values of a slot are numbered. */
  internedIn(slot: number): number {
    return this.#interned[slot]?.numbers.size ?? 0
  }

  /** The number of a value, or -1. */
  idOf(slot: number, value: Scalar): number {
    const key = typeof value === 'object' && value !== null ? value.comparable : value
    return (this.#interned[slot] as Interner).numbers.get(key) ?? -1
  }

  /** The number of the value of a slot in state one, or -1. */
  idOfOne(slot: number): number {
    const known = this.#ids[slot] as number
    if (known !== unknownId) return known
    return (this.#ids[slot] = this.idOf(slot, this.one[slot] as Scalar))
  }

  /** The values of a slot, whatever its state. */
  valuesOf(slot: number): readonly Scalar[] {
    const state = this.state[slot]
    if (state === slotState.empty) return []
    if (state === slotState.one) return [this.one[slot] as Scalar]
    return (this.values[slot] as Scalar[]).slice(0, this.counts[slot])
  }

  /** Whether some value of a slot in states many and bound passes a test. */
  someValue(slot: number, test: (value: Scalar) => boolean): boolean {
    const values = this.values[slot] as Scalar[]
    const count = this.counts[slot] as number
    for (let index = 0; index < count; index++) if (test(values[index] as Scalar)) return true
    return false
  }

  /** A new list in the event; its number. */
  newList(): number {
    return this.#lists++
  }

  /** A new element of a list. */
  newElement(list: number, parent: Element | undefined): Element {
    return { list, id: this.#elements++, parent }
  }

  /** Adds one value to a slot. */
  add(slot: number, value: Scalar, element: Element | undefined): void {
    if (this.state[slot] === slotState.empty && element === undefined) {
      this.state[slot] = slotState.one
      this.one[slot] = value
      this.#ids[slot] = unknownId
      if (typeof value === 'number') this.numbers[slot] = value
      else this.numbers[slot] = typeof value === 'string' ? Number.NaN : comparableOf(value)
    } else {
      this.#addToList(slot, value, element)
    }
  }

  #addToList(slot: number, value: Scalar, element: Element | undefined): void {
    const state = this.state[slot] as number
    const values = this.values[slot] as Scalar[]
    const elements = this.elements[slot] as (Element | undefined)[]
    let count = this.counts[slot] as number
    if (state <= slotState.one) this.lists.push(slot)
    if (state === slotState.one) {
      values[count] = this.one[slot] as Scalar
      elements[count++] = undefined
    }
    values[count] = value
    elements[count++] = element
    this.counts[slot] = count
    if (element !== undefined) {
      this.state[slot] = slotState.bound
      this.hasBound = true
    } else if (state !== slotState.bound) {
      this.state[slot] = slotState.many
    }
  }

  #object(
    object: Record<string, unknown>,
    node: PathNode,
    element: Element | undefined,
    depth: number,
  ): void {
    const prototype: unknown = Object.getPrototypeOf(object)
    if ((prototype !== Object.prototype && prototype !== null) || this.#prototypeHasKeys) {
      for (const key of Object.keys(object)) {
        const next = this.step(node, key)
        if (next) this.#value(object[key], next, element, depth)
      }
      return
    }
    if (node.shapeOf !== this.#version) {
      node.shapeOf = this.#version
      node.shapeKeys = []
      node.shapeNodes = []
    }
    const { shapeKeys, shapeNodes } = node
    let place = 0
    // The fastest enumeration, and own keys only, as just checked. The engine reads object[key] by the key's place in the
    // enumeration, as long as both are in this loop.
    for (const key in object) {
      const value = object[key]
      let next: PathNode | undefined
      if (shapeKeys[place] === key) {
        next = shapeNodes[place]
      } else {
        next = this.step(node, key)
        if (place < maxShape) {
          shapeKeys[place] = key
          shapeNodes[place] = next
        }
      }
      place++
      if (next !== undefined) this.#value(value, next, element, depth)
    }
  }

  #value(value: unknown, node: PathNode, element: Element | undefined, depth: number): void {
    if (typeof value === 'string') {
      if (node.slot >= 0) this.add(node.slot, value, element)
    } else if (typeof value === 'boolean' || value === null) {
      if (node.slot >= 0) this.add(node.slot, value, element)
    } else if (typeof value === 'number') {
      if (node.slot >= 0) this.add(node.slot, parsedNumber(value), element)
    } else if (typeof value === 'object') {
      if (depth >= maxEventDepth) {
        throw new EventError('event-too-deep', `the event has more than ${maxEventDepth} levels`)
      }
      if (Array.isArray(value)) this.#list(value, node, element, depth + 1)
      else if (node.next.size > 0) this.#object(value as Record<string, unknown>, node, element, depth + 1)
    }
    // What is left (undefined, functions, symbols) is not in the JSON of an object.
  }

  #list(list: readonly unknown[], node: PathNode, parent: Element | undefined, depth: number): void {
    const number = this.newList()
    for (let index = 0; index < list.length; index++) {
      const item = list[index]
      const inside = typeof item === 'object' && item !== null ? this.newElement(number, parent) : parent
      this.#value(item, node, inside, depth)
    }
  }

  #newSlot(): number {
    const reused = this.#free.pop()
    if (reused !== undefined) return reused
    const slot = this.#slots++
    if (slot >= this.state.length) {
      const size = this.state.length * 2
      this.state = enlarged(this.state, new Uint8Array(size))
      this.numbers = enlarged(this.numbers, new Float64Array(size))
      this.counts = enlarged(this.counts, new Int32Array(size))
      this.#ids = enlarged(this.#ids, new Int32Array(size))
    }
    this.#interned.push(new Interner())
    this.one.push(undefined)
    this.values.push([])
    this.elements.push([])
    return slot
  }
}

/** A parsed number; beyond 2^53 its spelling may be lost and it is marked. */
function parsedNumber(value: number): number | SpelledNumber {
  return Math.abs(value) < 2 ** 53 ? value : new SpelledNumber('', value)
}

const unknownId = -2

// Lists longer than this are given back after the event.
const keptCapacity = 1_024

const emptyObject = {}

// Whether somebody has put enumerable keys on Object.prototype: they are no keys of events.
function hasKeys(object: object): boolean {
  for (const _ in object) return true
  return false
}

function enlarged<Numbers extends Uint8Array | Int32Array | Float64Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from)
  return to
}
