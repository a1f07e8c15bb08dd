import { factsFor } from '../table/fact/derive.ts'
import { absentUntil, type Excluded } from '../assign/round-robin.ts'
import type { Away } from '../assign/roster.ts'
import type { Assignment } from '../assign/take-turn.ts'
import { teamId, toInstant, type PersonId, type QueueId, type TeamId } from '../record/id.ts'
import { Fault } from '../record/fault.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { leadKind, priority as prioritySchema, type Lead } from '../kind/sales/lead.ts'
import type { Message, MessageData, MessageReason, newMessage } from '../kind/system/message.ts'
import { turnName, type Run } from '../kind/system/run.ts'
import { subjectOf } from '../record/kind.ts'
import type { Write } from '../store/store.ts'
import type { BusinessCalendar } from '../time/calendar.ts'
import type { Rules } from './rules.ts'
import type { Step } from './step.ts'

/** What a segment must know, as read from the table. */
export interface SegmentState {
  lead: Lead | undefined
  run: Run | undefined
  absences: readonly Away[]
  /** what was found when a turn was asked for, by `needName` */
  assignments: ReadonlyMap<string, Assignment>
}

/** Whose turn it is must be asked: a turn is taken, for this step. */
export interface TurnNeed {
  /** place of the step in the workflow's file */
  at: number
  team: TeamId
  members: readonly PersonId[]
  excluded: readonly Excluded[]
}

export const needName = ({ at, team }: Pick<TurnNeed, 'at' | 'team'>): string => `${at} ${team}`

type Do<Verb extends Step['do']> = Extract<Step, { do: Verb }>
type Entry = DecisionRecord['entries'][number]

interface Notice {
  to: PersonId
  template: Message['template']
  reason: MessageReason | undefined
  absentUntil: string | undefined
}

/** The lead and what else a segment is about to write, while its steps are performed one after the other. */
export class Draft {
  /** as it was read */
  readonly before: Lead
  readonly writes: Write[] = []
  readonly entries: Entry[] = []
  readonly variables: Run['variables']
  /** the turns that its assignments used, by their names */
  readonly turns: string[] = []
  /** when the next segment is due */
  until: number | undefined

  #lead: Lead
  #reason: MessageReason | undefined
  #previousOwner: PersonId | undefined
  /** when somebody must have taken it out of the queue */
  #takeBy: number | undefined
  readonly #notices: Notice[] = []
  readonly #state: SegmentState
  readonly #rules: Rules
  readonly #now: number

  constructor(lead: Lead, state: SegmentState, rules: Rules, now: number) {
    this.#state = state
    this.#rules = rules
    this.#now = now
    this.before = lead
    this.#lead = { ...lead }
    this.variables = { ...state.run?.variables }
  }

  /** Performs a step, unless it must be known first whose turn it is in a team: then it says so. */
  async perform(step: Step): Promise<TurnNeed | undefined | void> {
    switch (step.do) {
      case 'route':
        return this.#route(step)
      case 'assign':
        return this.#assign(step)
      case 'tell':
        return this.#tell(step)
      case 'queue':
        return this.#queue(step)
      case 'wait':
        return this.#wait(step)
      case 'waitUntil':
        return this.#waitUntil(step)
    }
  }

  /** The lead after the steps. An open lead always has a next action with a time. */
  finish(): Lead {
    const lead = this.#lead
    const due = this.until ?? this.#takeBy ?? this.#now
    lead.next = lead.ownerId ? 'answer' : 'take'
    lead.due = toInstant(due)
    return lead
  }

  /** What is to be told, once all steps are done: a message may tell who has the lead now and until when. */
  messages(lead: Lead): Omit<Parameters<typeof newMessage>[0], 'id'>[] {
    return this.#notices.map(({ to, template, reason, absentUntil: absent }) => {
      const data: MessageData = {
        ...(lead.respondBy && { respondBy: lead.respondBy }),
        ...(lead.due && { dueAt: lead.due }),
        ...(lead.teamId && { team: lead.teamId }),
        ...(lead.ownerId && lead.ownerId !== to && { owner: lead.ownerId }),
        ...(lead.queueId && { queue: lead.queueId }),
        ...(this.#previousOwner && { previousOwner: this.#previousOwner }),
        ...(reason && { reason }),
        ...(absent && { absentUntil: absent }),
        ...(template === 'lead-assigned' && { rule: this.variables.rule as MessageData['rule'] & object }),
      }
      return {
        tenant: lead.tenant,
        subject: subjectOf(leadKind, lead),
        to,
        template,
        data: { ...data },
        createdAt: toInstant(this.#now),
      }
    })
  }

  async #route(step: Do<'route'>): Promise<void> {
    const lead = this.#lead
    const table = this.#rules.table(step.table)
    const { record, decision, definition } = await table.explain(
      factsFor(table.definition, { lead }, this.#now, this.#rules.company),
      this.#now,
    )
    const { team, priority, respondWithin } = decision.outputs
    if (typeof team !== 'string' || typeof respondWithin !== 'string')
      throw new Fault('config.broken', `the table "${step.table}" gave no team or no respondWithin`)
    lead.teamId = teamId.parse(team)
    const { calendar } = this.#rules.team(lead.teamId)
    const known = prioritySchema.safeParse(priority)
    if (known.success) lead.priority = known.data
    lead.respondBy = this.#promise(calendar, respondWithin)
    const row = definition.rows.find(({ id }) => id === decision.rows[0])
    this.variables.rule = {
      table: definition.name,
      version: definition.version,
      row: row?.id ?? 'default',
      ...(row?.note && { note: row.note }),
    }
    this.#note(step, 'table', record)
    this.#note(step, 'wait', { respondBy: lead.respondBy, within: respondWithin, calendar })
  }

  /**
   * Counts from the moment the customer asked, however late we are. Of a lead that is routed again from now, but what
   * was promised before and is not over yet is not put off.
   */
  #promise(calendar: string, within: string): string {
    const { createdAt, respondBy: before } = this.#lead
    const from = before === undefined ? Date.parse(createdAt) : this.#now
    const by = toInstant(this.#rules.calendar(calendar).add(from, within, 'business'))
    return before !== undefined && before < by && Date.parse(before) > this.#now ? before : by
  }

  #assign(step: Do<'assign'>): TurnNeed | undefined {
    const lead = this.#lead
    const team = lead.teamId
    if (!team) throw new Error('a lead is assigned only after it was routed')
    const previous = lead.ownerId
    const { members } = this.#rules.team(team)
    // Routed again, but to his own team: he knows the customer, so it stays with him.
    if (previous && !step.again && members.includes(previous) && !this.#absentUntil(previous)) {
      this.#reason = 'same-team'
      this.variables.owner = previous
      this.#note(step, 'assign', { by: step.by, team, chosen: previous, because: 'same-team' })
      return undefined
    }
    const excluded: Excluded[] = previous ? [{ person: previous, because: 'previous-owner' }] : []
    const need: TurnNeed = { at: step.at, team, members, excluded }
    const assignment = this.#state.assignments.get(needName(need))
    // Of a turn that was taken before the lead changed hands meanwhile.
    if (!assignment || (previous && assignment.chosen === previous)) return need
    const { chosen, taken } = assignment
    if (taken) this.turns.push(turnName(team, taken.number))
    if (chosen) this.#give(chosen, previous && step.again ? 'no-answer' : 'turn')
    else if (previous && !this.#absentUntil(previous)) {
      this.#reason = 'nobody-else'
      this.variables.owner = previous
    } else this.#putInto(step.otherwise, 'nobody-available')
    this.#note(step, 'assign', this.#recordOf(step, team, assignment))
    return undefined
  }

  #recordOf(step: Do<'assign'>, team: TeamId, assignment: Assignment): Entry['record'] {
    const { candidates, excluded, taken } = assignment
    return {
      by: step.by,
      team,
      ...(this.#lead.ownerId ? { chosen: this.#lead.ownerId } : { queue: step.otherwise }),
      ...(this.#reason && { because: this.#reason }),
      ...(taken && { turn: taken.number }),
      turns: Object.fromEntries(candidates.map(({ person, turn }) => [person, turn])),
      ...(excluded.length && {
        excluded: Object.fromEntries(
          excluded.map(({ person, because, until }) => [
            person,
            until ? `${because} until ${until}` : because,
          ]),
        ),
      }),
    }
  }

  #tell(step: Do<'tell'>): void {
    const { message, whom } = step
    if (whom === 'owner') this.#tellOwner(step)
    else if (whom === 'manager') this.#tellManager(step, message)
    else if (whom === 'watchers') this.#tellWatchers(this.#lead.queueId ?? step.otherwise, message)
    else this.#notify(whom, message)
  }

  #tellOwner(step: Do<'tell'>): void {
    const owner = this.#lead.ownerId
    if (!owner) {
      this.#tellWatchers(this.#lead.queueId ?? step.otherwise, 'lead-queued')
      this.#tellManager(step, 'lead-queued')
      this.#note(step, 'skip', { because: 'no owner', told: this.#notices.map(({ to }) => to) })
      return
    }
    // Nobody else was found: the message about a change of owner would not be true.
    const stays = step.message === 'lead-reassigned' && this.#reason === 'nobody-else'
    this.#notify(owner, stays ? 'lead-reminder' : step.message)
    const absent = this.#absentUntil(owner)
    if (!absent) return
    this.#tellManager(step, 'lead-overdue', 'owner-absent', absent)
    this.#note(step, 'skip', { because: 'the owner is absent, the manager is told', owner, until: absent })
  }

  #tellManager(
    step: Do<'tell'>,
    message: Message['template'],
    reason?: MessageReason,
    absent?: string,
  ): void {
    const { manager } = this.#rules.team(this.#lead.teamId ?? '')
    this.#notify(manager, message, reason, absent)
    const away = this.#absentUntil(manager)
    if (!away) return
    for (const watcher of this.#rules.queue(step.otherwise).watchers)
      this.#notify(watcher, message, reason, absent)
    this.#note(step, 'skip', {
      because: 'the manager is absent, the watchers are told',
      manager,
      until: away,
    })
  }

  #tellWatchers(queue: QueueId, message: Message['template']): void {
    for (const watcher of this.#rules.queue(queue).watchers) this.#notify(watcher, message)
  }

  /** One message of a kind to one person in a segment, however many roles he has. */
  #notify(to: PersonId, template: Message['template'], reason = this.#reasonFor(template), absent?: string) {
    if (this.#notices.some((notice) => notice.to === to && notice.template === template)) return
    this.#notices.push({ to, template, reason, absentUntil: absent })
  }

  #reasonFor(template: Message['template']): MessageReason | undefined {
    if (this.#reason) return this.#reason
    return template === 'lead-overdue' || template === 'lead-reminder' ? 'no-answer' : undefined
  }

  #queue(step: Do<'queue'>): void {
    this.#putInto(step.queue, 'last-level')
    this.#note(step, 'assign', {
      queue: step.queue,
      because: 'last-level',
      ...(this.#previousOwner && { previousOwner: this.#previousOwner }),
    })
  }

  #wait(step: Do<'wait'>): void {
    this.until = this.#calendar().add(this.#now, step.for)
    this.#note(step, 'wait', { for: step.for, until: toInstant(this.until) })
  }

  #waitUntil(step: Do<'waitUntil'>): void {
    // A promise that has passed already is due at once.
    this.until = Math.max(this.#now, Date.parse(this.#lead[step.time] ?? ''))
  }

  #give(owner: PersonId, reason: MessageReason): void {
    this.#previousOwner = this.#lead.ownerId
    this.#lead.ownerId = owner
    delete this.#lead.queueId
    this.#reason = reason
    this.variables.owner = owner
  }

  #putInto(queue: QueueId, reason: MessageReason): void {
    const { calendar, takeWithin } = this.#rules.queue(queue)
    this.#previousOwner = this.#lead.ownerId
    delete this.#lead.ownerId
    this.#lead.queueId = queue
    this.#reason = reason
    this.#takeBy = this.#rules.calendar(calendar).add(this.#now, takeWithin, 'business')
    delete this.variables.owner
  }

  #calendar(): BusinessCalendar {
    return this.#rules.calendar(this.#rules.team(this.#lead.teamId ?? '').calendar)
  }

  #absentUntil(person: PersonId): string | undefined {
    return absentUntil(person, this.#state.absences, this.#now)
  }

  #note(step: Step, what: Entry['what'], record: Entry['record']): void {
    this.entries.push({ step: `${step.at} ${step.do}`, what, record })
  }
}
