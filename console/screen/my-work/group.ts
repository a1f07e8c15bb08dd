import type { WorkEntry } from '../../api/work.ts'
import { urgentAt } from '../../part/work-entry.ts'
import { isSameDay } from '../../words/format.ts'

export type Group = 'overdue' | 'hour' | 'today' | 'later'

/** By when it is due, as the list comes: overdue first. Days are the reader's own. */
export function grouped(work: readonly WorkEntry[], now: number): { group: Group; entries: WorkEntry[] }[] {
  const groups = new Map<Group, WorkEntry[]>()
  for (const entry of work.toSorted((a, b) => urgentAt(a) - urgentAt(b))) {
    const group = entry.overdue ? 'overdue' : groupOf(urgentAt(entry), now)
    groups.set(group, [...(groups.get(group) ?? []), entry])
  }
  return [...groups].map(([group, entries]) => ({ group, entries }))
}

function groupOf(due: number, now: number): Group {
  if (due < now) return 'overdue'
  if (due < now + 60 * 60_000) return 'hour'
  return isSameDay(due, now) ? 'today' : 'later'
}
