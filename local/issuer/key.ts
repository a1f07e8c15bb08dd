/* The issuer's signing key: made once, readable by its owner only. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { holdsNone, keepSecret, readSecret } from '../data-folder/kept-secret.ts'

export interface SigningKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

/** @throws FolderRefused for a file without a key */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const privateKey = readKey(file, readSecret(file) ?? keepSecret(file, await newKey()))
  const publicKey = createPublicKey(privateKey)
  const kid = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64url')
    .slice(0, 16)
  return { kid, privateKey, publicKey }
}

async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return JSON.stringify(privateKey.export({ format: 'jwk' }))
}

function readKey(file: string, text: string): KeyObject {
  try {
    return createPrivateKey({ key: JSON.parse(text) as Record<string, string>, format: 'jwk' })
  } catch {
    throw holdsNone(file)
  }
}
