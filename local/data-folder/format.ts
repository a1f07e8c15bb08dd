/**
 * The format of a data folder: a number in the head of `cloud.db` (SQLite's user_version), which is written in a transaction.
 * 0 is a folder in which `table.db` holds the tables, or a new one; 1 holds everything in `cloud.db`.
 */
import type { DatabaseSync } from 'node:sqlite'
import { FolderRefused } from './data-folder.ts'

export const format = 1

export const formatOf = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()!.user_version)

export const setFormat = (db: DatabaseSync): void => db.exec(`PRAGMA user_version = ${format}`)

/** To ask before anything is written. @throws FolderRefused for the folder of a later version, and for a file that is none of ours */
export function refuseLaterFormat(db: DatabaseSync, folder: string): void {
  const found = readFormat(db, folder)
  if (found > format)
    throw new FolderRefused(
      `${folder} was written by a later version of Holdfast (format ${found}; this one knows ${format}). Start that version, ` +
        'or give another folder with --data. Nothing was changed',
    )
}

function readFormat(db: DatabaseSync, folder: string): number {
  try {
    return formatOf(db)
  } catch (error) {
    throw new FolderRefused(
      `cloud.db in ${folder} cannot be read: ${(error as Error).message}. Put a copy of the folder in its place, or give another one with ` +
        '--data. Nothing was changed',
    )
  }
}
