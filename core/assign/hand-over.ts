import * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import { change, type Changes } from '../record/change.ts'
import { Fault, fieldFault } from '../record/fault.ts'
import { saidOf, says } from '../record/field.ts'
import {
  personId,
  queueId,
  teamId,
  toInstant,
  type PersonId,
  type QueueId,
  type TeamId,
} from '../record/id.ts'
import { nextStep, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { readInput } from '../record/operation/read.ts'
import { isOpen } from '../record/place.ts'
import { isPlanned, waitsForWorkflow, waitsInQueue, type HandOver } from '../record/work.ts'
import { nearest } from '../source/source.ts'
import { givenTime, timeOfNextStep } from '../time/given-time.ts'
import { requireThere } from './begin.ts'
import { dueOf, isLate, promiseOf, takeBy } from './due.ts'
import { lastResort } from './on-duty.ts'
import type { Away } from './roster.ts'

/*
 * What people do with open work of any kind: take it, give it to somebody, plan its next step.
 *
 * Problem: whoever works on something is faster than, or comes after, the workflow and the watchdog that look after it.
 * Representation: the next state of the record. Whoever gives or takes it ends the runs that waited with whoever had it: they
 * find another owner, or no run's name in it (core/workflow/over.ts).
 * Invariant: what is open has somebody or lies in a queue, and has a next step with a time; what is promised and not over is
 * never hidden behind a later plan. What somebody does ends the count of the watchdog.
 */

export interface HandOverContext {
  company: Company
  /** who is away, now or later; read where something is given */
  absences: readonly Away[]
  /** milliseconds */
  now: number
  /** who does it, when it is somebody of the company */
  person: PersonId | undefined
  /** the same, or the name of a program */
  caller: string
}

/** To whom something is given. */
export const givenTo = z.strictObject({
  to: says(z.string('write the id of a person, a team or a queue').check(z.maxLength(200)), 'To whom', {
    to: ['person', 'queue', 'team'],
  }),
})

type Handed = Changes<WorkRecord>

/**
 * The record after it was taken, given or planned; the very record when it is so already. Throws Fault `state.refused` for
 * what is closed, `field.invalid` for nobody and for somebody who is away, and `auth.forbidden` for a program that takes
 * something.
 */
export function handedOver(
  kind: WorkKind,
  before: WorkRecord,
  move: { name: HandOver; input: unknown },
  context: HandOverContext,
): WorkRecord {
  if (!isOpen(kind, before)) throw new Fault('state.refused', closedText(kind, before), { where: 'status' })
  const fields = moves[move.name](kind, before, { input: move.input ?? {}, ...context })
  const { after, changed } = change(
    before,
    { ...fields, raised: undefined, ...(context.person && { hop: 0 }) },
    context.now,
    context.caller,
  )
  return changed.length ? after : before
}

type Moving = HandOverContext & { input: unknown }

const moves: Record<HandOver, (kind: WorkKind, before: WorkRecord, moving: Moving) => Handed> = {
  take(kind, before, moving) {
    readInput(z.strictObject({}), moving.input)
    if (moving.person === undefined)
      throw new Fault(
        'auth.forbidden',
        'who takes work is somebody of the company; a program gives it to one',
      )
    return ownedBy(moving.person, kind, before, moving)
  },

  give(kind, before, moving) {
    const { to } = readInput(givenTo, moving.input)
    const receiver = receiverOf(to, moving.company)
    if (receiver.person === undefined) return queuedIn(receiver, before, moving)
    return ownedBy(requireThere('to', receiver.person, { ...moving, kind }), kind, before, moving)
  },

  plan(kind, before, moving) {
    const { nextAt } = readInput(z.strictObject({ nextAt: givenTime }), moving.input)
    const due = timeOfNextStep(nextAt, moving.now)
    const promised = promiseOf(kind, before)
    const isRunning = promised !== undefined && promised.at > moving.now
    if (isRunning && Date.parse(nextAt) > promised.at)
      throw fieldFault([{ path: ['nextAt'], message: tooLate(kind, promised) }])
    // The run that waits for the promise goes on to; any other would take it from whoever has just planned something.
    return { ...taken(before, moving), next: isPlanned, due, ...(!isRunning && { runId: undefined }) }
  },
}

/** What nobody has is of whoever plans its next step. */
function taken({ ownerId }: WorkRecord, { person }: Moving): Handed {
  if (ownerId !== undefined) return {}
  if (person === undefined)
    throw new Fault(
      'state.refused',
      'nobody has it, so nobody would do the next step; give it to somebody first',
    )
  return { ownerId: person, queueId: undefined }
}

/** What its last owner has planned stays planned; what is due stays due, but nobody gets what is late already. */
function ownedBy(ownerId: PersonId, kind: WorkKind, before: WorkRecord, at: Moving): Handed {
  const isNew = before.next === waitsForWorkflow
  const isInTime = !isNew && !isLate(before, at.now)
  if (before.ownerId === ownerId && !isNew)
    return before.raised === undefined || isInTime ? {} : { due: dueOf(kind, before, at) }
  const owned = { ownerId, queueId: undefined, runId: undefined }
  if (before.next === isPlanned && isInTime) return owned
  const promised = promiseOf(kind, before)
  const keeps = isInTime && !(promised && promised.at > at.now)
  return { ...owned, next: nextStep(kind, before), ...(!keeps && { due: dueOf(kind, before, at) }) }
}

function queuedIn(
  { team, queue }: { team?: TeamId; queue: QueueId },
  before: WorkRecord,
  at: Moving,
): Handed {
  const isThere = before.queueId === queue && before.next === waitsInQueue
  if (isThere && !isLate(before, at.now)) return { ...(team && { teamId: team }) }
  return {
    ownerId: undefined,
    queueId: queue,
    ...(team && { teamId: team }),
    runId: undefined,
    next: waitsInQueue,
    due: takeBy(queue, at),
  }
}

type Receiver = { person: PersonId } | { person?: never; team?: TeamId; queue: QueueId }

/**
 * Whom a name means. A team has no turns of its own outside of workflows (a turn counts only where a segment names it), so what
 * is given to one waits in its queue: that of the same name, else that of last resort.
 */
function receiverOf(to: string, company: Company): Receiver {
  const { people, teams, queues } = company
  const [what, id] = /^(person|team|queue):(.*)$/.exec(to)?.slice(1) ?? [undefined, to]
  const has = (name: string, all: object): boolean => (what ?? name) === name && Object.hasOwn(all, id!)
  const found = { person: has('person', people), team: has('team', teams), queue: has('queue', queues) }
  if (found.person && (found.team || found.queue))
    throw unfit(
      `"${id}" is a person and a ${found.team ? 'team' : 'queue'}; write "person:${id}" or "${found.team ? 'team' : 'queue'}:${id}"`,
    )
  if (found.person) return { person: personId.parse(id) }
  if (found.team) {
    const queue = Object.hasOwn(queues, id!) ? queueId.parse(id) : lastResort(company)
    return { team: teamId.parse(id), queue }
  }
  if (found.queue) return { queue: queueId.parse(id) }
  const known = { person: people, team: teams, queue: queues }
  const names = Object.entries(known).flatMap(([name, all]) =>
    (what ?? name) === name ? Object.keys(all) : [],
  )
  const near = nearest(id!, names)
  throw unfit(
    `there is no ${what ?? 'person, team or queue'} "${id}"${near ? `; did you mean "${near}"?` : ''}`,
  )
}

const unfit = (message: string, facts = {}): Fault => fieldFault([{ path: ['to'], message }], facts)

function tooLate(kind: WorkKind, { promise, at }: NonNullable<ReturnType<typeof promiseOf>>): string {
  const type = kind.schema.shape[promise.field]
  const remedy = type && saidOf(type).given ? 'keep it first' : `move "${promise.field}" first`
  return `the ${promise.title} is promised until ${toInstant(at)}; plan something before it, or ${remedy}`
}

function closedText({ name, lifecycle }: WorkKind, { status = '' }: WorkRecord): string {
  const opening = Object.entries(lifecycle?.transitions ?? {}).find(
    ([, { from, to }]) => from.includes(status) && lifecycle?.states[to]?.open,
  )
  return `this ${name} is ${status}, and what is closed has no next step${opening ? `; "${opening[0]}" opens it again` : ''}`
}
