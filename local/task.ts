/** What a Task state of a state machine does: invokes a function or calls one of the services. */
import type { Bus } from './bus/bus.ts'
import type { PutEventsEntry } from './bus/event.ts'
import type { Functions } from './function/function.ts'
import type { Queues } from './queue/queue.ts'
import type { StateMachines } from './state-machine/service.ts'
import { Unmodelled } from './template/fault.ts'

export interface TaskServices {
  functions: Functions
  queues: Queues
  bus: Bus
  machines: () => StateMachines
}

type Arguments = Record<string, unknown>

/** A failure whose name is what Retry and Catch compare with. */
function taskFault(name: string, message: string): Error {
  const error = new Error(message)
  error.name = name
  return error
}

/** The integrations of state machines that are modelled, without `.waitForTaskToken`. */
const modelled = ['lambda:invoke', 'sqs:sendMessage', 'events:putEvents', 'states:startExecution']

/** @throws Unmodelled for a resource that no task can have here; for use when a machine is defined */
export function checkTaskResource(resource: string, functions: Functions, where: string): void {
  const { integration } = splitResource(resource)
  if (modelled.includes(integration) || functions.has(resource)) return
  throw new Unmodelled(
    where,
    `the task resource ${resource} is not modelled; modelled are ${modelled.join(', ')}`,
  )
}

export async function runTask(services: TaskServices, resource: string, args: unknown): Promise<unknown> {
  const input = (args ?? {}) as Arguments
  const { integration, waitsForToken } = splitResource(resource)
  switch (integration) {
    case 'lambda:invoke': {
      const name = String(input.FunctionName)
      if (!services.functions.has(name))
        throw taskFault('Lambda.ResourceNotFoundException', `Function not found: ${name}`)
      const payload = await invoke(services, name, input.Payload)
      // With a token the function's own answer counts for nothing.
      return waitsForToken ? undefined : { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 }
    }
    case 'sqs:sendMessage': {
      const queue = services.queues.byName(String(input.QueueUrl).split('/').at(-1) ?? '')
      if (!queue) throw taskFault('Sqs.QueueDoesNotExistException', 'The specified queue does not exist.')
      const { messageId } = await services.queues.send(queue.arn, { body: textOf(input.MessageBody) })
      return { MessageId: messageId }
    }
    case 'events:putEvents': {
      const entries = (input.Entries as PutEventsEntry[]).map((entry) => ({
        ...entry,
        Detail: textOf(entry.Detail),
      }))
      const result = await services.bus.putEvents(entries)
      if (result.FailedEntryCount > 0) throw taskFault('EventBridge.FailedEntry', JSON.stringify(result))
      return result
    }
    case 'states:startExecution':
      return await services.machines().start({
        stateMachineArn: String(input.StateMachineArn),
        name: input.Name as string | undefined,
        input: textOf(input.Input ?? {}),
      })
    default:
      return await invoke(services, resource, args)
  }
}

async function invoke(services: TaskServices, name: string, payload: unknown): Promise<unknown> {
  const result = await services.functions.invoke(name, JSON.stringify(payload ?? {}))
  if (!result.functionError) return JSON.parse(result.payload) as unknown
  const { errorType } = JSON.parse(result.payload) as { errorType?: string }
  throw taskFault(errorType ?? 'Lambda.Unknown', result.payload)
}

function splitResource(resource: string): { integration: string; waitsForToken: boolean } {
  const name = /^arn:aws:states:::(.+?)(\.waitForTaskToken)?$/.exec(resource)
  return { integration: name?.[1] ?? '', waitsForToken: name?.[2] !== undefined }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
