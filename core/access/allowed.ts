import { saidOf } from '../record/field.ts'
import type { Kind } from '../record/kind.ts'
import { handOvers } from '../record/work.ts'
import { hiddenFields, mayDo, scopeFor, type GrantScope, type Policy } from './grant.ts'
import { operationNames, type OperationName } from './operation.ts'
import { grantFor, type Firm, type Worker } from './reach.ts'
import { scopeOfOperation } from './scope.ts'

/*
 * What somebody may do at all, so that a screen shows that and nothing else.
 *
 * Only what there is an address for is told: that a role may create leads says nothing as long as there is none that makes
 * them. So a client that asks for a name finds how far it reaches, or nothing, and needs no rule of its own. Whether it reaches a
 * single record is judged when it is tried; what reaches as far as reading does reaches all that is seen.
 */

/** What may be done with records of a kind. What is absent may not. */
export interface Allowed {
  read?: GrantScope
  create?: GrantScope
  change?: GrantScope
  /** transitions, hand-overs and whatever else is done with a record, by name */
  do: Record<string, GrantScope>
  /** fields that are neither shown nor taken */
  hidden?: string[]
}

/** Addresses, and what besides a grant whoever uses them needs. */
export interface Addresses {
  routes: readonly string[]
  /** a program is refused, whatever its key says */
  needsPerson?: true
  /** not the grant for the kind decides but this */
  needsMay?: OperationName
}

/** What is done at an address that is called otherwise. */
const operationOf: Readonly<Record<string, string>> = { activities: 'activity', consents: 'consent' }

/** What is done with no record, by whoever may. */
export function operationsAllowed(worker: Worker, company: Policy): OperationName[] {
  if (worker.program === undefined) return operationNames.filter((name) => mayDo(company, worker.roles, name))
  return operationNames.filter((name) => {
    const scope = scopeOfOperation[name]
    return scope !== undefined && worker.scopes?.includes(scope) === true
  })
}

/** What somebody may do, by the names of kinds; of those that are left out nothing. */
export function allowedTo(
  worker: Worker,
  company: Firm,
  kinds: Iterable<Kind>,
  addresses: readonly Addresses[],
): Record<string, Allowed> {
  const may = new Set<OperationName>(operationsAllowed(worker, company))
  const open = addresses.filter(({ needsPerson }) => !needsPerson || worker.program === undefined)
  const all = [...kinds].flatMap((kind) => {
    const grant = grantFor(worker, kind, company)
    const reached = open.flatMap(({ routes, needsMay }) =>
      routes
        .flatMap((route) => operationsAt(route, kind, worker))
        .map((operation): [string, GrantScope] => [
          operation,
          needsMay === undefined ? scopeFor(grant, operation) : everythingOr(may.has(needsMay)),
        ]),
    )
    const { read, create, change, ...done } = Object.fromEntries(
      reached.filter(([, scope]) => scope !== 'none'),
    )
    if (!(read ?? create ?? change) && !Object.keys(done).length) return []
    const hidden = shownNames(kind, hiddenFields(company, kind, grant))
    const allowed: Allowed = {
      ...(read && { read }),
      ...(create && { create }),
      ...(change && { change }),
      do: done,
      ...(hidden.length && { hidden }),
    }
    return [[kind.name, allowed]]
  })
  return Object.fromEntries(all) as Record<string, Allowed>
}

const everythingOr = (isAllowed: boolean): GrantScope => (isAllowed ? 'all' : 'none')

/** What is done with records of a kind at an address, in the words of company/access.yaml. */
function operationsAt(route: string, kind: Kind, { program }: Worker): string[] {
  const [method = '', path = ''] = route.split(' ')
  const [, plural, id, tail] = path.split('/')
  if (plural !== kind.plural) return []
  if (id === undefined) return { POST: ['create'], GET: ['read'] }[method] ?? []
  if (tail === undefined) return { GET: ['read'], PATCH: ['change'] }[method] ?? []
  if (method !== 'POST') return []
  if (tail !== '{transition}') return [operationOf[tail] ?? tail]
  // Who takes work is somebody of the company; a program gives it to one.
  const handed = handOvers.filter((name) => program === undefined || name !== 'take')
  return [...Object.keys(kind.lifecycle?.transitions ?? {}), ...(kind.work ? handed : [])]
}

/** Without what nobody is ever shown. */
const shownNames = ({ schema: { shape } }: Kind, names: ReadonlySet<string>): string[] =>
  [...names].filter((name) => !(shape[name] && saidOf(shape[name]).internal))
