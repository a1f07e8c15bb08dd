/**
 * Writes that are on disk before they are acknowledged.
 *
 * Problem: one fsync for each write limits the embedded cloud to a few hundred acknowledgements a second, and an fsync
 * within COMMIT stops everything else in this process for as long as the disk takes.
 * Representation: the first write of an event-loop turn opens a transaction, every further write of that turn joins
 * it, and one COMMIT ends it when the turn is over. With synchronous=NORMAL that COMMIT only writes to the log file; the
 * log is then synced by a thread, one sync at a time for all commits that came meanwhile. Whoever must acknowledge
 * awaits `committed()`.
 * Invariant: `committed()` resolves only after the transaction that contains all writes made before the call is
 * synced: SQLite recovers every whole transaction of the log, and checkpoints sync the log before they overwrite
 * anything. If a write, a commit or a sync fails nothing that follows is accepted: memory may then be ahead of the disk.
 * Rejected: synchronous=FULL (measured: more than half of the busy time of the process was waiting in COMMIT); NORMAL
 * without the sync (a power cut rolls acknowledged writes back); a savepoint for each write (twice the cost; callers
 * check before they write instead).
 */
import { closeSync, existsSync, fdatasync, fdatasyncSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export interface Durable {
  readonly db: DatabaseSync
  /** Runs `work`, which writes to `db`, inside the transaction of this turn. */
  write<T>(work: () => T): T
  /** Resolves when everything written so far is synced to disk; rejects when it could not be. */
  committed(): Promise<void>
  /** How often the disk was waited for since the file was opened. */
  syncs(): Syncs
  /** Commits what is open; closes the file if this opened it. */
  close(): void
}

export interface Syncs {
  /** those of `committed()`, each for all commits before it */
  commits: number
  /** SQLite's own, by which it moves the log into the file: see `syncsOfCheckpoint` */
  checkpoints: number
}

/**
 * With synchronous=NORMAL a checkpoint syncs the log before it copies, the file after it, and the head of the log when
 * that begins anew: walCheckpoint and walRestartLog in SQLite's wal.c. One that readers keep from its end counts with
 * the next one.
 */
const syncsOfCheckpoint = 3

/** A file, or a connection that several services share; the same connection gives the same transaction. */
export type DurableFile = string | DatabaseSync

const shared = new WeakMap<DatabaseSync, Durable>()

/** Opens `file`, or joins the group commit of a connection that is already open. */
export function openDurable(file: DurableFile): Durable {
  if (typeof file !== 'string') {
    const known = shared.get(file) ?? groupCommit(file)
    shared.set(file, known)
    return known
  }
  const db = new DatabaseSync(file)
  const durable = groupCommit(db)
  shared.set(db, durable)
  return {
    ...durable,
    close() {
      durable.close()
      db.close()
    },
  }
}

interface Batch {
  done: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

function groupCommit(db: DatabaseSync): Durable {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  let open: Batch | undefined
  /** Committed, and not known to be on disk. */
  let unsynced: Batch[] = []
  /** What the sync that runs will have brought to disk. */
  let syncing: Batch[] | undefined
  let log: number | undefined
  let commits = 0
  const firstLog = logNumber()
  let broken: unknown

  function flush() {
    const batch = open
    if (!batch) return
    open = undefined
    try {
      commit.run()
    } catch (error) {
      fail([batch], error)
      return
    }
    unsynced.push(batch)
    sync()
  }

  function sync() {
    if (syncing || unsynced.length === 0) return
    const batches = (syncing = unsynced)
    unsynced = []
    commits++
    fdatasync(logFile(), (error) => {
      // Closed meanwhile: then all were synced there.
      if (syncing !== batches) return
      syncing = undefined
      if (error) fail(batches, error)
      else for (const batch of batches) batch.resolve()
      sync()
    })
  }

  function fail(batches: Batch[], error: unknown) {
    broken = error
    for (const batch of batches) batch.reject(error)
  }

  /** What broke off in the middle cannot be told from what was done before it in this turn: nothing of it may be kept. */
  function abandon(error: unknown) {
    const batch = open
    open = undefined
    if (db.isTransaction) db.exec('ROLLBACK')
    fail(batch ? [batch] : [], error)
  }

  /** The log exists from the first commit on, and stays the same file while the connection is open. */
  function logFile(): number {
    return (log ??= openSync(`${db.location()}-wal`, 'r'))
  }

  /** How often the log has begun anew: a number of 32 bits in its head (SQLite's file format, section 4.1). */
  function logNumber(): number {
    const head = Buffer.alloc(4)
    if (existsSync(`${db.location()}-wal`)) readSync(logFile(), head, 0, 4, 12)
    return head.readUInt32BE()
  }

  return {
    db,
    write(work) {
      if (broken) throw new Error('The store stopped because a write failed', { cause: broken })
      if (!open) {
        begin.run()
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        // Without a waiter a failed commit must not end the process: the next write reports it.
        promise.catch(() => undefined)
        open = { done: promise, resolve, reject }
        setImmediate(flush)
      }
      try {
        return work()
      } catch (error) {
        // What a caller refuses before it writes has changed nothing.
        if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') abandon(error)
        throw error
      }
    },
    committed() {
      const last = open ?? unsynced.at(-1) ?? syncing?.at(-1)
      return last?.done ?? (broken ? Promise.reject(broken) : Promise.resolve())
    },
    syncs: () => ({ commits, checkpoints: (logNumber() - firstLog) * syncsOfCheckpoint }),
    close() {
      flush()
      const batches = [...(syncing ?? []), ...unsynced]
      syncing = undefined
      unsynced = []
      if (log === undefined) return
      fdatasyncSync(log)
      closeSync(log)
      log = undefined
      for (const batch of batches) batch.resolve()
    },
  }
}
