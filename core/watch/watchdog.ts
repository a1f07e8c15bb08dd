import { queueId, toInstant, type PersonId, type QueueId } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { toItem } from '../record/item.ts'
import { alertKind, newAlert, type Alert } from '../kind/system/alert.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import {
  messageKind,
  newMessage,
  mostAnnouncements,
  type Message,
  type MessageReason,
} from '../kind/system/message.ts'
import { createdAgain, reroutedAgain, type DomainEvent } from '../record/event.ts'
import { subjectOf } from '../record/kind.ts'
import type { WaitCause } from '../message/refusal.ts'
import { holdMessage } from '../message/failure.ts'
import type { Write } from '../store/store.ts'
import type { Rules } from '../workflow/rules.ts'

/*
 * What any failure elsewhere has left.
 *
 * Problem: whatever should have acted on a lead may not have: an event was lost, a run has failed, a person forgot.
 * Representation: an open lead always has a next action with a time, which stands in the watch index. When that time
 * has passed and nobody moved it, the lead is raised one level: each level names who learns of it, what becomes of
 * the lead, and the next time. A contact sets the level back to nothing.
 * Invariant: each level is reached once per promise, since raising and moving the time are one write; after the last
 * one the lead leaves the watch with an open alert, so nothing is endless and nothing is silent.
 * Rejected: asking Step Functions for stuck executions (it does not know of those that never began); a list of what
 * is expected (the index is the list).
 */

/**
 * A run acts at the very time that it promised, so that time may pass by a little while it works. What only a person
 * can do is raised at once.
 */
export const graceMilliseconds = 10 * 60_000

/** A lead that was announced again gets so long until it must have been routed. */
const routeAgainMilliseconds = 10 * 60_000

export interface WatchResult {
  writes: Write[]
  /** to be published once the writes are stored */
  announce?: DomainEvent
}

/** What is to be done about a lead whose time has passed; nothing within the grace. */
export function watchLead(lead: Lead, rules: Rules, now: number): WatchResult | undefined {
  const { next, due } = lead
  const level = (lead.raised ?? 0) + 1
  if (lead.status !== 'open' || !next || !due || level > lastLevel) return undefined
  const late = now - Date.parse(due)
  if (late < (next === 'answer' && lead.runId ? graceMilliseconds : 0)) return undefined
  const raise = new Raise(lead, due, level, rules, now)
  raises[next](raise)
  return raise.result()
}

/** A record is raised so often; then it stays where it is, with an open alert, and leaves the watch. */
export const lastLevel = 3

const raises: Record<NonNullable<Lead['next']>, (raise: Raise) => void> = {
  route(raise) {
    raise.announceAgain()
    if (raise.level === 1) return raise.again('route', routeAgainMilliseconds)
    // It may still be routed, but from now on somebody looks after it.
    raise.alert(
      'unroutable',
      'No workflow took up this lead. Look for failed runs, and at the rule of the workflow.',
    )
    raise.putInto(raise.lead.queueId ?? lastResort(raise.rules.company))
    raise.tell(raise.watchers(), 'lead-raised', 'not-routed')
  },

  answer(raise) {
    raise.alert('overdue', 'The time promised for the first answer has passed and nothing happened.')
    if (raise.level === 1) {
      raise.tell([...raise.owner(), ...raise.manager()], 'lead-raised', 'no-answer')
      return raise.againWithin('1 hour')
    }
    raise.putInto(lastResort(raise.rules.company))
    raise.tell([...raise.watchers(), ...raise.manager()], 'lead-queued', 'no-answer')
  },

  take(raise) {
    if (raise.level > 1) raise.alert('overdue', 'Nobody has taken this lead out of its queue.')
    const manager = raise.level > 1 ? raise.manager() : []
    raise.tell([...raise.watchers(), ...manager], 'lead-raised', 'not-taken')
    raise.againWithin(raise.takeWithin())
  },

  'follow-up'(raise) {
    if (raise.level === lastLevel) raise.alert('overdue', 'The next step with this customer is long overdue.')
    const manager = raise.level > 1 ? raise.manager() : []
    raise.tell([...raise.owner(), ...manager], 'lead-raised', 'follow-up-overdue')
    raise.againWithin('1 business day')
  },
}

/** The queue for leads that their team did not answer: `unanswered`, which a company should have, or its first one. */
export function lastResort(company: Company): QueueId {
  const ids = Object.keys(company.queues)
  return queueId.parse(ids.find((id) => id === 'unanswered') ?? ids.find((id) => id !== 'intake') ?? ids[0])
}

/** A lead that is raised by one level, as one transaction. */
class Raise {
  readonly lead: Lead
  readonly level: number
  readonly rules: Rules
  readonly #due: string
  readonly #now: number
  readonly #notices: { to: PersonId; template: Message['template']; reason: MessageReason }[] = []
  #alert: Pick<Alert, 'what' | 'text'> | undefined
  #announce = false

  constructor(lead: Lead, due: string, level: number, rules: Rules, now: number) {
    this.lead = { ...lead, version: lead.version + 1, updatedAt: toInstant(now), raised: level }
    this.#due = due
    this.level = level
    this.rules = rules
    this.#now = now
  }

  announceAgain(): void {
    this.#announce = true
  }

  alert(what: Alert['what'], text: string): void {
    this.#alert = { what, text }
  }

  /** One message each, however many roles a person has. */
  tell(people: readonly PersonId[], template: Message['template'], reason: MessageReason): void {
    for (const to of new Set(people)) this.#notices.push({ to, template, reason })
  }

  again(what: NonNullable<Lead['next']>, milliseconds: number): void {
    this.lead.next = what
    this.lead.due = toInstant(this.#now + milliseconds)
  }

  /** In the opening hours of whoever has it. */
  againWithin(duration: string): void {
    const { queueId: queue, teamId: team, ownerId: owner } = this.lead
    const id = !owner && queue ? this.rules.queue(queue).calendar : team && this.rules.team(team).calendar
    const due = id
      ? this.rules.calendar(id).add(this.#now, duration, 'business')
      : this.#now + graceMilliseconds * 6
    this.lead.due = toInstant(due)
  }

  putInto(queue: QueueId): void {
    delete this.lead.ownerId
    this.lead.queueId = queue
    const { calendar, takeWithin } = this.rules.queue(queue)
    const due = this.rules.calendar(calendar).add(this.#now, takeWithin, 'business')
    this.lead.next = 'take'
    this.lead.due = toInstant(due)
  }

  owner(): PersonId[] {
    return this.lead.ownerId ? [this.lead.ownerId] : this.watchers()
  }

  manager(): PersonId[] {
    return this.lead.teamId ? [this.rules.team(this.lead.teamId).manager] : this.watchers()
  }

  watchers(): PersonId[] {
    return this.rules.queue(this.lead.queueId ?? lastResort(this.rules.company)).watchers
  }

  takeWithin(): string {
    return this.rules.queue(this.lead.queueId ?? lastResort(this.rules.company)).takeWithin
  }

  result(): WatchResult {
    const { lead, level } = this
    const { tenant, id } = lead
    const subject = subjectOf(leadKind, lead)
    const at = toInstant(this.#now)
    // The promise makes the cause, so the same one is never raised to the same level twice.
    const cause = `watch.${this.#due}.${level}`
    const told = this.#notices.map(({ to }) => to)
    const record = {
      level,
      overdue: this.#due,
      next: lead.due ?? null,
      ...(told.length && { told }),
      ...(lead.queueId && { queue: lead.queueId }),
      ...(this.#announce && { announced: 'again' }),
    }
    const writes: Write[] = [
      { do: 'replace', item: toItem(leadKind, lead), seen: lead.version - 1 },
      {
        do: 'create',
        item: toItem(decisionKind, {
          tenant,
          version: 1,
          subject,
          at,
          id: cause,
          entries: [{ step: 'watchdog', what: 'watch', record }],
        }),
      },
      ...this.#messages(cause),
    ]
    if (this.#alert)
      writes.push({
        do: 'create',
        item: toItem(alertKind, newAlert({ tenant, cause: `${id}.${cause}`, at, subject, ...this.#alert })),
      })
    return {
      writes,
      ...(this.#announce && {
        announce: lead.runId ? reroutedAgain(leadKind, lead) : createdAgain(leadKind, lead),
      }),
    }
  }

  #messages(cause: string): Write[] {
    const { tenant, due, respondBy, teamId, ownerId, queueId: queue } = this.lead
    return this.#notices.map(({ to, template, reason }, i) => ({
      do: 'create',
      item: toItem(
        messageKind,
        newMessage({
          tenant,
          subject: subjectOf(leadKind, this.lead),
          id: `${cause}.${i}`,
          to,
          template,
          data: {
            reason,
            level: this.level,
            ...(respondBy && { respondBy }),
            ...(due && { dueAt: due }),
            ...(teamId && { team: teamId }),
            ...(ownerId && ownerId !== to && { owner: ownerId }),
            ...(queue && { queue }),
          },
          createdAt: toInstant(this.#now),
        }),
      ),
    }))
  }
}

/** A message that should have been sent long ago: announced again by the change itself; after a day it waits. */
export function watchMessage(message: Message, now: number): Write[] {
  if (message.status !== 'pending') return []
  const announced = (message.announced ?? 0) + 1
  if (announced > mostAnnouncements) return [holdMessage(message, notSent, now)]
  const item = toItem(messageKind, { ...message, version: message.version + 1, announced })
  return [{ do: 'replace', item, seen: message.version }]
}

const notSent: WaitCause = {
  code: 'not-sent',
  whose: 'account',
  remedy:
    'Nothing has sent these e-mails for a day although they were announced again and again. Look at the errors in the log of the function that sends e-mails (OnDeliverMail), at its queue and its dead letters. Nothing else is to be done: what waits is sent once one of them could be sent.',
}
