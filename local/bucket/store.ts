/*
 * The objects of all buckets.
 *
 * Problem: objects are too large for memory and for SQLite, and what is told of one (its size, type, digests, its event)
 * must be true of its bytes through a crash at any moment.
 * Representation: each upload is a file of its own, under a name that nobody else ever has; a row of SQLite says which
 * file a key has now. Files that no key has (an upload under way, what was replaced or deleted) have a row too.
 * Invariant: the file is on disk before its row is written; the row, the event about it and the old file's becoming loose
 * are one transaction. So a key has the whole of one upload or of another, of two at once that which ended last. Loose files
 * are deleted once that transaction is on disk: until then a power cut may bring the former row back. What a killed process
 * left loose is deleted by the next start, which looks at no other file.
 * Rejected: the key as the path (names of 255 bytes, file systems that know no case, `..`, a key that is the folder of
 * another); a file beside the file for what is told of it (two renames are not one); a sweep of the folder for files without a
 * row (it would delete what an operator put back, and read all names at each start).
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Activity } from '../clock/activity.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import { BucketFault } from './fault.ts'

/** Where an object lies. */
export interface Place {
  bucket: string
  key: string
}

export interface StoredObject extends Place {
  /** Within the folder of its bucket. */
  file: string
  /** Bytes. */
  size: number
  /** The MD5 in hex. */
  etag: string
  /** What it was given for its answers, such as `content-type`. */
  headers: Record<string, string>
  /** Milliseconds since the epoch. */
  modified: number
  /** Rises with each change of any object; of equal length, so that it can be compared as text. */
  sequencer: string
}

export interface Digests {
  sha256: Buffer
  md5: Buffer
  crc32: Buffer
}

export interface Upload {
  /** Bytes that will come. */
  length: number
  headers: Record<string, string>
  now: number
  /** Throws when other bytes came than were announced: then nothing is stored. */
  check: (digests: Digests) => void
  /** Throws when what is there may not be replaced: then nothing is stored. */
  admit: (before: StoredObject | undefined) => void
  /** In the transaction in which it becomes the object. */
  stored: (object: StoredObject) => void
}

export interface ObjectStore {
  /** Resolves when the object is stored; what was under its key before is replaced as a whole. */
  put(place: Place, body: AsyncIterable<Uint8Array>, upload: Upload): Promise<StoredObject>
  find(place: Place): StoredObject | undefined
  /** The object with its bytes, which stay readable when it is replaced. Who opens closes. Rejects when somebody took or cut the file. */
  open(place: Place): Promise<{ object: StoredObject; file: FileHandle } | undefined>
  /** @param removed in the transaction in which it goes; not called when there is none */
  remove(place: Place, removed: (object: StoredObject) => void): Promise<void>
  close(): void
}

/** @param folder holds a folder for each bucket */
export function openObjectStore(file: DurableFile, folder: string, activity: Activity): ObjectStore {
  const durable = openDurable(file)
  const { db } = durable
  db.exec(`CREATE TABLE IF NOT EXISTS bucket_object (bucket TEXT, key TEXT, file TEXT NOT NULL, size INTEGER NOT NULL,
      etag TEXT NOT NULL, headers TEXT NOT NULL, modified INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bucket_loose (bucket TEXT, file TEXT, PRIMARY KEY (bucket, file)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bucket_sequence (last INTEGER NOT NULL);
    INSERT INTO bucket_sequence SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM bucket_sequence)`)
  const select = db.prepare('SELECT * FROM bucket_object WHERE bucket = ? AND key = ?')
  const replace = db.prepare('INSERT OR REPLACE INTO bucket_object VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM bucket_object WHERE bucket = ? AND key = ?')
  const loosen = db.prepare('INSERT INTO bucket_loose VALUES (?, ?)')
  const forget = db.prepare('DELETE FROM bucket_loose WHERE bucket = ? AND file = ?')
  const count = db.prepare('UPDATE bucket_sequence SET last = last + 1 RETURNING last')
  const folders = new Set<string>()
  sweep()

  /** Deletes what a former process left. */
  function sweep(): void {
    const loose = db.prepare('SELECT bucket, file FROM bucket_loose').all() as unknown as Loose[]
    // What the former process committed may not be on disk yet; a sync takes it there with the next write.
    if (loose.length > 0) durable.write(() => count.run())
    for (const one of loose) discardLater(one)
  }

  const pathOf = ({ bucket, file }: Loose) => join(folder, bucket, file)

  function find({ bucket, key }: Place): StoredObject | undefined {
    const row = select.get(bucket, key) as unknown as ObjectRow | undefined
    if (!row) return undefined
    const { sequence, headers, ...same } = row
    return {
      ...same,
      headers: JSON.parse(headers) as Record<string, string>,
      sequencer: sequencerOf(sequence),
    }
  }

  /** Deletes a file that no key has. */
  async function discard(loose: Loose): Promise<void> {
    await rm(pathOf(loose), { force: true })
    durable.write(() => forget.run(loose.bucket, loose.file))
  }

  /** Once no power cut can bring it back; a failure leaves it to the next start. */
  function discardLater(loose: Loose): void {
    const work = () => durable.synced().then(() => discard(loose))
    void activity.run(() => work().catch(() => undefined))
  }

  async function write(place: Place, body: AsyncIterable<Uint8Array>, upload: Upload): Promise<StoredObject> {
    const { bucket, key } = place
    const file = newFileName(key)
    if (!folders.has(bucket)) {
      mkdirSync(join(folder, bucket), { recursive: true, mode: 0o700 })
      await syncFolder(folder)
      folders.add(bucket)
    }
    durable.write(() => loosen.run(bucket, file))
    await durable.committed()
    let before: StoredObject | undefined
    let object: StoredObject
    try {
      const digests = await receive(pathOf({ bucket, file }), body, upload.length)
      upload.check(digests)
      await syncFolder(join(folder, bucket))
      object = durable.write(() => {
        before = find(place)
        upload.admit(before)
        const sequence = Number(count.get()!.last)
        const etag = digests.md5.toString('hex')
        const { length: size, headers, now: modified } = upload
        replace.run(bucket, key, file, size, etag, JSON.stringify(headers), modified, sequence)
        forget.run(bucket, file)
        if (before) loosen.run(bucket, before.file)
        const stored = { ...place, file, size, etag, headers, modified, sequencer: sequencerOf(sequence) }
        upload.stored(stored)
        return stored
      })
    } catch (error) {
      // What fails in deleting it is not what the caller is told: the next start deletes it.
      await discard({ bucket, file }).catch(() => undefined)
      throw error
    }
    await durable.committed()
    if (before) discardLater(before)
    return object
  }

  return {
    find,
    put: write,
    async open(place) {
      for (;;) {
        const object = find(place)
        if (!object) return undefined
        try {
          return { object, file: await openWhole(pathOf(object), object.size) }
        } catch (error) {
          // Replaced between both: then another file has the key now.
          if (find(place)?.file === object.file) throw error
        }
      }
    },
    async remove(place, removed) {
      const object = durable.write(() => {
        const before = find(place)
        if (!before) return undefined
        drop.run(place.bucket, place.key)
        loosen.run(place.bucket, before.file)
        removed({ ...before, sequencer: sequencerOf(Number(count.get()!.last)) })
        return before
      })
      await durable.committed()
      if (object) discardLater(object)
    },
    close: () => durable.close(),
  }
}

interface Loose {
  bucket: string
  file: string
}

interface ObjectRow extends Omit<StoredObject, 'headers' | 'sequencer'> {
  headers: string
  sequence: number
}

const sequencerOf = (sequence: number): string => sequence.toString(16).toUpperCase().padStart(18, '0')

/** For people who look into the folder it begins with the key, as far as any file system takes it; what tells files apart is the end. */
const newFileName = (key: string): string =>
  `${key.replaceAll(/[^\w.-]/g, '_').slice(0, 120)}~${randomUUID()}`

/** Writes what comes, one chunk at a time. @throws BucketFault when it is not as long as was said */
async function receive(path: string, body: AsyncIterable<Uint8Array>, length: number): Promise<Digests> {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  let crc = 0
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > length) break
      sha256.update(chunk)
      md5.update(chunk)
      crc = crc32(chunk, crc)
      await file.writeFile(chunk)
    }
    if (size !== length)
      throw new BucketFault(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      )
    await file.sync()
  } finally {
    await file.close()
  }
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc)
  return { sha256: sha256.digest(), md5: md5.digest(), crc32: check }
}

/** Whoever is told a length waits for that many bytes. */
async function openWhole(path: string, size: number): Promise<FileHandle> {
  const file = await open(path)
  const stored = await file.stat()
  if (stored.size === size) return file
  await file.close()
  throw new Error(`${path} is damaged: it has ${stored.size} bytes, not ${size}`)
}

/** So that the name of a new file is on disk too; Windows does that by itself, and opens no folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
