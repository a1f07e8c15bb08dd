/*
 * Branches of a pattern set as records in one buffer: pattern, number of the last event that reached it, count of
 * conditions, conditions. A branch is known by the offset of its record, so that checking one touches one place.
 */

const headInts = 3

export class BranchPool {
  ints = new Int32Array(1024)
  #end = 0
  // Offsets of released records by their number of conditions.
  readonly #free = new Map<number, number[]>()

  /** A record for a branch with so many conditions; its offset. */
  make(pattern: number, conditions: readonly number[]): number {
    const count = conditions.length
    let branch = this.#free.get(count)?.pop()
    if (branch === undefined) {
      branch = this.#end
      this.#end += headInts + count
      if (this.#end > this.ints.length) {
        const larger = new Int32Array(Math.max(this.#end, this.ints.length * 2))
        larger.set(this.ints)
        this.ints = larger
      }
    }
    this.ints[branch] = pattern
    this.ints[branch + 1] = 0
    this.ints[branch + 2] = count
    this.ints.set(conditions, branch + headInts)
    return branch
  }

  release(branch: number): void {
    const count = this.ints[branch + 2] as number
    const free = this.#free.get(count)
    if (free) free.push(branch)
    else this.#free.set(count, [branch])
  }

  conditions(branch: number): number[] {
    const start = branch + headInts
    return [...this.ints.subarray(start, start + (this.ints[branch + 2] as number))]
  }

  /** Replaces the conditions by the same in another order. */
  order(branch: number, conditions: readonly number[]): void {
    this.ints.set(conditions, branch + headInts)
  }

  /** The condition at a place of the order, or -1. */
  condition(branch: number, place: number): number {
    return place < (this.ints[branch + 2] as number) ? (this.ints[branch + headInts + place] as number) : -1
  }
}
