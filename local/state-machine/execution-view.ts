/* What others see of an execution. */
import type { ExecutionRow } from './store/row.ts'

export interface ExecutionStatusChange {
  source: 'aws.states'
  'detail-type': 'Step Functions Execution Status Change'
  detail: Record<string, unknown>
  resources: string[]
  /** ISO 8601. */
  time: string
}

/** An execution as the API shows it. */
export function described(row: ExecutionRow) {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    /** Milliseconds, like `stopDate` and `redriveDate`. */
    startDate: row.started,
    stopDate: row.stopped ?? undefined,
    input: row.input,
    output: row.output ?? undefined,
    error: row.error ?? undefined,
    cause: row.cause ?? undefined,
    redriveCount: row.redrives,
    redriveDate: row.redriven ?? undefined,
    /** Of the definition that the execution is pinned to. */
    definitionHash: row.definition,
    transitions: row.transitions,
  }
}

/** Beyond this, AWS leaves input and output out of the event. */
const eventPayloadLimit = 248 * 1024

/** The event that the service puts on the default bus when an execution begins or ends. */
export function statusChange(row: ExecutionRow): ExecutionStatusChange {
  const included = Buffer.byteLength(row.input) + Buffer.byteLength(row.output ?? '') <= eventPayloadLimit
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [row.arn],
    time: new Date(row.stopped ?? row.started).toISOString(),
    detail: {
      executionArn: row.arn,
      stateMachineArn: row.machine,
      name: row.name,
      status: row.status,
      startDate: row.started,
      stopDate: row.stopped,
      input: included ? row.input : null,
      inputDetails: { included },
      output: included ? row.output : null,
      outputDetails: row.output === null ? null : { included },
      error: row.error,
      cause: row.cause,
    },
  }
}
