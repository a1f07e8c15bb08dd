import type { PersonId } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { toItem } from '../record/item.ts'
import { refusalKind } from '../kind/customer/refusal.ts'
import { type Activity } from '../kind/customer/activity.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { subjectOf } from '../record/kind.ts'
import type { Write } from '../store/store.ts'

/*
 * Who may read a lead and work on it, until levels are configurable.
 *
 * Managers and operations reach every lead. A rep reaches those of the teams in which he is a member or the manager,
 * those that he owns, and those in a queue that he watches. A lead without a team is anybody's: it was not routed yet,
 * and whoever could help must be able to. Nobody else sees that a lead exists.
 * A program reaches every lead: what it may do with them is said by the scopes of its key.
 * What a person is in the company is asked of what is published, so a change holds at once; groups within a minute.
 */

/** Who wants to do something. */
export interface Worker {
  /** as the account says; counts only while the company knows it */
  person: string | undefined
  groups: readonly string[]
  /** the name of a program that calls with its key */
  program?: string | undefined
}

export type Right =
  | { may: true; as: 'program' | 'office' | 'owner' | 'team' | 'watcher' | 'anybody' }
  /** `because` is a sentence for the one who was refused */
  | { may: false; because: string }

/** Of a record that is worked on: with whom it lies. */
type Reached = { teamId?: string; ownerId?: string; queueId?: string; tenant?: string }

/** Whether somebody may read a lead and work on it, and as what, or why not. */
export function mayWork({ person, groups, program }: Worker, lead: Reached, company: Company): Right {
  if (program !== undefined) return { may: true, as: 'program' }
  if (groups.includes('manager') || groups.includes('operations')) return { may: true, as: 'office' }
  const known = personOf(person, company)
  if (known === undefined) return { may: false, because: 'this account belongs to nobody of the company' }
  if (lead.ownerId === known) return { may: true, as: 'owner' }
  const queue = lead.queueId && own(company.queues, lead.queueId)
  if (queue && queue.watchers.includes(known)) return { may: true, as: 'watcher' }
  const team = lead.teamId && own(company.teams, lead.teamId)
  if (!team) return { may: true, as: 'anybody' }
  if (team.manager === known || team.members.includes(known)) return { may: true, as: 'team' }
  const manager = own(company.people, team.manager)?.name ?? team.manager
  return {
    may: false,
    because: `this lead belongs to the team "${team.title}", and you are not in it; ask its manager, ${manager}`,
  }
}

/** Who a token means, when the company knows him. */
export const personOf = (person: string | undefined, company: Company): PersonId | undefined =>
  person !== undefined && Object.hasOwn(company.people, person) ? (person as PersonId) : undefined

/**
 * What somebody tried on a lead that is not his, for its history; the lead itself stays as it is. Written once for each
 * person, act and day (UTC), so trying again fills nothing: the write is refused then, which is as good.
 */
export function recordRefusal(
  lead: Pick<Lead, 'tenant' | 'id'>,
  attempt: { by: string; what: Activity['what']; because: string; at: string },
): Write {
  const item = toItem(refusalKind, {
    tenant: lead.tenant,
    version: 1,
    subject: subjectOf(leadKind, lead),
    ...attempt,
  })
  return { do: 'create', item }
}

const own = <T>(records: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(records, id) ? records[id] : undefined
