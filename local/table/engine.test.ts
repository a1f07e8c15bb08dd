import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openDurable, type Durable } from '../durable.ts'
import { openTables, type Tables } from './engine.ts'
import type { TableRecord } from './stream.ts'

const folder = mkdtempSync(join(tmpdir(), 'table-'))
afterAll(() => rmSync(folder, { recursive: true }))

let number = 0
let file: string
let durable: Durable
let tables: Tables
let now = 1_800_000_000_000

/** Opens the file again, as a new process does. */
function reopen(): void {
  durable?.close()
  durable = openDurable(file)
  tables = openTables({ group: durable, now: () => now, region: 'eu-central-1' })
}

beforeEach(async () => {
  file = join(folder, `${number++}.db`)
  reopen()
  await call('CreateTable', {
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'listPk', 'listSk'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'list',
        KeySchema: keySchema('listPk', 'listSk'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
})

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
]

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
async function call(operation: string, input: object): Promise<any> {
  const { status, body } = await tables.handle(operation, JSON.parse(JSON.stringify(input)))
  return { status, ...(JSON.parse(body) as object) }
}

const item = (pk: string, sk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: sk }, ...more })
const put = (pk: string, sk: string, more: object = {}) =>
  call('PutItem', { TableName: 'things', Item: item(pk, sk, more) })
const get = async (pk: string, sk: string) =>
  (await call('GetItem', { TableName: 'things', Key: item(pk, sk) })).Item
const records = (after = 0): TableRecord[] => tables.stream('things')!.read(after, 1000)

test('what was put is there after the file was opened anew', async () => {
  await put('a', '1', { n: { N: '1.50e1' }, text: { S: 'Ольга 👩‍🚀 \u0000' }, __proto__x: { NULL: true } })
  reopen()
  expect(await get('a', '1')).toEqual({
    pk: { S: 'a' },
    sk: { S: '1' },
    n: { N: '15' },
    text: { S: 'Ольга 👩‍🚀 \u0000' },
    __proto__x: { NULL: true },
  })
})

test.each([
  { ReturnConsumedCapacity: 'SOME' },
  { ReturnValues: 'SOME' },
  { ReturnItemCollectionMetrics: 'SOME' },
  { ReturnConsumedCapacity: 7 },
])('a request that is refused has changed nothing, also for what it asks in return: %o', async (wrong) => {
  const answer = await call('PutItem', { TableName: 'things', Item: item('a', '1'), ...wrong })
  expect(answer.status).toBe(400)
  expect(await get('a', '1')).toBeUndefined()
})

test('keys that differ only in where the sort key begins are two keys', async () => {
  const keys = [item('a\u0000b', 'c'), item('a', 'b\u0000c')]
  const parts = (part: (key: object) => object) => ({ TransactItems: keys.map(part) })
  for (const [operation, input] of [
    ['BatchWriteItem', { RequestItems: { things: keys.map((key) => ({ PutRequest: { Item: key } })) } }],
    ['BatchGetItem', { RequestItems: { things: { Keys: keys } } }],
    ['TransactWriteItems', parts((key) => ({ Put: { TableName: 'things', Item: key } }))],
    ['TransactGetItems', parts((key) => ({ Get: { TableName: 'things', Key: key } }))],
  ] as const)
    expect(await call(operation, input)).toMatchObject({ status: 200 })
  expect((await call('Scan', { TableName: 'things' })).Items).toEqual(expect.arrayContaining(keys))
})

describe('a transaction', () => {
  const transact = (items: object[], token?: string) =>
    call('TransactWriteItems', { TransactItems: items, ...(token && { ClientRequestToken: token }) })
  const create = (pk: string) => ({
    Put: { TableName: 'things', Item: item(pk, '1'), ConditionExpression: 'attribute_not_exists(pk)' },
  })

  test('is done whole or not at all, and says which of its writes was refused', async () => {
    await put('taken', '1')
    const answer = await transact([create('free'), create('taken')])
    expect(answer).toMatchObject({
      status: 400,
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    })
    expect(await get('free', '1')).toBeUndefined()
  })

  test('has a reason for a key that is none of the table, and none for what is no value', async () => {
    const remove = (key: object) => ({ Delete: { TableName: 'things', Key: key } })
    expect(await transact([create('free'), remove({ pk: { S: 'a' } })])).toMatchObject({
      __type: expect.stringContaining('TransactionCanceledException'),
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    })
    expect((await transact([create('free'), remove(item('a', ''))])).__type).toMatch(/ValidationException/)
    expect(await get('free', '1')).toBeUndefined()
  })

  test('wants the expression that a part is about', async () => {
    const about = { TableName: 'things', Key: item('a', '1') }
    expect((await transact([{ ConditionCheck: about }])).__type).toMatch(/ValidationException/)
    expect((await transact([{ Update: about }])).__type).toMatch(/ValidationException/)
    expect(await get('a', '1')).toBeUndefined()
  })

  test('takes for a repetition what reading took, of what the first call found', async () => {
    const more = { text: { S: 'x'.repeat(9000) } }
    await put('a', '1', more)
    const remove = {
      TransactItems: [{ Delete: { TableName: 'things', Key: item('a', '1') } }],
      ClientRequestToken: 'once',
      ReturnConsumedCapacity: 'TOTAL',
    }
    await call('TransactWriteItems', remove)
    reopen()
    // 9 KB are three units of 4 KB, twice.
    expect(await call('TransactWriteItems', remove)).toMatchObject({
      ConsumedCapacity: [{ CapacityUnits: 6, ReadCapacityUnits: 6 }],
    })
  })

  test('with a token is done once within ten minutes, also after a restart', async () => {
    expect((await transact([create('once')], 'token')).status).toBe(200)
    reopen()
    now += 599_000
    expect((await transact([create('once')], 'token')).status).toBe(200)
    expect((await transact([create('other')], 'token')).__type).toMatch(/IdempotentParameterMismatch/)
    now += 2000
    expect((await transact([create('once')], 'token')).__type).toMatch(/TransactionCanceled/)
    now += 1_300_000
    expect((await transact([create('other')], 'token')).status).toBe(200)
  })
})

describe('the stream', () => {
  test('has a record of each change that changed something, with both images', async () => {
    await put('a', '1', { v: { N: '1' } })
    await put('a', '1', { v: { N: '1.0' } })
    await put('a', '1', { v: { N: '2' } })
    await call('DeleteItem', { TableName: 'things', Key: item('a', '1') })
    await call('DeleteItem', { TableName: 'things', Key: item('a', '1') })
    expect(records().map(({ event, oldImage, newImage }) => [event, oldImage?.v?.N, newImage?.v?.N])).toEqual(
      [
        ['INSERT', undefined, '1'],
        ['MODIFY', '1', '2'],
        ['REMOVE', '2', undefined],
      ],
    )
  })

  test('shows a record when it is committed and not before, and calls who listens', async () => {
    let calls = 0
    tables.stream('things')!.follow({ wants: () => true, changed: () => calls++ })
    const done = put('a', '1')
    expect([records().length, calls]).toEqual([0, 0])
    await done
    expect([records().length, calls]).toEqual([1, 1])
  })

  test('keeps only what somebody wants, and numbers that without a gap', async () => {
    const wanted = new Set<string>()
    const follow = (pk: string) =>
      tables.stream('things')!.follow({
        wants: ({ keys }) => keys.pk!.S === pk,
        changed: () => wanted.add(pk),
      })
    follow('a')
    follow('b')
    tables.stream('things')!.follow({
      wants: ({ keys }) => {
        if (keys.pk!.S === 'odd') throw new Error('cannot be judged')
        return false
      },
      changed: () => {},
    })
    for (const pk of ['a', 'x', 'b', 'x', 'a', 'odd']) await put(pk, '1', { at: { N: String(now++) } })
    expect(records().map(({ keys, sequence }) => [keys.pk!.S, sequence])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['odd', 4],
    ])
    expect([...wanted]).toEqual(['a', 'b'])
    expect((await get('x', '1')).at).toBeDefined()
  })

  test('goes on after a restart with what was not trimmed, and never gives a number twice', async () => {
    for (const sk of ['1', '2', '3']) await put('a', sk)
    const [first, second, third] = records()
    tables.stream('things')!.trim(second!.sequence)
    reopen()
    expect(records().map(({ sequence }) => sequence)).toEqual([third!.sequence])
    tables.stream('things')!.trim(third!.sequence + 100)
    reopen()
    await put('a', '4')
    expect(records(third!.sequence).map(({ newImage }) => newImage?.sk)).toEqual([{ S: '4' }])
    expect(records(third!.sequence)[0]!.sequence).toBeGreaterThan(first!.sequence + 2)
  })

  test('holds more than memory does for who is far behind', async () => {
    for (let i = 0; i < 4500; i += 25)
      await call('BatchWriteItem', {
        RequestItems: {
          things: Array.from({ length: 25 }, (_, j) => ({
            PutRequest: { Item: item('many', String(i + j)) },
          })),
        },
      })
    let after = 0
    const seen: string[] = []
    for (let page = records(after); page.length > 0; page = records(after)) {
      seen.push(...page.map(({ keys }) => keys.sk!.S!))
      after = page.at(-1)!.sequence
    }
    expect(seen).toEqual(Array.from({ length: 4500 }, (_, i) => String(i)))
  })
})

test('an item goes when its time to live has passed, with a record that says who removed it', async () => {
  await put('old', '1', { expiresAt: { N: String(now / 1000 + 60) } })
  await put('older', '1', { expiresAt: { N: String(now / 1000 - 6 * 366 * 86_400) } })
  await put('text', '1', { expiresAt: { S: '1' } })
  await call('UpdateTimeToLive', {
    TableName: 'things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  })
  expect(await tables.sweep()).toBe(0)
  now += 61_000
  reopen()
  expect(await tables.sweep()).toBe(1)
  expect(await get('old', '1')).toBeUndefined()
  expect(await get('older', '1')).toBeDefined()
  expect(records().at(-1)).toMatchObject({ event: 'REMOVE', isExpiry: true, keys: item('old', '1') })
})

test('an operation that is not modelled is refused by its name', async () => {
  expect(await call('ExecuteStatement', { Statement: 'SELECT * FROM things' })).toMatchObject({
    status: 400,
    message: expect.stringMatching(/^ExecuteStatement is not modelled; modelled are GetItem, /) as string,
  })
  expect((await call('toString', {})).message).toContain('toString is not modelled')
})

test('an index has exactly the items that have its key, wherever they move', async () => {
  const listed = async (listPk: string) =>
    (
      await call('Query', {
        TableName: 'things',
        IndexName: 'list',
        KeyConditionExpression: 'listPk = :l',
        ExpressionAttributeValues: { ':l': { S: listPk } },
      })
    ).Items
  await put('a', '1', { listPk: { S: 'x' }, listSk: { S: '9' }, more: { S: 'not projected' } })
  expect(await listed('x')).toEqual([{ ...item('a', '1'), listPk: { S: 'x' }, listSk: { S: '9' } }])
  await put('a', '1', { listPk: { S: 'y' }, listSk: { S: '9' } })
  expect([await listed('x'), (await listed('y')).length]).toEqual([[], 1])
  await put('a', '1', { listPk: { S: 'y' } })
  expect(await listed('y')).toEqual([])
})

test('a key to go on from that an index cannot have is refused as such, once', async () => {
  const start = { ...item('a', '1'), listPk: { S: 'x' }, listSk: { N: '1' } }
  expect(
    await call('Scan', { TableName: 'things', IndexName: 'list', ExclusiveStartKey: start }),
  ).toMatchObject({ status: 400, message: 'The provided starting key is invalid' })
})

test('a query of a local index is paid for what it reads from the table besides', async () => {
  await call('CreateTable', {
    TableName: 'local',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'by'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    LocalSecondaryIndexes: [
      { IndexName: 'other', KeySchema: keySchema('pk', 'by'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  })
  const large = { by: { S: 'b' }, text: { S: 'x'.repeat(9000) } }
  await call('PutItem', { TableName: 'local', Item: item('a', '1', large) })
  const asked = {
    TableName: 'local',
    IndexName: 'other',
    KeyConditionExpression: 'pk = :a',
    ExpressionAttributeValues: { ':a': { S: 'a' } },
    ReturnConsumedCapacity: 'TOTAL',
  }
  expect(await call('Query', asked)).toMatchObject({ ConsumedCapacity: { CapacityUnits: 0.5 } })
  expect(await call('Query', { ...asked, Select: 'ALL_ATTRIBUTES' })).toMatchObject({
    ConsumedCapacity: { CapacityUnits: 2 },
  })
})

test('of an item that is too large and whose key is empty the size is told', async () => {
  const told = await put('a', '', { text: { S: 'x'.repeat(400 * 1024) } })
  expect(told).toMatchObject({ status: 400, message: 'Item size has exceeded the maximum allowed size' })
})
