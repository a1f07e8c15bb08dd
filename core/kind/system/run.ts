import * as z from 'zod'
import { instant, leadId, tenantId } from '../../record/id.ts'
import { keyOf, type Entity, type Key } from '../../record/item.ts'

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
  /** turns that its assignments used, as `turnName` writes them: whether a turn was used is read here */
  turns: z.array(z.string()).optional(),
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

/** A turn of a team's rotation. */
export const turnName = (team: string, number: number): string => `${team} ${number}`

/** The step of a run for which a turn is taken. */
export interface TurnClaim {
  workflow: string
  /** that began the run */
  eventId: string
  segment: number
  /** place of the step in the workflow's file */
  at: number
}

/** As one text, which no two steps share; no part of it holds a space. */
export const toClaim = ({ workflow, eventId, segment, at }: TurnClaim): string =>
  [eventId, workflow, segment, at].join(' ')

export function fromClaim(claim: string): TurnClaim & { leadId: string } {
  const [eventId = '', workflow = '', segment, at] = claim.split(' ')
  const leadId = eventId.slice(0, eventId.lastIndexOf('.'))
  return { eventId, leadId, workflow, segment: Number(segment), at: Number(at) }
}
