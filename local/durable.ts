/**
 * Writes that are on disk before they are acknowledged.
 *
 * Problem: one fsync for each write limits the embedded cloud to a few hundred acknowledgements a second.
 * Representation: the first write of an event-loop turn opens a transaction, every further write of that turn joins
 * it, and one COMMIT (one fsync) ends it when the turn is over; whoever must acknowledge awaits `committed()`.
 * Invariant: `committed()` resolves only after the transaction that contains all writes made before the call is
 * synced. If a commit fails nothing that follows is accepted: what is in memory may then be ahead of the disk.
 * Rejected: synchronous=NORMAL (a power cut rolls acknowledged writes back); a savepoint for each write (twice the
 * cost; callers check before they write instead).
 */
import { DatabaseSync } from 'node:sqlite'

export interface Durable {
  readonly db: DatabaseSync
  /** Runs `work`, which writes to `db`, inside the transaction of this turn. */
  write<T>(work: () => T): T
  /** Resolves when everything written so far is synced to disk; rejects when it could not be. */
  committed(): Promise<void>
  /** Commits what is open; closes the file if this opened it. */
  close(): void
}

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
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  let open: Batch | undefined
  let broken: Error | undefined

  function flush() {
    const batch = open
    if (!batch) return
    open = undefined
    try {
      commit.run()
      batch.resolve()
    } catch (error) {
      broken = error as Error
      batch.reject(error)
    }
  }

  return {
    db,
    write(work) {
      if (broken) throw new Error('The store stopped because a commit failed', { cause: broken })
      if (!open) {
        begin.run()
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        // Without a waiter a failed commit must not end the process: the next write reports it.
        promise.catch(() => undefined)
        open = { done: promise, resolve, reject }
        setImmediate(flush)
      }
      return work()
    },
    committed: () => open?.done ?? (broken ? Promise.reject(broken) : Promise.resolve()),
    close: flush,
  }
}
