import * as z from 'zod/mini'
import { toInstant } from '../record/id.ts'
import { fromItem, keyOf, toItem } from '../record/item.ts'
import { alertEntity } from '../kind/system/history.ts'
import { leadEntity, leadKey, type Lead } from '../kind/sales/lead.ts'
import { messageEntity, type MessageData } from '../kind/system/message.ts'
import { runEntity, type Run } from '../kind/system/run.ts'
import type { Store, Write } from '../store/store.ts'
import { eventRef, type EventRef } from '../workflow/step.ts'
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
 * queue, while the lead is still open. Done twice, it is done once.
 * @param failure with the tenant whose machines they are: he is told of an execution that names no lead, because somebody
 * has begun it by hand or Step Functions has left its input out
 */
export async function recordRunFailure(
  store: Store,
  rules: Rules,
  failure: RunFailure & { tenant: string },
  now: number,
): Promise<void> {
  const { detail } = failure
  const ref = refOf(detail.input)
  const lead = ref && (await readLead(store, ref))
  const run = ref && (await readRun(store, ref, detail.executionArn))
  const at = toInstant(now)
  const tenant = ref?.tenant ?? failure.tenant
  const id = `run-failed.${detail.name}`
  const writes: Write[] = [
    {
      do: 'create',
      item: toItem(alertEntity, {
        tenant,
        version: 1,
        id,
        at,
        what: 'run-failed',
        ...(ref && { leadId: ref.id }),
        text: `A run${run ? ` of the workflow "${run.workflow}"` : ''} ended as ${detail.status}${detail.error ? ` with ${detail.error}` : ''}. Its execution ${detail.name} tells at which step; redrive it there once the cause is mended.`,
      }),
    },
  ]
  if (run?.status === 'waiting') {
    const failed: Run = { ...run, version: run.version + 1, status: 'failed', endedAt: at }
    writes.push({
      do: 'replace',
      item: toItem(runEntity, { ...failed, reason: detail.error ?? detail.status }),
      seen: run.version,
    })
  }
  if (lead?.status === 'open' && !lead.answeredAt) writes.push(...messagesOf(lead, id, rules, at))
  // Refused: told before, or the run went on meanwhile, which the next delivery of this event will see.
  const result = await store.write(writes)
  if (!result.stored && !result.refused.includes(0)) throw new Error('the run changed meanwhile')
}

function messagesOf(lead: Lead, cause: string, rules: Rules, at: string): Write[] {
  const queue = lead.queueId ?? lastResort(rules.company)
  const people = lead.teamId ? [rules.team(lead.teamId).manager] : rules.queue(queue).watchers
  const data: MessageData = {
    reason: 'run-failed',
    ...(lead.respondBy && { respondBy: lead.respondBy }),
    ...(lead.nextAction && { dueAt: lead.nextAction.dueAt }),
    ...(lead.teamId && { team: lead.teamId }),
    ...(lead.ownerId && { owner: lead.ownerId }),
    ...(lead.queueId && { queue: lead.queueId }),
  }
  return people.map((to, i) => ({
    do: 'create',
    item: toItem(messageEntity, {
      tenant: lead.tenant,
      version: 1,
      leadId: lead.id,
      id: `${cause}.${i}`,
      to,
      template: 'lead-raised',
      data: { ...data },
      policy: 'at-least-once',
      status: 'pending',
      createdAt: at,
    }),
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

async function readLead(store: Store, ref: EventRef): Promise<Lead | undefined> {
  const item = await store.get(leadKey(ref.tenant, ref.id))
  return item && fromItem(leadEntity, item)
}

async function readRun(store: Store, ref: EventRef, execution: string): Promise<Run | undefined> {
  const { items } = await store.query(keyOf(ref.tenant, 'lead', ref.id), { prefix: 'run#' })
  return items.map((item) => fromItem(runEntity, item)).find((run) => run.execution === execution)
}
