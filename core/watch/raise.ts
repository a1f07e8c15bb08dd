import { lastResort, type Duty, type OnDuty } from '../assign/on-duty.ts'
import type { Away } from '../assign/roster.ts'
import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { alertKind, newAlert, type Alert } from '../kind/system/alert.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { messageTemplate, type MessageReason, type Notice } from '../kind/system/message.ts'
import { gather } from '../message/notice.ts'
import { change, writeOf, type Changes } from '../record/change.ts'
import { createdAgain, reroutedAgain, type DomainEvent } from '../record/event.ts'
import { subjectOf } from '../record/kind.ts'
import { promisedTimes, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import type { Write } from '../store/store.ts'
import { decisionWith } from '../workflow/grounded.ts'
import type { Rules } from '../workflow/rules.ts'

/** What becomes of a record that somebody must be told of. */
export interface Raise {
  fields: Changes<WorkRecord>
  tell?: { reader: OnDuty; what: 'raised' | 'queued'; reason: MessageReason }
  alert?: Pick<Alert, 'what' | 'text'>
  /** its event is published again */
  announce?: true
  /** names decision and alert: the same cause is written once */
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

/** By what the watchdog judges at this moment. */
export interface Watch {
  rules: Rules
  /** who is away, as this version of the roster says */
  roster: { absences: readonly Away[]; version: number }
  /** milliseconds */
  now: number
}

/** Where it is found whose turn it is. */
export const dutyOf = ({ rules, roster, now }: Watch): Duty => ({
  company: rules.company,
  absences: roster.absences,
  lastResort: lastResort(rules.company),
  now,
})

/** Raises a record, as one transaction that is refused when somebody has changed it since it was read. */
export function raised(
  { kind, record: before, rules, roster, now }: { kind: WorkKind; record: WorkRecord } & Watch,
  raise: Raise,
): WatchResult {
  const { fields, tell, alert, announce, cause, because, level } = raise
  const changed = change(before, { ...fields, raised: level }, now)
  const { after } = changed
  const { tenant, id } = after
  const subject = subjectOf(kind, after)
  const at = toInstant(now)
  const record = {
    ...because,
    next: after.due ?? null,
    ...(tell && { told: [tell.reader.to] }),
    ...(tell && Object.keys(tell.reader.passed).length && { absent: { ...tell.reader.passed } }),
    ...(after.queueId && { queue: after.queueId }),
    ...(announce && { announced: 'again' }),
  }
  const moved = writeOf(kind, changed)
  const alerts: Write[] = alert
    ? [
        {
          do: 'create',
          item: toItem(alertKind, newAlert({ tenant, cause: `${id}.${cause}`, at, subject, ...alert })),
        },
      ]
    : []
  const decision: DecisionRecord = {
    tenant,
    version: 1,
    subject,
    at,
    id: cause,
    entries: [{ step: 'watchdog', what: 'watch', record }],
    ...gather(tell ? [noticeOf(kind, after, { level, ...tell })] : []),
  }
  const seen = { [kind.name]: before.version, ...(tell && { roster: roster.version }) }
  const grounds = { because: 'time', seen } as const
  const others = [moved, ...alerts]
  const writes = [
    moved,
    decisionWith(decision, grounds, { others, kinds: [kind, alertKind], rules }),
    ...alerts,
  ]
  if (!announce) return { writes }
  // Whoever took over from its run has left no name of one.
  const wasTakenUp = (after.runId ?? after.teamId) !== undefined
  return { writes, announce: wasTakenUp ? reroutedAgain(kind, after) : createdAgain(kind, after) }
}

function noticeOf(
  kind: WorkKind,
  record: WorkRecord,
  { reader: { to }, what, reason, level }: { level: number | undefined } & NonNullable<Raise['tell']>,
): Notice {
  const { due, teamId, ownerId, queueId: queue } = record
  const data = {
    reason,
    ...(level !== undefined && { level }),
    ...promisedTimes(kind, record),
    ...(due && { dueAt: due }),
    ...(teamId && { team: teamId }),
    ...(ownerId && ownerId !== to && { owner: ownerId }),
    ...(queue && { queue }),
  }
  return { to, template: messageTemplate(kind, what), data }
}
