/* What a Task state of a state machine does: invokes a function or calls one of the services. */
import type { Bus } from './bus/bus.ts'
import type { PutEventsEntry } from './bus/event.ts'
import type { Functions } from './function/function.ts'
import type { MessageAttributes, OutgoingMessage } from './queue/message.ts'
import { checkMessage } from './queue/message.ts'
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

/**
 * The integrations of state machines that are modelled, without `.waitForTaskToken`, and what each may be given. An
 * argument that would be passed over, such as `InvocationType`, must fail the task instead.
 */
const modelled: Record<string, readonly string[]> = {
  'lambda:invoke': ['FunctionName', 'Payload'],
  'sqs:sendMessage': ['QueueUrl', 'MessageBody', 'MessageAttributes', 'DelaySeconds'],
  'events:putEvents': ['Entries'],
  'states:startExecution': ['StateMachineArn', 'Name', 'Input'],
}

/** A Task state as a definition has it. */
export interface WrittenTask {
  Resource: string
  Arguments?: unknown
}

/** @throws Unmodelled for a resource or an argument that no task can have here; for use when a machine is defined */
export function checkTask({ Resource, Arguments }: WrittenTask, functions: Functions, where: string): void {
  const { integration } = splitResource(Resource)
  if (!Object.hasOwn(modelled, integration) && !functions.has(Resource))
    throw new Unmodelled(
      where,
      `the task resource ${Resource} is not modelled; modelled are ${Object.keys(modelled).join(', ')}`,
    )
  const unknown = unknownArgument(integration, Arguments)
  if (unknown !== undefined)
    throw new Unmodelled(where, `${integration}: the argument ${unknown} is not modelled`)
}

/** An expression may give any: then this is asked again when the task runs. */
function unknownArgument(integration: string, args: unknown): string | undefined {
  if (typeof args !== 'object' || args === null || !Object.hasOwn(modelled, integration)) return undefined
  return Object.keys(args).find((name) => !modelled[integration]!.includes(name))
}

export async function runTask(services: TaskServices, resource: string, args: unknown): Promise<unknown> {
  const input = (args ?? {}) as Arguments
  const { integration, waitsForToken } = splitResource(resource)
  const unknown = unknownArgument(integration, input)
  if (unknown !== undefined)
    throw taskFault('States.Runtime', `${integration}: the argument ${unknown} is not modelled`)
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
      const message: OutgoingMessage = {
        body: textOf(input.MessageBody),
        attributes: input.MessageAttributes as MessageAttributes | undefined,
        delaySeconds: input.DelaySeconds as number | undefined,
      }
      const { messageId } = await named('Sqs', async () => {
        checkMessage(message)
        return await services.queues.send(queue.arn, message)
      })
      return { MessageId: messageId }
    }
    case 'events:putEvents': {
      const entries = (input.Entries as PutEventsEntry[]).map((entry) => ({
        ...entry,
        Detail: textOf(entry.Detail),
      }))
      const result = await named('EventBridge', () => services.bus.putEvents(entries))
      if (result.FailedEntryCount > 0) throw taskFault('EventBridge.FailedEntry', JSON.stringify(result))
      return result
    }
    case 'states:startExecution':
      return await named('StepFunctions', async () => {
        const { executionArn, startDate } = await services.machines().start({
          stateMachineArn: String(input.StateMachineArn),
          name: input.Name as string | undefined,
          input: textOf(input.Input ?? {}),
        })
        return { ExecutionArn: executionArn, StartDate: new Date(startDate).toISOString() }
      })
    default:
      return await invoke(services, resource, args)
  }
}

/** An error of a service has the service's name in front and `Exception` behind, as `Sqs.QueueDoesNotExistException`. */
async function named<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const { name, message } = error as Error
    throw taskFault(`${service}.${name.replace(/(Exception)?$/, 'Exception')}`, message)
  }
}

async function invoke(services: TaskServices, name: string, payload: unknown): Promise<unknown> {
  const result = await services.functions.invoke(name, JSON.stringify(payload ?? {}), 'task')
  if (!result.functionError) return JSON.parse(result.payload) as unknown
  const { errorType } = JSON.parse(result.payload) as { errorType?: string }
  throw taskFault(errorType ?? 'Lambda.Unknown', result.payload)
}

function splitResource(resource: string): { integration: string; waitsForToken: boolean } {
  const name = /^arn:aws:states:::(.+?)(\.waitForTaskToken)?$/.exec(resource)
  return { integration: name?.[1] ?? '', waitsForToken: name?.[2] !== undefined }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
