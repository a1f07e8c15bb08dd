/* Secrets that are made at the first start and stay. */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { FolderRefused } from './data-folder.ts'

/** The text of the file, if there is one. From here on nobody but its owner can read it: a copied or restored folder may have lost the mode. */
export function readSecret(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  chmodSync(file, 0o600)
  return readFileSync(file, 'utf8')
}

/** Afterwards the file is there as a whole; a start that is broken off leaves none. */
export function keepSecret(file: string, text: string): string {
  const part = `${file}.part`
  writeFileSync(part, text, { mode: 0o600, flush: true })
  renameSync(part, file)
  return text
}

export const holdsNone = (file: string) =>
  new FolderRefused(`${file} holds no key; delete it, and the next start makes a new one`)
