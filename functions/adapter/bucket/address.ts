import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner'
import { toInstant } from '#core/record/id.ts'
import { Sha256 } from '../client.ts'
import type { Environment } from '../surroundings.ts'

/** Where bytes are sent and got for a while, by whoever has the address. */
export interface Address {
  url: string
  /** until when it holds */
  until: string
}

export interface Addresses {
  /** to which exactly these bytes may be sent, with these headers */
  toPut(
    key: string,
    bytes: { size: number; sha256: string },
  ): Promise<Address & { headers: Record<string, string> }>
  /** from which they are got, as a file of this name and type */
  toGet(key: string, file: { name: string; type: string }): Promise<Address>
}

/** Seconds: until a large file has begun to be sent by a slow line; until a link was followed. */
const lasts = { put: 900, get: 300 }
const checksum = 'x-amz-checksum-sha256'

/** Of the bucket at `BUCKET_URL`. Nothing is asked of it: who may open an address is in the address itself. */
export function openAddresses(env: Environment): Addresses {
  const bucket = new URL(env('BUCKET_URL'))
  const presigner = new S3RequestPresigner({
    region: env('AWS_REGION'),
    credentials: {
      accessKeyId: env('AWS_ACCESS_KEY_ID'),
      secretAccessKey: env('AWS_SECRET_ACCESS_KEY'),
      ...sessionOf(env),
    },
    sha256: Sha256,
  })

  async function sign(method: 'PUT' | 'GET', key: string, asked: Asked): Promise<Address> {
    const now = new Date()
    const expiresIn = lasts[method === 'PUT' ? 'put' : 'get']
    const { hostname, port, protocol, host } = bucket
    const path = `${bucket.pathname.replace(/\/$/, '')}/${key}`
    const request = { method, protocol, hostname, path, ...(port && { port: Number(port) }) }
    const { query } = await presigner.presign(
      { ...request, headers: { host, ...asked.headers }, query: asked.query ?? {} },
      // In the query S3 would not look at it.
      { expiresIn, signingDate: now, unhoistableHeaders: new Set([checksum]) },
    )
    return {
      url: `${bucket.origin}${path}?${queryText(query)}`,
      until: toInstant(now.getTime() + expiresIn * 1000),
    }
  }

  return {
    async toPut(key, { size, sha256 }) {
      const headers = { 'content-length': String(size), [checksum]: sha256 }
      return { ...(await sign('PUT', key, { headers })), headers }
    },
    toGet: async (key, { name, type }) =>
      sign('GET', key, {
        query: { 'response-content-type': type, 'response-content-disposition': disposition(name) },
      }),
  }
}

interface Asked {
  headers?: Record<string, string>
  query?: Record<string, string>
}

/** Roles of functions have one beside their keys. */
const sessionOf = (env: Environment): { sessionToken?: string } => {
  const sessionToken = env('AWS_SESSION_TOKEN', 'none')
  return sessionToken === 'none' ? {} : { sessionToken }
}

/** To be kept, never opened in the page (RFC 6266); the plain name is for programs that do not know the other. */
function disposition(name: string): string {
  const plain = name.replace(/[^\w .()-]/g, '_')
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

/** As the signature has it: `encodeURIComponent` leaves some characters out. */
const queryText = (query: Record<string, string | string[] | null> = {}): string =>
  Object.entries(query)
    .flatMap(([name, value]) => [value ?? ''].flat().map((each) => `${escaped(name)}=${escaped(each)}`))
    .join('&')
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
