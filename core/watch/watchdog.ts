import {
  lastOnDuty,
  lastResort,
  managerOnDuty,
  ownerOnDuty,
  watcherOnDuty,
  type Due,
  type OnDuty,
} from '../assign/on-duty.ts'
import { teamOf } from '../assign/due.ts'
import { toInstant, type QueueId } from '../record/id.ts'
import type { Changes } from '../record/change.ts'
import { isOpen } from '../record/place.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import { isPlanned, lastLevel, waitsForWorkflow, waitsInQueue } from '../record/work.ts'
import type { Rules } from '../workflow/rules.ts'
import { dutyOf, raised, type Raise, type Watch, type WatchResult } from './raise.ts'

/*
 * What any failure elsewhere has left.
 *
 * Problem: whatever should have acted on a record may not have: an event was lost, a run has failed, a person forgot.
 * Representation: an open record always has a next action with a time, which stands in the index of work. When that time
 * has passed and nobody moved it, the record is raised one level: each level names the one person who learns of it, what becomes of
 * the record, and the next time. A contact sets the level back to nothing.
 * Invariant: each level is reached once per promise, since raising and moving the time are one write; after the last
 * one the record leaves the watch with an open alert, so nothing is endless and nothing is silent.
 * Rejected: asking Step Functions for stuck executions (it does not know of those that never began); a list of what
 * is expected (the index is the list).
 */

/**
 * A run acts at the very time that it promised, so that time may pass by a little while it works. What only a person
 * can do is raised at once.
 */
export const graceMilliseconds = 10 * 60_000

/** A record that was announced again gets so long until it must have been routed. */
const routeAgainMilliseconds = 10 * 60_000

/** A record whose time has passed. */
interface Overdue extends Watch {
  kind: WorkKind
  /** as it was */
  record: WorkRecord
  due: string
  /** to which it is raised, from 1 */
  level: number
}

/** What is to be done about a record whose time has passed; nothing within the grace. */
export function watchRecord(kind: WorkKind, record: WorkRecord, watch: Watch): WatchResult | undefined {
  const { now } = watch
  const { next, due } = record
  const level = (record.raised ?? 0) + 1
  if (!isOpen(kind, record) || !next || !due || level > lastLevel) return undefined
  const promise = kind.work.promises.find(({ step }) => step === next)
  const late = now - Date.parse(due)
  if (late < (promise && record.runId ? graceMilliseconds : 0)) return undefined
  const overdue: Overdue = { kind, record, due, level, ...watch }
  // What begins with a person is his: it is not taken from him for what he has said himself.
  const step = promise && kind.work.begins ? isPlanned : next
  const raise = promise && step === next ? promiseOverdue(overdue, promise.title) : raises[step]?.(overdue)
  if (!raise) return undefined
  return raised(overdue, {
    ...raise,
    // The promise makes the cause, so the same one is never raised to the same level twice.
    cause: `watch.${due}.${level}`,
    because: { level, overdue: due },
    level,
  })
}

/** What becomes of it. */
type Level = Pick<Raise, 'fields' | 'tell' | 'alert' | 'announce'>

const raises: Record<string, (overdue: Overdue) => Level> = {
  [waitsForWorkflow](overdue) {
    const { kind, record, level, rules, now } = overdue
    if (level === 1) return { announce: true, fields: { due: toInstant(now + routeAgainMilliseconds) } }
    // It may still be routed, but from now on somebody looks after it.
    const queueId = queueOf(record, rules)
    return {
      announce: true,
      fields: intoQueue(queueId, overdue),
      alert: {
        what: 'unroutable',
        text: `No workflow took up this ${kind.name}. Look for failed runs, and at the rule of the workflow.`,
      },
      tell: { reader: watcherOf(overdue, queueId), what: 'raised', reason: 'not-routed' },
    }
  },

  [waitsInQueue](overdue) {
    const { kind, record, level, rules } = overdue
    const queueId = queueOf(record, rules)
    const isLast = level === lastLevel
    return {
      fields: within(rules.queue(queueId).takeWithin, overdue),
      tell: {
        reader: isLast ? lastOnDuty(dueOf(overdue, queueId), dutyOf(overdue)) : watcherOf(overdue, queueId),
        what: 'raised',
        reason: 'not-taken',
      },
      ...(level > 1 && {
        alert: { what: 'overdue', text: `Nobody has taken this ${kind.name} out of its queue.` },
      }),
    }
  },

  [isPlanned](overdue) {
    const { kind, level } = overdue
    const find = level > 1 ? managerOnDuty : ownerOnDuty
    return {
      fields: within('1 business day', overdue),
      tell: {
        reader: find(dueOf(overdue), dutyOf(overdue)),
        what: 'raised',
        reason: 'follow-up-overdue',
      },
      ...(level === lastLevel && {
        alert: { what: 'overdue', text: `The next step of this ${kind.name} is long overdue.` },
      }),
    }
  },
}

function promiseOverdue(overdue: Overdue, promised: string): Level {
  const { level, rules } = overdue
  const text = `The time promised for the ${promised} has passed and nothing happened.`
  const alert = { what: 'overdue', text } as const
  if (level === 1)
    return {
      alert,
      fields: within('1 hour', overdue),
      tell: { reader: ownerOnDuty(dueOf(overdue), dutyOf(overdue)), what: 'raised', reason: 'no-answer' },
    }
  const queueId = lastResort(rules.company)
  return {
    alert,
    fields: intoQueue(queueId, overdue),
    tell: { reader: watcherOf(overdue, queueId), what: 'queued', reason: 'no-answer' },
  }
}

/** The record as it will be when its reader is told. */
const dueOf = ({ record, level }: Overdue, queueId = record.queueId): Due => ({
  ...record,
  queueId,
  raised: level,
})

const watcherOf = (overdue: Overdue, queueId: QueueId): OnDuty =>
  watcherOnDuty(dueOf(overdue, queueId), dutyOf(overdue))

const queueOf = ({ queueId: queue }: WorkRecord, { company }: Rules): QueueId => queue ?? lastResort(company)

/** Due again, in the opening hours of whoever has it. */
function within(duration: string, { record, rules, now }: Overdue): Changes<WorkRecord> {
  const { queueId: queue, ownerId: owner } = record
  const id = !owner && queue ? rules.queue(queue).calendar : teamOf(record, rules.company)?.calendar
  const due = id ? rules.calendar(id).add(now, duration, 'business') : now + graceMilliseconds * 6
  return { due: toInstant(due) }
}

export function intoQueue(
  queue: QueueId,
  { rules, now }: Pick<Overdue, 'rules' | 'now'>,
): Changes<WorkRecord> {
  const { calendar, takeWithin } = rules.queue(queue)
  const due = rules.calendar(calendar).add(now, takeWithin, 'business')
  return { ownerId: undefined, queueId: queue, next: waitsInQueue, due: toInstant(due) }
}
