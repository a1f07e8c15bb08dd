import type { Fields } from '../../intake/body/body.ts'

/*
 * A body as a tree: what a form service nests as JSON and what PHP nests in the names of a form (`fields[email][value]`)
 * are one thing here. Entries are a list, never an object: a stranger's key is data, and may come twice.
 */

export type Scalar = string | number | boolean | null

export interface Branch {
  isList: boolean
  entries: [key: string, child: Tree][]
}

export type Tree = Branch | Scalar

type Json = Fields[number][1]

/** Deeper than any form service nests; what lies below is kept as its JSON text. */
const deepest = 24

export const isBranch = (tree: Tree | undefined): tree is Branch => typeof tree === 'object' && tree !== null

export function treeOf(fields: Fields): Branch {
  const root: Branch = { isList: false, entries: [] }
  for (const [name, value] of fields) {
    const steps = bracketed(name)
    let branch = root
    for (const step of steps.slice(0, -1)) branch = childBranch(branch, step)
    branch.entries.push([nextKey(branch, steps.at(-1) ?? name), grow(value, 1)])
  }
  return root
}

/** `fields[email][value]` → fields, email, value; any other name is one step, whatever it holds. */
function bracketed(name: string): string[] {
  if (name.length > 500 || !/^[^[\]]+(\[[^[\]]*\])+$/.test(name)) return [name]
  const steps = name.replace(/\]$/, '').split(/\]?\[/)
  return steps.length > deepest ? [name] : steps
}

/** PHP's `name[]` appends to a list. */
const nextKey = (branch: Branch, step: string): string => (step === '' ? String(branch.entries.length) : step)

function childBranch(branch: Branch, step: string): Branch {
  const found = branch.entries.find(([key, child]) => key === step && isBranch(child))?.[1]
  if (isBranch(found)) return found
  const made: Branch = { isList: false, entries: [] }
  branch.entries.push([nextKey(branch, step), made])
  return made
}

function grow(value: Json, depth: number): Tree {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return JSON.stringify(value)
  return {
    isList: Array.isArray(value),
    entries: Object.entries(value).map(([key, child]) => [key, grow(child, depth + 1)]),
  }
}

/** The first child of that name. */
export const childOf = (tree: Tree | undefined, key: string): Tree | undefined =>
  isBranch(tree) ? tree.entries.find(([name]) => name === key)?.[1] : undefined

/** A child that says something in words or as a number. */
export function textAt(tree: Tree | undefined, key: string): string | undefined {
  const child = childOf(tree, key)
  if (typeof child !== 'string' && typeof child !== 'number') return undefined
  return String(child).trim() || undefined
}

/** Every scalar below that says something, in order. */
export function scalarsOf(tree: Tree): Exclude<Scalar, null>[] {
  if (isBranch(tree)) return tree.entries.flatMap(([, child]) => scalarsOf(child))
  return tree === null || String(tree).trim() === '' ? [] : [tree]
}
