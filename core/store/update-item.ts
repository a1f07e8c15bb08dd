import type { Item } from '../record/item.ts'
import type { Change, Check, Path } from './store.ts'

/* What the table does with an update, on an item in memory. */

/** Throws where changes overlap, which the table refuses before it looks at the item. */
export function requireApart(changes: readonly Change[]): void {
  const places = changes.map(({ at }) => JSON.stringify(at).slice(0, -1)).toSorted()
  if (places.some((place, i) => i > 0 && `${place},`.startsWith(`${places[i - 1]},`)))
    throw new Error('two changes overlap')
}

export function holdsIn(item: Item, check: Check): boolean {
  const value = valueAt(item, check.at)
  return 'is' in check ? isSame(value, check.is) : (value !== undefined) === check.exists
}

/** The item after the changes. Throws where the table would refuse them: a place of which there is no parent, or another type. */
export function performChanges(before: Item, changes: readonly Change[]): Item {
  const after = copyOf(before) as Item
  for (const change of changes) {
    const { at } = change
    const place = at.at(-1)!
    const parent = valueAt(after, at.slice(0, -1)) as Record<string | number, unknown> | undefined
    if (typeof parent !== 'object' || parent === null) throw new Error(`nothing lies at ${at.join('.')}`)
    if ('remove' in change) delete parent[place]
    else parent[place] = changed(before, change)
  }
  after.version = before.version + 1
  return after
}

function changed(before: Item, change: Exclude<Change, { remove: true }>): unknown {
  if ('set' in change) return copyOf(change.set)
  if ('copy' in change) {
    const value = valueAt(before, change.copy)
    if (value === undefined) throw new Error(`nothing lies at ${change.copy.join('.')}`)
    if (change.plus === undefined) return copyOf(value)
    if (typeof value !== 'number') throw new Error(`no number lies at ${change.copy.join('.')}`)
    return value + change.plus
  }
  const value = valueAt(before, change.at)
  if ('add' in change) {
    if (typeof value !== 'number') throw new Error(`no number lies at ${change.at.join('.')}`)
    return value + change.add
  }
  if (!Array.isArray(value)) throw new Error(`no list lies at ${change.at.join('.')}`)
  return [...(value as unknown[]), copyOf(change.append)]
}

function valueAt(item: unknown, path: Path): unknown {
  let value = item
  for (const place of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, place)) return undefined
    value = (value as Record<string | number, unknown>)[place]
  }
  return value
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every(
      ([name, value]) => Object.hasOwn(b, name) && isSame(value, (b as Record<string, unknown>)[name]),
    )
  )
}

/** What comes out shares nothing with what went in, and `undefined` is gone as in the table. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return value.slice()
  if (Array.isArray(value)) return value.map(copyOf)
  const present = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(present.map(([name, field]) => [name, copyOf(field)]))
}
