/*
 * Numbers for values: equal values have one number while somebody uses it, numbers of unused values are given again.
 */

export class Interner {
  readonly numbers = new Map<unknown, number>()
  readonly #uses: number[] = []
  readonly #free: number[] = []

  use(value: unknown): number {
    let number = this.numbers.get(value)
    if (number === undefined) {
      number = this.#free.pop() ?? this.#uses.length
      this.numbers.set(value, number)
      this.#uses[number] = 0
    }
    this.#uses[number] = (this.#uses[number] ?? 0) + 1
    return number
  }

  release(value: unknown): void {
    const number = this.numbers.get(value)
    if (number === undefined) return
    this.#uses[number] = (this.#uses[number] ?? 0) - 1
    if (this.#uses[number] !== 0) return
    this.numbers.delete(value)
    this.#free.push(number)
  }
}
