import type { Company } from '../company/company.ts'
import { toInstant, type Instant, type QueueId, type TeamId } from '../record/id.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { PromisePlan } from '../record/work.ts'
import { calendarOf } from '../time/calendar.ts'

/** Until when the next step of open work must be done, where no workflow says it. */

interface At {
  company: Company
  /** milliseconds */
  now: number
}

/** Two days on the clock: for what has neither queue nor team, and an owner without one, and so no calendar. */
const withoutTeam = 2 * 86_400_000

/** What is promised first of what is not kept yet, and until when; nothing where nobody has said a time. */
export function promiseOf(
  { work }: WorkKind,
  record: WorkRecord,
): { promise: PromisePlan; at: number } | undefined {
  const promise = work.promises.find(({ keptBy }) => record[keptBy] === undefined)
  const at = promise && record[promise.field]
  return typeof at === 'string' ? { promise: promise!, at: Date.parse(at) } : undefined
}

/** What is promised, if that is not over yet; else the time in which a queue is taken from, or a team follows up. */
export function dueOf(kind: WorkKind, record: WorkRecord, at: At): Instant {
  const promised = promiseOf(kind, record)
  return promised && promised.at > at.now ? toInstant(promised.at) : followUpAt(record, at)
}

/** When somebody must have taken it out of this queue. */
export function takeBy(queueId: QueueId, { company, now }: At): Instant {
  const { calendar, takeWithin } = company.queues[queueId]!
  return toInstant(calendarOf(company.calendars[calendar]!).add(now, takeWithin, 'business'))
}

/** The team that has it; of what no team has, that of its owner, whose first one counts. */
export function teamOf(
  { teamId, ownerId }: Pick<WorkRecord, 'teamId' | 'ownerId'>,
  { teams }: Company,
): Company['teams'][TeamId] | undefined {
  if (teamId !== undefined) return Object.hasOwn(teams, teamId) ? teams[teamId] : undefined
  if (ownerId === undefined) return undefined
  const all = Object.values(teams)
  return (
    all.find(({ members }) => members.includes(ownerId)) ?? all.find(({ manager }) => manager === ownerId)
  )
}

/** A queue's own time to take something is also the time for the first step of whoever takes it late. */
function followUpAt({ queueId, teamId, ownerId }: WorkRecord, { company, now }: At): Instant {
  if (queueId && Object.hasOwn(company.queues, queueId)) return takeBy(queueId, { company, now })
  const team = teamOf({ teamId, ownerId }, company)
  if (!team) return toInstant(now + withoutTeam)
  const calendar = calendarOf(company.calendars[team.calendar]!)
  return toInstant(calendar.add(now, team.followUpWithin, 'business'))
}

/** Whether its time has passed. */
export const isLate = ({ due }: WorkRecord, now: number): boolean =>
  due === undefined || Date.parse(due) <= now
