/*
 * What keeps a function from the keys of another tenant when nothing in its code does: functions that call AWS as they are
 * told, in the host of all and in a process of their own, by roles as the product's functions have.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callers, resources, writeAssembly, type Resources } from '../fixture/assembly.ts'
import { openCloud } from '../fixture/running.ts'

const TableName = 'demo-table'
const arn = `arn:aws:dynamodb:eu-central-1:000000000000:table/${TableName}`
const ofTenants = {
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['main#*', 'canary#*'] },
}
const items = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']
const allowed = [...items, 'BatchWriteItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name}`)

let folder: string
let running: Awaited<ReturnType<typeof openCloud>>
let address: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  running = await openCloud(folder, { assembly: writeAssembly(join(folder, 'assembly'), world()) })
  address = (JSON.parse(readFileSync(join(running.data, 'running.json'), 'utf8')) as { sdk: string }).sdk
  for (const tenant of ['main', 'canary', 'other'])
    await asOwner('PutItem', { TableName, Item: item(`${tenant}#there`) })
})
afterAll(async () => {
  await running.cloud.stop()
  rmSync(folder, { recursive: true })
})

/** The small assembly with an index, and callers that may touch items of two tenants. */
function world(): Resources {
  const all = { ...resources(), ...callers() }
  const table = all.Table!.Properties!
  table.AttributeDefinitions = ['pk', 'sk', 'listPk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  }))
  table.GlobalSecondaryIndexes = [
    {
      IndexName: 'list',
      KeySchema: [{ AttributeName: 'listPk', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ]
  const statement = { Effect: 'Allow', Action: allowed, Condition: ofTenants }
  const index = { ...statement, Action: 'dynamodb:Query', Resource: `${arn}/index/list` }
  all.Bounded = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }
  all.BoundedPolicy = {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'Bounded',
      PolicyDocument: { Statement: [{ ...statement, Resource: arn }, index] },
      Roles: [{ Ref: 'Bounded' }],
    },
  }
  for (const id of ['Inside', 'Beside']) all[id]!.Properties!.Role = { 'Fn::GetAtt': ['Bounded', 'Arn'] }
  return all
}

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '@' } })
const item = (pk: string) => ({ ...key(pk), listPk: { S: pk } })

interface Seen {
  status: number
  name?: string
  message?: string
  output?: Record<string, unknown>
}

async function call(way: string, command: string, input: object, config?: object): Promise<Seen> {
  const body = JSON.stringify({ client: 'dynamodb', command, input, config })
  const { text } = await running.call(`/${way}`, { method: 'POST', body })
  return JSON.parse(text) as Seen
}

/** As whoever has this machine: he signs with any key. */
async function asOwner(operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20270101/eu-central-1/dynamodb/aws4_request, Signature=0',
  }
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(input) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

/** Everything that is in the table. */
const stored = async () => (await asOwner('Scan', { TableName, ConsistentRead: true })).Items

const byKey = (pk: string) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: pk } },
})
const byIndex = (pk: string) => ({
  IndexName: 'list',
  KeyConditionExpression: 'listPk = :pk',
  ExpressionAttributeValues: { ':pk': { S: pk } },
})
const absent = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
}
const write = (...TransactItems: object[]) => ({ TransactItems })

/** By the name of the command: the requests, each with the action that is missing for it. */
const requests: [command: string, action: string, input: (pk: string) => object][] = [
  ['GetItem', 'GetItem', (pk) => ({ TableName, Key: key(pk) })],
  ['Query', 'Query', (pk) => ({ TableName, ...byKey(pk) })],
  ['Query', 'Query', (pk) => ({ TableName, ...byIndex(pk) })],
  [
    'BatchGetItem',
    'BatchGetItem',
    (pk) => ({ RequestItems: { [TableName]: { Keys: [key('main#a'), key(pk)] } } }),
  ],
  ['PutItem', 'PutItem', (pk) => ({ TableName, Item: item(pk) })],
  // What is there must not be told by a condition that it fails.
  ['PutItem', 'PutItem', (pk) => ({ TableName, Item: item(pk), ...absent })],
  ['UpdateItem', 'UpdateItem', (pk) => ({ TableName, Key: key(pk), UpdateExpression: 'SET a = pk' })],
  ['DeleteItem', 'DeleteItem', (pk) => ({ TableName, Key: key(pk), ReturnValues: 'ALL_OLD' })],
  [
    'BatchWriteItem',
    'BatchWriteItem',
    (pk) => ({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: item('main#b') } }, { DeleteRequest: { Key: key(pk) } }],
      },
    }),
  ],
  [
    'BatchWriteItem',
    'BatchWriteItem',
    (pk) => ({ RequestItems: { [TableName]: [{ PutRequest: { Item: item(pk) } }] } }),
  ],
  [
    'TransactGetItems',
    'GetItem',
    (pk) => write({ Get: { TableName, Key: key('main#a') } }, { Get: { TableName, Key: key(pk) } }),
  ],
  [
    'TransactWriteItems',
    'PutItem',
    (pk) => write({ Put: { TableName, Item: item('main#c') } }, { Put: { TableName, Item: item(pk) } }),
  ],
  [
    'TransactWriteItems',
    'UpdateItem',
    (pk) => write({ Update: { TableName, Key: key(pk), UpdateExpression: 'SET a = pk' } }),
  ],
  ['TransactWriteItems', 'DeleteItem', (pk) => write({ Delete: { TableName, Key: key(pk) } })],
  [
    'TransactWriteItems',
    'ConditionCheckItem',
    (pk) =>
      write(
        { Put: { TableName, Item: item('main#d') } },
        { ConditionCheck: { TableName, Key: key(pk), ...absent } },
      ),
  ],
]

describe.each([
  ['inside', 'Demo-Inside'],
  ['beside', 'Demo-Beside'],
])('a function that asks from %s', (way, name) => {
  test.each(requests)(
    'by %s, for which it needs %s, reaches no other tenant',
    async (command, action, input) => {
      const before = await stored()
      for (const pk of ['other#there', 'other#not', 'main', 'main2#a', 'canaryx#a', 'MAIN#a']) {
        const { output, ...refusal } = await call(way, command, input(pk))
        const resource = JSON.stringify(input(pk)).includes('IndexName') ? `${arn}/index/list` : arn
        expect(refusal, pk).toEqual({
          name: 'AccessDeniedException',
          message:
            `User: arn:aws:sts::000000000000:assumed-role/Demo-Bounded/${name} is not authorized to perform: ` +
            `dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`,
          fault: 'client',
          status: 400,
        })
      }
      expect(await stored()).toEqual(before)
    },
  )

  test('reaches both tenants of its role by every call', async () => {
    for (const tenant of ['main', 'canary'])
      for (const [command, , input] of requests) {
        const pk = `${tenant}#${way}-${command}`
        const seen = await call(way, command, input(pk))
        // A condition may fail on what an earlier call left: that is an answer of the table, not of the role.
        if (seen.status !== 200) expect(seen.name).toMatch(/ConditionalCheckFailed|TransactionCanceled/)
        else expect(seen.name).toBeUndefined()
      }
    const found = await call(way, 'GetItem', { TableName, Key: key('canary#there') })
    expect(found.output).toEqual({ Item: item('canary#there') })
  })

  test('does nothing that its role does not name', async () => {
    const before = await stored()
    const others: [string, object][] = [
      ['Scan', { TableName }],
      ['Scan', { TableName, IndexName: 'list' }],
      ['DescribeTable', { TableName }],
      ['DescribeTimeToLive', { TableName }],
      [
        'UpdateTimeToLive',
        { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'expiresAt' } },
      ],
      ['DeleteTable', { TableName }],
      ['ListTables', {}],
      [
        'CreateTable',
        {
          TableName: 'mine',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        },
      ],
    ]
    for (const [command, input] of others)
      expect(await call(way, command, input), command).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(
          `is not authorized to perform: dynamodb:${command} on resource: `,
        ) as string,
      })
    expect(await stored()).toEqual(before)
  })

  test('is not told that a write was done before which it may not do', async () => {
    const TransactItems = [{ Put: { TableName, Item: { ...item('other#token'), by: { S: way } } } }]
    const again = { TransactItems, ClientRequestToken: `token-${way}` }
    await asOwner('TransactWriteItems', again)
    expect(await call(way, 'TransactWriteItems', again)).toMatchObject({ name: 'AccessDeniedException' })
  })
})

test('a function of the host that signs with other credentials than its own is not let in', async () => {
  const config = { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  expect(await call('inside', 'GetItem', { TableName, Key: key('other#there') }, config)).toMatchObject({
    name: 'UnrecognizedClientException',
    status: 400,
  })
})

test('the owner of the machine reads and writes what he likes', async () => {
  expect(await asOwner('GetItem', { TableName, Key: key('other#there') })).toEqual({
    Item: item('other#there'),
  })
  expect(await asOwner('DescribeTable', { TableName })).toHaveProperty('Table')
})
