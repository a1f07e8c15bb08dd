import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { activityKind } from '#core/kind/customer/activity.ts'
import { decisionKind } from '#core/kind/system/decision.ts'
import { messageKind } from '#core/kind/system/message.ts'
import { segmentKind } from '#core/kind/system/segment.ts'
import { fieldsOf, type Item } from '#core/record/item.ts'
import type { Key } from '#core/record/key.ts'
import { whole } from './fixture/whole.ts'

/**
 * The table as somebody sees it who goes around the product: read whole for oracles, changed behind its back to
 * play a fault, by the address that the embedded cloud leaves in its data folder.
 */
export interface Table {
  /**
   * Every item, sorted by key, whole (`whole.ts`), with the fields of its line beside the others, and `about`: the id of its
   * subject.
   */
  dump(): Promise<Item[]>
  /** changes exactly when the content of the table does; on request that of all but the items of some kinds */
  hash(...but: string[]): Promise<string>
  remove(key: Key): Promise<void>
  put(item: Item): Promise<void>
}

export async function openTable(dataFolder: string): Promise<Table> {
  const client = new DynamoDBClient(clientOptions(dataFolder))
  const TableName = await ledgerOf(client)

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
    return whole(items)
      .map(flat)
      .toSorted((a, b) => order(`${a.pk}\n${a.sk}`, `${b.pk}\n${b.sk}`))
  }

  return {
    dump,
    hash: async (...but) => hashOf((await dump()).filter(({ kind }) => !but.includes(kind))),
    remove: async ({ pk, sk }) =>
      void (await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk, sk }) }))),
    put: async (item) =>
      void (await client.send(
        new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
      )),
  }
}

/** The one whose changes are followed: beside it lies by what its records are found. */
export async function ledgerOf(client: DynamoDBClient): Promise<string> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const tables = await Promise.all(
    TableNames.map(async (TableName) => (await client.send(new DescribeTableCommand({ TableName }))).Table),
  )
  const followed = tables.filter((table) => table?.StreamSpecification?.StreamEnabled)
  const name = followed[0]?.TableName
  if (name === undefined || followed.length > 1)
    throw new Error(`expected one table with a stream among ${TableNames.join(', ')}`)
  return name
}

/** Those that do not repeat what their key says. */
const brief = new Map(
  [segmentKind, decisionKind, messageKind, activityKind].map((entity) => [entity.kind as string, entity]),
)

function flat(item: Item): Item {
  const whole = { ...item, ...fieldsOf(item), ...brief.get(item.kind)?.said?.(item) } as Item
  return { ...whole, about: (whole.subject as { id: string } | undefined)?.id }
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Of the items' values, whatever the order of their attributes. */
function hashOf(items: readonly Item[]): string {
  const sorted = JSON.stringify(items, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => order(a, b)))
      : value,
  )
  return createHash('sha256').update(sorted).digest('hex')
}

/** For a client of AWS's SDK: the address that the embedded cloud leaves in its data folder, for its own account alone. */
export function clientOptions(dataFolder: string) {
  const { sdk } = JSON.parse(readFileSync(join(dataFolder, 'running.json'), 'utf8')) as { sdk: string }
  return {
    endpoint: sdk,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
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
