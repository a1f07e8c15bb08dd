import { attended } from '../assign/attended.ts'
import type { Company } from '../company/company.ts'
import { activityKind, reached, type Activity } from '../kind/customer/activity.ts'
import { change, writeOf, type Changes } from '../record/change.ts'
import { toItem } from '../record/item.ts'
import { kindOfId, subjectOf, type AnyRecord, type Kind, type Kinds, type Subject } from '../record/kind.ts'
import { isWorkKind, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { isOpen } from '../record/place.ts'
import type { Write } from '../store/store.ts'

/*
 * What happened with a record of any kind, as people and programs tell it. It lies in the file of the record, and in that of the
 * customer under whom the record is filed, so that everything about a customer is in one file. A contact by a member of
 * staff keeps what was promised to be answered.
 */

export interface ActivityRequest {
  kind: Kind
  record: AnyRecord
  activity: Activity
  /** who recorded it: an id of a person, or the name of a program */
  caller: string
  /** it is by a member of staff, and no note of a program about others */
  isStaff: boolean
  /** a person recorded it; a program may be automation that causes itself */
  isPerson: boolean
  company: Company
  kinds: Kinds
  /** milliseconds */
  now: number
}

export interface ActivityResult {
  writes: Write[]
  /** after the activity; the very record when it changed nothing */
  record: AnyRecord
}

export function recordActivity(request: ActivityRequest): ActivityResult {
  const { kind, record, activity } = request
  const parent = fileAbove(request)
  const entries = [
    activity,
    // In the file of the parent it says where it happened.
    ...(parent ? [{ ...activity, subject: parent, about: subjectOf(kind, record) }] : []),
  ].map((each): Write => ({ do: 'create', item: toItem(activityKind, each) }))
  const after = isWorkKind(kind) ? answered(kind, record as WorkRecord, request) : record
  if (after === record) return { writes: entries, record }
  return { writes: [writeOf(kind, { before: record, after }), ...entries], record: after }
}

/** The record under which it is filed. */
function fileAbove({ kind, record, kinds }: ActivityRequest): Subject | undefined {
  const id = kind.filedUnder === undefined ? undefined : record[kind.filedUnder]
  const parent = typeof id === 'string' && kindOfId(kinds, id)
  return parent ? { kind: parent.name, id: String(id) } : undefined
}

/** A call that led to a ticket is recorded once the ticket is there; what was longer before it was about something else. */
const longestBefore = 86_400_000

/**
 * The record after a contact: what is promised to be answered is kept, and the watchdog counts anew. Who has it stays as it
 * is. The very record when nothing follows.
 */
function answered(kind: WorkKind, record: WorkRecord, request: ActivityRequest): WorkRecord {
  const { activity, isStaff, now, caller } = request
  const isAnswer = isStaff && reached(activity) && isOpen(kind, record)
  if (!isAnswer || Date.parse(activity.at) < Date.parse(record.createdAt) - longestBefore) return record
  const promises = kind.work.promises.filter(
    ({ byContact, keptBy }) => byContact && record[keptBy] === undefined,
  )
  const endsCount = request.isPerson && record.raised !== undefined
  if (!promises.length && !endsCount) return record
  const kept: Record<string, string> = Object.fromEntries(promises.map(({ keptBy }) => [keptBy, activity.at]))
  const { after } = change(record, kept as Changes<WorkRecord>, now, caller)
  return attended(kind, record, after, request)
}
