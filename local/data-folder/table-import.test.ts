import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { openDurable } from '../durable.ts'
import { openMeter } from '../meter.ts'
import { importTables } from './table-import.ts'
import { openTableService } from '../table-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'import-'))
afterAll(() => rmSync(folder, { recursive: true }))

let number = 0
let file: string
let durable: ReturnType<typeof openDurable>
let tables: ReturnType<typeof openTableService>

beforeEach(async () => {
  file = join(folder, `table-${number}.db`)
  durable = openDurable(join(folder, `cloud-${number++}.db`))
  tables = openTableService({
    durable,
    clock: virtualClock(0),
    region: 'eu-central-1',
    meter: () => openMeter(() => ({ transitions: 0, events: 0 })),
  })
  await tables.prepare([
    {
      name: 'things',
      arn: 'arn:things',
      streamArn: 'arn:things/stream',
      create: {
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
      indexes: {},
      timeToLiveAttribute: undefined,
    },
  ])
})

/** A file as the database process of earlier versions laid it out. */
function oldFile(items: number): void {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE _tables (table_name TEXT PRIMARY KEY); INSERT INTO _tables VALUES ('things');
    CREATE TABLE things (pk TEXT NOT NULL, sk TEXT NOT NULL DEFAULT '', item_json TEXT NOT NULL, PRIMARY KEY (pk, sk));
    CREATE TABLE _stream_records (id INTEGER PRIMARY KEY, table_name TEXT, event_name TEXT, keys_json TEXT,
      new_image TEXT, old_image TEXT, sequence_number TEXT, created_at INTEGER, user_identity TEXT)`)
  const put = db.prepare('INSERT INTO things VALUES (?, ?, ?)')
  const record = db.prepare(
    "INSERT INTO _stream_records VALUES (?, 'things', 'INSERT', ?, ?, NULL, ?, 1700000000, NULL)",
  )
  for (let i = 1; i <= items; i++) {
    const item = JSON.stringify({ pk: { S: `p${i}` }, n: { N: String(i) } })
    put.run(`S:p${i}`, '', item)
    record.run(i, JSON.stringify({ pk: { S: `p${i}` } }), item, String(i))
  }
  db.close()
}

function checkpoint(sequence: number): void {
  durable.db.exec('CREATE TABLE stream_checkpoint (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL)')
  durable.db.prepare("INSERT INTO stream_checkpoint VALUES ('m', ?)").run(sequence)
}

const count = async () =>
  (JSON.parse((await tables.handle('Scan', { TableName: 'things' })).body) as { Count: number }).Count
const sequences = (after: number) =>
  tables
    .stream('things')!
    .read(after, 100)
    .map(({ sequence }) => sequence)

test('items come over, and of the changes those that somebody still waits for, under their numbers', async () => {
  oldFile(12)
  checkpoint(10)
  await importTables(file, tables, durable)
  expect(await count()).toBe(12)
  expect(sequences(0)).toEqual([11, 12])
  expect(tables.stream('things')!.read(11, 1)[0]).toMatchObject({
    keys: { pk: { S: 'p12' } },
    createdAt: 1_700_000_000_000,
  })
  expect([statSync(file).isFile(), existsSync(`${file}.imported`)]).toEqual([false, true])
  await tables.handle('PutItem', { TableName: 'things', Item: { pk: { S: 'new' } } })
  expect(sequences(12)).toEqual([13])
})

test('numbers go on above those that were given, also when nobody waits for anything', async () => {
  oldFile(12)
  checkpoint(12)
  await importTables(file, tables, durable)
  await tables.handle('PutItem', { TableName: 'things', Item: { pk: { S: 'new' } } })
  expect(sequences(12)).toEqual([13])
})

test('a start that broke off after the copy and before the last name does not copy again', async () => {
  oldFile(3)
  checkpoint(0)
  await importTables(file, tables, durable)
  await tables.handle('DeleteItem', { TableName: 'things', Key: { pk: { S: 'p1' } } })
  renameSync(`${file}.imported`, `${file}.importing`)
  await importTables(file, tables, durable)
  expect([await count(), existsSync(`${file}.imported`)]).toEqual([2, true])
})

test('a start that broke off before the copy copies what there was', async () => {
  oldFile(3)
  checkpoint(0)
  renameSync(file, `${file}.importing`)
  await importTables(file, tables, durable)
  expect([await count(), statSync(file).isFile(), existsSync(`${file}.imported`)]).toEqual([3, false, true])
})

test.each<[string, () => Promise<void> | void]>([
  [
    'before the copy',
    () => {
      oldFile(3)
      renameSync(file, `${file}.importing`)
    },
  ],
  [
    'after it',
    async () => {
      oldFile(3)
      checkpoint(0)
      await importTables(file, tables, durable)
      renameSync(`${file}.imported`, `${file}.importing`)
      rmSync(file, { recursive: true })
    },
  ],
  [
    'in a folder that it never had',
    async () => {
      await importTables(file, tables, durable)
      rmSync(file, { recursive: true })
    },
  ],
])(
  'what an earlier version took in %s is refused, and neither copied over nor passed over',
  async (_, reach) => {
    await reach()
    const copied = await count()
    oldFile(1)
    const before = readFileSync(file)
    await expect(importTables(file, tables, durable)).rejects.toThrow(
      'An earlier version of Holdfast was started',
    )
    expect([readFileSync(file), await count()]).toEqual([before, copied])
  },
)

test('what an earlier version took in afterwards is refused in words and stays where it is', async () => {
  oldFile(3)
  checkpoint(0)
  await importTables(file, tables, durable)
  rmSync(file, { recursive: true })
  oldFile(1)
  const before = [readFileSync(file), readFileSync(`${file}.imported`)]
  await expect(importTables(file, tables, durable)).rejects.toThrow(
    'An earlier version of Holdfast was started',
  )
  expect([readFileSync(file), readFileSync(`${file}.imported`)]).toEqual(before)
  expect(await count()).toBe(3)
})

test.each(['an old', 'a new'])(
  'where an earlier version keeps its tables it cannot open %s folder',
  async (which) => {
    if (which === 'an old') oldFile(1)
    await importTables(file, tables, durable)
    expect(() => new DatabaseSync(file)).toThrow('unable to open')
    await importTables(file, tables, durable)
  },
)

test('a file that cannot be read whole is left as it is, and nothing of it is taken over', async () => {
  oldFile(3)
  const db = new DatabaseSync(file)
  db.exec("UPDATE things SET item_json = 'broken' WHERE pk = 'S:p3'")
  db.close()
  await expect(importTables(file, tables, durable)).rejects.toThrow('JSON')
  expect([await count(), existsSync(file)]).toEqual([0, true])
})

test('without a file of that time there is nothing to do', async () => {
  await importTables(file, tables, durable)
  expect(await count()).toBe(0)
})

test('a file that was only begun is an empty one', async () => {
  writeFileSync(file, '')
  await importTables(file, tables, durable)
  expect([await count(), statSync(file).isFile(), existsSync(`${file}.imported`)]).toEqual([0, false, true])
})

test('a table of the assembly cannot be deleted, one of another program can', async () => {
  oldFile(3)
  await importTables(file, tables, durable)
  for (const TableName of ['things', 'arn:aws:dynamodb:eu-central-1:000000000000:table/things']) {
    const { status, body } = await tables.handle('DeleteTable', { TableName })
    expect([status, body]).toEqual([400, expect.stringContaining('protected against deletion')])
  }
  expect(await count()).toBe(3)
  const { body } = await tables.handle('DescribeTable', { TableName: 'things' })
  expect(JSON.parse(body)).toMatchObject({ Table: { DeletionProtectionEnabled: true } })
  await tables.handle('CreateTable', {
    TableName: 'other',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  expect((await tables.handle('DeleteTable', { TableName: 'other' })).status).toBe(200)
})
