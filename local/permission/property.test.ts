/*
 * Random requests about random keys, on two tables that are the same: one asks a guard, the other does not. What names
 * only keys of the role's tenants is answered by both alike; anything else is refused by the guarded one, which stays as it is.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDurable, type Durable } from '../durable.ts'
import { openTables, type Reply, type Tables } from '../table/engine.ts'
import type { Guard } from '../table/table.ts'
import { openCallers } from './caller.ts'
import { readStatements } from './policy.ts'

const folder = mkdtempSync(join(tmpdir(), 'guard-'))
const TableName = 'ledger'
const arn = `arn:aws:dynamodb:eu-central-1:000000000000:table/${TableName}`
let guarded: Tables
let free: Tables
let guard: Guard
const files: Durable[] = []

beforeAll(async () => {
  const open = async (name: string) => {
    const group = openDurable(join(folder, name))
    files.push(group)
    const tables = openTables({ group, now: () => 0, region: 'eu-central-1' })
    const key = (name: string) => [{ AttributeName: name, KeyType: 'HASH' }]
    await tables.handle('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'listPk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key('pk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'list', KeySchema: key('listPk'), Projection: { ProjectionType: 'ALL' } },
      ],
    })
    return tables
  }
  guarded = await open('guarded.db')
  free = await open('free.db')
  const statements = readStatements(
    {
      Statement: {
        Effect: 'Allow',
        Action: ['Get', 'BatchGet', 'Put', 'Update', 'Delete', 'BatchWrite', 'ConditionCheck']
          .map((name) => `dynamodb:${name}Item`)
          .concat('dynamodb:Query'),
        Resource: [arn, `${arn}/index/*`],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['main#*', 'ca${*}ry#*'] } },
      },
    },
    'role',
  )
  const definition = { name: 'f', role: { name: 'role', statements } }
  const callers = openCallers([definition as never], 'eu-central-1', () => {})
  const { accessKeyId } = callers.credentialsOf('f')
  guard = callers.callerOf(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/20270101/x, Signature=0`)!.table
})
afterAll(() => {
  for (const file of files) file.close()
  rmSync(folder, { recursive: true })
})

/** Slow and plain. */
const isOwn = (pk: string) => pk.split('#').length > 1 && ['main', 'ca*ry'].includes(pk.split('#')[0]!)

const tenants = fc.constantFrom('main', 'ca*ry', 'canary', 'main2', 'mai', 'MAIN', 'other', 'main%23', '')
const own = fc.constantFrom('main', 'ca*ry')
const keyOf = (tenant: fc.Arbitrary<string>) =>
  fc
    .tuple(tenant, fc.constantFrom('#', '#', '#', ''), fc.constantFrom('a', 'b', 'main#c', '*', '\u{1F600}'))
    .map((parts) => parts.join(''))
const pk = fc.oneof({ weight: 4, arbitrary: keyOf(own) }, { weight: 1, arbitrary: keyOf(tenants) })
const pks = fc.uniqueArray(pk, { minLength: 1, maxLength: 5 })

const key = (name: string) => ({ pk: { S: name } })
const item = (name: string, listPk: string) => ({ ...key(name), listPk: { S: listPk } })
const condition = fc.constantFrom(
  {},
  { ConditionExpression: 'attribute_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
)

interface Asked {
  operation: string
  input: object
  keys: string[]
}

const single: fc.Arbitrary<Asked> = fc
  .tuple(
    pk,
    pk,
    condition,
    fc.constantFrom('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'List'),
  )
  .map(([name, listPk, on, operation]) => {
    const inputs: Record<string, object> = {
      GetItem: { Key: key(name) },
      PutItem: { Item: item(name, listPk), ...on },
      UpdateItem: { Key: key(name), UpdateExpression: 'SET listPk = pk', ReturnValues: 'ALL_NEW', ...on },
      DeleteItem: { Key: key(name), ReturnValues: 'ALL_OLD', ...on },
      Query: { KeyConditionExpression: 'pk = :k', ExpressionAttributeValues: { ':k': { S: name } } },
      List: {
        IndexName: 'list',
        KeyConditionExpression: ':k = listPk',
        ExpressionAttributeValues: { ':k': { S: name } },
      },
    }
    const input = { TableName, ...inputs[operation] }
    return { operation: operation === 'List' ? 'Query' : operation, input, keys: [name] }
  })

const batch: fc.Arbitrary<Asked> = fc.tuple(pks, fc.boolean(), fc.boolean()).map(([keys, isRead, isPut]) => ({
  operation: isRead ? 'BatchGetItem' : 'BatchWriteItem',
  input: {
    RequestItems: {
      [TableName]: isRead
        ? { Keys: keys.map(key) }
        : keys.map((name, at) =>
            isPut || at === 0
              ? { PutRequest: { Item: item(name, name) } }
              : { DeleteRequest: { Key: key(name) } },
          ),
    },
  },
  keys,
}))

const part = fc.constantFrom('Put', 'Update', 'Delete', 'ConditionCheck')
const transaction: fc.Arbitrary<Asked> = fc
  .tuple(pks, fc.array(part, { minLength: 5, maxLength: 5 }), condition, fc.boolean())
  .map(([keys, parts, on, isRead]) => ({
    operation: isRead ? 'TransactGetItems' : 'TransactWriteItems',
    input: {
      TransactItems: keys.map((name, at) => {
        if (isRead) return { Get: { TableName, Key: key(name) } }
        const inputs: Record<string, object> = {
          Put: { Item: item(name, name), ...on },
          Update: { Key: key(name), UpdateExpression: 'SET a = pk', ...on },
          Delete: { Key: key(name), ...on },
          ConditionCheck: { Key: key(name), ConditionExpression: 'attribute_exists(pk)' },
        }
        return { [parts[at]!]: { TableName, ...inputs[parts[at]!] } }
      }),
    },
    keys,
  }))

const contentOf = async (tables: Tables) => (await tables.handle('Scan', { TableName })).body

test('a guarded table answers as any other about keys of the role, and refuses the rest unchanged', async () => {
  const seen = { allowed: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(fc.oneof(single, batch, transaction), async ({ operation, input, keys }) => {
      const before = await contentOf(guarded)
      const reply: Reply = await guarded.handle(operation, structuredClone(input), guard)
      if (keys.every(isOwn)) {
        seen.allowed++
        expect(reply).toEqual(await free.handle(operation, structuredClone(input)))
      } else {
        seen.refused++
        expect(reply.status).toBe(400)
        const { __type: type, Message: message } = JSON.parse(reply.body) as Record<string, string>
        expect(type).toBe('com.amazon.coral.service#AccessDeniedException')
        expect(message).toMatch(/^User: arn:aws:sts::000000000000:assumed-role\/role\/f is not authorized to/)
        expect(await contentOf(guarded)).toBe(before)
      }
      expect(await contentOf(guarded)).toBe(await contentOf(free))
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(300)
})
