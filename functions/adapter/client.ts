import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto'
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** Without `info`, for which the SDK would prepare a copy of each request and answer that nobody reads. */
const silence = {
  trace() {},
  debug() {},
  warn() {},
  error() {},
} as unknown as NonNullable<DynamoDBClientConfig['logger']>

type Bytes = ArrayBuffer | ArrayBufferView

/** Keys that sign all requests of a day, by the bytes that the SDK has of them. */
const signingKeys = new WeakMap<Bytes, KeyObject>()

function signingKey(secret: Bytes): KeyObject {
  const known = signingKeys.get(secret)
  if (known) return known
  const bytes = ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
  const key = createSecretKey(bytes)
  signingKeys.set(secret, key)
  return key
}

/**
 * The SDK's own but for keys, which it gives to Node as bytes: then Node throws and catches two errors to find out that
 * they are no KeyObject, which takes four times as long as the signature.
 */
export class Sha256 {
  #hash!: Hash | Hmac
  readonly #secret: string | Bytes | undefined

  constructor(secret?: string | Bytes) {
    this.#secret = secret
    this.reset()
  }

  reset(): void {
    const secret = this.#secret
    if (secret === undefined) this.#hash = createHash('sha256')
    else this.#hash = createHmac('sha256', typeof secret === 'string' ? secret : signingKey(secret))
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

/**
 * Of every AWS client. A function must answer before its own time is over, so a call that hangs is given up
 * and tried again: 3 attempts of at most 3 s each. Connections are kept (Node's default agent would close them idle).
 */
const defaults = {
  maxAttempts: 3,
  logger: silence,
  // The middleware of a command is put in order for its first call, not for each.
  cacheMiddleware: true,
  sha256: Sha256,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 64 },
    httpAgent: { keepAlive: true, maxSockets: 64 },
  },
}

type Settings = typeof defaults & Pick<DynamoDBClientConfig, 'endpoint' | 'credentials'>

/**
 * Opens a client of the SDK for many calls.
 *
 * Each call copies the client's configuration four times, which costs 7 µs as long as V8 keeps it as a dictionary, and
 * 1 µs once it has the form of an ordinary object. `npm run bench -- sdk` compares a call with the SDK's own.
 */
export function openClient<C extends { config: object }>(
  Client: new (settings: Settings) => C,
  more: Partial<Settings> = {},
): C {
  const client = new Client({ ...defaults, ...more })
  keepAsOrdinaryObject(client.config)
  return client
}

/** V8 gives an object its ordinary form back when others inherit from it; one with a getter is copied slowly all the same. */
function keepAsOrdinaryObject(config: object): void {
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(config))) {
    if (!get) continue
    const value: unknown = get.call(config)
    Object.defineProperty(config, name, { value, writable: true, enumerable: true, configurable: true })
  }
  const heir = Object.create(config) as { region?: unknown }
  for (let i = 0; i < 8; i++) void heir.region
}

/** A pause before trying again: random, so that those who collided do not collide again, and doubling up to 1 s. */
export const backoff = (attempt: number): number => Math.random() * Math.min(1000, 20 * 2 ** attempt)

export function inChunks<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let i = 0; i < list.length; i += size) chunks.push(list.slice(i, i + size))
  return chunks
}
