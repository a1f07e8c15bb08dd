/*
 * The format of a data folder: a number in the head of `cloud.db` (SQLite's user_version). 3: a record and all that belongs
 * to it lie in one partition, named by its id; a segment of a run is one item, what was posted is packed. Folders of another format
 * are refused in words and left as they are.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FolderRefused } from './data-folder.ts'

const format = 3

/**
 * To ask before anything else is written; a new folder gets its format.
 * @throws FolderRefused for the folder of another version, and for a file that is none of ours
 */
export function requireFormat(db: DatabaseSync, folder: string): void {
  const found = readFormat(db, folder)
  if (found === format) return
  if (found > format)
    throw new FolderRefused(
      `${folder} was written by a later version of Holdfast (format ${found}; this one knows ${format}). Start that version, ` +
        'or give another folder with --data. Nothing was changed',
    )
  if (found > 0 || isUsed(db) || existsSync(join(folder, 'table.db')))
    throw new FolderRefused(
      `${folder} was written by an earlier version of Holdfast (format ${found}; this one knows ${format}), whose records this one ` +
        'cannot read. Go on with that version, or give another folder with --data. Nothing was changed',
    )
  db.exec(`PRAGMA user_version = ${format}`)
}

function readFormat(db: DatabaseSync, folder: string): number {
  try {
    return Number(db.prepare('PRAGMA user_version').get()!.user_version)
  } catch (error) {
    throw new FolderRefused(
      `cloud.db in ${folder} cannot be read: ${(error as Error).message}. Put a copy of the folder in its place, or give another one with ` +
        '--data. Nothing was changed',
    )
  }
}

const isUsed = (db: DatabaseSync): boolean => db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined
