/**
 * The change records of the tables, read from the database's own file.
 *
 * GetRecords over HTTP has no long poll: a look costs a request in both processes, thirty times a second for a short
 * latency. A look at the file costs microseconds, and `PRAGMA data_version` tells whether there is anything to see.
 * The file's layout is checked when it is opened, since it belongs to another program (pinned to one version).
 */
import { DatabaseSync } from 'node:sqlite'
import { Unmodelled } from '../template/fault.ts'

export interface StreamRecord {
  sequence: number
  /** The record as a function receives it, as JSON. */
  json: string
  /** Key of the item, as JSON. */
  key: string
  /** Milliseconds since the epoch, of the machine's clock, in whole seconds. */
  createdAt: number
  /** A put that changed nothing: AWS writes no record for it, the database does. */
  isUnchanged: boolean
}

export interface StreamLog {
  /** True when the file was written to since the last call. */
  changed(): boolean
  read(table: string, after: number, limit: number): StreamRecord[]
  /** Sequence number of the newest record; 0 when there is none. */
  latest(table: string): number
  /** Deletes records up to `sequence` that are older than `before`, but never the newest one. */
  trim(table: string, sequence: number, before: number): void
  close(): void
}

/** Sequence numbers are given as texts of this length, so that their order as texts is their order. */
export const sequenceText = (sequence: number) => String(sequence).padStart(21, '0')

interface Row {
  sequence: number
  event_name: string
  keys_json: string
  new_image: string | null
  old_image: string | null
  created_at: number
  user_identity: string | null
}

/**
 * @param arns ARN of the stream of each table, by the table's name
 * @param virtualNow with a virtual clock a record counts as made when it is first read: the database has its own time
 */
export function openStreamLog(
  file: string,
  region: string,
  arns: Map<string, string>,
  virtualNow?: () => number,
): StreamLog {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA busy_timeout = 5000')
  const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all('_stream_records')
  const needed = [
    'table_name',
    'event_name',
    'keys_json',
    'new_image',
    'old_image',
    'created_at',
    'sequence_number',
  ]
  const missing = needed.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0)
    throw new Unmodelled(
      file,
      `the database keeps its stream in another form: no column ${missing.join(', ')}`,
    )

  const version = db.prepare('PRAGMA data_version')
  const select =
    db.prepare(`SELECT CAST(sequence_number AS INTEGER) AS sequence, event_name, keys_json, new_image,
    old_image, created_at, user_identity FROM _stream_records
    WHERE table_name = ? AND CAST(sequence_number AS INTEGER) > ?
    ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?`)
  const maximum = db.prepare(
    'SELECT MAX(CAST(sequence_number AS INTEGER)) AS latest FROM _stream_records WHERE table_name = ?',
  )
  const remove = db.prepare(`DELETE FROM _stream_records
    WHERE table_name = ? AND CAST(sequence_number AS INTEGER) <= ? AND created_at < ?`)
  let seen: unknown

  const latest = (table: string) => Number(maximum.get(table)?.latest ?? 0)
  return {
    latest,
    changed() {
      const current = version.get()!.data_version
      const isNew = current !== seen
      seen = current
      return isNew
    },
    read(table, after, limit) {
      const rows = select.all(table, after, limit) as unknown as Row[]
      const seenAt = virtualNow && Math.floor(virtualNow() / 1000)
      if (seenAt !== undefined) for (const row of rows) row.created_at = seenAt
      return rows.map((row) => ({
        sequence: row.sequence,
        json: recordJson(row, region, arns.get(table) ?? ''),
        key: row.keys_json,
        createdAt: row.created_at * 1000,
        isUnchanged: isUnchanged(row.new_image, row.old_image),
      }))
    },
    trim(table, sequence, before) {
      // Were the newest record deleted, the database would count from 1 again.
      remove.run(table, Math.min(sequence, latest(table) - 1), Math.floor(before / 1000))
    },
    close: () => db.close(),
  }
}

/** The images are JSON already: they are put in as text, neither parsed nor written anew. */
function recordJson(row: Row, region: string, arn: string): string {
  const sequence = sequenceText(row.sequence)
  const identity = row.user_identity ? `,"userIdentity":${row.user_identity}` : ''
  const images =
    (row.new_image ? `,"NewImage":${row.new_image}` : '') +
    (row.old_image ? `,"OldImage":${row.old_image}` : '')
  const size = row.keys_json.length + (row.new_image?.length ?? 0) + (row.old_image?.length ?? 0)
  return (
    `{"eventID":"${row.sequence.toString(16).padStart(32, '0')}","eventName":"${row.event_name}","eventVersion":"1.1",` +
    `"eventSource":"aws:dynamodb","awsRegion":"${region}","dynamodb":{"ApproximateCreationDateTime":${row.created_at},` +
    `"Keys":${row.keys_json}${images},"SequenceNumber":"${sequence}","SizeBytes":${size},` +
    `"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"${arn}"${identity}}`
  )
}

function isUnchanged(newImage: string | null, oldImage: string | null): boolean {
  if (newImage === null || oldImage === null || newImage.length !== oldImage.length) return false
  return canonical(JSON.parse(newImage)) === canonical(JSON.parse(oldImage))
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    entry && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)))
      : entry,
  )
}
