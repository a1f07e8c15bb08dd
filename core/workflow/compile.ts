import { queueId, type QueueId } from '../record/id.ts'
import { contentHash } from '../table/content-hash.ts'
import { inMinorUnits } from '../money/event-pattern.ts'
import type { Source } from '../source/source.ts'
import type { Step } from './progress.ts'
import { steps as stepsOf } from './segment-call.ts'
import { readWorkflow, type WrittenStep } from './validate.ts'
import type { StepPlan, Verbs, WorkflowContext } from './verb.ts'

/*
 * Workflow files to Amazon States Language.
 *
 * A transition of Step Functions costs as much as forty writes to the table, so all steps between two waits are one
 * Task, a wait is one Wait state with an absolute time, and there is no Choice: a run that has ended meanwhile is
 * stopped from outside, and should that fail, each later Task finds that there is nothing to do.
 * The steps stand in the Task's arguments, so Step Functions itself keeps a run on the version it began with.
 * Executions carry references only.
 */

export interface CompiledWorkflow {
  name: string
  title: string
  /** of what a run does; wording and comments do not count */
  hash: string
  when: object
  until?: object
  /** its steps, as the machine carries them */
  segments: readonly (readonly Step[])[]
  /** Amazon States Language; `${advance}` stands for the function's ARN */
  definition: object
}

/** A step with what is known of it. */
interface Planned {
  step: Step
  plan: StepPlan
}

/** Compiles a workflow. Throws SourceError with every problem of the file. */
export function compileWorkflow(source: Source, context: WorkflowContext): CompiledWorkflow {
  const { workflow: name, title, when, until, lastResort, steps } = readWorkflow(source, context)
  const inEvents = (pattern: object): object => inMinorUnits(pattern, context.kinds, context.company.currency)
  const compiled = compileSteps(steps, context.verbs, queueId.parse(lastResort))
  const segments = segmentsOf(compiled)
  const written = segments.map((segment) => segment.map(({ step }) => step))
  const hash = contentHash({ when, until, segments: written })
  return {
    name,
    title,
    hash,
    when: inEvents(when),
    ...(until && { until: inEvents(until) }),
    segments: written,
    definition: {
      Comment: `${title} (${source.file}, version ${hash})`,
      QueryLanguage: 'JSONata',
      StartAt: taskName(0),
      TimeoutSeconds: longestRunSeconds(compiled),
      States: Object.assign(
        {},
        ...segments.map((segment, i) =>
          statesOf(segment, {
            segment: i,
            last: i === segments.length - 1,
            workflow: name,
            version: hash,
            awaited: awaitedBy(segments[i - 1]?.at(-1)),
          }),
        ),
      ) as object,
    },
  }
}

function compileSteps(written: readonly WrittenStep[], verbs: Verbs, lastResort: QueueId): Planned[] {
  const schema = stepsOf(verbs)
  return written.map(({ verb, written: value }, i) => {
    const step = { do: verb.step.do, at: i + 1, ...verb.compile(value, lastResort) }
    return { step: schema.parse(step), plan: verb.step }
  })
}

/** Each segment ends with the wait that follows it, since the Task computes its time. */
function segmentsOf(steps: readonly Planned[]): Planned[][] {
  const segments: Planned[][] = [[]]
  for (const planned of steps) {
    segments.at(-1)!.push(planned)
    if (planned.plan.longestWait) segments.push([])
  }
  return segments
}

/** The promise for which the wait before a segment waits. */
const awaitedBy = (wait: Planned | undefined): string | undefined => wait && wait.plan.awaits?.(wait.step)

const taskName = (segment: number): string => `Segment ${segment + 1}`
const waitName = (segment: number): string => `Wait ${segment + 1}`

function statesOf(
  steps: readonly Planned[],
  place: {
    segment: number
    last: boolean
    workflow: string
    version: string
    awaited: string | undefined
  },
): object {
  const { segment, last, workflow, version, awaited } = place
  const task = {
    Type: 'Task',
    Comment: steps.map(({ step, plan }) => plan.describe(step)).join(', '),
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: '${advance}',
      Payload: {
        workflow,
        version,
        segment,
        last,
        ...(awaited !== undefined && { awaited }),
        steps: steps.map(({ step }) => step),
        event: '{% $states.context.Execution.Input %}',
        execution: '{% $states.context.Execution.Id %}',
      },
    },
    Output: '{% $states.result.Payload %}',
    TimeoutSeconds: 60,
    Retry: retries,
  }
  if (last) return { [taskName(segment)]: { ...task, End: true } }
  return {
    [taskName(segment)]: { ...task, Next: waitName(segment) },
    [waitName(segment)]: {
      Type: 'Wait',
      Timestamp: '{% $states.input.until %}',
      Next: taskName(segment + 1),
    },
  }
}

/*
 * What passes is tried again for about 4 hours (2, 4, 8 … 900 s), longer than any outage of a region's table that we
 * want to sleep through; what a new attempt cannot mend, three times. Then the execution fails, which raises an alert.
 */
const retries = [
  {
    ErrorEquals: [
      'store.unavailable',
      'record.changed',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
      'Lambda.ClientExecutionTimeoutException',
      'States.Timeout',
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 24,
    MaxDelaySeconds: 900,
    JitterStrategy: 'FULL',
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 4, MaxAttempts: 3, JitterStrategy: 'FULL' },
]

const daySeconds = 86_400

/**
 * After this time a run is stuck and shall fail visibly. 60 days are for the promised time and for outages. Step Functions
 * allows a year.
 */
function longestRunSeconds(steps: readonly Planned[]): number {
  const waiting = steps.reduce((sum, { step, plan }) => sum + (plan.longestWait?.(step) ?? 0), 0)
  return Math.min(365 * daySeconds, Math.ceil(waiting) + 60 * daySeconds)
}
