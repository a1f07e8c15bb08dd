/*
 * Writes of one turn in one transaction, and on disk before anybody outside learns of them.
 *
 * Problem: one fsync for each write limits the embedded cloud to a few hundred acknowledgements a second, and an fsync
 * within COMMIT stops everything else in this process for as long as the disk takes.
 * Representation: the first write of an event-loop turn opens a transaction, every further write of that turn joins
 * it, and one COMMIT ends it when the turn is over. With synchronous=NORMAL that COMMIT only writes to the log file. What
 * goes on inside awaits `committed()`; whoever answers somebody outside awaits `synced()`, for which a thread syncs
 * the log, one sync at a time for all commits that came meanwhile. What nobody asks for is synced after a second.
 * Invariant: transactions are in the log in the order in which they were made, and a crash or a power cut leaves a
 * beginning of it: SQLite recovers every whole transaction up to the first that is not, and checkpoints sync the log
 * before they overwrite anything. So what was synced is there with all that came before it, and what is lost was
 * known to nobody outside and will be done again. If a write, a commit or a sync fails nothing that follows is
 * accepted: memory may then be ahead of the disk.
 * Rejected: synchronous=FULL (measured: more than half of the busy time of the process was waiting in COMMIT); NORMAL
 * without the sync (a power cut rolls acknowledged writes back); a sync before each step inside (a dozen for each lead,
 * each of which the lead's e-mail waits for); a savepoint for each write (twice the cost; callers check before they
 * write instead).
 */
import { closeSync, existsSync, fdatasync, fdatasyncSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export interface Durable {
  readonly db: DatabaseSync
  /** Runs `work`, which writes to `db`, inside the transaction of this turn. */
  write<T>(work: () => T): T
  /** Runs `work` at the end of the transaction that is open: what a turn writes bit by bit it then writes once. */
  beforeCommit(work: () => void): void
  /** Resolves when everything written so far is in the log, which outlives this process; rejects when it could not be. */
  committed(): Promise<void>
  /** Resolves when everything written so far is on disk, which outlives a power cut too; rejects when it could not be. */
  synced(): Promise<void>
  /** Resolves with the error when a write, a commit or a sync has failed, after which nothing is accepted any more. */
  readonly failure: Promise<unknown>
  /** How often the disk was waited for since the file was opened. */
  syncs(): Syncs
  /** Commits what is open; closes the file if this opened it. */
  close(): void
}

export interface Syncs {
  /** those of `synced()`, each for all commits before it */
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

/**
 * Whether SQLite threw this: then the turn is lost with all that was written in it, and whoever would do something else
 * instead must let it pass.
 */
export const isStoreFault = (error: unknown): boolean =>
  (error as { code?: unknown } | null | undefined)?.code === 'ERR_SQLITE_ERROR'

type Waiting = PromiseWithResolvers<void>

/** Milliseconds after which a commit is synced for which nobody waits. */
const syncDelay = 1000

function groupCommit(db: DatabaseSync): Durable {
  // The log is moved into the file after 16 MB, which takes as long as after 4 MB for four times as many changes; macOS
  // calls a sync one only when it is asked for a full one.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;
    PRAGMA checkpoint_fullfsync = 1; PRAGMA busy_timeout = 5000`)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  /** The transaction of this turn. */
  let open: Waiting | undefined
  /** What is to be done at its end. */
  let endings: (() => void)[] = []
  /** Whether there are commits that no sync which has begun will bring to disk. */
  let isBehind = false
  let syncing: Waiting | undefined
  /** Those who wait for the sync after it. */
  let next: Waiting | undefined
  let timer: NodeJS.Timeout | undefined
  let log: number | undefined
  let commits = 0
  const firstLog = logNumber()
  let broken: unknown
  const failure = Promise.withResolvers<unknown>()

  function flush() {
    if (!open) return
    try {
      for (let work = endings.shift(); work; work = endings.shift()) work()
    } catch (error) {
      // Half a turn may not be kept, whoever threw.
      abandon(error)
      return
    }
    const batch = open
    open = undefined
    try {
      commit.run()
    } catch (error) {
      fail(error, batch)
      return
    }
    isBehind = true
    batch.resolve()
    syncSoon()
  }

  /** At once when somebody waits for it. */
  function syncSoon() {
    if (next) sync()
    else timer ??= setTimeout(syncLate, syncDelay).unref()
  }

  function syncLate() {
    timer = undefined
    sync()
  }

  function sync() {
    if (syncing || open || !isBehind || broken) return
    clearTimeout(timer)
    timer = undefined
    isBehind = false
    const batch = (syncing = next ?? waiting())
    next = undefined
    commits++
    const done = (error: unknown) => {
      // Closed meanwhile: then all was synced there.
      if (syncing !== batch) return
      syncing = undefined
      if (error) return fail(error, batch)
      batch.resolve()
      if (isBehind) syncSoon()
    }
    try {
      fdatasync(logFile(), done)
    } catch (error) {
      // The file has been taken away.
      done(error)
    }
  }

  function fail(error: unknown, ...batches: (Waiting | undefined)[]) {
    broken ??= error
    failure.resolve(error)
    for (const batch of [...batches, next]) batch?.reject(error)
    next = undefined
  }

  /** What broke off in the middle cannot be told from what was done before it in this turn: nothing of it may be kept. */
  function abandon(error: unknown) {
    const batch = open
    open = undefined
    endings = []
    if (db.isTransaction) db.exec('ROLLBACK')
    fail(error, batch)
  }

  /** The log exists from the first commit on, and stays the same file while the connection is open. Windows syncs only what may be written. */
  function logFile(): number {
    return (log ??= openSync(`${db.location()}-wal`, 'r+'))
  }

  /** How often the log has begun anew: a number of 32 bits in its head (SQLite's file format, section 4.1). */
  function logNumber(): number {
    const head = Buffer.alloc(4)
    if (existsSync(`${db.location()}-wal`)) readSync(logFile(), head, 0, 4, 12)
    return head.readUInt32BE()
  }

  return {
    db,
    failure: failure.promise,
    write(work) {
      if (broken) throw new Error('The store stopped because a write failed', { cause: broken })
      if (!open) {
        begin.run()
        open = waiting()
        setImmediate(flush)
      }
      try {
        return work()
      } catch (error) {
        // What a caller refuses before it writes has changed nothing.
        if (isStoreFault(error)) abandon(error)
        throw error
      }
    },
    beforeCommit(work) {
      if (!open) throw new Error('No transaction is open')
      endings.push(work)
    },
    committed() {
      return open?.promise ?? (broken ? Promise.reject(broken) : Promise.resolve())
    },
    synced() {
      if (broken) return Promise.reject(broken)
      if (!open && !isBehind) return syncing?.promise ?? Promise.resolve()
      next ??= waiting()
      const { promise } = next
      sync()
      return promise
    },
    syncs: () => ({ commits, checkpoints: (logNumber() - firstLog) * syncsOfCheckpoint }),
    close() {
      flush()
      clearTimeout(timer)
      timer = undefined
      const batches = [syncing, next]
      const isOnDisk = !isBehind && batches.every((batch) => !batch)
      syncing = next = undefined
      isBehind = false
      if (!isOnDisk) fdatasyncSync(logFile())
      if (log !== undefined) closeSync(log)
      log = undefined
      for (const batch of batches) batch?.resolve()
    },
  }
}

function waiting(): Waiting {
  const batch = Promise.withResolvers<void>()
  // Without a waiter a failed commit must not end the process: the next write reports it.
  batch.promise.catch(() => undefined)
  return batch
}
