import * as z from 'zod/mini'
import { eventRef } from '../record/event.ts'
import type { Step } from './progress.ts'
import type { StepPlan, Verbs } from './verb.ts'

/** A step as literal JSON of the state machine, so that a run keeps the steps it began with. */
const compiledStep = ({ do: name, compiled }: StepPlan) =>
  z.object({ do: z.literal(name), at: z.int().check(z.positive()), ...compiled() })

/** Every step that a verb compiles to. */
export function steps(verbs: Verbs): z.ZodMiniType<Step> {
  const plans = new Map([...verbs.values()].map(({ step }) => [step.do, step]))
  const [first, ...more] = [...plans.values()].map(compiledStep)
  return z.discriminatedUnion('do', [first!, ...more])
}

/** One invocation of a segment: the Task's payload. */
export const segmentCall = (verbs: Verbs) =>
  z.object({
    workflow: z.string(),
    version: z.string(),
    /** from 0 */
    segment: z.int().check(z.nonnegative()),
    /** nothing follows it */
    last: z.boolean(),
    /** the promise for which the wait before it waited */
    awaited: z.optional(z.string()),
    steps: z.array(steps(verbs)),
    event: eventRef,
    execution: z.string(),
  })
export type SegmentCall = z.infer<ReturnType<typeof segmentCall>>

export interface SegmentResult {
  /** when to go on; now when there is nothing to wait for */
  until: string
  /** the run is over: what follows finds nothing to do */
  ended: boolean
}
