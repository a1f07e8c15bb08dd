/** A part of an item, by paths. */
import type { Item, Value } from '../value.ts'
import { define } from '../value.ts'
import { type Branches, within } from './path.ts'

/** A new item; the parts of a list keep their order and close up. What is not there is left out. */
export function project(item: Item, branches: Branches): Item {
  const result: Item = {}
  for (const [name, branch] of branches) {
    const value = within({ M: item }, name)
    const part = value && partOf(value, branch)
    if (part) define(result, name as string, part)
  }
  return result
}

function partOf(value: Value, branch: Branches | number): Value | undefined {
  if (typeof branch === 'number') return value
  if (value.M) {
    const part = project(value.M, branch)
    return Object.keys(part).length > 0 ? { M: part } : undefined
  }
  if (!value.L) return undefined
  const indexes = [...branch.keys()].filter((step) => typeof step === 'number').sort((a, b) => a - b)
  const entries = indexes.flatMap((index) => {
    const entry = value.L![index]
    const part = entry && partOf(entry, branch.get(index)!)
    return part ? [part] : []
  })
  return entries.length > 0 ? { L: entries } : undefined
}
