import {
  lastResort,
  managerOnDuty,
  ownerOnDuty,
  watcherOnDuty,
  type Due,
  type Duty,
} from '../assign/on-duty.ts'
import { absentUntil } from '../assign/round-robin.ts'
import type { Away } from '../assign/roster.ts'
import type { WorkflowPlan } from '../publish/published.ts'
import { queueId, toInstant, type PersonId, type QueueId } from '../record/id.ts'
import { whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { isOpen } from '../record/place.ts'
import { lastLevel, waitsForWorkflow } from '../record/work.ts'
import { teamOf } from '../assign/due.ts'
import { calendarOf, type BusinessCalendar } from '../time/calendar.ts'
import type { Past } from './decided.ts'
import { namedPerson, namedQueue, type Named, type Reader } from './reader.ts'

/*
 * What happens if nobody does anything: the steps of the workflow that still come, each with its time, and with whom it concerns as
 * far as that is known now. Whose turn it will be is known only where one alone can get it. Of a run that goes by another version
 * than the published one, and of what no run looks after, it is said until when something is due.
 */

export interface NextWhy {
  at: string
  /** `tell`, `assign`, `queue` and other steps of workflows; `raise`: the watchdog tells somebody */
  do: string
  /** whom: `owner`, `manager`, `watchers`, or a person by his id */
  who?: string
  to?: Named
  /** of an assignment: who may get it, where several may */
  among?: Named[]
  queue?: { id: string; title: string }
  message?: string
}

export interface AheadOf {
  workflows: Readonly<Record<string, WorkflowPlan>>
  absences: readonly Away[]
}

type Step = WorkflowPlan['segments'][number][number]

/** Most that is told: workflows repeat nothing, but may be long. */
const mostTold = 20

export function aheadOf(
  kind: WorkKind,
  record: WorkRecord,
  { run }: Past,
  { known, reader }: { known: AheadOf; reader: Reader },
): NextWhy[] {
  if (!isOpen(kind, record) || record.next === waitsForWorkflow) return []
  const plan = run && Object.hasOwn(known.workflows, run.workflow) ? known.workflows[run.workflow] : undefined
  const isWaiting = run !== undefined && run.over === undefined && run.until !== undefined
  const goesOn = isWaiting && whyDone(kind, record) === undefined && plan?.version === run.workflowVersion
  if (!goesOn) return dueOnly(record, known, reader)
  const walk = new Walk(record, Date.parse(run.until!), { known, reader })
  for (const step of plan.segments.slice(run.segment + 1).flat()) walk.take(step)
  return walk.told.slice(0, mostTold)
}

function dueOnly(record: WorkRecord, { absences }: AheadOf, reader: Reader): NextWhy[] {
  const { due, raised = 0 } = record
  if (due === undefined || raised >= lastLevel) return []
  const duty = dutyAt(Date.parse(due), absences, reader)
  // Whom a later level tells depends on what was raised before.
  const find = record.ownerId === undefined ? watcherOnDuty : ownerOnDuty
  const to = raised === 0 ? find({ ...record, raised: 1 }, duty).to : undefined
  return [{ at: due, do: 'raise', ...(to && { to: namedPerson(to, reader) }) }]
}

const dutyAt = (now: number, absences: readonly Away[], { company }: Reader): Duty => ({
  company,
  absences,
  lastResort: lastResort(company),
  now,
})

/** Goes through the steps that come, with the time and whoever has it then. */
class Walk {
  readonly told: NextWhy[] = []
  private at: number
  /** nobody knows who, once somebody's turn comes */
  private owner: PersonId | undefined
  private queue: QueueId | undefined
  private readonly record: WorkRecord
  private readonly absences: readonly Away[]
  private readonly reader: Reader

  constructor(record: WorkRecord, at: number, { known, reader }: { known: AheadOf; reader: Reader }) {
    this.record = record
    this.at = at
    this.owner = record.ownerId
    this.queue = record.queueId
    this.absences = known.absences
    this.reader = reader
  }

  take(step: Step): void {
    const does: Readonly<Record<string, (step: Step) => Omit<NextWhy, 'at' | 'do'> | undefined>> = {
      wait: (wait) => this.waits(String(wait.for)),
      waitUntil: ({ time }) => this.waitsUntil(this.record[String(time)]),
      tell: (tell) => this.tells(String(tell.whom), String(tell.message)),
      assign: () => this.assigns(),
      queue: (queue) => this.queues(String(queue.queue)),
    }
    const act = does[step.do] ?? (() => ({}))
    const at = toInstant(this.at)
    const told = act(step)
    if (told) this.told.push({ at, do: step.do, ...told })
  }

  private waits(duration: string): undefined {
    this.at = this.calendar()?.add(this.at, duration) ?? this.at
  }

  private waitsUntil(time: unknown): undefined {
    if (typeof time === 'string') this.at = Math.max(this.at, Date.parse(time))
  }

  private calendar(): BusinessCalendar | undefined {
    const { company } = this.reader
    const calendar = company.calendars[teamOf(this.record, company)?.calendar ?? '']
    return calendar && calendarOf(calendar)
  }

  private tells(who: string, message: string): Omit<NextWhy, 'at' | 'do'> {
    const to = this.reads(who)
    return { who, message, ...(to !== undefined && { to: namedPerson(to, this.reader) }) }
  }

  private reads(who: string): string | undefined {
    const due: Due = { ...this.record, ownerId: this.owner, queueId: this.queue }
    const duty = dutyAt(this.at, this.absences, this.reader)
    if (who === 'owner') return this.owner && ownerOnDuty(due, duty).to
    if (who === 'manager') return managerOnDuty(due, duty).to
    // Whose turn it is among them moves on with each level.
    if (who === 'watchers') return undefined
    return who
  }

  private assigns(): Omit<NextWhy, 'at' | 'do'> {
    const { company } = this.reader
    const members = teamOf(this.record, company)?.members ?? []
    const there = members.filter(
      (person) => person !== this.owner && absentUntil(person, this.absences, this.at) === undefined,
    )
    this.owner = there.length === 1 ? there[0] : undefined
    this.queue = undefined
    if (there.length === 1) return { to: namedPerson(there[0]!, this.reader) }
    return { among: there.map((person) => namedPerson(person, this.reader)) }
  }

  private queues(id: string): Omit<NextWhy, 'at' | 'do'> {
    this.owner = undefined
    this.queue = queueId.parse(id)
    return { queue: namedQueue(id, this.reader) }
  }
}
