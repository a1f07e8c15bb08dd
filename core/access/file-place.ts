import type { Kind } from '../record/kind.ts'
import { grantScopes, type Grant, type GrantScope } from './grant.ts'
import type { Reached } from './reach.ts'

/*
 * Where a record lies that itself names nobody: a contact belongs to whoever has its customer.
 *
 * What lies in a file (`filedUnder`) and names no team, owner or queue is reached as the record in whose file it lies, and
 * that one, where it names nobody either, as the next. So a customer that is given to another team takes along what is filed
 * under it, without a write. What names somebody is judged by itself: a ticket has an owner of its own.
 */

/** So many files above a record are asked: a note of a ticket of a customer. */
export const mostAbove = 2

/** The part of a kind that says in which file its records lie. */
type Filed = Pick<Kind, 'filedUnder'>

/** Whether some of what a grant allows depends on where a record lies; otherwise no file above needs to be read. */
export const asksWhere = ({ read, change, do: { others, named } }: Grant): boolean =>
  [read, change, others, ...Object.values(named)].some((scope) => !everywhere.has(scope))

const everywhere: ReadonlySet<GrantScope> = new Set([grantScopes[0], grantScopes[grantScopes.length - 1]!])

/** The id of the record in whose file this one lies, where that decides who reaches it. */
export function fileAbove({ filedUnder }: Filed, record: Reached): string | undefined {
  if (filedUnder === undefined || namesSomebody(record)) return undefined
  const id = record[filedUnder]
  return typeof id === 'string' ? id : undefined
}

const namesSomebody = ({ teamId, ownerId, queueId }: Reached): boolean =>
  (teamId ?? ownerId ?? queueId) !== undefined

/**
 * The record as it is reached in the file of another: with whom that one lies, and by its own id. Who made it does not count:
 * whoever may not see a customer any more does not keep its contacts because he has entered them.
 */
export const filedIn = (
  record: Reached,
  { teamId, ownerId, queueId, territory, createdBy }: Reached,
): Reached => ({ id: record.id, teamId, ownerId, queueId, territory, createdBy })
