import { absentUntil, type Excluded } from '../assign/round-robin.ts'
import type { Away } from '../assign/roster.ts'
import type { Assignment } from '../assign/take-turn.ts'
import { toInstant, type PersonId, type QueueId, type TeamId } from '../record/id.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { isTemplate, type MessageData, type MessageReason, type Notice } from '../kind/system/message.ts'
import type { Run } from '../kind/system/run.ts'
import type { Changes } from '../record/change.ts'
import { nextStep, promisedTimes, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { lastLevel, waitsInQueue } from '../record/work.ts'
import type { BusinessCalendar } from '../time/calendar.ts'
import type { Rules } from './rules.ts'

/** A step as it stands in the state machine. `at` is its place in the file's list, from 1. */
export type Step = { do: string; at: number } & Record<string, unknown>

/** Whose turn it is must be asked: a turn is taken, for this step. */
export interface TurnNeed {
  /** place of the step in the workflow's file */
  at: number
  team: TeamId
  members: readonly PersonId[]
  excluded: readonly Excluded[]
}

export const needName = ({ at, team }: Pick<TurnNeed, 'at' | 'team'>): string => `${at} ${team}`

/** What does not change while the steps of a segment are performed. */
export interface Situation {
  kind: WorkKind
  rules: Rules
  /** facts that are derived of the record's file, as it was when the segment began */
  derived?: Readonly<Record<string, unknown>> | undefined
  absences: readonly Away[]
  /** what was found when a turn was asked for, by `needName` */
  assignments: ReadonlyMap<string, Assignment>
  /** milliseconds */
  now: number
}

type Entry = DecisionRecord['entries'][number]

export interface Telling {
  to: PersonId
  template: string
  reason: MessageReason | undefined
  /** of an absent person: until when */
  absentUntil?: string | undefined
}

/** What the steps of a segment have come to so far. It is never altered: each step gives the next one. */
export interface Progress {
  readonly record: WorkRecord
  readonly variables: Readonly<Run['variables']>
  readonly entries: readonly Entry[]
  readonly notices: readonly Telling[]
  /** the turns that its assignments used, by their names */
  readonly turns: readonly string[]
  /** when the next step of the record is due, where that is not when the next segment is */
  readonly due?: number
  /** when the next segment is due */
  readonly until?: number
  /** when somebody must have taken the record out of its queue */
  readonly takeBy?: number
  /** why it lies where it lies */
  readonly reason?: MessageReason
  readonly previousOwner?: PersonId | undefined
}

/** Before the first step. */
export const begun = (record: WorkRecord, run: Run | undefined): Progress => ({
  record,
  variables: run?.variables ?? {},
  entries: [],
  notices: [],
  turns: [],
})

/** With other values of fields of the record. */
export const changed = (progress: Progress, fields: Changes<WorkRecord>): Progress => ({
  ...progress,
  record: { ...progress.record, ...fields },
})

/** With a reason that the decision keeps. */
export const noted = (
  progress: Progress,
  step: Step,
  what: Entry['what'],
  record: Entry['record'],
): Progress => ({
  ...progress,
  entries: [...progress.entries, { step: `${step.at} ${step.do}`, what, record }],
})

/** With an owner, for whom it begins anew: he was told of no level. */
export function given(progress: Progress, owner: PersonId, reason: MessageReason): Progress {
  const previousOwner = progress.record.ownerId
  const fields = { ownerId: owner, queueId: undefined, raised: undefined }
  return kept({ ...changed(progress, fields), previousOwner }, owner, reason)
}

/** Still with its owner. */
export const kept = (progress: Progress, owner: PersonId, reason: MessageReason): Progress => ({
  ...progress,
  reason,
  variables: { ...progress.variables, owner },
})

/** In a queue. Where all levels of its workflow are behind it, only the last one is left to the watchdog. */
export function queued(
  progress: Progress,
  queue: QueueId,
  reason: MessageReason,
  { rules, now }: Situation,
): Progress {
  const { calendar, takeWithin } = rules.queue(queue)
  const { owner: _, ...variables } = progress.variables
  const { ownerId: previousOwner, raised = 0 } = progress.record
  return {
    ...changed(progress, {
      ownerId: undefined,
      queueId: queue,
      ...(reason === 'last-level' && { raised: Math.max(raised, lastLevel - 1) }),
    }),
    previousOwner,
    reason,
    takeBy: rules.calendar(calendar).add(now, takeWithin, 'business'),
    variables,
  }
}

/** With one more message; one of a template to one person in a segment, however many roles he has. */
export const notified = (progress: Progress, notice: Telling): Progress =>
  progress.notices.some(({ to, template }) => to === notice.to && template === notice.template)
    ? progress
    : { ...progress, notices: [...progress.notices, notice] }

/** The opening hours of the team that has the record. */
export const calendarOfTeam = ({ record }: Progress, { rules }: Situation): BusinessCalendar =>
  rules.calendar(rules.team(record.teamId ?? '').calendar)

export const awayUntil = (person: PersonId, { absences, now }: Situation): string | undefined =>
  absentUntil(person, absences, now)

/** What the steps have changed of the record. An open one always has a next action with a time. */
export const finished = ({ record, due, until, takeBy }: Progress, { kind, now }: Situation): WorkRecord => ({
  ...record,
  next: record.ownerId === undefined ? waitsInQueue : nextStep(kind, record),
  due: toInstant(due ?? until ?? takeBy ?? now),
})

/** What is to be told, once all steps are done: a message may tell who has the record now and until when. */
export const noticesOf = (
  { notices, previousOwner, variables }: Progress,
  record: WorkRecord,
  { kind }: Situation,
): Notice[] =>
  notices.map(({ to, template, reason, absentUntil: absent }) => {
    const data: MessageData = {
      ...promisedTimes(kind, record),
      ...(record.due && { dueAt: record.due }),
      ...(record.teamId && { team: record.teamId }),
      ...(record.ownerId && record.ownerId !== to && { owner: record.ownerId }),
      ...(record.queueId && { queue: record.queueId }),
      ...(previousOwner && { previousOwner }),
      ...(reason && { reason }),
      ...(absent && { absentUntil: absent }),
      ...(isTemplate(template, kind, 'assigned') && {
        rule: variables.rule as MessageData['rule'] & object,
      }),
    }
    return { to, template, data: { ...data } }
  })
