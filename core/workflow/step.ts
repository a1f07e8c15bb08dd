import * as z from 'zod/mini'
import { eventRef } from '../record/event.ts'
import { personId, queueId } from '../record/id.ts'

/*
 * Compiled steps. They stand as literal JSON in the state machine, so a run keeps the steps it began with. `at` is
 * the place in the file's list, from 1. They must hold no text in {% %}: Step Functions would evaluate it.
 */

const at = z.int().check(z.positive())

export const step = z.discriminatedUnion('do', [
  z.object({ do: z.literal('route'), at, table: z.string() }),
  z.object({
    do: z.literal('assign'),
    at,
    by: z.literal('round-robin'),
    /** takes the lead from whom it has */
    again: z.boolean(),
    /** the queue for a lead that nobody can take */
    otherwise: queueId,
  }),
  z.object({
    do: z.literal('tell'),
    at,
    whom: z.union([z.enum(['owner', 'manager', 'watchers']), personId]),
    message: z.string(),
    /** whose watchers are told when nobody else is there */
    otherwise: queueId,
  }),
  z.object({ do: z.literal('queue'), at, queue: queueId }),
  z.object({ do: z.literal('wait'), at, for: z.string() }),
  z.object({ do: z.literal('waitUntil'), at, time: z.literal('respondBy') }),
])
export type Step = z.infer<typeof step>

/** One invocation of a segment: the Task's payload. */
export const segmentCall = z.object({
  workflow: z.string(),
  version: z.string(),
  /** from 0 */
  segment: z.int().check(z.nonnegative()),
  /** nothing follows it */
  last: z.boolean(),
  steps: z.array(step),
  event: eventRef,
  execution: z.string(),
})
export type SegmentCall = z.infer<typeof segmentCall>

export interface SegmentResult {
  /** when to go on; now when there is nothing to wait for */
  until: string
  /** the run is over: what follows finds nothing to do */
  ended: boolean
}
