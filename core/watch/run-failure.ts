import * as z from 'zod/mini'
import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { subjectOf } from '../record/kind.ts'
import { isWorkKind, promisedTimes, whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import type { SweepMeans } from './sweep.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import { messageKind, messageTemplate, newMessage, type MessageData } from '../kind/system/message.ts'
import { runKind, runPrefix, type Run } from '../kind/system/run.ts'
import { readRecord, type Store, type Write } from '../store/store.ts'
import { eventRef, type EventRef } from '../record/event.ts'
import type { Rules } from '../workflow/rules.ts'
import { lastResort } from './watchdog.ts'

/** What Step Functions tells of an execution that has ended badly (an event of the default bus). */
export const runFailure = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.string(),
    /** the input as text */
    input: z.nullish(z.string()),
    error: z.nullish(z.string()),
  }),
})
export type RunFailure = z.infer<typeof runFailure>

/**
 * Makes a failed run visible: an alert, the mark in its item, and a message to the manager or whoever watches the
 * queue, while the record is still open. Done twice, it is done once.
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
  const cause = `run-failed.${detail.name}`
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
  if (run?.status === 'waiting') {
    const failed: Run = { ...run, version: run.version + 1, status: 'failed', endedAt: at }
    writes.push({
      do: 'replace',
      item: toItem(runKind, { ...failed, reason: detail.error ?? detail.status }),
      seen: run.version,
    })
  }
  if (isWorkKind(kind) && record && whyDone(kind, record) === undefined)
    writes.push(...messagesOf(kind, record, rules, { cause, at }))
  // Refused: told before, or the run went on meanwhile, which the next delivery of this event will see.
  const result = await store.write(writes)
  if (!result.stored && !result.refused.includes(0)) throw new Error('the run changed meanwhile')
}

function messagesOf(
  kind: WorkKind,
  record: WorkRecord,
  rules: Rules,
  { cause, at }: { cause: string; at: string },
): Write[] {
  const queue = record.queueId ?? lastResort(rules.company)
  const people = record.teamId ? [rules.team(record.teamId).manager] : rules.queue(queue).watchers
  const data: MessageData = {
    reason: 'run-failed',
    ...promisedTimes(kind, record),
    ...(record.due && { dueAt: record.due }),
    ...(record.teamId && { team: record.teamId }),
    ...(record.ownerId && { owner: record.ownerId }),
    ...(record.queueId && { queue: record.queueId }),
  }
  return people.map((to, i) => ({
    do: 'create',
    item: toItem(
      messageKind,
      newMessage({
        tenant: record.tenant,
        subject: subjectOf(kind, record),
        id: `${cause}.${i}`,
        to,
        template: messageTemplate(kind, 'raised'),
        data: { ...data },
        createdAt: at,
      }),
    ),
  }))
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
  const { items } = await store.query(fileOf(ref.tenant, ref.id), { prefix: runPrefix() })
  return items.map((item) => fromItem(runKind, item)).find((run) => run.execution === execution)
}
