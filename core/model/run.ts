import * as z from 'zod'
import { instant, leadId, tenantId } from './base.ts'
import { keyOf, type Entity, type Key } from './entity.ts'

/** One execution of a workflow on one lead. Its creation is the conditional write that makes a doubled event harmless. */
export const run = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  leadId,
  workflow: z.string(),
  /** hash of the workflow's file: the version that this run finishes on */
  workflowVersion: z.string(),
  /** the domain event that started it: `<lead id>.<lead version>` */
  eventId: z.string(),
  /** the Step Functions execution */
  execution: z.string(),
  status: z.enum(['waiting', 'ended', 'cancelled', 'failed']),
  /** segments up to and including this one are done (0-based) */
  segment: z.int().nonnegative(),
  startedAt: instant,
  /** when the next segment is due */
  until: instant.optional(),
  endedAt: instant.optional(),
  /** why it ended, in words: `answered`, `closed`, `last step` */
  reason: z.string().optional(),
  /** results of steps that later ones use: ids, times and words of rules, nothing personal */
  variables: z.record(z.string(), z.json()),
})
export type Run = z.infer<typeof run>

export const runKey = (tenant: string, lead: string, workflow: string, eventId: string): Key => ({
  pk: keyOf(tenant, 'lead', lead),
  sk: keyOf('run', workflow, eventId),
})

export const runEntity: Entity<Run> = {
  kind: 'run',
  schema: run,
  keys: (record) => runKey(record.tenant, record.leadId, record.workflow, record.eventId),
}
