import { toInstant, type PersonId } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { alertKind, newAlert, type Alert } from '../kind/system/alert.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { messageKind, messageTemplate, newMessage, type MessageReason } from '../kind/system/message.ts'
import { change, writeOf, type Changes } from '../record/change.ts'
import { createdAgain, reroutedAgain, type DomainEvent } from '../record/event.ts'
import { subjectOf } from '../record/kind.ts'
import { promisedTimes, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import type { Write } from '../store/store.ts'

/** What becomes of a record that somebody must be told of. */
export interface Raise {
  fields: Changes<WorkRecord>
  /** one message each, however many roles a person has */
  tell?: { people: readonly PersonId[]; what: 'raised' | 'queued'; reason: MessageReason }
  alert?: Pick<Alert, 'what' | 'text'>
  /** its event is published again */
  announce?: true
  /** names decision, messages and alert: the same cause is written once */
  cause: string
  /** what the decision says of it first */
  because: DecisionRecord['entries'][number]['record']
  /** how often it was raised, this time included */
  level?: number
}

export interface WatchResult {
  writes: Write[]
  /** to be published once the writes are stored */
  announce?: DomainEvent
}

/** Raises a record, as one transaction that is refused when somebody has changed it since it was read. */
export function raised(
  { kind, record: before, now }: { kind: WorkKind; record: WorkRecord; now: number },
  raise: Raise,
): WatchResult {
  const { fields, tell, alert, announce, cause, because, level } = raise
  const changed = change(before, { ...fields, raised: level }, now)
  const { after } = changed
  const { tenant, id } = after
  const subject = subjectOf(kind, after)
  const at = toInstant(now)
  const told = [...new Set(tell?.people)]
  const record = {
    ...because,
    next: after.due ?? null,
    ...(told.length && { told }),
    ...(after.queueId && { queue: after.queueId }),
    ...(announce && { announced: 'again' }),
  }
  const writes: Write[] = [
    writeOf(kind, changed),
    {
      do: 'create',
      item: toItem(decisionKind, {
        tenant,
        version: 1,
        subject,
        at,
        id: cause,
        entries: [{ step: 'watchdog', what: 'watch', record }],
      }),
    },
    ...told.map((to, i): Write => ({
      do: 'create',
      item: toItem(
        messageKind,
        newMessage({
          tenant,
          subject,
          id: `${cause}.${i}`,
          to,
          template: messageTemplate(kind, tell!.what),
          data: dataOf(kind, after, { to, reason: tell!.reason, level }),
          createdAt: at,
        }),
      ),
    })),
  ]
  if (alert)
    writes.push({
      do: 'create',
      item: toItem(alertKind, newAlert({ tenant, cause: `${id}.${cause}`, at, subject, ...alert })),
    })
  if (!announce) return { writes }
  return { writes, announce: after.runId ? reroutedAgain(kind, after) : createdAgain(kind, after) }
}

function dataOf(
  kind: WorkKind,
  record: WorkRecord,
  { to, reason, level }: { to: PersonId; reason: MessageReason; level: number | undefined },
) {
  const { due, teamId, ownerId, queueId: queue } = record
  return {
    reason,
    ...(level !== undefined && { level }),
    ...promisedTimes(kind, record),
    ...(due && { dueAt: due }),
    ...(teamId && { team: teamId }),
    ...(ownerId && ownerId !== to && { owner: ownerId }),
    ...(queue && { queue }),
  }
}
