/**
 * The secret of whoever may read the data folder: it opens the control door, and it is the password of the demo
 * accounts. The address of a request proves nothing: behind a proxy the whole world comes from 127.0.0.1.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

export interface OwnerKey {
  /** 32 characters, safe in a header and easy to copy */
  text: string
  fits(given: string): boolean
}

/** Reads the key, or makes it at the first start. Nobody but the owner of the file can read it afterwards. */
export function openOwnerKey(file: string): OwnerKey {
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600, flush: true })
  // A copied or restored folder may have lost the mode.
  chmodSync(file, 0o600)
  const text = readFileSync(file, 'utf8').trim()
  if (text.length < 16) throw new Error(`${file} holds no key; delete it, and the next start makes a new one`)
  // Hashed first, so that the comparison tells neither length nor beginning.
  const expected = digest(text)
  return { text, fits: (given) => timingSafeEqual(digest(given), expected) }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
