/* Objects as everybody reaches them: by URLs that a function signed, at the public address. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, truncateSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { presign } from '../fixture/presign.ts'
import { openCloud } from '../fixture/running.ts'
import type { Answer } from '../http/payload.ts'
import { openServer } from '../http/server.ts'
import type { Callers } from '../permission/caller.ts'
import type { Buckets, ObjectRequest } from './bucket.ts'
import { openBucketDoor } from './door.ts'
import { BucketFault } from './fault.ts'
import { codeOf, openBucketWorld, owner, signedFor, sum } from './fixture.ts'

const { folder, assembly, running, objects, sdkUrl, sign, put, get, stored, told, stop } =
  await openBucketWorld()
afterAll(stop)

/** Files of the folder that this process has open, where the system tells. */
function openFiles(folder: string): number {
  if (process.platform !== 'linux') return 0
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder)
    } catch {
      return false
    }
  }).length
}

describe('by a signed URL', () => {
  test('what is put is got, whole or in part, with what the URL says of it', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 251))
    const answer = await put('main/a', bytes)
    expect(answer.status).toBe(200)
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
    expect(answer.headers.get('etag')).toBe(etag)
    expect(answer.headers.get('x-amz-checksum-sha256')).toBe(sum(bytes))

    const whole = await get('main/a')
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'binary/octet-stream',
      'content-length': '70000',
      'accept-ranges': 'bytes',
      'last-modified': 'Fri, 01 Jan 2027 08:00:00 GMT',
      etag,
    })
    const named = await get('main/a', {
      'response-content-type': 'text/plain',
      'response-content-disposition': `attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`,
    })
    expect(named.headers.get('content-type')).toBe('text/plain')
    expect(named.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`)

    for (const [range, from, to] of [
      ['bytes=0-4095', 0, 4096],
      ['bytes=69000-', 69_000, 70_000],
      ['bytes=-5', 69_995, 70_000],
      ['bytes=69999-80000', 69_999, 70_000],
    ] as const) {
      const part = await get('main/a', {}, { range })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/70000`)
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(from, to))
    }
    for (const range of ['bytes=0-1,5-6', 'bytes=5-2', 'lines=1-2'])
      expect((await get('main/a', {}, { range })).status, range).toBe(200)
    expect(await codeOf(await get('main/a', {}, { range: 'bytes=70000-' }))).toBe('InvalidRange')
    expect((await get('main/a', {}, { 'if-none-match': etag })).status).toBe(304)
    expect(await codeOf(await get('main/a', {}, { 'if-match': '"other"' }))).toBe('PreconditionFailed')

    const head = await fetch(await sign({ method: 'HEAD', key: 'main/a' }), { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe('70000')
    expect(await head.text()).toBe('')
  })

  test('nothing is an object too', async () => {
    expect((await put('main/empty', '')).status).toBe(200)
    const answer = await get('main/empty')
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(await codeOf(await get('main/empty', {}, { range: 'bytes=0-1' }))).toBe('InvalidRange')
  })

  test.each<[string, string, () => Promise<Response>]>([
    ['other bytes of the same length', 'BadDigest', () => put('main/a', 'bytes', 'Bytes')],
    ['more bytes', 'SignatureDoesNotMatch', () => put('main/a', 'bytess', 'bytes')],
    ['a role that may not', 'AccessDenied', () => put('other/a', 'bytes')],
    ['a parameter that is not modelled', 'NotImplemented', () => get('main/a', { versionId: '1' })],
    [
      'a header value that is none',
      'InvalidArgument',
      () => get('main/a', { 'response-expires': 'a\nb: c' }),
    ],
    [
      'another key',
      'SignatureDoesNotMatch',
      async () => await fetch((await sign({ method: 'GET', key: 'main/a' })).replace('main/a', 'main/b')),
    ],
    [
      'another bucket',
      'NoSuchBucket',
      async () => await fetch((await sign({ method: 'GET', key: 'main/a' })).replace('demo-files', 'others')),
    ],
    [
      'a bucket of the assembly that the URL was not signed for',
      'SignatureDoesNotMatch',
      async () =>
        await fetch((await sign({ method: 'GET', key: 'main/a' })).replace('demo-files', 'Demo-Failed')),
    ],
    [
      'no signature',
      'AccessDenied',
      async () => await fetch(`${running.cloud.url}/_bucket/demo-files/main/a`),
    ],
    [
      'a second signature in the header',
      'InvalidArgument',
      async () =>
        await fetch(await sign({ method: 'GET', key: 'main/a' }), {
          headers: { authorization: 'AWS4-HMAC-SHA256' },
        }),
    ],
    [
      'another method',
      'MethodNotAllowed',
      async () => await fetch(await sign({ method: 'PATCH', key: 'main/a' }), { method: 'PATCH' }),
    ],
    [
      'a part of an upload',
      'NotImplemented',
      async () =>
        await fetch(await sign({ method: 'POST', key: 'main/a', query: { uploads: '' } }), {
          method: 'POST',
        }),
    ],
    [
      'a URL that is too old',
      'AccessDenied',
      async () => {
        const url = await sign({ method: 'GET', key: 'main/a' })
        await running.control('/_local/clock', { advance: '15 minutes' })
        return await fetch(url)
      },
    ],
  ])('%s is refused, and what is stored stays', async (_, code, ask) => {
    await put('main/a', 'there')
    const before = await stored()
    expect(await codeOf(await ask())).toBe(code)
    expect(await stored()).toEqual(before)
  })

  test('a key is asked for as it is written, dots and all, and leads nowhere else', async () => {
    const raw = async (path: string) =>
      await new Promise<number>((resolve, reject) => {
        const url = new URL(running.cloud.url)
        request({ hostname: url.hostname, port: url.port, path }, (answer) => {
          answer.resume()
          resolve(answer.statusCode!)
        })
          .on('error', reject)
          .end()
      })
    for (const path of [
      '/_bucket/../owner.key',
      '/_bucket/demo-files/../../owner.key',
      '/_bucket/..%2Fowner.key',
    ])
      expect(await raw(path), path).toBeGreaterThan(399)
    expect(await raw('/_bucket/demo-files/%zz')).toBe(403)
  })

  test('what a role may not read is not told to whoever has its URL, and the log says why', async () => {
    const init = { method: 'PUT', headers: owner, body: 'bytes' }
    expect((await fetch(`${sdkUrl}/demo-files/other/there`, init)).status).toBe(200)
    const answer = await get('other/there')
    const words =
      'User: arn:aws:sts::000000000000:assumed-role/Demo-Role/Demo-Sign is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::demo-files/other/there" because no identity-based policy allows the s3:GetObject action'
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(words)])
    const log = join(running.data, 'log', 'functions.log')
    await expect.poll(() => readFileSync(log, 'utf8')).toContain(words)
  })

  test('a large upload that is refused is answered, and the connection goes on', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024)
    for (let time = 0; time < 3; time++)
      expect(await codeOf(await put('other/large', bytes))).toBe('AccessDenied')
    expect((await put('main/large', bytes)).status).toBe(200)
    const got = await (await get('main/large')).arrayBuffer()
    expect(sum(Buffer.from(got))).toBe(sum(bytes))
  })

  test('who goes away at any moment of a download leaves nothing open, and no word in the log', async () => {
    await put('main/left', Buffer.alloc(20 * 1024 * 1024))
    running.reported.length = 0
    const leave = async (moment: number) => {
      const { port, pathname, search } = new URL(await sign({ method: 'GET', key: 'main/left' }))
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: any\r\n\r\n`)
          if (moment === 0) socket.destroy()
          if (moment === 1) setImmediate(() => socket.destroy())
          if (moment === 2) socket.once('data', () => socket.destroy())
        })
        socket.on('error', () => undefined).on('close', () => resolve())
      })
    }
    for (let time = 0; time < 30; time++) await leave(time % 3)
    await expect.poll(() => openFiles(objects)).toBe(0)
    expect(running.reported).toEqual([])
  })

  test('an object whose file was cut is an error, not an answer that does not end', async () => {
    await put('main/damaged', 'bytes')
    const name = readdirSync(objects).find((one) => one.includes('damaged'))
    truncateSync(join(running.data, 'bucket', 'demo-files', name!), 2)
    expect((await get('main/damaged')).status).toBe(500)
    expect(running.reported.join()).toContain('is damaged: it has 2 bytes, not 5')
  })

  test('behind a proxy URLs are those of the public address, whatever host it says', async () => {
    const publicUrl = 'https://crm.example.com/app'
    const proxied = await openCloud(folder, { assembly, data: join(folder, 'proxied'), publicUrl })
    const asked = { method: 'PUT', key: 'main/a', headers: signedFor('bytes') }
    const { text } = await proxied.call('/sign', { method: 'POST', body: JSON.stringify(asked) })
    const url = JSON.parse(text) as string
    expect(url).toContain(`${publicUrl}/_bucket/demo-files/main/a?`)
    const headers = { 'x-amz-checksum-sha256': sum('bytes') }
    const init = { method: 'PUT', body: 'bytes', headers }
    expect((await proxied.call(url.slice(publicUrl.length), init)).status).toBe(200)
    await proxied.cloud.stop()
  })

  test('an upload that is cut off leaves nothing', async () => {
    const before = await stored()
    const url = new URL(
      await sign({ method: 'PUT', key: 'main/cut', headers: { 'content-length': '100000' } }),
    )
    const closed = Promise.withResolvers<void>()
    const sent = request(url, { method: 'PUT', headers: { 'content-length': 100_000 } })
    sent.on('error', () => closed.resolve())
    sent.write(Buffer.alloc(50_000))
    await expect.poll(async () => (await stored()).files).toBe(before.files + 1)
    sent.destroy()
    await closed.promise
    await expect.poll(stored).toEqual(before)
  })

  test('a page of another origin may ask, and is told what it may', async () => {
    const origin = 'https://site.example'
    const ask = async (headers: Record<string, string>) =>
      await fetch(`${running.cloud.url}/_bucket/demo-files/main/a`, { method: 'OPTIONS', headers })
    const asked = { origin, 'access-control-request-method': 'PUT' }
    const answer = await ask({
      ...asked,
      'access-control-request-headers': 'X-Amz-Checksum-Sha256, content-type',
    })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-checksum-sha256, content-type',
      'access-control-max-age': '600',
    })
    expect(await codeOf(await ask({ ...asked, 'access-control-request-method': 'DELETE' }))).toBe(
      'AccessForbidden',
    )
    expect(await codeOf(await ask({}))).toBe('BadRequest')
    await put('main/a', 'there')
    const got = await get('main/a', {}, { origin })
    expect(got.headers.get('access-control-allow-origin')).toBe('*')
    expect(got.headers.get('access-control-expose-headers')).toBe('ETag')
    // Refusals too, or the page could not read why.
    const refused = await get('other/a', {}, { origin })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, '*'])
  })
})

test('the default bus is told of what comes and goes, as S3 tells it', async () => {
  await put('main/told', 'bytes')
  await fetch(await sign({ method: 'DELETE', key: 'main/told' }), { method: 'DELETE' })
  await fetch(await sign({ method: 'DELETE', key: 'main/told' }), { method: 'DELETE' })
  const [created, deleted, ...more] = await told('main/told')
  expect(more).toEqual([])
  const common = {
    version: '0',
    bucket: { name: 'demo-files' },
    'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
    requester: '000000000000',
    'source-ip-address': '127.0.0.1',
  }
  const sequencer: unknown = expect.stringMatching(/^[0-9A-F]{18}$/)
  expect(created).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: expect.stringMatching(/^2027-01-01T\d\d:\d\d:00Z$/),
    region: 'eu-central-1',
    resources: ['arn:aws:s3:::demo-files'],
    detail: {
      ...common,
      object: { key: 'main/told', size: 5, etag: createHash('md5').update('bytes').digest('hex'), sequencer },
      reason: 'PutObject',
    },
  })
  expect(deleted).toMatchObject({ 'detail-type': 'Object Deleted', source: 'aws.s3' })
  expect(deleted!.detail).toEqual({
    ...common,
    object: { key: 'main/told', sequencer },
    reason: 'DeleteObject',
    'deletion-type': 'Permanently Deleted',
  })
})

test('an upload that fails half way is answered, and the connection goes on', async () => {
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'secret' }
  const buckets = {
    bucket: (name: string) => ({ name, cors: [], isAnnounced: false }),
    async handle({ body }: ObjectRequest): Promise<Answer> {
      for await (const chunk of body) throw new BucketFault('InternalError', `full after ${chunk.length}`)
      throw new Error('nothing came')
    },
  } as unknown as Buckets
  const server = await openServer({
    port: 0,
    host: '127.0.0.1',
    synced: async () => {},
    report: () => {},
  })
  const publicUrl = `http://127.0.0.1:${server.port}`
  const callers = { signerOf: () => credentials } as unknown as Callers
  const clock = virtualClock(0)
  server.serve([
    openBucketDoor({ buckets, callers, publicUrl, region: 'eu-central-1', clock, sourceIp: () => undefined }),
  ])
  const url = new URL(`${publicUrl}/_bucket/files/a`)
  const signed = await presign({ method: 'PUT', url, at: 0, ...credentials })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const upload = async () =>
    await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(signed, { method: 'PUT', agent }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      sent.on('error', reject).end(Buffer.alloc(20 * 1024 * 1024))
    })
  expect([await upload(), await upload()]).toEqual([500, 500])
  agent.destroy()
  await server.stop(0)
  // Otherwise the second one waits until the connection is given up.
}, 20_000)
