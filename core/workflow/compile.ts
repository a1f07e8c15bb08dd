import { queueId, type QueueId } from '../record/id.ts'
import { contentHash } from '../table/content-hash.ts'
import type { Source } from '../source/source.ts'
import { parseDuration } from '../time/duration.ts'
import { step as stepSchema, type Step } from './step.ts'
import { readWorkflow, type WorkflowContext, type WrittenStep } from './validate.ts'

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
  /** Amazon States Language; `${advance}` stands for the function's ARN */
  definition: object
}

/** Compiles a workflow. Throws SourceError with every problem of the file. */
export function compileWorkflow(source: Source, context: WorkflowContext): CompiledWorkflow {
  const { workflow: name, title, when, until, lastResort, steps } = readWorkflow(source, context)
  const compiled = steps.map((written, i) => compileStep(written, i + 1, queueId.parse(lastResort)))
  const segments = segmentsOf(compiled)
  const hash = contentHash({ when, until, segments })
  return {
    name,
    title,
    hash,
    when,
    ...(until && { until }),
    definition: {
      Comment: `${title} (${source.file}, version ${hash})`,
      QueryLanguage: 'JSONata',
      StartAt: taskName(0),
      TimeoutSeconds: longestRunSeconds(compiled),
      States: Object.assign(
        {},
        ...segments.map((segment, i) => statesOf(segment, i, i === segments.length - 1, name, hash)),
      ) as object,
    },
  }
}

function compileStep({ verb, value, message }: WrittenStep, at: number, otherwise: QueueId): Step {
  switch (verb) {
    case 'route':
      return { do: 'route', at, table: value }
    case 'assign':
    case 'reassign':
      return { do: 'assign', at, by: 'round-robin', again: verb === 'reassign', otherwise }
    case 'tell':
      return stepSchema.parse({ do: 'tell', at, whom: value, message, otherwise })
    case 'queue':
      return { do: 'queue', at, queue: queueId.parse(value) }
    case 'wait':
      return { do: 'wait', at, for: value }
    case 'waitUntil':
      return { do: 'waitUntil', at, time: 'respondBy' }
  }
}

const waits = (step: Step): boolean => step.do === 'wait' || step.do === 'waitUntil'

/** Each segment ends with the wait that follows it, since the Task computes its time. */
function segmentsOf(steps: readonly Step[]): Step[][] {
  const segments: Step[][] = [[]]
  for (const step of steps) {
    segments.at(-1)!.push(step)
    if (waits(step)) segments.push([])
  }
  return segments
}

const taskName = (segment: number): string => `Segment ${segment + 1}`
const waitName = (segment: number): string => `Wait ${segment + 1}`

function statesOf(
  steps: readonly Step[],
  segment: number,
  last: boolean,
  workflow: string,
  version: string,
): object {
  const task = {
    Type: 'Task',
    Comment: steps.map(describeStep).join(', '),
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: '${advance}',
      Payload: {
        workflow,
        version,
        segment,
        last,
        steps,
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

function describeStep(step: Step): string {
  switch (step.do) {
    case 'route':
      return `route by ${step.table}`
    case 'assign':
      return `${step.again ? 'reassign' : 'assign'} by ${step.by}`
    case 'tell':
      return `tell ${step.whom}: ${step.message}`
    case 'queue':
      return `put into ${step.queue}`
    case 'wait':
      return `wait ${step.for}`
    case 'waitUntil':
      return `wait until ${step.time}`
  }
}

const daySeconds = 86_400

/**
 * After this time a run is stuck and shall fail visibly. Business time may stretch ten times over weekends and
 * holidays; 60 days are for the promised time and for outages. Step Functions allows a year.
 */
function longestRunSeconds(steps: readonly Step[]): number {
  const waiting = steps.reduce((sum, step) => {
    if (step.do !== 'wait') return sum
    const { milliseconds, days, business } = parseDuration(step.for)
    return sum + (milliseconds / 1000 + days * daySeconds) * (business ? 10 : 1)
  }, 0)
  return Math.min(365 * daySeconds, Math.ceil(waiting) + 60 * daySeconds)
}
