/* Step Functions over AWS JSON 1.0, as its SDK client speaks it. Times are seconds there, milliseconds inside. */
import { ApiError } from './failure.ts'
import type { HistoryEvent } from './run.ts'
import type { StateMachines } from './service.ts'
import type { Status } from './store/row.ts'

export interface JsonAnswer {
  status: number
  body: object
}

type Body = Record<string, unknown>

const text = (body: Body, field: string): string => {
  const value = body[field]
  if (typeof value !== 'string') throw new ApiError('ValidationException', `${field} must be a string`)
  return value
}

const optional = (body: Body, field: string): string | undefined =>
  body[field] === undefined || body[field] === null ? undefined : text(body, field)

/** 0 and nothing stand for 100. */
function pageSize({ maxResults = 0 }: Body): number {
  if (typeof maxResults !== 'number' || !Number.isInteger(maxResults) || maxResults < 0 || maxResults > 1000)
    throw new ApiError('ValidationException', 'maxResults must be a whole number from 0 to 1000')
  return maxResults
}

function pageToken(body: Body, form: RegExp): string | undefined {
  const token = optional(body, 'nextToken')
  if (token !== undefined && !form.test(token))
    throw new ApiError('InvalidToken', `Invalid Token: 'Invalid token'`)
  return token
}

const statuses: readonly string[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
] satisfies Status[]

function statusIn(body: Body): Status | undefined {
  const status = optional(body, 'statusFilter')
  if (status !== undefined && !statuses.includes(status))
    throw new ApiError('ValidationException', `statusFilter must be one of ${statuses.join(', ')}`)
  return status as Status | undefined
}

const seconds = (time: number | undefined) => (time === undefined ? undefined : time / 1000)

const actions: Record<string, (machines: StateMachines, body: Body) => Promise<object>> = {
  async StartExecution(machines, body) {
    const { executionArn, startDate } = await machines.start({
      stateMachineArn: text(body, 'stateMachineArn'),
      name: optional(body, 'name'),
      input: optional(body, 'input'),
    })
    return { executionArn, startDate: seconds(startDate) }
  },
  async StopExecution(machines, body) {
    const { stopDate } = await machines.stop({
      executionArn: text(body, 'executionArn'),
      error: optional(body, 'error'),
      cause: optional(body, 'cause'),
    })
    return { stopDate: seconds(stopDate) }
  },
  async DescribeExecution(machines, body) {
    const execution = machines.describe(text(body, 'executionArn'))
    const { definitionHash: _hash, transitions: _transitions, ...shown } = execution
    return { ...withSeconds(shown), inputDetails: { included: true }, outputDetails: { included: true } }
  },
  async ListExecutions(machines, body) {
    const { executions, nextToken } = machines.listExecutions({
      stateMachineArn: text(body, 'stateMachineArn'),
      statusFilter: statusIn(body),
      maxResults: pageSize(body),
      nextToken: pageToken(body, /^\d+\.\d+$/),
    })
    return {
      executions: executions.map(
        ({ executionArn, stateMachineArn, name, status, startDate, stopDate, ...rest }) => ({
          ...withSeconds({ executionArn, stateMachineArn, name, status, startDate, stopDate }),
          redriveCount: rest.redriveCount,
          redriveDate: seconds(rest.redriveDate),
        }),
      ),
      nextToken,
    }
  },
  async GetExecutionHistory(machines, body) {
    const all = machines.history(text(body, 'executionArn'))
    if (body['reverseOrder'] === true) all.reverse()
    const from = Number(pageToken(body, /^\d+$/) ?? 0)
    const limit = pageSize(body) || 100
    const events = all.slice(from, from + limit).map(historyEvent)
    return { events, nextToken: from + limit < all.length ? String(from + limit) : undefined }
  },
  async SendTaskSuccess(machines, body) {
    await machines.sendTaskSuccess({ taskToken: text(body, 'taskToken'), output: text(body, 'output') })
    return {}
  },
  async SendTaskFailure(machines, body) {
    await machines.sendTaskFailure({
      taskToken: text(body, 'taskToken'),
      error: optional(body, 'error'),
      cause: optional(body, 'cause'),
    })
    return {}
  },
  async SendTaskHeartbeat(machines, body) {
    await machines.sendTaskHeartbeat({ taskToken: text(body, 'taskToken') })
    return {}
  },
  async RedriveExecution(machines, body) {
    const { redriveDate } = await machines.redrive({ executionArn: text(body, 'executionArn') })
    return { redriveDate: seconds(redriveDate) }
  },
}

/** @param target what follows the dot in X-Amz-Target, such as `StartExecution` */
export async function handleStates(
  machines: StateMachines,
  target: string,
  body: object,
): Promise<JsonAnswer> {
  const action = Object.hasOwn(actions, target) ? actions[target] : undefined
  try {
    if (!action) throw new ApiError('UnknownOperationException', `${target} is not supported`)
    return { status: 200, body: await action(machines, body as Body) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { status: 400, body: { __type: error.name, message: error.message } }
  }
}

const withSeconds = <
  T extends { startDate: number; stopDate: number | undefined; redriveDate?: number | undefined },
>(
  shown: T,
) => ({
  ...shown,
  startDate: seconds(shown.startDate),
  stopDate: seconds(shown.stopDate),
  redriveDate: seconds(shown.redriveDate),
})

const historyEvent = (event: HistoryEvent) => ({ ...event, timestamp: seconds(event.timestamp) })
