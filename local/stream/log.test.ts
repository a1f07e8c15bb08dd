import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { openStreamLog } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'stream-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The table as the database makes it. */
function database(name: string) {
  const file = join(folder, name)
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL; CREATE TABLE _stream_records (id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL, event_name TEXT NOT NULL, keys_json TEXT NOT NULL, new_image TEXT, old_image TEXT,
    sequence_number TEXT NOT NULL, shard_id TEXT NOT NULL, created_at INTEGER NOT NULL, user_identity TEXT)`)
  const insert =
    db.prepare(`INSERT INTO _stream_records(table_name, event_name, keys_json, new_image, old_image,
    sequence_number, shard_id, created_at, user_identity) VALUES ('t', ?, ?, ?, ?, ?, 's', ?, ?)`)
  const add = (
    sequence: number,
    newImage: string | null,
    oldImage: string | null,
    identity: string | null = null,
  ) =>
    insert.run('MODIFY', '{"pk":{"S":"a"}}', newImage, oldImage, String(sequence), 1000 + sequence, identity)
  return {
    file,
    add,
    sequences: () => db.prepare('SELECT sequence_number FROM _stream_records').all().length,
  }
}

test('records come in the order of their numbers, beyond what texts would sort, as functions receive them', () => {
  const { file, add } = database('order.db')
  const log = openStreamLog(file, 'eu-central-1', new Map([['t', 'arn:stream']]))
  for (const sequence of [9, 10, 11]) add(sequence, '{"pk":{"S":"a"},"n":{"N":"1"}}', null)
  add(12, null, '{"pk":{"S":"a"}}', '{"type":"Service","principalId":"dynamodb.amazonaws.com"}')
  expect(log.read('t', 9, 2).map((record) => record.sequence)).toEqual([10, 11])
  expect(log.latest('t')).toBe(12)
  expect(JSON.parse(log.read('t', 11, 1)[0]!.json)).toEqual({
    eventID: '0000000000000000000000000000000c',
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      ApproximateCreationDateTime: 1012,
      Keys: { pk: { S: 'a' } },
      OldImage: { pk: { S: 'a' } },
      SequenceNumber: '000000000000000000012',
      SizeBytes: 32,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:stream',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  })
  log.close()
})

test('a put that changed nothing is marked, whatever the order of the attributes', () => {
  const { file, add } = database('same.db')
  add(1, '{"a":{"S":"1"},"b":{"S":"2"}}', '{"b":{"S":"2"},"a":{"S":"1"}}')
  add(2, '{"a":{"S":"1"},"b":{"S":"3"}}', '{"b":{"S":"2"},"a":{"S":"1"}}')
  const log = openStreamLog(file, 'r', new Map())
  expect(log.read('t', 0, 10).map((record) => record.isUnchanged)).toEqual([true, false])
  log.close()
})

test('trimming keeps what is young, what is not done with, and always the newest record', () => {
  const { file, add, sequences } = database('trim.db')
  for (let sequence = 1; sequence <= 10; sequence++) add(sequence, '{}', null)
  const log = openStreamLog(file, 'r', new Map())
  log.trim('t', 4, 1003_000)
  expect(log.read('t', 0, 20).map((record) => record.sequence)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  log.trim('t', 4, 9e12)
  expect(log.read('t', 0, 20)[0]!.sequence).toBe(5)
  log.trim('t', 10, 9e12)
  expect(sequences()).toBe(1)
  expect(log.latest('t')).toBe(10)
  log.close()
})

test('a file with another layout is refused when it is opened', () => {
  const file = join(folder, 'other.db')
  new DatabaseSync(file).exec('CREATE TABLE _stream_records (id INTEGER PRIMARY KEY)')
  expect(() => openStreamLog(file, 'r', new Map())).toThrow('no column table_name, event_name')
})
