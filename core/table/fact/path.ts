/*
 * Facts are named by dotted paths: where one stands among the facts of a decision.
 */

/** The fact at a dotted path; keys that themselves hold dots are found too. Own properties only. */
export const valueAt = (facts: unknown, path: string): unknown => readerOf(path)(facts)

/** Puts a value at a dotted path. */
export function put(facts: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  let into = facts
  for (const key of keys.slice(0, -1)) {
    const inner = Object.hasOwn(into, key) ? into[key] : undefined
    if (typeof inner === 'object' && inner !== null) into = inner as Record<string, unknown>
    else
      Object.defineProperty(into, key, {
        value: (into = {}),
        enumerable: true,
        writable: true,
        configurable: true,
      })
  }
  into[keys.at(-1)!] = value
}

/** Reads the fact at a path, as `valueAt`, for a path that is read often. */
export function readerOf(path: string): (facts: unknown) => unknown {
  const ways = waysOf(path.split('.'))
  return (facts) => {
    for (const way of ways) {
      let value = facts
      for (const key of way) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
      if (value !== undefined) return value
    }
    return undefined
  }
}

/** Tells whether the way to the fact leads through a list, where `a.b` may stand for several values. */
export function listOnTheWay(path: string): (facts: unknown) => boolean {
  const ways = waysOf(path.split('.'))
  return (facts) =>
    ways.some((way) => {
      let value = facts
      for (const key of way) {
        if (Array.isArray(value)) return true
        value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
      }
      return false
    })
}

/** The ways to read a path, the usual one first: each dot may belong to a key. */
function waysOf([head = '', ...rest]: string[]): string[][] {
  if (rest.length === 0) return [[head]]
  return [...waysOf(rest).map((way) => [head, ...way]), ...waysOf([`${head}.${rest[0]}`, ...rest.slice(1)])]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
