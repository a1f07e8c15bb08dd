/*
 * The condition of a row, taken apart. A row's `when` is one event pattern; it holds when each of its conjuncts holds,
 * and a conjunct is either the list of one field or one `$or`. Explanations name the first conjunct that failed, and
 * the checker works on them.
 */

export interface Conjunct {
  /** the field's name, or `$or` */
  name: string
  /** every field that it asks about */
  paths: string[]
  /** the conjunct as a pattern of its own */
  pattern: Record<string, unknown>
  /** where it stands inside `when` */
  place: (string | number)[]
  /** of a field: what is accepted */
  accepts?: readonly unknown[]
  /** of an `$or`: its alternatives, each a condition again */
  alternatives?: Conjunct[][]
}

/** The conjuncts of a condition in the order of the file. What is no list (refused by the compiler) is left out. */
export function conjunctsOf(
  when: Record<string, unknown>,
  prefix = '',
  place: (string | number)[] = [],
): Conjunct[] {
  return Object.entries(when).flatMap(([key, value]): Conjunct[] => {
    const here = [...place, key]
    if (key === '$or' && Array.isArray(value)) {
      const alternatives = value.map((part: unknown, index) =>
        isRecord(part) ? conjunctsOf(part, prefix, [...here, index]) : [],
      )
      return [
        {
          name: '$or',
          paths: alternatives.flatMap((parts) => parts.flatMap((part) => part.paths)),
          pattern: nest(prefix, { $or: value }),
          place: here,
          alternatives,
        },
      ]
    }
    const name = prefix ? `${prefix}.${key}` : key
    if (Array.isArray(value))
      return [{ name, paths: [name], pattern: { [name]: value }, place: here, accepts: value }]
    return isRecord(value) ? conjunctsOf(value, name, here) : []
  })
}

/**
 * A field that one row asks about twice (`a.b` beside `a: {b}`, or inside and outside of an `$or`). The pattern
 * language lets the last one replace the others, which nobody means in a table.
 */
export function repeatedField(
  when: Record<string, unknown>,
): { name: string; path: (string | number)[] } | undefined {
  return repeatedIn(conjunctsOf(when), new Set())
}

function repeatedIn(
  conjuncts: Conjunct[],
  outside: ReadonlySet<string>,
): { name: string; path: (string | number)[] } | undefined {
  const seen = new Set(outside)
  // Fields first, whatever the order in the file: an $or before a field meets it all the same.
  for (const conjunct of conjuncts.filter((part) => !part.alternatives)) {
    if (seen.has(conjunct.name)) return { name: conjunct.name, path: conjunct.place }
    seen.add(conjunct.name)
  }
  for (const conjunct of conjuncts) {
    if (!conjunct.alternatives) continue
    for (const alternative of conjunct.alternatives) {
      const found = repeatedIn(alternative, seen)
      if (found) return found
    }
    for (const path of conjunct.paths) seen.add(path)
  }
  return undefined
}

function nest(prefix: string, pattern: Record<string, unknown>): Record<string, unknown> {
  return prefix
    .split('.')
    .filter(Boolean)
    .reduceRight((inner, key) => ({ [key]: inner }), pattern)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
