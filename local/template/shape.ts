/*
 * Which properties of a resource the embedded cloud knows.
 *
 * A property is either used, or accepted without effect for a stated reason; a template with any other is refused
 * before anything starts, because a property that is silently ignored is a difference to AWS that nobody sees.
 */
import { Unmodelled } from './fault.ts'

export type Shape =
  | { kind: 'used' }
  | { kind: 'ignored'; reason: string }
  | { kind: 'oneOf'; values: unknown[] }
  | { kind: 'list'; of: Shape }
  | { kind: 'object'; members: Record<string, Shape> }

/** Any value; the service that owns the resource checks it. */
export const used: Shape = { kind: 'used' }
/** Accepted, and without effect here because of `reason`. */
export const ignored = (reason: string): Shape => ({ kind: 'ignored', reason })
export const oneOf = (...values: unknown[]): Shape => ({ kind: 'oneOf', values })
export const list = (of: Shape): Shape => ({ kind: 'list', of })
export const object = (members: Record<string, Shape>): Shape => ({ kind: 'object', members })

/** @throws Unmodelled that names the property and what is supported in its place */
export function checkShape(value: unknown, shape: Shape, where: string): void {
  if (shape.kind === 'oneOf' && !shape.values.includes(value))
    throw new Unmodelled(
      where,
      `${JSON.stringify(value)} is not modelled; supported is ${shape.values.map((entry) => JSON.stringify(entry)).join(' or ')}`,
    )
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) throw new Unmodelled(where, 'must be a list')
    for (const [index, entry] of value.entries()) checkShape(entry, shape.of, `${where}[${index}]`)
  }
  if (shape.kind !== 'object') return
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unmodelled(where, 'must be an object')
  for (const [name, entry] of Object.entries(value)) {
    const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    if (!member)
      throw new Unmodelled(
        `${where} ${name}`,
        `the embedded cloud does not model this property; it knows ${Object.keys(shape.members).join(', ')}`,
      )
    checkShape(entry, member, `${where} ${name}`)
  }
}
