/*
 * The changes of a table, in the order in which they were made.
 *
 * Problem: whoever follows the table must see every change that was acknowledged, none that a crash takes back, and
 * must not have to ask again and again; most changes concern nobody.
 * Representation: a record is written in the transaction of its change, kept in memory until it is trimmed, and shown
 * when that transaction is committed; then the listener is called. Memory holds the newest records as they are, so that
 * nobody parses them again; after a restart they are read from the file.
 * Invariant: sequence numbers grow with every record and are never given twice: the newest record is never deleted.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Item } from './value.ts'

export interface TableRecord {
  sequence: number
  event: 'INSERT' | 'MODIFY' | 'REMOVE'
  keys: Item
  newImage: Item | undefined
  oldImage: Item | undefined
  /** bytes of the keys and the images */
  size: number
  /** milliseconds since the epoch */
  createdAt: number
  /** removed by its time to live */
  isExpiry: boolean
}

export interface TableStream {
  /** Records behind this sequence number, oldest first, that are committed. */
  read(after: number, limit: number): TableRecord[]
  /** Sequence number of the newest record that is committed; 0 when there is none. */
  readonly latest: number
  /**
   * From now on only records that a follower wants are kept, and each follower is told when there are new ones.
   * Without followers every record is kept.
   * @param wants asked once, in the transaction of the change
   */
  follow(follower: Follower): void
  /** Deletes the records up to this sequence number, but never the newest one. */
  trim(sequence: number): void
}

export interface Follower {
  wants: (record: TableRecord) => boolean
  changed: () => void
}

interface Row {
  sequence: number
  event: TableRecord['event']
  keys: string
  new_image: string | null
  old_image: string | null
  size: number
  created: number
  expiry: number
}

/** Of the records in memory; whoever is further behind reads from the file. */
const mostInMemory = 2000

export interface Streams {
  of(table: number): TableStream
  /**
   * Within the transaction of the change; what nobody wants is not written. Images are texts already when the item was written.
   * A record that has a sequence number keeps it, which must be above all that were given.
   */
  append(
    table: number,
    record: Omit<TableRecord, 'sequence'> & { sequence?: number },
    texts?: { newImage: string | undefined; oldImage: string | undefined },
  ): void
  drop(table: number): void
}

interface Group {
  write<T>(work: () => T): T
  committed(): Promise<void>
}

export function openStreams(db: DatabaseSync, group: Group): Streams {
  db.exec(`CREATE TABLE IF NOT EXISTS table_record (
    sequence INTEGER PRIMARY KEY, source INTEGER NOT NULL, event TEXT NOT NULL, keys TEXT NOT NULL,
    new_image TEXT, old_image TEXT, size INTEGER NOT NULL, created INTEGER NOT NULL, expiry INTEGER NOT NULL)`)
  const insert = db.prepare('INSERT INTO table_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const select = db.prepare(
    'SELECT * FROM table_record WHERE source = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
  )
  const remove = db.prepare('DELETE FROM table_record WHERE source = ? AND sequence <= ?')
  const newest = db.prepare('SELECT MAX(sequence) AS sequence FROM table_record WHERE source = ?')
  let last = Number(db.prepare('SELECT MAX(sequence) AS sequence FROM table_record').get()!.sequence ?? 0)
  const open = new Map<number, OpenStream>()
  /** The transaction whose records are not committed, and the tables of them. */
  let pending: { done: Promise<void>; tables: Set<OpenStream>; last: number } | undefined

  function streamOf(table: number): OpenStream {
    const known = open.get(table)
    if (known) return known
    const stream = new OpenStream(Number(newest.get(table)!.sequence ?? 0), {
      select: (after, until, limit) =>
        (select.all(table, after, until, limit) as unknown as Row[]).map(recordOf),
      remove: (until) => group.write(() => void remove.run(table, until)),
    })
    open.set(table, stream)
    return stream
  }

  function announceLater(stream: OpenStream): void {
    const done = group.committed()
    if (pending?.done !== done) {
      const batch = { done, tables: new Set<OpenStream>(), last }
      pending = batch
      // A transaction that failed announces nothing: nothing more will be accepted then.
      done.then(
        () => {
          for (const table of batch.tables) table.show(batch.last)
        },
        () => undefined,
      )
    }
    pending.last = last
    pending.tables.add(stream)
  }

  return {
    of: streamOf,
    append(table, record, texts) {
      const stream = streamOf(table)
      const sequence = record.sequence ?? last + 1
      const numbered = { ...record, sequence }
      if (!stream.isWanted(numbered)) return
      last = sequence
      insert.run(
        sequence,
        table,
        record.event,
        JSON.stringify(record.keys),
        texts?.newImage ?? textOf(record.newImage),
        texts?.oldImage ?? textOf(record.oldImage),
        record.size,
        record.createdAt,
        Number(record.isExpiry),
      )
      stream.add(numbered)
      announceLater(stream)
    },
    drop(table) {
      remove.run(table, last)
      open.delete(table)
    },
  }
}

interface RecordFile {
  select: (after: number, until: number, limit: number) => TableRecord[]
  remove: (until: number) => void
}

class OpenStream implements TableStream {
  /** Records without a gap up to the newest one, shown or not. */
  #memory: TableRecord[] = []
  readonly #followers: Follower[] = []
  #latest: number
  #newest: number
  readonly #file: RecordFile
  /** Everything above this is in memory. */
  #from: number

  constructor(latest: number, file: RecordFile) {
    this.#latest = latest
    this.#newest = latest
    this.#from = latest
    this.#file = file
  }

  get latest(): number {
    return this.#latest
  }

  add(record: TableRecord): void {
    this.#memory.push(record)
    this.#newest = record.sequence
    if (this.#memory.length <= mostInMemory) return
    const cut = this.#memory.splice(0, mostInMemory / 2)
    this.#from = cut.at(-1)!.sequence
  }

  show(sequence: number): void {
    this.#latest = Math.min(sequence, this.#newest)
    for (const { changed } of this.#followers) changed()
  }

  read(after: number, limit: number): TableRecord[] {
    if (after >= this.#latest) return []
    if (after < this.#from) return this.#file.select(after, this.#latest, limit)
    const records: TableRecord[] = []
    for (const record of this.#memory) {
      if (record.sequence > this.#latest || records.length >= limit) break
      if (record.sequence > after) records.push(record)
    }
    return records
  }

  follow(follower: Follower): void {
    this.#followers.push(follower)
  }

  isWanted(record: TableRecord): boolean {
    return this.#followers.length === 0 || this.#followers.some(({ wants }) => attempt(wants, record))
  }

  trim(sequence: number): void {
    const until = Math.min(sequence, this.#newest - 1)
    this.#file.remove(until)
    const kept = this.#memory.findIndex((record) => record.sequence > until)
    this.#memory.splice(0, kept < 0 ? this.#memory.length : kept)
    this.#from = Math.max(this.#from, Math.min(until, this.#latest))
  }
}

/** The change is being written: whoever cannot judge it gets it. */
function attempt(wants: Follower['wants'], record: TableRecord): boolean {
  try {
    return wants(record)
  } catch {
    return true
  }
}

const textOf = (image: Item | undefined): string | null => (image ? JSON.stringify(image) : null)

function recordOf(row: Row): TableRecord {
  const image = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as Item))
  return {
    sequence: row.sequence,
    event: row.event,
    keys: JSON.parse(row.keys) as Item,
    newImage: image(row.new_image),
    oldImage: image(row.old_image),
    size: row.size,
    createdAt: row.created,
    isExpiry: row.expiry === 1,
  }
}
