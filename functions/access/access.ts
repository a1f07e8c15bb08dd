import type { OperationName } from '#core/access/operation.ts'
import { hiddenFields, mayDo, scopeFor, type Grant, type Operation } from '#core/access/grant.ts'
import { grantFor, mayReach, notAllowed, type Reached, type Right } from '#core/access/reach.ts'
import type { Scope } from '#core/access/scope.ts'
import type { Company } from '#core/company/company.ts'
import { Fault, forbiddenFields } from '#core/record/fault.ts'
import type { Kind } from '#core/record/kind.ts'
import type { Caller, HttpRequest } from '#functions/adapter/http/http.ts'

/** The kind whose address this is. Throws Fault `route.unknown`. */
export function kindAt(kinds: ReadonlyMap<string, Kind>, path: string): Kind {
  const plural = path.split('/')[1]
  const kind = [...kinds.values()].find((each) => each.plural === plural)
  if (!kind) throw new Fault('route.unknown', 'there is nothing at this address')
  return kind
}

/** Whoever calls. Throws Fault `auth.missing`. */
export function requireAnybody({ caller }: HttpRequest): Caller {
  if (!caller) throw new Fault('auth.missing', 'send a token in the header Authorization: Bearer …')
  return caller
}

/** What somebody may do with records of one kind: of which, and which of their fields. */
export interface Access {
  caller: Caller
  grant: Grant
  /** what is asked about, for the record of attempts that are refused */
  asked: { of: string; id: string | undefined }
  /** fields that he neither sees nor sets */
  hidden: ReadonlySet<string>
  /** whether he may do this with a record, or why not */
  right(operation: Operation, record: Reached): Right
}

/** Throws Fault `auth.missing`. */
export function accessTo(request: HttpRequest, kind: Kind, company: Company): Access {
  const caller = requireAnybody(request)
  const grant = grantFor(caller, kind, company)
  return {
    caller,
    grant,
    asked: { of: kind.name, id: request.params.id },
    hidden: hiddenFields(company, kind, grant),
    right: (operation, record) => mayReach({ worker: caller, grant, company }, { kind, operation }, record),
  }
}

export interface ReadableKind {
  kind: Kind
  access: Access
}

/** The kinds of which somebody may read records, by name. Throws Fault `auth.missing`, `auth.forbidden` when there is none. */
export function readableKinds(
  request: HttpRequest,
  kinds: readonly Kind[],
  company: Company,
): { caller: Caller; kinds: ReadonlyMap<string, ReadableKind> } {
  const caller = requireAnybody(request)
  const all = kinds.map((kind) => ({ kind, access: accessTo(request, kind, company) }))
  const may = all.filter(({ access }) => access.grant.read !== 'none')
  if (!may.length) throw new Fault('auth.forbidden', notAllowed(caller, kinds[0]!, 'read'))
  return { caller, kinds: new Map(may.map((each) => [each.kind.name, each])) }
}

/** Throws Fault `auth.forbidden` for what somebody may do with no record of the kind at all. */
export function requireAny({ caller, grant, asked }: Access, kind: Kind, operation: Operation): void {
  if (scopeFor(grant, operation) !== 'none') return
  const because = notAllowed(caller, kind, operation)
  throw new Fault('auth.forbidden', because, { denied: { ...asked, operation, because } })
}

/**
 * Throws Fault `record.unknown` for a record that he may not even read: to him it does not exist; `auth.forbidden` for one
 * that he may read and not treat so.
 */
export function requireRight(
  { right, asked }: Access,
  kind: Kind,
  operation: Operation,
  record: Reached,
): void {
  const denied = { ...asked, operation }
  const read = right('read', record)
  if (!read.may)
    throw new Fault('record.unknown', `there is no such ${kind.name}`, {
      denied: { ...denied, because: read.because },
    })
  const given = right(operation, record)
  if (!given.may)
    throw new Fault('auth.forbidden', given.because, { denied: { ...denied, because: given.because } })
}

/** Throws Fault `auth.forbidden` when somebody sets a field that is above his level; told are the fields and no more. */
export function requireFields({ hidden, asked }: Access, input: unknown, within?: string[]): void {
  if (typeof input !== 'object' || input === null) return
  const above = Object.keys(input).filter((name) => hidden.has(name))
  if (above.length) throw forbiddenFields(above, asked, within)
}

/**
 * The caller, when one of his roles says so; a program, when its key has the scope. Throws Fault `auth.missing`,
 * `auth.forbidden`.
 */
export function requireMay(
  request: HttpRequest,
  company: Company,
  operation: OperationName,
  scope?: Scope,
): Caller {
  const caller = requireAnybody(request)
  if (caller.program === undefined) {
    if (mayDo(company, caller.roles, operation)) return caller
    throw forbidden(
      `none of your roles may ${operation}; company/access.yaml says which of them do`,
      operation,
    )
  }
  if (scope === undefined)
    throw forbidden('this needs a person who signs in; the key of a program is not enough', operation)
  if (!caller.scopes.includes(scope))
    throw forbidden(`the key of ${caller.program} lacks the scope ${scope}`, operation)
  return caller
}

const forbidden = (because: string, operation: string): Fault =>
  new Fault('auth.forbidden', because, { denied: { operation, because } })
