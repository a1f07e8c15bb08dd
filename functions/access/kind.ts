import { Fault } from '#core/record/fault.ts'
import type { Kind } from '#core/record/kind.ts'
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
