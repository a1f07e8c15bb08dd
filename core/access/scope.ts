import * as z from 'zod/mini'

/** What a program's key can be allowed. One list; each route says which of them it wants, and what has none wants a person. */
export const scopes = {
  'leads:read': 'read leads, lists of them and their histories',
  'leads:write': 'post leads',
  'absences:read': 'read who is away',
  'absences:write': 'enter and remove absences',
  'alerts:read': 'read what a person must look at',
} as const

export type Scope = keyof typeof scopes

export const scopeNames = Object.keys(scopes) as Scope[]

export const scope = z.enum(scopeNames, { error: `the scopes are ${scopeNames.join(', ')}` })

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text)
