import { keyOf, watchPartition, workOfPerson, workOfQueue, type IndexName, type Keys } from './key.ts'
import type { Lifecycle } from './kind.ts'
import { waitsForWorkflow } from './work.ts'

/* Where a record lies in the two indexes: with whom it is work, and in which list of its kind. */

/** The part of a record by which it lies in the indexes. */
export interface Own {
  tenant: string
  id: string
  createdAt: string
  status?: string
  closedAt?: string
  ownerId?: string
  queueId?: string
  next?: string
  due?: string
  raised?: number
}

type Indexed = { name: string; lifecycle?: Lifecycle; work?: unknown }
type IndexKeys = Partial<Pick<Keys, `${IndexName}${'Pk' | 'Sk'}`>>

/** Whether the record is still to be looked after. */
export const isOpen = ({ lifecycle }: Pick<Indexed, 'lifecycle'>, { status }: { status?: string }): boolean =>
  lifecycle !== undefined && status !== undefined && lifecycle.states[status]?.open === true

/** Whether its records come to an end; of any other kind there is one list of all. */
export const hasEnd = ({ lifecycle }: Pick<Indexed, 'lifecycle'>): boolean =>
  lifecycle !== undefined && Object.values(lifecycle.states).some(({ open }) => open)

export function workKeys(kind: Indexed, record: Own): IndexKeys {
  const { tenant, id, due } = record
  if (!kind.work || due === undefined || !isOpen(kind, record)) return {}
  return {
    workPk: holderOf(record) ?? watchPartition(tenant, id),
    workSk: keyOf(due, kind.name, id),
  }
}

/**
 * Whose work it is. A new record waits for its workflow for a second: until it is taken up, or was raised because it was
 * not, it is nobody's, so that one partition does not take the write of each.
 */
export function holderOf({
  tenant,
  next,
  raised,
  ownerId,
  queueId,
}: Pick<Own, 'tenant' | 'next' | 'raised' | 'ownerId' | 'queueId'>): string | undefined {
  if (next === waitsForWorkflow && raised === undefined) return undefined
  if (ownerId !== undefined) return workOfPerson(tenant, ownerId)
  return queueId === undefined ? undefined : workOfQueue(tenant, queueId)
}

/** Open records of a kind by when they came; closed ones under the month in which they were closed. */
export const openList = (tenant: string, kind: string): string => keyOf(tenant, kind, 'open')
export const closedList = (tenant: string, kind: string, month: string): string => keyOf(tenant, kind, month)
/** Records of a kind that has no end. */
export const wholeList = (tenant: string, kind: string): string => keyOf(tenant, kind, 'all')

/** Where records of a day (UTC) are listed: open ones, and those closed in any month since; and the sort keys that are its. */
export function listOfDay(
  tenant: string,
  kind: string,
  { day, now }: { day: string; now: string },
): { partitions: string[]; from: string; before: string } {
  const months: string[] = []
  for (
    let month = day.slice(0, 7);
    month <= now.slice(0, 7) && months.length < mostMonths;
    month = monthAfter(month)
  )
    months.push(month)
  return {
    partitions: [openList(tenant, kind), ...months.map((month) => closedList(tenant, kind, month))],
    from: day,
    // Behind the date stands a T.
    before: `${day}U`,
  }
}

/** Ten years: what was closed later was open for longer than that. */
const mostMonths = 120

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

export function listKeys(kind: Indexed, record: Own): IndexKeys {
  const { tenant, id, createdAt, closedAt } = record
  const listSk = keyOf(createdAt, id)
  if (!hasEnd(kind)) return { listPk: wholeList(tenant, kind.name), listSk }
  return isOpen(kind, record)
    ? { listPk: openList(tenant, kind.name), listSk }
    : { listPk: closedList(tenant, kind.name, (closedAt ?? createdAt).slice(0, 7)), listSk }
}
