import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { findStore } from '#functions/adapter/find.ts'
import { tableStore } from '#functions/adapter/table.ts'
import { openDurable } from '#local/durable.ts'
import { readBody } from '#local/http/api.ts'
import { openTables } from '#local/table/engine.ts'
import { startDynoxide } from './dynoxide.ts'

/* The stores speak the real SDK to two engines with DynamoDB's interface: that of the embedded cloud, and one that was checked
   against AWS itself, where there is a build of it. Each with both tables, in a folder of its own. */

/** Write units by table, for whoever counts. */
export type Counted = Record<string, number>

interface Counting {
  counted?: Counted
  /** of each call */
  consumed?: (units: readonly { table: string; read: number; write: number }[]) => void
}

export async function openEngine({ counted, consumed }: Counting = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const durable = openDurable(join(folder, 'table.db'))
  const tables = openTables({
    group: durable,
    now: () => Date.now(),
    region: 'eu-central-1',
    consumed: (units) => {
      consumed?.(units)
      for (const { table, write } of counted ? units : []) counted![table] = (counted![table] ?? 0) + write
    },
  })
  const server = createServer((request, response) => {
    void readBody(request, 1e8).then(async (body) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1]!
      const reply = await tables.handle(operation, JSON.parse(body!.toString('utf8')))
      response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' }).end(reply.body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = clientOf((server.address() as AddressInfo).port)
  await createTables(client)
  return {
    ...storesOf(client),
    close: async () => {
      client.destroy()
      server.closeAllConnections()
      server.close()
      durable.close()
      await rm(folder, { recursive: true })
    },
  }
}

export async function openDynoxide(program: string) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const server = await startDynoxide(program, join(folder, 'table.db'))
  const client = clientOf(server.port)
  await createTables(client)
  return {
    ...storesOf(client),
    close: async () => {
      client.destroy()
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}

const storesOf = (client: DynamoDBClient) => ({
  store: tableStore(client, 'holdfast'),
  find: findStore(client, 'find', 20_000),
})

const clientOf = (port: number) =>
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 10,
  })

async function createTables(client: DynamoDBClient): Promise<void> {
  const indexes = ['work', 'list']
  const names = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}Pk`, `${index}Sk`])]
  const defined = (all: string[]) =>
    all.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }))
  const shared = { BillingMode: 'PAY_PER_REQUEST' as const, KeySchema: keySchema('pk', 'sk') }
  await client.send(
    new CreateTableCommand({
      ...shared,
      TableName: 'holdfast',
      AttributeDefinitions: defined(names),
      GlobalSecondaryIndexes: indexes.map((IndexName) => ({
        IndexName,
        KeySchema: keySchema(`${IndexName}Pk`, `${IndexName}Sk`),
        Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['kind', 'line'] },
      })),
    }),
  )
  await client.send(
    new CreateTableCommand({ ...shared, TableName: 'find', AttributeDefinitions: defined(['pk', 'sk']) }),
  )
}

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
]
