/**
 * A process that does nothing but write to the table engine, for tests that end it: `node table-process.ts <folder>`.
 * Says on its standard output, a line each: `found <json of all ids>` when it has opened what is there, then `stored <id>`
 * for each item that was acknowledged.
 */
import { join } from 'node:path'
import { openDurable } from '#local/durable.ts'
import { openTables } from '#local/table/engine.ts'

const clients = 8
const folder = process.argv[2]!
const group = openDurable(join(folder, 'table.db'))
// Many times more often than usual: what is between log and file is at stake here.
group.db.exec('PRAGMA wal_autocheckpoint = 40')
const tables = openTables({ group, now: () => Date.now(), region: 'eu-central-1' })

interface Answer {
  __type?: string
  Items: { id: { S: string } }[]
  LastEvaluatedKey?: object
}

async function call(operation: string, input: object): Promise<Answer> {
  return JSON.parse((await tables.handle(operation, input)).body) as Answer
}

/** All ids, by the table or by its index. */
async function ids(index: object): Promise<string[]> {
  const found: string[] = []
  for (let from = {}; ;) {
    const page = await call('Scan', { TableName: 'stored', ...index, ...from })
    found.push(...page.Items.map(({ id }) => id.S))
    if (!page.LastEvaluatedKey) return found
    from = { ExclusiveStartKey: page.LastEvaluatedKey }
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`)

await call('CreateTable', {
  TableName: 'stored',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-kind',
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
})
const check = Object.values(group.db.prepare('PRAGMA integrity_check').get()!)[0]
say(
  `found ${JSON.stringify({
    check,
    table: await ids({}),
    index: await ids({ IndexName: 'by-kind' }),
  })}`,
)

/** In twos, in one transaction: both are there or none is. */
async function write(client: number): Promise<void> {
  for (let count = 0; ; count++) {
    const id = `${process.pid}-${Date.now()}-${client}-${count}`
    const entry = (half: string) => ({
      Put: {
        TableName: 'stored',
        Item: {
          id: { S: `${id}-${half}` },
          kind: { S: `k${client}` },
          text: { S: half.repeat(count % 50) },
        },
      },
    })
    await tables.handle('TransactWriteItems', { TransactItems: [entry('one'), entry('two')] })
    // As whoever answers somebody outside.
    await group.synced()
    say(`stored ${id}`)
  }
}

for (let client = 0; client < clients; client++) void write(client)
