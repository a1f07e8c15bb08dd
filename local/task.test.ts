import { expect, test } from 'vitest'
import type { Bus } from './bus/bus.ts'
import type { Functions } from './function/function.ts'
import { QueueError } from './queue/message.ts'
import type { Queues } from './queue/queue.ts'
import { ApiError } from './state-machine/failure.ts'
import type { StateMachines } from './state-machine/service.ts'
import { checkTask, runTask } from './task.ts'

const sent: object[] = []
const services = {
  functions: {
    has: (name: string) => name === 'f',
    invoke: async (_name: string, event: string) =>
      event === '{"fail":true}'
        ? { requestId: 'r', payload: '{"errorType":"Mine","errorMessage":"no"}', functionError: 'Unhandled' }
        : { requestId: 'r', payload: event },
  } as unknown as Functions,
  queues: {
    byName: (name: string) => (name === 'main' ? { arn: 'arn:main' } : undefined),
    async send(arn: string, message: { delaySeconds?: number }) {
      if (message.delaySeconds === 901) throw new QueueError('InvalidParameterValue', 'DelaySeconds')
      sent.push({ arn, ...message })
      return { messageId: 'm' }
    },
  } as unknown as Queues,
  bus: {
    putEvents: async (Entries: object[]) => ({ FailedEntryCount: 0, Entries }),
  } as unknown as Bus,
  machines: () =>
    ({
      async start({ name }: { name: string }) {
        if (name === 'taken') throw new ApiError('ExecutionAlreadyExists', 'taken')
        return { executionArn: `arn:${name}`, startDate: 0 }
      },
    }) as unknown as StateMachines,
}

const run = (integration: string, args: object) => runTask(services, `arn:aws:states:::${integration}`, args)

test.each<[string, object, object]>([
  ['lambda:invoke', { FunctionName: 'f', Payload: { a: 1 } }, { Payload: { a: 1 }, StatusCode: 200 }],
  ['events:putEvents', { Entries: [{ Detail: { a: 1 } }] }, { Entries: [{ Detail: '{"a":1}' }] }],
  ['states:startExecution', { StateMachineArn: 'a', Name: 'n' }, { ExecutionArn: 'arn:n' }],
])('%s answers as its integration does', async (integration, args, answer) => {
  expect(await run(integration, args)).toMatchObject(answer)
})

test('a message is sent with its attributes and its delay', async () => {
  const attributes = { x: { DataType: 'String', StringValue: '1' } }
  const args = { QueueUrl: 'http://q/main', MessageBody: { a: 1 } }
  await run('sqs:sendMessage', { ...args, MessageAttributes: attributes, DelaySeconds: 5 })
  expect(sent).toEqual([{ arn: 'arn:main', body: '{"a":1}', attributes, delaySeconds: 5 }])
})

test.each<[string, string, object]>([
  ['Mine', 'lambda:invoke', { FunctionName: 'f', Payload: { fail: true } }],
  ['Lambda.ResourceNotFoundException', 'lambda:invoke', { FunctionName: 'g' }],
  ['States.Runtime', 'lambda:invoke', { FunctionName: 'f', InvocationType: 'Event' }],
  ['States.Runtime', 'events:putEvents', { Entries: [], EndpointId: 'e' }],
  ['Sqs.QueueDoesNotExistException', 'sqs:sendMessage', { QueueUrl: 'none', MessageBody: 'a' }],
  ['Sqs.InvalidMessageContentsException', 'sqs:sendMessage', { QueueUrl: 'main', MessageBody: '\u0001' }],
  [
    'Sqs.InvalidParameterValueException',
    'sqs:sendMessage',
    { QueueUrl: 'main', MessageBody: 'a', DelaySeconds: 901 },
  ],
  ['StepFunctions.ExecutionAlreadyExistsException', 'states:startExecution', { Name: 'taken' }],
])('the error is %s for %s with %j', async (name, integration, args) => {
  await expect(run(integration, args)).rejects.toMatchObject({ name })
})

test('an argument or a resource that is not modelled is refused when the machine is defined', () => {
  const check = (name: string, Arguments: unknown) => () =>
    checkTask({ Resource: `arn:aws:states:::${name}`, Arguments }, services.functions, 'here')
  expect(check('lambda:invoke', { FunctionName: 'f', Payload: {} })).not.toThrow()
  expect(check('lambda:invoke', '{% $states.input %}')).not.toThrow()
  expect(check('lambda:invoke', { FunctionName: 'f', Qualifier: '1' })).toThrow('the argument Qualifier')
  expect(check('sns:publish', {})).toThrow('the task resource arn:aws:states:::sns:publish')
})
