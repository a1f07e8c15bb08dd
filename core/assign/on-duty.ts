import { mayDo } from '../access/grant.ts'
import type { Company } from '../company/company.ts'
import { queueId, type PersonId, type QueueId, type TeamId } from '../record/id.ts'
import type { Away } from './roster.ts'
import { teamOf } from './due.ts'
import { absentUntil, drawn } from './round-robin.ts'

/*
 * Who is told of work that is due: one person at each level.
 *
 * Problem: six people who are all told of one lead wait for each other, and each level tells them again. Yet whoever is
 * told may be away, and nobody may be forgotten.
 * Representation: for each level groups of people, of which the first with somebody who is there has to act. A group's order
 * is drawn for each record from its id, and each level begins one place further on.
 * Invariant: somebody is always told, one person, and he is there if anybody of the groups is. Two levels that follow each
 * other reach two people, where nobody comes or goes between them and two are there.
 * Rejected: numbered turns as teams have them (round-robin.ts: one more write a level, and after an outage thousands at
 * once on one item); whoever has the day (all that an outage leaves behind would be his).
 */

/** By what is found whose turn it is. */
export interface Duty {
  company: Company
  absences: readonly Away[]
  /** where work waits that nobody else can take */
  lastResort: QueueId
  /** milliseconds */
  now: number
}

/** A record that somebody must be told of. */
export interface Due {
  id: string
  ownerId?: PersonId | undefined
  teamId?: TeamId | undefined
  queueId?: QueueId | undefined
  /** the level that it has reached */
  raised?: number | undefined
}

export interface OnDuty {
  to: PersonId
  /** those before him who are away, and until when */
  passed: Readonly<Record<string, string>>
}

/** The queue for records that their team did not answer: `unanswered`, which a company should have, or its first one. */
export function lastResort(company: Company): QueueId {
  const ids = Object.keys(company.queues)
  return queueId.parse(ids.find((id) => id === 'unanswered') ?? ids.find((id) => id !== 'intake') ?? ids[0])
}

/** Whoever has it; while he is away, the manager of its team. */
export const ownerOnDuty = (due: Due, duty: Duty): OnDuty =>
  firstThere([due.ownerId ? [due.ownerId] : [], ...managers(due, duty)], due, duty)

/** The manager of its team; while he is away, one of those who watch its queue. */
export const managerOnDuty = (due: Due, duty: Duty): OnDuty => firstThere(managers(due, duty), due, duty)

/** Of those who watch its queue the one whose turn it is; while all of them are away, the manager of its team. */
export const watcherOnDuty = (due: Due, duty: Duty): OnDuty => firstThere(watchers(due, duty), due, duty)

/** In the end: the manager of its team; if he was the watcher of the level before, the next one. */
export function lastOnDuty(due: Due, duty: Duty): OnDuty {
  const before = watcherOnDuty({ ...due, raised: Math.max(0, (due.raised ?? 0) - 1) }, duty)
  const last = managerOnDuty(due, duty)
  return last.to === before.to ? watcherOnDuty(due, duty) : last
}

type Groups = readonly (readonly PersonId[])[]

const managers = (due: Due, duty: Duty): Groups => [
  managerOf(due, duty),
  watchersOf(due.queueId ?? duty.lastResort, duty),
  ...atLast(duty),
]

const watchers = (due: Due, duty: Duty): Groups => [
  watchersOf(due.queueId ?? duty.lastResort, duty),
  managerOf(due, duty),
  ...atLast(duty),
]

/** Whom it falls to when nobody else is there. */
const atLast = (duty: Duty): Groups => [
  watchersOf(duty.lastResort, duty),
  Object.entries(duty.company.people).flatMap(([id, { roles }]) =>
    mayDo(duty.company, roles, 'manage-keys') ? [id as PersonId] : [],
  ),
]

function managerOf(due: Due, { company }: Duty): PersonId[] {
  const manager = teamOf(due, company)?.manager
  return manager ? [manager] : []
}

const watchersOf = (queue: QueueId, { company }: Duty): readonly PersonId[] =>
  company.queues[queue]?.watchers ?? []

function firstThere(groups: Groups, due: Due, { absences, now }: Duty): OnDuty {
  const passed: Record<string, string> = {}
  for (const group of groups) {
    const there = group.filter((person) => {
      const until = absentUntil(person, absences, now)
      if (until !== undefined) passed[person] = until
      return until === undefined
    })
    const to = inTurn(there, due)
    if (to !== undefined) return { to, passed }
  }
  // Nobody at all is there: it stays with whoever would have it. A company has a queue, and a queue has watchers.
  const to = inTurn(groups.find(({ length }) => length > 0) ?? [], due)
  if (to === undefined) throw new Error('nobody in the company watches a queue')
  return { to, passed: {} }
}

/** Whose turn it is in a group at the level of a record. */
function inTurn(group: readonly PersonId[], { id, raised = 0 }: Due): PersonId | undefined {
  const order = group.toSorted((a, b) => drawn(id, a) - drawn(id, b) || (a < b ? -1 : 1))
  return order[raised % order.length]
}
