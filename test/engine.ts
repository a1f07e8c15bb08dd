import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableStore } from '#functions/adapter/table.ts'
import { openDurable } from '#local/durable.ts'
import { readBody } from '#local/http/api.ts'
import { openTables, type TableOptions } from '#local/table/engine.ts'

/** The table store, by the real SDK, on the engine of the embedded cloud. */
export async function openEngine({ consumed }: Pick<TableOptions, 'consumed'> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const durable = openDurable(join(folder, 'table.db'))
  const tables = openTables({
    group: durable,
    now: () => Date.now(),
    region: 'eu-central-1',
    ...(consumed && { consumed }),
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
  await createTable(client)
  return {
    store: tableStore(client, 'holdfast'),
    close: async () => {
      client.destroy()
      server.closeAllConnections()
      server.close()
      durable.close()
      await rm(folder, { recursive: true })
    },
  }
}

export const clientOf = (port: number) =>
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 10,
  })

export async function createTable(client: DynamoDBClient): Promise<void> {
  const indexes = ['work', 'list']
  const names = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}Pk`, `${index}Sk`])]
  const command = new CreateTableCommand({
    TableName: 'holdfast',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map((IndexName) => ({
      IndexName,
      KeySchema: keySchema(`${IndexName}Pk`, `${IndexName}Sk`),
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['kind', 'line'] },
    })),
  })
  await client.send(command)
}

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
]
