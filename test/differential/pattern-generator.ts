/*
 * Random patterns and events from a seed, over so few keys and values that pairs often match.
 */

export type GeneratorOptions = {
  /** Only what JSON.parse keeps: no duplicate keys in events, no numbers beyond doubles. */
  lossless?: boolean
}

const keys = ['a', 'b', 'c', 'd', 'a.b', 'b.c', '', '__proto__', 'length', 'constructor']
const texts = [
  '',
  'x',
  'y',
  'xy',
  'yx',
  'xyx',
  'X',
  'xY',
  'ß',
  'SS',
  'é',
  'É',
  'Σ',
  'ς',
  '🚀',
  '𐐀',
  '𐐨',
  '*',
  '\\',
  '"',
  '5',
]
const longTexts = [
  'launch-2026-emea',
  'spring-2026-apac',
  'anna.1abe@stark70.fr',
  'Anna.1ABE@stark70.FR',
  'x'.repeat(40),
]
const addresses = [
  '10.0.0.1',
  '10.0.0.01',
  '10.0.1.1',
  '11.0.0.1',
  '::1',
  '0:0:0:0:0:0:0:1',
  '2001:db8::1',
  '2001:DB8::1',
]
const numbers = [
  '0',
  '-0',
  '1',
  '1.0',
  '2',
  '5',
  '5e0',
  '50e-1',
  '-1',
  '1.5',
  '100',
  '1e2',
  '0.1',
  '-3.25',
  '1e300',
]
const oddNumbers = [
  '1e400',
  '10e399',
  '9007199254740993',
  '9007199254740992',
  '0.1000000000000000055',
  '1e-400',
  '12345678901234567890',
]
const signs = [
  ['>', '<'],
  ['>=', '<'],
  ['>', '<='],
  ['>=', '<='],
] as const

export class PatternGenerator {
  #state: number
  readonly #lossless: boolean

  constructor(seed: number, options: GeneratorOptions = {}) {
    this.#state = seed >>> 0
    this.#lossless = options.lossless ?? false
  }

  /** A whole number from 0, below a limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  /** The text of a valid pattern. */
  pattern(): string {
    return this.#object(0, false)
  }

  /**
   * The text of a valid pattern over leaves of an event, so that each condition holds alone: whether they hold together
   * is decided by the lists that they lie in and by what is absent.
   */
  patternFor(eventText: string): string {
    const leaves = leavesOf(JSON.parse(eventText), [])
    if (leaves.length === 0) return this.pattern()
    const parts = Array.from({ length: 1 + this.below(4) }, () => {
      const leaf = this.#pick(leaves)
      const alternative = this.#chance(85) ? this.#alternativeFor(leaf.value) : this.#alternative()
      if (this.#chance(20)) return this.#nest([...leaf.keys.slice(0, -1), this.#key()], '{"exists":false}')
      return this.#nest(leaf.keys, this.#chance(80) ? alternative : `${this.#alternative()},${alternative}`)
    })
    if (this.#chance(80)) return `{${parts.join()}}`
    return `{"$or":[{${parts.join()}},${this.#object(1, true)}],${this.#nest(this.#pick(leaves).keys, '{"exists":true}')}}`
  }

  /** A field, its keys partly joined by dots. */
  #nest(path: readonly string[], list: string): string {
    const [key = '', ...inner] = path
    if (inner.length === 0) return `${JSON.stringify(key)}:[${list}]`
    if (this.#chance(15)) return this.#nest([`${key}.${inner[0] ?? ''}`, ...inner.slice(1)], list)
    return `${JSON.stringify(key)}:{${this.#nest(inner, list)}}`
  }

  #alternativeFor(value: unknown): string {
    if (typeof value === 'number') {
      const text = Number.isFinite(value) ? String(value) : '5'
      return this.#pick([
        text,
        `{"numeric":["=",${text}]}`,
        `{"numeric":["<=",${text}]}`,
        `{"numeric":[">=",${text}]}`,
      ])
    }
    if (typeof value !== 'string') return JSON.stringify(value)
    const at = this.below(value.length + 1)
    const text = JSON.stringify(value)
    const [head, tail] = [JSON.stringify(value.slice(0, at)), JSON.stringify(value.slice(at))]
    return this.#pick([
      text,
      text,
      `{"prefix":${head}}`,
      `{"suffix":${tail}}`,
      `{"prefix":{"equals-ignore-case":${head}}}`,
      `{"suffix":{"equals-ignore-case":${tail}}}`,
      `{"equals-ignore-case":${text}}`,
      '{"anything-but":"other"}',
    ])
  }

  /** The text of an event. */
  event(): string {
    return this.#eventObject(0)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  #chance(percent: number): boolean {
    return this.below(100) < percent
  }

  // Small keys are likelier, so that patterns and events meet.
  #key(): string {
    return this.#chance(75) ? this.#pick(keys.slice(0, 4)) : this.#pick(keys)
  }

  #object(depth: number, inOr: boolean): string {
    const parts: string[] = []
    const count = 1 + this.below(2)
    for (let index = 0; index < count; index++) {
      if (depth < 3 && this.#chance(12)) {
        const alternatives = Array.from({ length: 2 + this.below(2) }, () => this.#object(depth + 1, true))
        parts.push(`"$or":[${alternatives.join()}]`)
      } else if (depth < 3 && this.#chance(25)) {
        parts.push(`${JSON.stringify(this.#key())}:${this.#object(depth + 1, inOr)}`)
      } else {
        const list = Array.from({ length: this.#chance(70) ? 1 : 1 + this.below(3) }, () =>
          this.#alternative(),
        )
        parts.push(`${JSON.stringify(this.#key())}:[${list.join()}]`)
      }
    }
    return `{${parts.join()}}`
  }

  #alternative(): string {
    const text = JSON.stringify(this.#text())
    switch (this.below(16)) {
      case 0:
        return `{"prefix":${text}}`
      case 1:
        return `{"suffix":${text}}`
      case 2:
        return `{"prefix":{"equals-ignore-case":${text}}}`
      case 3:
        return `{"suffix":{"equals-ignore-case":${text}}}`
      case 4:
        return `{"equals-ignore-case":${text}}`
      case 5:
        return `{"wildcard":${JSON.stringify(this.#wildcard())}}`
      case 6:
        return `{"numeric":${this.#numeric()}}`
      case 7:
        return `{"exists":${this.#chance(60) ? 'false' : 'true'}}`
      case 8:
        return `{"cidr":"${this.#pick(['10.0.0.0/24', '10.0.0.9/8', '0.0.0.0/0', '2001:db8::/32', '::/0', '::/127'])}"}`
      case 9:
        return `{"anything-but":${this.#anythingBut()}}`
      case 10:
        return `{"exactly":${text}}`
      default:
        return this.#scalar()
    }
  }

  #numeric(): string {
    if (this.#chance(25)) return `["=",${this.#pick(numbers)}]`
    if (this.#chance(40)) return `["${this.#pick(['<', '<=', '>', '>='])}",${this.#pick(numbers)}]`
    const [low, high] = [this.#pick(numbers), this.#pick(numbers)].sort((a, b) => Number(a) - Number(b))
    if (Number(low) === Number(high)) return `[">=",${low}]`
    const [from, to] = this.#pick(signs)
    return `["${from}",${low},"${to}",${high}]`
  }

  #anythingBut(): string {
    const some = (make: () => string): string => {
      const items = Array.from({ length: 1 + this.below(3) }, make)
      return items.length === 1 && this.#chance(50) ? (items[0] ?? '') : `[${items.join()}]`
    }
    switch (this.below(6)) {
      case 0:
        return some(() => this.#pick(numbers))
      case 1:
        return `{"${this.#pick(['prefix', 'suffix'])}":${some(() => JSON.stringify(this.#text() || 'x'))}}`
      case 2:
        return `{"equals-ignore-case":${some(() => JSON.stringify(this.#text()))}}`
      case 3:
        return `{"wildcard":${some(() => JSON.stringify(this.#wildcard(2)))}}`
      default:
        return some(() => JSON.stringify(this.#text()))
    }
  }

  /** Few stars, so that no list reaches the complexity that is refused. */
  #wildcard(stars = 2): string {
    const text = this.#text()
      .replace(/[*\\]/g, String.raw`\$&`)
      .slice(0, 24)
    if (this.#chance(30))
      return this.#pick(['*', 'x*', '*x', '*y*', 'x*x', '*-2026-*', 'anna.*@stark*', '*@stark70.fr', ''])
    const at = this.below(text.length + 1)
    // Not inside an escape, no second star beside one.
    if (text.slice(0, at).endsWith('\\') || stars === 0) return text
    return `${text.slice(0, at)}*${text.slice(at)}`
  }

  #text(): string {
    const kind = this.below(10)
    if (kind < 7) return this.#pick(texts)
    if (kind < 8) return this.#pick(addresses)
    const text = this.#pick(longTexts)
    return this.#chance(50) ? text : text.slice(this.below(4), text.length - this.below(4))
  }

  #scalar(): string {
    switch (this.below(8)) {
      case 0:
        return this.#pick(['true', 'false', 'null'])
      case 1:
      case 2:
        return !this.#lossless && this.#chance(20) ? this.#pick(oddNumbers) : this.#pick(numbers)
      default:
        return JSON.stringify(this.#text())
    }
  }

  #eventObject(depth: number): string {
    const count = depth === 0 ? 2 + this.below(4) : this.below(5)
    const used = new Set<string>()
    const parts: string[] = []
    for (let index = 0; index < count; index++) {
      const key = this.#key()
      if (this.#lossless && used.has(key)) continue
      used.add(key)
      parts.push(`${JSON.stringify(key)}:${this.#eventValue(depth + 1)}`)
    }
    return `{${parts.join()}}`
  }

  #eventValue(depth: number): string {
    const kind = this.below(10)
    if (depth < 4 && kind < 3) return this.#eventObject(depth)
    if (depth < 4 && kind < 5) {
      const items = Array.from({ length: this.below(4) }, () =>
        this.#chance(50) ? this.#eventObject(depth + 1) : this.#eventValue(depth + 1),
      )
      return `[${items.join()}]`
    }
    return this.#scalar()
  }
}

function leavesOf(value: unknown, path: string[]): { keys: string[]; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path))
  if (typeof value !== 'object' || value === null) return path.length > 0 ? [{ keys: path, value }] : []
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]))
}
