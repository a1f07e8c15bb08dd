/* A running cloud with a bucket, a function that signs, and what tests ask of both. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { callers, resources, writeAssembly } from '../fixture/assembly.ts'
import { openCloud } from '../fixture/running.ts'

/** An event of the default bus. */
export interface Told {
  'detail-type': string
  detail: { object: { key: string }; [name: string]: unknown }
}

export const sum = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('base64')

/** What a URL for an upload of these bytes is signed for. */
export const signedFor = (bytes: string | Buffer) => ({
  'content-length': String(Buffer.byteLength(bytes)),
  'x-amz-checksum-sha256': sum(bytes),
})

export async function codeOf(answer: Response): Promise<string> {
  return /<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1] ?? `${answer.status}`
}

/** Who asks the SDK's endpoint with any other key than a function's may do everything. */
export const owner = {
  authorization: 'AWS4-HMAC-SHA256 Credential=owner/20270101/eu-central-1/s3/aws4_request',
}

export async function openBucketWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const assembly = writeAssembly(join(folder, 'assembly'), { ...resources(), ...callers() })
  const running = await openCloud(folder, { assembly, clock: { start: '2027-01-01T08:00:00Z' } })
  const objects = join(running.data, 'bucket', 'demo-files')

  async function sign(asked: {
    method: string
    key: string
    headers?: object
    query?: object
  }): Promise<string> {
    const { text } = await running.call('/sign', { method: 'POST', body: JSON.stringify(asked) })
    return JSON.parse(text) as string
  }

  async function rows(query: string): Promise<Record<string, unknown>[]> {
    await running.cloud.settled()
    const db = new DatabaseSync(join(running.data, 'cloud.db'), { readOnly: true })
    const found = db.prepare(query).all()
    db.close()
    return found
  }

  return {
    folder,
    assembly,
    running,
    /** The folder of the bucket. */
    objects,
    sdkUrl: (JSON.parse(readFileSync(join(running.data, 'running.json'), 'utf8')) as { sdk: string }).sdk,
    sign,
    /** Puts `bytes` by a URL that was signed for `signed`. */
    async put(key: string, bytes: string | Buffer, signed: string | Buffer = bytes) {
      const url = await sign({ method: 'PUT', key, headers: signedFor(signed) })
      const headers = { 'x-amz-checksum-sha256': sum(signed) }
      return await fetch(url, { method: 'PUT', body: bytes as string, headers })
    },
    get: async (key: string, query: object = {}, headers: Record<string, string> = {}) =>
      await fetch(await sign({ method: 'GET', key, query }), { headers }),
    /** Keys with what they are, and how many files there are. */
    stored: async () => ({
      keys: await rows('SELECT key, etag FROM bucket_object ORDER BY key'),
      files: readdirSync(objects).length,
    }),
    /** What the default bus told of a key. */
    async told(key: string): Promise<Told[]> {
      const found = await rows("SELECT body FROM messages WHERE queue LIKE '%Stored' ORDER BY id")
      const events = found.map(({ body }) => JSON.parse(String(body)) as Told)
      return events.filter(({ detail }) => detail.object.key === key)
    },
    async stop() {
      await running.cloud.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
