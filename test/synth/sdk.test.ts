import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unreached } from '#infra/plugin/unreached.ts'

/** All that functions/adapter calls, with something to send. */
const calls = {
  dynamodb: {
    client: 'DynamoDBClient',
    commands: {
      BatchGetItem: {
        RequestItems: { t: { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }], ConsistentRead: true } },
      },
      DeleteItem: { TableName: 't', Key: { pk: { S: 'a' }, sk: { S: 'b' } } },
      PutItem: {
        TableName: 't',
        Item: { pk: { S: 'a' }, sk: { S: 'b' }, list: { L: [{ N: '1' }, { NULL: true }] } },
      },
      Query: {
        TableName: 't',
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
      },
      TransactWriteItems: {
        TransactItems: [
          { Put: { TableName: 't', Item: { pk: { S: 'a' }, bytes: { B: Uint8Array.of(1, 2) } } } },
        ],
        ClientRequestToken: 'token',
      },
      UpdateItem: { TableName: 't', Key: { pk: { S: 'a' } }, UpdateExpression: 'SET a = b' },
    },
  },
  sqs: {
    client: 'SQSClient',
    commands: {
      SendMessageBatch: { QueueUrl: 'https://sqs.example/1/q', Entries: [{ Id: '0', MessageBody: '{}' }] },
    },
  },
  eventbridge: {
    client: 'EventBridgeClient',
    commands: { PutEvents: { Entries: [{ EventBusName: 'b', Source: 's', DetailType: 'd', Detail: '{}' }] } },
  },
  sfn: {
    client: 'SFNClient',
    commands: { StopExecution: { executionArn: 'arn', error: 'Cancelled', cause: 'c' } },
  },
  ssm: { client: 'SSMClient', commands: { GetParameter: { Name: '/a/b', WithDecryption: true } } },
  ses: {
    client: 'SESClient',
    commands: {
      SendEmail: {
        Source: 'crm@northwind.example',
        Destination: { ToAddresses: ['a@b.example'] },
        Message: { Subject: { Data: 'é' }, Body: { Text: { Data: 't' } } },
        Tags: [{ Name: 'n', Value: 'v' }],
      },
    },
  },
} as const

interface Answer {
  status: number
  body: string
}

const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) })
const xml = (code: string, message: string): Answer => ({
  status: 400,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
})

/** What services answer: well, with errors of which more is read, with others, and with some that nobody has described. */
const answers: Record<keyof typeof calls, Answer[]> = {
  dynamodb: [
    json(200, {
      Items: [{ pk: { S: 'a' }, bytes: { B: 'AQI=' } }],
      Responses: { t: [{ pk: { S: 'a' } }] },
      LastEvaluatedKey: { pk: { S: 'a' } },
    }),
    json(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'no',
      Item: { pk: { S: 'a' }, bytes: { B: 'AQI=' } },
    }),
    json(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'cancelled',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'm', Item: { pk: { S: 'a' }, bytes: { B: 'AQI=' } } },
      ],
    }),
    json(400, { __type: 'com.amazonaws.dynamodb.v20120810#TransactionInProgressException', Message: 'busy' }),
    json(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException',
      message: 'conflict',
    }),
    json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no table' }),
    json(400, { __type: 'com.amazon.coral.validate#ValidationException', message: 'bad' }),
    json(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'slow',
    }),
    json(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException',
      message: 'again',
    }),
    json(500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'oh' }),
    { status: 503, body: '' },
  ],
  sqs: [
    json(200, {
      Successful: [],
      Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false, Message: 'm' }],
    }),
    json(400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no queue' }),
    json(403, { __type: 'com.amazonaws.sqs#RequestThrottled', message: 'slow' }),
  ],
  eventbridge: [
    json(200, { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'm' }] }),
    json(500, { __type: 'InternalException', message: 'oh' }),
  ],
  sfn: [
    json(200, { stopDate: 1_700_000_000.5 }),
    json(400, { __type: 'com.amazonaws.states#ExecutionDoesNotExist', message: 'gone' }),
    json(400, {
      __type: 'com.amazonaws.states#ValidationException',
      message: 'bad',
      reason: 'API_DOES_NOT_SUPPORT_LABELED_ARNS',
    }),
  ],
  ssm: [
    json(200, {
      Parameter: { Name: '/a/b', Value: 'v', Type: 'SecureString', LastModifiedDate: 1_700_000_000.5 },
    }),
    json(400, { __type: 'ParameterNotFound', message: 'none' }),
    json(400, { __type: 'ThrottlingException', message: 'slow' }),
  ],
  ses: [
    {
      status: 200,
      body: '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>m</MessageId></SendEmailResult></SendEmailResponse>',
    },
    xml('MessageRejected', 'Email address is not verified.'),
    xml('ConfigurationSetDoesNotExist', 'Configuration set does not exist.'),
    xml('ConfigurationSetSendingPausedException', 'Sending is paused.'),
    xml('AccountSendingPausedException', 'Sending is paused.'),
    xml('MailFromDomainNotVerifiedException', 'No MX record.'),
    xml('Throttling', 'Maximum sending rate exceeded.'),
    xml('AccessDenied', 'not authorized'),
  ],
}

type Sdk = Record<string, new (input: object) => Client>
interface Client {
  send(command: object): Promise<unknown>
  destroy(): void
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sdk-'))
let server: Server
let endpoint: string
let received: { line: string; headers: object; body: string }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const line = `${request.method} ${request.url} ${request.headers['x-amz-target'] ?? ''}`
      received.push({ line, headers: lasting(request.headers), body: Buffer.concat(chunks).toString() })
      const [, service, place] = (request.url ?? '').split('/')
      const { status, body } = answers[service as keyof typeof calls][Number(place)]!
      response.writeHead(status, { 'x-amzn-requestid': 'r' }).end(body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** Those that are the same for the same call. */
const lasting = ({
  'x-amz-date': _,
  authorization,
  'amz-sdk-invocation-id': __,
  ...rest
}: IncomingHttpHeaders): object => ({
  ...rest,
  signed: /SignedHeaders=([^,]+)/.exec(authorization ?? '')?.[1],
})

async function bundledSdk(name: string, plugins: Plugin[]): Promise<Sdk> {
  const contents = Object.entries(calls).map(
    ([service, { client, commands }]) =>
      `export { ${[client, ...Object.keys(commands).map((command) => `${command}Command`)].join(', ')} } from '@aws-sdk/client-${service}'`,
  )
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: resolve(import.meta.dirname, '../..') },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    write: false,
    plugins,
  })
  const path = join(folder, `${name}.cjs`)
  writeFileSync(path, outputFiles[0]!.contents)
  return createRequire(path)(path) as Sdk
}

/** Each command of a service with each of its answers, all at once: what came out, and what was sent. */
async function conversation(sdk: Sdk, service: keyof typeof calls): Promise<object[]> {
  const { client, commands } = calls[service]
  received = []
  const told = await Promise.all(
    answers[service].map(async (answer, place) => {
      const opened = new sdk[client]!({
        endpoint: `${endpoint}/${service}/${place}`,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
        maxAttempts: 2,
      })
      const came = await Promise.all(
        Object.entries(commands).map(async ([command, input]) =>
          opened.send(new sdk[`${command}Command`]!(input)).catch(describeError),
        ),
      )
      opened.destroy()
      return { answer, came }
    }),
  )
  return [...told, ...received.toSorted((a, b) => (a.line < b.line ? -1 : 1))]
}

/** All that is read of an error anywhere: a class of its own is not. */
function describeError(error: Error): object {
  const { $metadata, $fault, CancellationReasons, Item } = error as unknown as Record<
    string,
    { attempts?: number }
  >
  const { httpStatusCode, attempts, requestId } = ($metadata ?? {}) as Record<string, unknown>
  return {
    isError: error instanceof Error,
    name: error.name,
    message: error.message,
    $fault,
    $metadata: { httpStatusCode, attempts, requestId },
    CancellationReasons,
    Item,
  }
}

test.each(Object.keys(calls) as (keyof typeof calls)[])(
  'the SDK that functions carry calls %s and tells its errors as the whole one does',
  async (service) => {
    const whole = await conversation(await bundledSdk(`whole-${service}`, []), service)
    const carried = await conversation(await bundledSdk(`carried-${service}`, [unreached()]), service)
    expect(carried).toEqual(whole)
    expect(whole.length).toBeGreaterThan(answers[service].length)
  },
)
