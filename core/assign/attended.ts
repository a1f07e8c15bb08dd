import type { Company } from '../company/company.ts'
import type { Changes } from '../record/change.ts'
import { toInstant, type PersonId } from '../record/id.ts'
import { nextStep, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { isOpen } from '../record/place.ts'
import { isPlanned, waitsForWorkflow, waitsInQueue } from '../record/work.ts'
import { begunAgain } from './begin.ts'
import { dueOf, isLate, promiseOf, takeBy } from './due.ts'

/*
 * What follows for open work from a change of its fields or a transition. Its next step is that of what is promised: one that
 * is kept is over, one that is moved is due when it says now. What a person does ends the count of the watchdog; who has the
 * record stays as it is: whoever moves what lies in a queue has not taken it.
 */

export interface Attending {
  company: Company
  /** milliseconds */
  now: number
  /** who moves it, when it is somebody of the company */
  person?: PersonId | undefined
  intake?: string | undefined
  /** a program may be automation that causes itself: its changes end no count */
  isPerson: boolean
}

/** The same version of the record with what follows; the very record where nothing does. */
export function attended(
  kind: WorkKind,
  before: WorkRecord,
  after: WorkRecord,
  attending: Attending,
): WorkRecord {
  if (after === before || !isOpen(kind, after)) return after
  if (!isOpen(kind, before)) return begunAgain(kind, before, after, attending)
  const fields = {
    ...nextOf(kind, before, after, attending),
    ...(attending.isPerson && { raised: undefined, hop: 0 }),
  }
  const whole = Object.entries({ ...after, ...fields }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(whole) as unknown as WorkRecord
}

function nextOf(
  kind: WorkKind,
  before: WorkRecord,
  after: WorkRecord,
  { company, now, isPerson }: Attending,
): Changes<WorkRecord> {
  const { next } = after
  if (next === waitsForWorkflow) return {}
  const countEnds = isPerson && before.raised !== undefined && isLate(after, now)
  if (next === waitsInQueue)
    return countEnds && after.queueId && Object.hasOwn(company.queues, after.queueId)
      ? { due: takeBy(after.queueId, { company, now }) }
      : {}
  const step = nextStep(kind, after)
  if (step !== nextStep(kind, before)) {
    const staysPlanned = next === isPlanned && step === isPlanned && !isLate(after, now)
    return staysPlanned ? {} : { next: step, due: dueOf(kind, after, { company, now }) }
  }
  const promised = promiseOf(kind, after)
  if (promised?.at !== promiseOf(kind, before)?.at) {
    // A plan before it stands, as does one that was made when it was over, or is of no time any more.
    const isBehind = promised && promised.at > now && !isLate(after, promised.at)
    if (next !== isPlanned || isBehind)
      return { next: step, due: promised ? toInstant(promised.at) : dueOf(kind, after, { company, now }) }
  }
  return countEnds ? { due: dueOf(kind, after, { company, now }) } : {}
}
