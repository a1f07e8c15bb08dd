import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** Without `info`, for which the SDK would prepare a copy of each request and answer that nobody reads. */
const silence = {
  trace() {},
  debug() {},
  warn() {},
  error() {},
} as unknown as NonNullable<DynamoDBClientConfig['logger']>

/**
 * Limits of every AWS client. A function must answer before its own time is over, so a call that hangs is given up
 * and tried again: 3 attempts of at most 3 s each. Connections are kept (Node's default agent would close them idle).
 */
export const clientDefaults = {
  maxAttempts: 3,
  logger: silence,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 64 },
    httpAgent: { keepAlive: true, maxSockets: 64 },
  },
}

/** A pause before trying again: random, so that those who collided do not collide again, and doubling up to 1 s. */
export const backoff = (attempt: number): number => Math.random() * Math.min(1000, 20 * 2 ** attempt)

export function inChunks<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let i = 0; i < list.length; i += size) chunks.push(list.slice(i, i + size))
  return chunks
}
