import { definitionOf } from '../field.ts'
import type { Kind } from '../kind.ts'
import { viewOf } from './operation.ts'

type Called = Pick<Kind, 'schema' | 'titleOf'>

/**
 * The line of a record to whom some fields are hidden: without those, and without what a person calls it (`called`) where that may be
 * made of one of them.
 */
export function lineView(
  kind: Called,
  { called, ...line }: Readonly<Record<string, unknown>>,
  hidden: ReadonlySet<string>,
): Record<string, unknown> {
  const isTold = called !== undefined && mayCall(kind, hidden)
  return { ...(isTold && { called }), ...viewOf(kind, line, hidden) }
}

/** Whether somebody to whom these fields are hidden may be told what a person calls a record of the kind. */
export function mayCall(kind: Called, hidden: ReadonlySet<string>): boolean {
  if (!hidden.size) return true
  const names = fieldsOfTitle(kind)
  return names !== undefined && !names.some((name) => hidden.has(name))
}

/**
 * The fields that `called` of the declaration looks at, which it says by looking at a record that has no values: so of several
 * it tries each. Nothing where it does not bear that.
 */
function fieldsOfTitle({ schema: { shape }, titleOf }: Called): string[] | undefined {
  const asked = new Set<string>()
  const empty = new Proxy({} as Parameters<typeof titleOf>[0], {
    get(_, name) {
      asked.add(String(name))
      const type = Object.hasOwn(shape, name) ? shape[String(name)] : undefined
      return type && definitionOf(type).shape ? {} : undefined
    },
  })
  try {
    titleOf(empty)
    return [...asked]
  } catch {
    return undefined
  }
}
