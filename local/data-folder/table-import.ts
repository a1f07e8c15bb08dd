/**
 * Takes over the tables of a data folder from the time when a database of its own, `table.db`, kept them.
 *
 * Problem: a version of that time may be started on the folder at any moment, also between two attempts to take it over: what
 * it takes in must neither be lost nor be hidden by what was copied.
 * Representation: first the file gets another name and a folder its place, which keeps such a version from starting; then each
 * table is copied in one transaction, and the data folder gets its new format; only when that is on disk the file gets its last
 * name. A start that is broken off goes on where it was. Records of the stream that were not given to everybody yet keep
 * their numbers, which the checkpoints hold.
 * Invariant: nobody writes to what is being copied; a `table.db` that turns up later is refused, never passed over.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolderRefused } from './data-folder.ts'
import type { Durable } from '../durable.ts'
import { format, formatOf, setFormat } from './format.ts'
import type { TableService } from '../table-service.ts'
import type { TableRecord } from '../table/stream.ts'
import type { Item } from '../table/value.ts'

interface RecordRow {
  sequence: number
  event_name: TableRecord['event']
  keys_json: string
  new_image: string | null
  old_image: string | null
  created_at: number
  user_identity: string | null
}

const note = `The tables of this data folder are in ../cloud.db. A version of Holdfast that looks for them in table.db is older than
the folder: start the newer version again, or give the older one another folder with --data.
`

/**
 * @param durable the file that holds the checkpoints, and will hold the tables
 * @throws FolderRefused when an earlier version has been at work in the folder since
 */
export async function importTables(file: string, tables: TableService, durable: Durable): Promise<void> {
  const [importing, imported] = [`${file}.importing`, `${file}.imported`]
  const isCopied = formatOf(durable.db) === format
  if (isFile(file)) {
    if (isCopied || [importing, imported].some((name) => existsSync(name)))
      throw new FolderRefused(
        `An earlier version of Holdfast was started on ${dirname(file)} after this one: what it has taken in since is in ${file} alone, ` +
          `and what was there before in cloud.db. Nothing was changed. To go on with cloud.db move ${file} away and keep it; its leads have to be sent in again`,
      )
    gatherLog(file)
    renameSync(file, importing)
  }
  mkdirSync(file, { recursive: true })
  writeFileSync(join(file, 'read-me.txt'), note)
  if (existsSync(importing)) {
    if (!isCopied) await copyTables(importing, tables, durable).catch((error: unknown) => giveBack(error))
    renameSync(importing, imported)
  } else if (!isCopied) await becomeNew(durable)

  /** What cannot be read is left to the version that could. */
  function giveBack(error: unknown): never {
    rmSync(file, { recursive: true })
    renameSync(importing, file)
    throw error
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** What its log still holds goes into the file, which is then whole by itself. */
function gatherLog(file: string): void {
  const old = new DatabaseSync(file)
  try {
    old.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    old.close()
  }
}

async function becomeNew(durable: Durable): Promise<void> {
  durable.write(() => setFormat(durable.db))
  await durable.synced()
}

async function copyTables(file: string, tables: TableService, durable: Durable): Promise<void> {
  const old = new DatabaseSync(file, { readOnly: true })
  try {
    for (const name of tableNames()) await importTable(name)
  } finally {
    old.close()
  }
  await becomeNew(durable)

  /** None where the first start of that time was broken off before it had made any. */
  function tableNames(): string[] {
    const isBegun = old.prepare("SELECT 1 FROM sqlite_master WHERE name = '_tables'").get()
    return isBegun
      ? old
          .prepare('SELECT table_name AS name FROM _tables')
          .all()
          .map((row) => String(row.name))
      : []
  }

  /** What everybody is done with. */
  function checkpoint(): number {
    const isKept = durable.db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'stream_checkpoint'").get()
    const least =
      isKept && durable.db.prepare('SELECT MIN(sequence) AS least FROM stream_checkpoint').get()!.least
    return Number(least ?? 0)
  }

  async function importTable(name: string): Promise<void> {
    const { body } = await tables.handle('Scan', { TableName: name, Limit: 1 })
    // Each was in one transaction: a table that has something has everything.
    if ((JSON.parse(body) as { Count?: number }).Count !== 0) return
    await tables.restore(name, { items: itemsOf(name), records: recordsOf(name) })
  }

  function* itemsOf(name: string): Iterable<Item> {
    const quoted = `"${name.replaceAll('"', '""')}"`
    for (const row of old.prepare(`SELECT item_json FROM ${quoted}`).iterate())
      yield JSON.parse(String(row.item_json)) as Item
  }

  /** The newest one too, after which the numbers go on. */
  function* recordsOf(name: string): Iterable<TableRecord> {
    const newest = old.prepare(
      'SELECT MAX(CAST(sequence_number AS INTEGER)) AS last FROM _stream_records WHERE table_name = ?',
    )
    const rows = old
      .prepare(`SELECT *, CAST(sequence_number AS INTEGER) AS sequence FROM _stream_records
        WHERE table_name = ? AND CAST(sequence_number AS INTEGER) > ? ORDER BY sequence`)
      .iterate(name, Math.min(checkpoint(), Number(newest.get(name)!.last ?? 0) - 1))
    for (const row of rows) yield recordOf(row as unknown as RecordRow)
  }
}

function recordOf(row: RecordRow): TableRecord {
  const image = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as Item))
  return {
    sequence: row.sequence,
    event: row.event_name,
    keys: JSON.parse(row.keys_json) as Item,
    newImage: image(row.new_image),
    oldImage: image(row.old_image),
    size: row.keys_json.length + (row.new_image?.length ?? 0) + (row.old_image?.length ?? 0),
    createdAt: row.created_at * 1000,
    isExpiry: row.user_identity !== null,
  }
}
