/** Repeatable randomness in [0, 1): a run is described by its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What generators draw, from a seed. */
export class Draw {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** One of the makers, each as often as its weight says. */
  weighted<T>(...choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let at = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of choices) if ((at -= weight) < 0) return make()
    return choices.at(-1)![1]()
  }

  list<T>(least: number, most: number, make: (at: number) => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, at) => make(at))
  }

  /** Some of the list, each at most once, in any order. */
  some<T>(list: readonly T[], least: number, most: number): T[] {
    const left = [...list]
    const count = Math.min(left.length, least + this.below(most - least + 1))
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]!)
  }
}
