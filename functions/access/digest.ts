import { createHash } from 'node:crypto'

/** What is stored of a program's key, in hexadecimal digits. */
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex')

export const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest()
