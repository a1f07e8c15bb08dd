import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import {
  DeleteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Item, Key } from '#core/model/entity.ts'

/**
 * The table as somebody sees it who goes around the product: read whole for oracles, changed behind its back to
 * play a fault. Finds the database's process by the data folder on its command line, because the embedded cloud
 * rightly offers no door to it.
 */
export interface Table {
  /** every item, sorted by key */
  dump(): Promise<Item[]>
  /** changes exactly when the content of the table does */
  hash(): Promise<string>
  remove(key: Key): Promise<void>
  put(item: Item): Promise<void>
}

export async function openTable(dataFolder: string): Promise<Table> {
  const client = new DynamoDBClient({
    endpoint: await addressOf(dataFolder),
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const TableName = TableNames[0]
  if (!TableName || TableNames.length > 1)
    throw new Error(`expected one table, found: ${TableNames.join(', ')}`)

  async function dump(): Promise<Item[]> {
    const items: Item[] = []
    let from: Record<string, never> | undefined
    do {
      const page = await client.send(
        new ScanCommand({ TableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      )
      for (const item of page.Items ?? []) items.push(unmarshall(item) as Item)
      from = page.LastEvaluatedKey as Record<string, never> | undefined
    } while (from)
    return items.toSorted((a, b) => order(`${a.pk}\n${a.sk}`, `${b.pk}\n${b.sk}`))
  }

  return {
    dump,
    hash: async () => hashOf(await dump()),
    remove: async ({ pk, sk }) =>
      void (await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk, sk }) }))),
    put: async (item) =>
      void (await client.send(
        new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
      )),
  }
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Of the items' values, whatever the order of their attributes. */
export function hashOf(items: readonly Item[]): string {
  const sorted = JSON.stringify(items, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => order(a, b)))
      : value,
  )
  return createHash('sha256').update(sorted).digest('hex')
}

async function addressOf(dataFolder: string): Promise<string> {
  for (let attempt = 0; attempt < 40; attempt++) {
    for (const { words } of processes()) {
      if (
        !words.some((word) => word.endsWith('/dynoxide')) ||
        !words.some((word) => word.startsWith(dataFolder))
      )
        continue
      const [host, port] = ['--host', '--port'].map((name) => words[words.indexOf(name) + 1])
      if (Number(port) > 0) return `http://${host}:${port}`
    }
    await pause(50)
  }
  throw new Error(`no database runs on ${dataFolder}`)
}

/** What runs on this machine: process id and command line, from Linux's /proc. */
export function processes(): { id: number; words: string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ id: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') }]
      } catch {
        return [] // it ended meanwhile
      }
    })
}
