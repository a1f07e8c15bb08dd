/*
 * The folder that holds everything: one embedded cloud at a time.
 *
 * The lock is an exclusive transaction on a small SQLite file, that is a lock of the operating system: it ends with
 * the process, however that ends, and needs no guess whether a process id is still the same process.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder cannot be had; the message says why, and which process uses it. */
export class FolderRefused extends Error {
  override name = 'FolderRefused'
}

export interface DataFolder {
  path: string
  file(...names: string[]): string
  /** Tells a second start who is here, and programs of this account where the SDK's calls go. */
  announce(place: { port: number; sdk: string }): void
  release(): void
}

/** Only what Holdfast made itself is deleted by --fresh: the folder may be somebody's home. */
const own =
  /^(table\.db|cloud\.db)(-wal|-shm)?$|^(issuer\.json|owner\.key|running\.json|log|bucket|compiled|function)$/

/**
 * Takes the folder, making it if it is not there; `fresh` empties it first.
 * @throws FolderRefused
 */
export function openDataFolder(folder: string, fresh: boolean): DataFolder {
  const path = resolve(folder)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw cannotBeUsed(path, error)
  }
  const lock = openLock(path)
  const holder = join(path, 'running.json')
  try {
    lock.exec(
      'PRAGMA busy_timeout = 300; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE',
    )
  } catch (error) {
    lock.close()
    if (!/locked|busy/i.test((error as Error).message)) throw cannotBeUsed(path, error)
    throw new FolderRefused(
      `${path} is in use by ${describeHolder(holder)}. Stop it first, or give another folder with --data`,
    )
  }
  if (fresh)
    for (const name of readdirSync(path)) if (own.test(name)) rmSync(join(path, name), { recursive: true })
  // Customers' data: for its owner only, also where the folder was there before.
  chmodSync(path, 0o700)
  for (const name of ['log', 'bucket', 'compiled']) mkdirSync(join(path, name), { recursive: true })

  return {
    path,
    file: (...names) => join(path, ...names),
    announce: (place) =>
      writeFileSync(holder, JSON.stringify({ pid: process.pid, ...place, since: new Date().toISOString() }), {
        mode: 0o600,
      }),
    release() {
      rmSync(holder, { force: true })
      lock.close()
    },
  }
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(join(path, 'lock'))
  } catch (error) {
    throw cannotBeUsed(path, error)
  }
}

/** SQLite's own words name no file. */
const cannotBeUsed = (path: string, error: unknown) =>
  new FolderRefused(
    `${path} cannot be used as data folder: ${(error as Error).message}. Holdfast has to write in it; give another folder with --data`,
  )

function describeHolder(file: string): string {
  try {
    const { pid, port, since } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return `another Holdfast (process ${String(pid)}, http://localhost:${String(port)}, since ${String(since)})`
  } catch {
    return 'another Holdfast that is just starting'
  }
}
