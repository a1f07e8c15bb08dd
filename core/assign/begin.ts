import { grantOf } from '../access/grant.ts'
import type { Company } from '../company/company.ts'
import type { Changes } from '../record/change.ts'
import { fieldFault } from '../record/fault.ts'
import { personId, queueId, type PersonId } from '../record/id.ts'
import { nextStep, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { isOpen } from '../record/place.ts'
import { waitsInQueue } from '../record/work.ts'
import { withArticle } from '../record/article.ts'
import { nearest } from '../source/source.ts'
import { dueOf, takeBy } from './due.ts'
import type { Away } from './roster.ts'
import { absentUntil } from './round-robin.ts'

/*
 * How work begins that a person makes for himself or for somebody: no workflow routes it, so it has its owner at once. The
 * watchdog needs no run to look after what is due.
 */

export interface Beginning {
  company: Company
  /** who is away, now or later */
  absences: readonly Away[]
  /** milliseconds */
  now: number
  /** who makes it, when it is somebody of the company */
  person: PersonId | undefined
  /** the queue of what a program makes for nobody */
  intake?: string | undefined
}

/** Whether a kind's new records have an owner at once. */
export const beginsWithCaller = ({ work }: Pick<WorkKind, 'work'>): boolean => work.begins === 'with-caller'

/**
 * A new record with whom it begins, as the same version; of a kind whose records wait for a workflow the very record. Throws
 * Fault `field.invalid` for an owner who does not exist or is away.
 */
export function begunWith(kind: WorkKind, record: WorkRecord, beginning: Beginning): WorkRecord {
  if (!beginsWithCaller(kind) || !isOpen(kind, record)) return record
  const { ownerId } = record
  if (ownerId !== undefined && ownerId !== beginning.person)
    requireThere('ownerId', ownerId, { ...beginning, kind })
  return withOwner(kind, record, beginning)
}

/** What was opened again is of whoever had it, else of who opens it. */
export function begunAgain(
  kind: WorkKind,
  before: WorkRecord,
  after: WorkRecord,
  beginning: Omit<Beginning, 'absences' | 'person'> & Partial<Pick<Beginning, 'person'>>,
): WorkRecord {
  if (!beginsWithCaller(kind) || isOpen(kind, before) || !isOpen(kind, after)) return after
  return withOwner(kind, after, { person: undefined, ...beginning, absences: [] })
}

function withOwner(kind: WorkKind, record: WorkRecord, beginning: Beginning): WorkRecord {
  const ownerId = record.ownerId ?? beginning.person
  const fields =
    ownerId === undefined
      ? queued(beginning)
      : owned(kind, { ...record, ownerId, queueId: undefined }, beginning)
  const whole = Object.entries({ ...record, ...fields }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(whole) as unknown as WorkRecord
}

/** Due when he says, be it over by now: then it is late from the beginning. */
function owned(kind: WorkKind, record: WorkRecord, { company, now }: Beginning): Changes<WorkRecord> {
  const promise = kind.work.promises.find(({ keptBy }) => record[keptBy] === undefined)
  const said = promise && record[promise.field]
  const due = typeof said === 'string' ? said : dueOf(kind, record, { company, now })
  return { ownerId: record.ownerId, queueId: undefined, next: nextStep(kind, record), due }
}

function queued({ intake, company, now }: Beginning): Changes<WorkRecord> {
  const id = queueId.parse(intake ?? Object.keys(company.queues)[0])
  return { ownerId: undefined, queueId: id, next: waitsInQueue, due: takeBy(id, { company, now }) }
}

/**
 * Somebody of the company who is there, and may read what he gets. Throws Fault `field.invalid` at this place of what was sent.
 */
export function requireThere(
  where: string,
  id: string,
  { company, absences, now, kind }: Pick<Beginning, 'company' | 'absences' | 'now'> & { kind: WorkKind },
): PersonId {
  if (!Object.hasOwn(company.people, id)) {
    const near = nearest(id, Object.keys(company.people))
    throw fieldFault([
      { path: [where], message: `there is no person "${id}"${near ? `; did you mean "${near}"?` : ''}` },
    ])
  }
  const person = personId.parse(id)
  if (grantOf(company, company.people[person]!.roles, kind.name).read === 'none')
    throw fieldFault([
      {
        path: [where],
        message: `none of the roles of "${person}" may read ${withArticle(kind.name)}; give it to somebody who may`,
      },
    ])
  const until = absentUntil(person, absences, now)
  if (until === undefined) return person
  throw fieldFault(
    [{ path: [where], message: `"${person}" is away until ${until}; give it to somebody else` }],
    { absentUntil: until },
  )
}
