/*
 * The secret of whoever may read the data folder: it opens the control door, and it is the password of the demo
 * accounts. The address of a request proves nothing: behind a proxy the whole world comes from 127.0.0.1.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { holdsNone, keepSecret, readSecret } from './kept-secret.ts'

export interface OwnerKey {
  /** 32 characters, safe in a header and easy to copy */
  text: string
  fits(given: string): boolean
}

/** Reads the key, or makes it at the first start. @throws FolderRefused for a file without one */
export function openOwnerKey(file: string): OwnerKey {
  const text = (readSecret(file) ?? keepSecret(file, `${randomBytes(16).toString('hex')}\n`)).trim()
  if (text.length < 16) throw holdsNone(file)
  // Hashed first, so that the comparison tells neither length nor beginning.
  const expected = digest(text)
  return { text, fits: (given) => timingSafeEqual(digest(given), expected) }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
