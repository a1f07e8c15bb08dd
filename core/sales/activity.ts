import { change, writeOf, type Changes } from '../record/change.ts'
import { personId, toInstant, type PersonId } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { Fault, fieldFault } from '../record/fault.ts'
import { activityKind, contacts, reached, type Activity } from '../kind/customer/activity.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { Write } from '../store/store.ts'
import type { Rules } from '../workflow/rules.ts'
import { claimAgain, type Claims } from './claim.ts'

/*
 * What people do with a lead. A contact with the customer answers it, which ends the runs that chase it; whatever
 * leaves it open leaves it with a next action that has a time.
 */

export interface ActivityRequest {
  lead: Lead
  /** by a person; `at` may lie before now */
  activity: Activity
  /** when the next step is due, if the person says so; otherwise the team's followUpWithin decides */
  nextAt?: string
  /** to reopen a lead: who holds its addresses */
  claims?: Claims | undefined
  /** milliseconds */
  now: number
}

export interface ActivityResult {
  writes: Write[]
  /** after the activity; the same as before when it changed nothing */
  lead: Lead
}

/**
 * Records an activity of a person on a lead. Throws Fault `state.refused` for what cannot be done with it now, such as
 * closing a lead that is closed, and `lead.superseded` for reopening one whose customer has another open lead.
 */
export function recordActivity(request: ActivityRequest, rules: Rules): ActivityResult {
  const { lead, activity, now } = request
  const by = personId.parse(activity.by)
  const fields = changeOf(request, by, rules)
  const create: Write = { do: 'create', item: toItem(activityKind, activity) }
  if (!fields) return { writes: [create], lead }
  const changed = change(lead, { ...fields, hop: 0 }, now, by)
  const { after } = changed
  const claims = activity.what === 'reopen' ? claimAgain(lead, claimsOf(request), after.updatedAt) : []
  return { writes: [writeOf(leadKind, changed), create, ...claims], lead: after }
}

function claimsOf({ claims }: ActivityRequest): Claims {
  if (!claims) throw new Error('who holds the addresses of a lead must be read before it is reopened')
  return claims
}

function changeOf(request: ActivityRequest, by: PersonId, rules: Rules): Changes<Lead> | undefined {
  const { lead, activity } = request
  const { what } = activity
  if (contacts.includes(what))
    return reached(activity) && lead.status === 'open' ? answer(request, by, rules) : planned(request, rules)
  if (what === 'note') return planned(request, rules)
  if (what === 'close') return close(request)
  if (what === 'reopen') return reopen(request, by, rules)
  if (what === 'take') return take(request, by, rules)
  throw fieldFault([{ path: ['what'], message: `"${what}" is recorded by Holdfast itself` }])
}

function answer(request: ActivityRequest, by: PersonId, rules: Rules): Changes<Lead> {
  const { lead, activity, now } = request
  const at = toInstant(Math.min(Date.parse(activity.at), now))
  return {
    answeredAt: lead.answeredAt ?? at,
    ...(!lead.ownerId && { ownerId: by, queueId: undefined }),
    next: 'follow-up',
    due: followUpAt(request, rules),
    raised: undefined,
    // The step before it is done.
    nextStep: activity.nextStep,
  }
}

/** Whoever keeps a note, or has reached nobody, may say the next step all the same; but what is promised is not put off by that. */
function planned(request: ActivityRequest, rules: Rules): Changes<Lead> | undefined {
  const { lead, activity, nextAt } = request
  if (lead.status !== 'open' || lead.answeredAt === undefined || lead.ownerId === undefined) return undefined
  if (nextAt === undefined && activity.nextStep === undefined) return undefined
  return {
    next: 'follow-up',
    ...(nextAt !== undefined && { due: followUpAt(request, rules), raised: undefined }),
    ...(activity.nextStep !== undefined && { nextStep: activity.nextStep }),
  }
}

function close({ lead, activity, now }: ActivityRequest): Changes<Lead> {
  if (lead.status !== 'open')
    throw new Fault('state.refused', 'the lead is closed already', { where: 'what' })
  return closed(activity.outcome === 'won' ? 'won' : 'lost', now)
}

/** What a lead is that is closed now: nothing of it is due, and the runs that chase it end. */
export const closed = (status: 'won' | 'lost', now: number): Changes<Lead> => ({
  status,
  closedAt: toInstant(now),
  next: undefined,
  due: undefined,
  raised: undefined,
  nextStep: undefined,
})

function reopen(request: ActivityRequest, by: PersonId, rules: Rules): Changes<Lead> {
  const { lead } = request
  if (lead.status === 'open') throw new Fault('state.refused', 'the lead is open already', { where: 'what' })
  return {
    status: 'open',
    closedAt: undefined,
    ...(!lead.ownerId && { ownerId: by, queueId: undefined }),
    next: lead.answeredAt ? 'follow-up' : 'answer',
    due: followUpAt(request, rules),
    raised: undefined,
  }
}

/** Takes it out of its queue, or over from a colleague. What is due stays due, but nobody takes what is late already. */
function take(request: ActivityRequest, by: PersonId, rules: Rules): Changes<Lead> {
  const { lead, now } = request
  if (lead.status !== 'open')
    throw new Fault('state.refused', 'the lead is closed; reopen it first', { where: 'what' })
  const before = lead.due !== undefined && Date.parse(lead.due) > now ? lead.due : undefined
  return {
    ownerId: by,
    queueId: undefined,
    next: lead.answeredAt ? 'follow-up' : 'answer',
    due: request.nextAt ?? before ?? answerBy(lead, now, rules),
    raised: undefined,
  }
}

/** A queue's own time to take a lead is also the time to answer it after it was taken late. */
function answerBy(lead: Lead, now: number, rules: Rules): string {
  const queue = lead.queueId && rules.company.queues[lead.queueId]
  if (!queue) return followUpAt({ lead, now }, rules)
  return toInstant(rules.calendar(queue.calendar).add(now, queue.takeWithin, 'business'))
}

function followUpAt(request: Pick<ActivityRequest, 'lead' | 'now' | 'nextAt'>, rules: Rules): string {
  const { lead, now, nextAt } = request
  if (nextAt !== undefined) {
    if (Date.parse(nextAt) <= now)
      throw fieldFault([{ path: ['nextAt'], message: 'the next step must lie in the future' }])
    return nextAt
  }
  const team = lead.teamId && rules.company.teams[lead.teamId]
  // A lead that was answered before it was routed has no team yet: a working week at most, on the clock.
  if (!team) return toInstant(now + 2 * 86_400_000)
  return toInstant(rules.calendar(team.calendar).add(now, team.followUpWithin, 'business'))
}
