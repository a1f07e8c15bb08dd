/*
 * Many patterns against one event.
 *
 * Representation: patterns are expanded to branches, conditions are shared by all branches that have the same one. An
 * index (set-index.ts) gives the branches that may match; the other conditions of each are looked at, every
 * distinct condition at most once per event (its result carries the event's number), until one fails. Only for an event
 * with lists of objects, and only for branches that ask for fields inside of them, the exact walk decides.
 *
 * Adding and removing a pattern touches only its own buckets. Memory is linear in the patterns: a branch is filed under
 * the keys of its first condition and under at most 4 keys of each further one.
 */

import type { Branch } from './syntax/ast.ts'
import { branchesOf, patternText, type PatternSource } from './compile.ts'
import { BranchPool } from './branch.ts'
import { ConditionTable } from './condition.ts'
import { PatternError } from './syntax/fault.ts'
import { Fields, slotState } from './event/fields.ts'
import { type Anchor, PatternIndex } from './set-index.ts'
import { parsePattern } from './syntax/parse.ts'
import { scanEvent } from './event/scan.ts'
import { maxWalkSteps, walk } from './walk.ts'

export type PatternId = string | number

export type PatternEntry<Id extends PatternId = string> = { id: Id; pattern: PatternSource }

/**
 * Compiles many patterns into a set.
 * @throws {PatternError} for the first pattern that is refused, with its `id`
 */
export function compilePatterns(entries: Iterable<PatternEntry>): PatternSet
export function compilePatterns(entries: Iterable<PatternEntry<number>>): PatternSet<number>
export function compilePatterns(entries: Iterable<PatternEntry<PatternId>>): PatternSet<PatternId> {
  return new PatternSet(entries)
}

export class PatternSet<Id extends PatternId = string> {
  readonly #fields = new Fields()
  readonly #conditions = new ConditionTable(this.#fields)
  readonly #index = new PatternIndex(0)
  readonly #patterns = new Map<Id, number>()

  readonly #branches = new BranchPool()

  // Per pattern: its id, its place in the order of adding, its branches.
  readonly #ids: (Id | undefined)[] = []
  readonly #orders: number[] = []
  readonly #branchesOf: (readonly number[])[] = []
  readonly #free: number[] = []
  #nextOrder = 0

  // The number of the event that is judged, and per pattern the last one that it matched.
  #epoch = 0
  #matched = new Int32Array(64)
  #found: number[] = []
  readonly #steps = { left: 0 }

  constructor(entries: Iterable<PatternEntry<Id>> = []) {
    // Two passes: what is selective is known when all patterns are.
    const places: number[] = []
    for (const { id, pattern } of entries) places.push(this.#enter(id, pattern))
    for (const place of places) this.#file(place)
  }

  /** How many patterns the set holds. */
  get size(): number {
    return this.#patterns.size
  }

  has(id: Id): boolean {
    return this.#patterns.has(id)
  }

  /** Adds a pattern. A refused pattern leaves the set as it was. @throws {PatternError} */
  add(id: Id, pattern: PatternSource): void {
    this.#file(this.#enter(id, pattern))
  }

  /** Removes a pattern; false if there is none of that id. */
  remove(id: Id): boolean {
    const place = this.#patterns.get(id)
    if (place === undefined) return false
    for (const branch of this.#branchesOf[place] ?? []) {
      this.#index.remove(branch, this.#filing)
      for (const condition of this.#branches.conditions(branch)) this.#conditions.release(condition)
      this.#branches.release(branch)
    }
    this.#patterns.delete(id)
    this.#ids[place] = undefined
    this.#branchesOf[place] = []
    this.#free.push(place)
    return true
  }

  /** The ids of the patterns that match an event as JSON.parse returns it, in the order of adding. @throws {EventError} */
  match(event: unknown): Id[] {
    this.#fields.read(event)
    return this.#match()
  }

  /** The same for an event given as JSON text; exact for any number and for duplicate keys. @throws {EventError} */
  matchText(json: string): Id[] {
    scanEvent(json, this.#fields)
    return this.#match()
  }

  #match(): Id[] {
    if (++this.#epoch >= 2 ** 29) this.#restartEpochs()
    this.#conditions.epoch = this.#epoch
    this.#steps.left = maxWalkSteps
    const found: number[] = (this.#found = [])
    this.#index.visit(this.#fields, this.#check)
    if (found.length > 1) {
      const orders = this.#orders
      found.sort((a, b) => (orders[a] as number) - (orders[b] as number))
    }
    const ids: Id[] = []
    for (let at = 0; at < found.length; at++) ids.push(this.#ids[found[at] as number] as Id)
    return ids
  }

  readonly #check = (branches: readonly number[], depth: number): void => {
    const epoch = this.#epoch
    const { ints } = this.#branches
    const matched = this.#matched
    for (let at = 0; at < branches.length; at++) {
      const branch = branches[at] as number
      // Several values of one field lead to the same branch.
      if (ints[branch + 1] === epoch) continue
      ints[branch + 1] = epoch
      const pattern = ints[branch] as number
      if (matched[pattern] === epoch || !this.#holds(branch, depth)) continue
      if (this.#fields.hasBound && !this.#holdsTogether(branch)) continue
      matched[pattern] = epoch
      this.#found.push(pattern)
    }
  }

  /** Whether each condition holds; the first `depth` led to the branch, and hold if their keys prove it. */
  #holds(branch: number, depth: number): boolean {
    const { ints } = this.#branches
    const conditions = this.#conditions
    const start = branch + 3
    const end = start + (ints[branch + 2] as number)
    for (let at = start + depth; at < end; at++) if (!conditions.holds(ints[at] as number)) return false
    for (let at = start; at < start + depth && at < end; at++) {
      const condition = ints[at] as number
      if (!conditions.isProved(condition) && !conditions.holds(condition)) return false
    }
    return true
  }

  /** The exact judgement, where lists of objects are involved. */
  #holdsTogether(branch: number): boolean {
    const conditions = this.#branches.conditions(branch)
    const { state } = this.#fields
    if (!conditions.some((condition) => state[this.#conditions.slot(condition)] === slotState.bound))
      return true
    return walk(this.#conditions.inPathOrder(conditions), this.#fields, this.#steps) < 0
  }

  #enter(id: Id, pattern: PatternSource): number {
    const source = patternText(pattern)
    let branches: Branch[]
    try {
      if (this.#patterns.has(id)) {
        const fault = {
          at: 0,
          path: '',
          found: `a second pattern ${String(id)}`,
          expected: 'one pattern per id',
        }
        throw new PatternError({ code: 'pattern-duplicate-id', ...fault }, source)
      }
      branches = branchesOf(parsePattern(source), source)
    } catch (error) {
      if (error instanceof PatternError) error.id = id
      throw error
    }
    const place = this.#free.pop() ?? this.#ids.length
    this.#ids[place] = id
    this.#orders[place] = this.#nextOrder++
    this.#patterns.set(id, place)
    if (place >= this.#matched.length) {
      const larger = new Int32Array(this.#matched.length * 2)
      larger.set(this.#matched)
      this.#matched = larger
    }
    this.#branchesOf[place] = branches.map((branch) =>
      this.#branches.make(
        place,
        branch.map((condition) => this.#conditions.use(condition)),
      ),
    )
    return place
  }

  #file(place: number): void {
    for (const branch of this.#branchesOf[place] ?? []) {
      this.#branches.order(branch, this.#conditions.bySelectivity(this.#branches.conditions(branch)))
      this.#index.add(branch, this.#filing)
    }
  }

  readonly #filing = (branch: number, depth: number): Anchor | undefined => {
    const condition = this.#branches.condition(branch, depth)
    return condition < 0 ? undefined : this.#conditions.anchor(condition)
  }

  #restartEpochs(): void {
    this.#epoch = 1
    this.#matched.fill(0)
    this.#conditions.forgetResults()
    for (const branches of this.#branchesOf) {
      for (const branch of branches) this.#branches.ints[branch + 1] = 0
    }
  }
}
