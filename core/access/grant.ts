import { saidOf } from '../record/field.ts'
import type { Kind } from '../record/kind.ts'

/*
 * What somebody's roles allow with records of a kind.
 *
 * Problem: a firm says who may do what in as many levels and roles as it wants (AC-2), and every door has to follow.
 * Representation: for each operation how far it reaches, from nobody's records to all, and the highest level of fields; of
 * several roles the widest. Data alone, so it can be printed, compared and stored.
 * Invariant: nothing is allowed that no role of his says.
 * Rejected: Cedar (4.3 MB, 315 to 1,567 microseconds a check), CASL (functions, no data); measured in the design of records.
 */

/** How far an operation reaches, the narrowest first. Each holds what stands before it. */
export const grantScopes = ['none', 'own', 'team', 'territory', 'all'] as const
export type GrantScope = (typeof grantScopes)[number]

type GrantPlan =
  | 'none'
  | 'all'
  | {
      read?: GrantScope | undefined
      create?: GrantScope | undefined
      change?: GrantScope | undefined
      do?: GrantScope | Readonly<Record<string, GrantScope>> | undefined
      upTo?: string | undefined
    }

/** The part of the published company that says who may do what. */
export interface Policy {
  levels: readonly string[]
  roles: Readonly<
    Record<string, { title: string; kinds: Readonly<Record<string, GrantPlan>>; may: readonly string[] }>
  >
  clearance: Readonly<Record<string, string>>
}

/** What may be done with records of one kind. */
export interface Grant {
  read: GrantScope
  create: GrantScope
  change: GrantScope
  /** transitions and the like; `others` are those that are not named */
  do: { others: GrantScope; named: Readonly<Record<string, GrantScope>> }
  /** place in `levels` of the highest level of fields that he sees and sets */
  upTo: number
}

/** `read`, `create`, `change`, or the name of something that is done with a record. */
export type Operation = string

export const nothing: Grant = {
  read: 'none',
  create: 'none',
  change: 'none',
  do: { others: 'none', named: {} },
  upTo: 0,
}

/** What these roles allow, together. Roles that the company does not have allow nothing. */
export const grantOf = (policy: Policy, roles: readonly string[], kind: string): Grant =>
  roles.map((name) => ofRole(policy, name, kind)).reduce(widest, nothing)

/** Whether one of these roles says so of what is done with no record. */
export const mayDo = ({ roles: known }: Policy, roles: readonly string[], operation: string): boolean =>
  roles.some((name) => Object.hasOwn(known, name) && known[name]!.may.includes(operation))

/** How far an operation reaches. */
export function scopeFor(grant: Grant, operation: Operation): GrantScope {
  if (operation === 'read' || operation === 'create' || operation === 'change') return grant[operation]
  const { named, others } = grant.do
  return Object.hasOwn(named, operation) ? named[operation]! : others
}

/** The level that a field needs, as its place in `levels`. A level that there is not is above all: nobody sees it. */
export function levelOfField(
  policy: Pick<Policy, 'levels' | 'clearance'>,
  kind: Kind,
  field: string,
): number {
  const name = `${kind.name}.${field}`
  const type = Object.hasOwn(kind.schema.shape, field) ? kind.schema.shape[field] : undefined
  const own = Object.hasOwn(policy.clearance, name) ? policy.clearance[name] : undefined
  const level = own ?? (type && saidOf(type).level)
  if (level === undefined) return 0
  const place = policy.levels.indexOf(level)
  return place < 0 ? policy.levels.length : place
}

/** The fields of a kind that are above what a grant sees, derived ones included. */
export function hiddenFields(
  policy: Pick<Policy, 'levels' | 'clearance'>,
  kind: Kind,
  { upTo }: Pick<Grant, 'upTo'>,
): ReadonlySet<string> {
  const names = [...Object.keys(kind.schema.shape), ...Object.keys(kind.derived ?? {})]
  return new Set(names.filter((name) => levelOfField(policy, kind, name) > upTo))
}

function ofRole(policy: Policy, name: string, kind: string): Grant {
  const role = Object.hasOwn(policy.roles, name) ? policy.roles[name] : undefined
  if (!role) return nothing
  const plan = (row: string): GrantPlan | undefined =>
    Object.hasOwn(role.kinds, row) ? role.kinds[row] : undefined
  const base = spelled(policy, plan('default') ?? 'none', nothing)
  const own = plan(kind)
  return own === undefined ? base : spelled(policy, own, base)
}

/** A row of a role, with what it leaves out as in `base`. */
function spelled({ levels }: Policy, plan: GrantPlan, base: Grant): Grant {
  if (plan === 'none') return nothing
  if (plan === 'all')
    return {
      read: 'all',
      create: 'all',
      change: 'all',
      do: { others: 'all', named: {} },
      upTo: levels.length - 1,
    }
  const { read = base.read, create = base.create, change = base.change, do: done, upTo } = plan
  return {
    read,
    create,
    change,
    do: doneBy(done, base),
    upTo: upTo === undefined ? base.upTo : Math.max(0, levels.indexOf(upTo)),
  }
}

function doneBy(
  done: GrantScope | Readonly<Record<string, GrantScope>> | undefined,
  base: Grant,
): Grant['do'] {
  if (done === undefined) return base.do
  if (typeof done === 'string') return { others: done, named: {} }
  return { others: base.do.others, named: { ...base.do.named, ...done } }
}

export const wider = (one: GrantScope, other: GrantScope): GrantScope =>
  grantScopes.indexOf(one) >= grantScopes.indexOf(other) ? one : other

function widest(one: Grant, other: Grant): Grant {
  const names = new Set([...Object.keys(one.do.named), ...Object.keys(other.do.named)])
  const named = [...names].map((name) => [name, wider(scopeFor(one, name), scopeFor(other, name))])
  return {
    read: wider(one.read, other.read),
    create: wider(one.create, other.create),
    change: wider(one.change, other.change),
    do: {
      others: wider(one.do.others, other.do.others),
      named: Object.fromEntries(named) as Record<string, GrantScope>,
    },
    upTo: Math.max(one.upTo, other.upTo),
  }
}
