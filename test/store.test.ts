import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { memoryStore } from '#core/store/memory.ts'
import { tableStore } from '#functions/adapter/table.ts'
import { storeSuite } from './suite/store-suite.ts'

storeSuite('memory', async () => ({ store: memoryStore() }))

// The table store runs against a real database with DynamoDB's interface: the one of the embedded cloud.
storeSuite('table', openDynoxide)

async function openDynoxide() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const port = await freePort()
  const program = join(
    dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')),
    'dynoxide',
  )
  const server = spawn(program, ['serve', '--port', String(port), '--db-path', join(folder, 'table.db')], {
    stdio: 'ignore',
  })
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 10,
  })
  await createTable(client)
  return {
    store: tableStore(client, 'holdfast'),
    close: async () => {
      client.destroy()
      server.kill()
      await once(server, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}

async function createTable(client: DynamoDBClient): Promise<void> {
  const indexes = ['queue', 'list', 'watch']
  const names = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}Pk`, `${index}Sk`])]
  const command = new CreateTableCommand({
    TableName: 'holdfast',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map((IndexName) => ({
      IndexName,
      KeySchema: keySchema(`${IndexName}Pk`, `${IndexName}Sk`),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  })
  // The server opens its port within about 50 ms.
  for (let attempt = 0; ; attempt++)
    try {
      await client.send(command)
      return
    } catch (error) {
      if (attempt === 100) throw error
      await pause(20)
    }
}

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
]

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
