import type { Company } from '#core/company/company.ts'
import { Fault } from '#core/record/fault.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { mayWork } from '#core/sales/access.ts'
import { requireCaller, type Caller, type Group, type HttpRequest } from '#functions/adapter/http/http.ts'

/** Who works with customers, until levels are configurable. */
const everybody = ['sales', 'manager', 'operations'] as const

/** The kind whose address this is. */
export function kindAt(kinds: ReadonlyMap<string, Kind>, path: string): Kind {
  const plural = path.split('/')[1]
  const kind = [...kinds.values()].find((each) => each.plural === plural)
  if (!kind) throw new Fault('route.unknown', 'there is nothing at this address')
  return kind
}

/** Who may read or write records of a kind; a program by the scope of its key. Throws Fault `auth.forbidden`. */
export const requireGroup = (request: HttpRequest, kind: Kind, what: 'read' | 'write'): Caller =>
  requireCaller(request, ...((kind.groups ?? everybody) as Group[]), `${kind.plural}:${what}`)

/** Whether somebody may see a record: what is worked on is for those who work on it, anything else for all who may read its kind. */
export function mayRead(kind: Kind, record: AnyRecord, caller: Caller, company: Company): boolean {
  const mayReadKind =
    caller.program === undefined
      ? (kind.groups ?? everybody).some((group) => caller.groups.includes(group))
      : caller.scopes.includes(`${kind.plural}:read`)
  return mayReadKind && (!kind.work || mayWork(caller, record, company).may)
}
