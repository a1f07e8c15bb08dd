/*
 * What AWS's own clients make of the SDK's endpoint from memory and over a socket: one function twice, in the host of
 * all functions and in a process of its own. Every client that functions use, answers and errors alike.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCloud, type Cloud } from '../cloud.ts'
import { callers, resources, writeAssembly } from '../fixture/assembly.ts'

let folder: string
let cloud: Cloud

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const assembly = writeAssembly(join(folder, 'assembly'), { ...resources(), ...callers() })
  cloud = await startCloud({
    assembly,
    data: join(folder, 'data'),
    port: 0,
    clock: { start: '2026-03-02T08:00:00Z' },
  })
})
afterAll(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true })
})

interface Call {
  client: string
  command: string
  input: object
  config?: object
  abortAfter?: number
}

type Seen = Record<string, any>

/** Both words have six signs, so that sizes are the same; what is random is hidden. */
async function send(way: 'inside' | 'beside', call: Call): Promise<Seen> {
  const body = JSON.stringify(call).replaceAll('{way}', way)
  const response = await fetch(`http://127.0.0.1:${cloud.port}/${way}`, { method: 'POST', body })
  expect(response.status).toBe(200)
  const text = (await response.text())
    .replaceAll(way, '{way}')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{id}')
    .replaceAll(/"(ReceiptHandle|MessageId|SequenceNumber)":"[^"]+"/g, '"$1":"{random}"')
    .replaceAll(/"(MD5OfMessageBody|MD5OfBody)":"[0-9a-f]{32}"/g, '"$1":"{digest}"')
  return JSON.parse(text) as Seen
}

async function both(client: string, command: string, input: object, more: Partial<Call> = {}): Promise<Seen> {
  const call = { client, command, input, ...more }
  const [fromMemory, bySocket] = await Promise.all([send('inside', call), send('beside', call)])
  expect(fromMemory).toEqual(bySocket)
  return fromMemory
}

const table = { TableName: 'demo-table' }
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '@' } })
const bytes = { hex: Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('') }

describe('the same from memory as over a socket', () => {
  test('DynamoDB', async () => {
    const Item = { ...key('{way}'), raw: { B: bytes }, name: { S: 'Jürgen 😀' }, many: { NS: ['1', '2.5'] } }
    expect(await both('dynamodb', 'PutItem', { ...table, Item })).toMatchObject({ status: 200 })
    const got = await both('dynamodb', 'GetItem', { ...table, Key: key('{way}'), ConsistentRead: true })
    expect(got.output.Item).toMatchObject({ name: { S: 'Jürgen 😀' }, raw: { B: bytes.hex } })
    await both('dynamodb', 'Query', {
      ...table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: '{way}' } },
    })
    const twice = [
      { Put: { ...table, Item: key('{way}-2') } },
      { Put: { ...table, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
    ]
    const refused = await both('dynamodb', 'TransactWriteItems', { TransactItems: twice })
    expect(refused).toMatchObject({ name: 'TransactionCanceledException', fault: 'client', status: 400 })
    expect(refused.CancellationReasons).toMatchObject([{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }])
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' }
    expect(await both('dynamodb', 'PutItem', { ...table, Item, ...condition })).toMatchObject({
      name: 'ConditionalCheckFailedException',
    })
    expect(await both('dynamodb', 'GetItem', { TableName: 'nowhere', Key: key('a') })).toMatchObject({
      name: 'ResourceNotFoundException',
    })
    const large = { ...key('{way}'), text: { S: 'x'.repeat(410_000) } }
    expect(await both('dynamodb', 'PutItem', { ...table, Item: large })).toMatchObject({
      name: 'ValidationException',
    })
  })

  test('DynamoDB, where an answer has megabytes', async () => {
    for (const number of [1, 2, 3])
      await both('dynamodb', 'PutItem', {
        ...table,
        Item: { ...key(`large-{way}-${number}`), text: { S: 'я'.repeat(190_000) } },
      })
    const Keys = [1, 2, 3].map((number) => key(`large-{way}-${number}`))
    const { output } = await both('dynamodb', 'BatchGetItem', { RequestItems: { 'demo-table': { Keys } } })
    expect(output.Responses['demo-table']).toHaveLength(3)
  })

  test('EventBridge', async () => {
    const entry = { EventBusName: 'demo', Source: 'nobody', DetailType: 'x', Detail: '{"a":"ä"}' }
    const { output } = await both('eventbridge', 'PutEvents', {
      Entries: [entry, { ...entry, Detail: 'no JSON' }],
    })
    expect(output).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: '{id}' }, { ErrorCode: 'MalformedDetail' }],
    })
  })

  test('SQS', async () => {
    const QueueUrl = '{queue}'
    expect(
      await both('sqs', 'SendMessage', {
        QueueUrl,
        MessageBody: 'of {way}',
        MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: bytes } },
      }),
    ).toMatchObject({ status: 200 })
    const Entries = [1, 2].map((number) => ({ Id: String(number), MessageBody: `{way} ${number}` }))
    await both('sqs', 'SendMessageBatch', { QueueUrl, Entries })
    expect(
      await both('sqs', 'SendMessage', { QueueUrl: `${QueueUrl}-none`, MessageBody: 'x' }),
    ).toMatchObject({ name: 'QueueDoesNotExist', status: 400 })
  })

  test('Step Functions', async () => {
    const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:follow'
    const { output } = await both('sfn', 'StartExecution', {
      stateMachineArn: machine,
      name: '{way}',
      input: '{"id":"{way}"}',
    })
    expect(output.startDate).toBe('2026-03-02T08:00:00.000Z')
    await both('sfn', 'StopExecution', { executionArn: output.executionArn })
    expect(await both('sfn', 'StartExecution', { stateMachineArn: `${machine}-none` })).toMatchObject({
      name: 'StateMachineDoesNotExist',
    })
  })

  test('SES', async () => {
    const mail = (Source: string) => ({
      Source,
      Destination: { ToAddresses: ['rep@example.org'] },
      Message: { Subject: { Data: 'Grüße & <more>' }, Body: { Text: { Data: 'я'.repeat(20_000) } } },
    })
    expect(await both('ses', 'SendEmail', mail('crm@example.com'))).toMatchObject({ status: 200 })
    expect(await both('ses', 'SendEmail', mail('other@example.net'))).toMatchObject({
      name: 'MessageRejected',
    })
  })

  test('SSM', async () => {
    expect(await both('ssm', 'GetParameter', { Name: '/none', WithDecryption: true })).toMatchObject({
      name: 'ParameterNotFound',
    })
  })

  test('Lambda', async () => {
    const FunctionName = 'Demo-Api'
    const event = (path: string) => ({ hex: Buffer.from(JSON.stringify({ rawPath: path })).toString('hex') })
    const { output } = await both('lambda', 'Invoke', { FunctionName, Payload: event('/plain') })
    expect(Buffer.from(output.Payload, 'hex').toString()).toBe('{"hello":"world"}')
    expect(
      (await both('lambda', 'Invoke', { FunctionName, Payload: event('/fail') })).output.FunctionError,
    ).toBe('Unhandled')
    const later = { FunctionName, InvocationType: 'DryRun', Payload: event('/plain') }
    expect(await both('lambda', 'Invoke', later)).toMatchObject({ status: 204 })
    expect(await both('lambda', 'Invoke', { FunctionName: 'none' })).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    })
  })

  test('a call that is aborted, and one that takes longer than its client waits', async () => {
    const slow = {
      FunctionName: 'Demo-Api',
      Payload: { hex: Buffer.from('{"rawPath":"/slow"}').toString('hex') },
    }
    expect(await both('lambda', 'Invoke', slow, { abortAfter: 50 })).toMatchObject({ name: 'AbortError' })
    expect(await both('lambda', 'Invoke', slow, { abortAfter: 0 })).toMatchObject({ name: 'AbortError' })
    const requestHandler = { requestTimeout: 50, throwOnRequestTimeout: true, connectionTimeout: 1000 }
    expect(await both('lambda', 'Invoke', slow, { config: { requestHandler } })).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining('exceeded the configured 50 ms requestTimeout'),
    })
    expect(
      await both('lambda', 'Invoke', slow, { config: { requestHandler: { socketTimeout: 50 } } }),
    ).toMatchObject({ name: 'TimeoutError' })
  })

  test('an action that is not modelled, and an address where nobody listens', async () => {
    expect(await both('sqs', 'ListQueues', {})).toMatchObject({ status: 400 })
    const nowhere = { endpoint: 'http://127.0.0.1:9' }
    expect(await both('ssm', 'GetParameter', { Name: 'x' }, { config: nowhere })).toMatchObject({
      message: 'connect ECONNREFUSED 127.0.0.1:9',
    })
  })

  test('two hundred calls at once', async () => {
    const calls = Array.from({ length: 200 }, (_, number) =>
      send('inside', {
        client: 'dynamodb',
        command: 'GetItem',
        input: { ...table, Key: key(`at-once-${number}`) },
      }),
    )
    expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true)
  })
})
