import * as z from 'zod/mini'
import { managerOnDuty, watcherOnDuty } from '../assign/on-duty.ts'
import { readRoster } from '../assign/roster.ts'
import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { isWorkKind, promisedTimes, whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { dutyOf, type Watch } from './raise.ts'
import type { SweepMeans } from './sweep.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { messageTemplate, type MessageData, type Notice } from '../kind/system/message.ts'
import type { Run } from '../kind/system/run.ts'
import { newestSegments, runIdOf, segmentKind, segmentPrefix } from '../kind/system/segment.ts'
import { gather } from '../message/notice.ts'
import { readRecord, type Store, type Write } from '../store/store.ts'
import { eventRef, type EventRef } from '../record/event.ts'
import { decisionWith } from '../workflow/grounded.ts'

/** What Step Functions tells of an execution that has ended badly (an event of the default bus). */
export const runFailure = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.string(),
    /** the input as text */
    input: z.nullish(z.string()),
    error: z.nullish(z.string()),
    /** how often it was redriven before */
    redriveCount: z.nullish(z.int()),
  }),
})
export type RunFailure = z.infer<typeof runFailure>

/**
 * Makes a failed run visible: an alert, and in the file of its record a decision that names the run and tells the manager
 * or whoever watches the queue, while the record is still open. Done twice, it is done once. The run itself stays as it is,
 * so an execution that is redriven goes on where it failed.
 * @param failure with the tenant whose machines they are: he is told of an execution that names no record, because somebody
 * has begun it by hand or Step Functions has left its input out
 */
export async function recordRunFailure(
  store: Store,
  { rules, kinds }: SweepMeans,
  failure: RunFailure & { tenant: string },
  now: number,
): Promise<void> {
  const { detail } = failure
  const ref = refOf(detail.input)
  const kind = ref && kinds.get(ref.kind)
  const record = isWorkKind(kind) ? await readRecord(store, kind, ref!) : undefined
  const run = ref && (await readRun(store, ref, detail.executionArn))
  const at = toInstant(now)
  const tenant = ref?.tenant ?? failure.tenant
  // One that was redriven and failed again is told of again.
  const cause = ['run-failed', detail.name, ...(detail.redriveCount ? [detail.redriveCount] : [])].join('.')
  const failed = {
    execution: detail.executionArn,
    outcome: detail.status,
    ...(detail.error && { error: detail.error }),
    ...(run && { run: runIdOf(run) }),
  }
  const writes: Write[] = [
    {
      do: 'create',
      item: toItem(
        alertKind,
        newAlert({
          tenant,
          cause,
          at,
          what: 'run-failed',
          subject: ref && { kind: ref.kind, id: ref.id },
          text: `A run${run ? ` of the workflow "${run.workflow}"` : ''} ended as ${detail.status}${detail.error ? ` with ${detail.error}` : ''}. Its execution ${detail.name} tells at which step; redrive it there once the cause is mended.`,
        }),
      ),
    },
  ]
  if (ref && (record || run)) {
    const roster = await readRoster(store, { tenant, now })
    const isOpen = isWorkKind(kind) && record && whyDone(kind, record) === undefined
    const decision: DecisionRecord = {
      tenant,
      version: 1,
      subject: { kind: ref.kind, id: ref.id },
      at,
      id: cause,
      entries: [{ step: 'run', what: 'failed', record: failed }],
      ...gather(isOpen ? [noticeOf(kind, record, { rules, roster, now })] : []),
    }
    const seen = { ...(record && { [ref.kind]: record.version }), ...(isOpen && { roster: roster.version }) }
    writes.push(
      decisionWith(decision, { because: 'event', seen }, { others: writes, kinds: [alertKind], rules }),
    )
  }
  // Refused: told before.
  await store.write(writes)
}

/** The manager, or while the record has no team one of those who watch its queue. */
function noticeOf(kind: WorkKind, record: WorkRecord, watch: Watch): Notice {
  const find = record.teamId ? managerOnDuty : watcherOnDuty
  const { to } = find(record, dutyOf(watch))
  const data: MessageData = {
    reason: 'run-failed',
    ...promisedTimes(kind, record),
    ...(record.due && { dueAt: record.due }),
    ...(record.teamId && { team: record.teamId }),
    ...(record.ownerId && record.ownerId !== to && { owner: record.ownerId }),
    ...(record.queueId && { queue: record.queueId }),
  }
  return { to, template: messageTemplate(kind, 'raised'), data: { ...data } }
}

/** The input may be left out of the event when it is long; ours is short, so then it is not one of ours. */
function refOf(input: string | null | undefined): EventRef | undefined {
  try {
    const result = eventRef.safeParse(JSON.parse(input ?? 'null'))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}

async function readRun(store: Store, ref: EventRef, execution: string): Promise<Run | undefined> {
  const { items } = await store.query(fileOf(ref.tenant, ref.id), { prefix: segmentPrefix() })
  return newestSegments(items.map((item) => fromItem(segmentKind, item))).find(
    (run) => run.execution === execution,
  )
}
