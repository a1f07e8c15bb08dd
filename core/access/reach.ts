import { withArticle } from '../record/article.ts'
import type { PersonId } from '../record/id.ts'
import {
  grantOf,
  nothing,
  scopeFor,
  type Grant,
  type GrantScope,
  type Operation,
  type Policy,
} from './grant.ts'

/*
 * Whether somebody reaches a record: how far his grant goes, and where the record lies.
 *
 * A record is his own when he has it, has made it, or watches the queue in which it waits. It is of the teams that it names,
 * else of those of its owner; one that nobody has, in no team, is anybody's: it was not routed yet, and whoever could
 * help must be able to. What a person is in the company is asked of what is published, so a change holds at once.
 */

/** The part of the published company that says where somebody stands. */
export interface Firm extends Policy {
  people: Readonly<Record<string, { name: string; territories?: readonly string[] | undefined }>>
  teams: Readonly<Record<string, Team>>
  queues: Readonly<Record<string, { watchers: readonly string[] }>>
}

interface Team {
  title: string
  manager: string
  members: readonly string[]
}

/** Who wants to do something. */
export interface Worker {
  /** as the account says; counts only while the company knows it */
  person: string | undefined
  roles: readonly string[]
  /** the name of a program that calls with its key, and what the key allows */
  program?: string | undefined
  scopes?: readonly string[]
}

/** A record: with whom it lies is asked of teamId, ownerId, queueId, territory and createdBy. */
export type Reached = Readonly<Record<string, unknown>>

/** A kind, as far as it is named. */
interface Named {
  name: string
  plural: string
  /** the flag by which others than who made a record see it */
  sharedBy?: string
}

export type Right =
  | { may: true }
  /** `because` is a sentence for the one who was refused */
  | { may: false; because: string }

/** The role of whoever calls with a key. */
export const programRole = 'integration'

/** What somebody may do with records of a kind; a program no more than the scopes of its key say. */
export function grantFor(worker: Worker, { name, plural }: Named, company: Firm): Grant {
  if (worker.program === undefined) return grantOf(company, worker.roles, name)
  const has = (what: string): boolean => worker.scopes?.includes(`${plural}:${what}`) ?? false
  const all = grantOf(company, [programRole], name)
  const { read } = has('read') ? all : nothing
  const { create, change, do: done } = has('write') ? all : nothing
  return { read, create, change, do: done, upTo: all.upTo }
}

/** Who a token means, when the company knows him. */
export const personOf = (person: string | undefined, company: Pick<Firm, 'people'>): PersonId | undefined =>
  person !== undefined && Object.hasOwn(company.people, person) ? (person as PersonId) : undefined

/** Whether somebody may do this with a record, or why not. */
export function mayReach(
  { worker, grant, company }: { worker: Worker; grant: Grant; company: Firm },
  { kind, operation }: { kind: Named; operation: Operation },
  record: Reached,
): Right {
  const scope = scopeFor(grant, operation)
  if (scope === 'none') return { may: false, because: notAllowed(worker, kind, operation) }
  if (kind.sharedBy !== undefined) return sharedRight(worker, { kind, operation, scope }, record)
  if (scope === 'all') return { may: true }
  if (worker.program !== undefined)
    return lies(scope, undefined, record, company) ? { may: true } : foreign(kind.name, record, company)
  const person = personOf(worker.person, company)
  if (person === undefined) return { may: false, because: 'this account belongs to nobody of the company' }
  return lies(scope, person, record, company) ? { may: true } : foreign(kind.name, record, company)
}

/** What somebody keeps for himself nobody else reads, whatever his role; what is shared only he, and who reaches all, changes. */
function sharedRight(
  { person, program }: Worker,
  { kind, operation, scope }: { kind: Named; operation: Operation; scope: GrantScope },
  { createdBy, [kind.sharedBy!]: isShared }: Reached,
): Right {
  if (createdBy !== undefined && createdBy === (program ?? person)) return { may: true }
  const who = `this ${kind.name} belongs to whoever made it`
  if (isShared !== true) return { may: false, because: who }
  return operation === 'read' || scope === 'all'
    ? { may: true }
    : { may: false, because: `${who}; make your own` }
}

/** What is refused whatever the record. */
export function notAllowed(
  { roles, program, scopes }: Worker,
  { name, plural }: Named,
  operation: Operation,
): string {
  if (program === undefined)
    return `${roles.length ? `your role ${roles.join(', ')}` : 'you have no role, which'} does not allow "${operation}" of ${withArticle(name)}; company/access.yaml says who may`
  const scope = `${plural}:${operation === 'read' ? 'read' : 'write'}`
  return scopes?.includes(scope)
    ? `the role ${programRole} of company/access.yaml does not allow "${operation}" of ${withArticle(name)}`
    : `the key of ${program} lacks the scope ${scope}`
}

/** Whether a record lies within a scope that is neither none nor all. */
function lies(scope: GrantScope, person: PersonId | undefined, record: Reached, company: Firm): boolean {
  const teams = teamsOf(record, company)
  if (teams.length === 0 && record.ownerId === undefined) return true
  if (person === undefined) return false
  if (record.ownerId === person || record.createdBy === person) return true
  if (own(company.queues, record.queueId)?.watchers.includes(person)) return true
  if (scope === 'own') return false
  // An owner who is in no team keeps nobody out.
  if (teams.length === 0) return true
  if (teams.some(({ manager, members }) => manager === person || members.includes(person))) return true
  const territories = own(company.people, person)?.territories ?? []
  return scope === 'territory' && territories.some((each) => each === record.territory)
}

function teamsOf({ teamId, ownerId }: Reached, { teams }: Firm): Team[] {
  const named = own(teams, teamId)
  if (named) return [named]
  if (typeof ownerId !== 'string') return []
  return Object.values(teams).filter(
    ({ manager, members }) => manager === ownerId || members.some((member) => member === ownerId),
  )
}

function foreign(name: string, record: Reached, company: Firm): Right {
  const [team] = teamsOf(record, company)
  const what = `this ${name} belongs to`
  if (!team)
    return { may: false, because: `${what} ${personName(record.ownerId, company)}; ask whoever has it` }
  const because = `${what} the team "${team.title}", and you are not in it; ask its manager, ${personName(team.manager, company)}`
  return { may: false, because }
}

const personName = (id: unknown, { people }: Firm): string => own(people, id)?.name ?? 'somebody else'

const own = <T>(records: Readonly<Record<string, T>>, id: unknown): T | undefined =>
  typeof id === 'string' && Object.hasOwn(records, id) ? records[id] : undefined
