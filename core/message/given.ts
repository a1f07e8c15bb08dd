import { toItem } from '../record/item.ts'
import { subjectOf } from '../record/kind.ts'
import { promisedTimes, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { messageTemplate, type MessageData } from '../kind/system/message.ts'
import type { Write } from '../store/store.ts'
import { gather } from './notice.ts'

/**
 * Tells whoever was given some work of it, in the transaction that gives or makes it. Nobody is told of what he has done himself: nothing
 * where that is so, or where it has the owner that it had.
 */
export function toldOfGiving(kind: WorkKind, before: WorkRecord | undefined, after: WorkRecord): Write[] {
  const { tenant, version, ownerId: to, updatedAt: at, updatedBy } = after
  if (to === undefined || to === before?.ownerId || to === updatedBy) return []
  const data: MessageData = {
    reason: 'given',
    ...promisedTimes(kind, after),
    ...(after.due && { dueAt: after.due }),
    ...(after.teamId && { team: after.teamId }),
    ...(before?.ownerId && { previousOwner: before.ownerId }),
  }
  const notice = { to, template: messageTemplate(kind, 'reassigned'), data: { ...data } }
  const decision = {
    tenant,
    version: 1,
    subject: subjectOf(kind, after),
    at,
    id: `given.${version}`,
    entries: [],
    ...gather([notice]),
  }
  return [{ do: 'create', item: toItem(decisionKind, decision) }]
}
