import * as z from 'zod/mini'
import type { Kind } from '../record/kind.ts'
import type { OperationName } from './operation.ts'

/** What a program's key can be allowed beside reading and writing kinds of records. What has no scope wants a person. */
const own = {
  'leads:write': 'post leads, and convert them',
  'absences:read': 'read who is away',
  'absences:write': 'enter and remove absences',
} as const

export type Scope = `${string}:read` | `${string}:write`

/** The scope by which a program may do what is done with no record; anything else wants a person. */
export const scopeOfOperation: Readonly<Partial<Record<OperationName, Scope>>> = {
  'post-leads': 'leads:write',
  'plan-absences': 'absences:write',
}

/** Every scope of these kinds, with what it allows. */
export function scopesOf(kinds: Iterable<Pick<Kind, 'plural' | 'doors'>>): Record<string, string> {
  const all: Record<string, string> = { ...own }
  for (const { plural, doors } of kinds) {
    if (doors === undefined || doors.includes('read'))
      all[`${plural}:read`] = `read ${plural}, lists of them and their histories`
    if (doors === undefined || doors.some((door) => door !== 'list' && door !== 'read'))
      all[`${plural}:write`] = `create and change ${plural}`
  }
  return all
}

/** One of the scopes by its name. Throws for any other, with those that there are. */
export function scopeAmong(scopes: Record<string, string>): z.ZodMiniType<Scope> {
  const names = Object.keys(scopes).toSorted() as [Scope, ...Scope[]]
  return z.enum(names, { error: `the scopes are ${names.join(', ')}` })
}

/** A scope as a key keeps it: those that are gone since allow nothing. */
export const scope = z.string().check(z.regex(/^[a-z-]+:(read|write)$/)) as unknown as z.ZodMiniType<Scope>
