import * as z from 'zod'
import { grantScopes } from '../access/grant.ts'
import { operationNames } from '../access/operation.ts'
import { name } from '../source/name.ts'

/*
 * Who may do what, as company/access.yaml says it: how many levels the firm wants, its roles with what each may do with
 * records of each kind, and fields that the firm holds higher than their declaration does.
 */

const scope = z.enum(grantScopes)

/** What a role may do with records of a kind: `none`, `all`, or by operation. What it leaves out stands in `default`. */
export const grantPlan = z.union([
  z.enum(['none', 'all']),
  z.strictObject({
    read: scope.optional(),
    create: z.enum(['none', 'all']).optional(),
    /** other values in its fields */
    change: scope.optional(),
    /** transitions, and whatever else people do with a record: all of them, or by name */
    do: z.union([scope, z.record(z.string(), scope)]).optional(),
    /** the highest level of fields that it sees and sets */
    upTo: z.string().optional(),
  }),
])

export const role = z.strictObject({
  title: z.string(),
  /** by names of kinds; `default` holds for every kind, and for what a row leaves out */
  kinds: z.record(z.string(), grantPlan).default({}),
  /** what is done with no record */
  may: z.array(z.enum(operationNames)).default([]),
})

/** Parts of the company that say who may do what. */
export const accessParts = {
  /** from what everybody sees to what hardly anybody does */
  levels: z
    .array(name)
    .min(1, 'there is at least one level')
    .refine((names) => new Set(names).size === names.length, 'the same level twice')
    .default(['open', 'internal', 'confidential', 'secret']),
  roles: z.record(name, role).default({}),
  /** fields that need another level than their kind says: `customer.income: secret` */
  clearance: z.record(z.string(), z.string()).default({}),
}
