/* Objects as functions reach them: by AWS's own client, from memory and over a socket. */
import { afterAll, describe, expect, test } from 'vitest'
import { openBucketWorld, owner, sum } from './fixture.ts'

const { running, sdkUrl, told, stop } = await openBucketWorld()
afterAll(stop)

type Seen = Record<string, any>

describe.each(['inside', 'beside'])("by AWS's client from %s", (way) => {
  async function call(command: string, input: object, more: object = {}): Promise<Seen> {
    const given = { client: 's3', command, input: { Bucket: 'demo-files', ...input }, ...more }
    const { text } = await running.call(`/${way}`, { method: 'POST', body: JSON.stringify(given) })
    return JSON.parse(text) as Seen
  }
  const Key = `main/${way}`
  const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('')

  test('bytes are put, got, measured and deleted', async () => {
    const input = {
      Key,
      Body: { hex },
      ContentType: 'image/png',
      ChecksumSHA256: sum(Buffer.from(hex, 'hex')),
    }
    expect(await call('PutObject', input)).toMatchObject({ status: 200 })
    const got = await call('GetObject', { Key })
    expect(got).toMatchObject({
      status: 200,
      output: { Body: hex, ContentType: 'image/png', ContentLength: 256 },
    })
    const part = await call('GetObject', { Key, Range: 'bytes=0-3' })
    expect(part).toMatchObject({ status: 206, output: { Body: '00010203', ContentRange: 'bytes 0-3/256' } })
    expect(await call('HeadObject', { Key, ChecksumMode: 'ENABLED' })).toMatchObject({
      status: 200,
      output: { ContentLength: 256, ChecksumSHA256: sum(Buffer.from(hex, 'hex')), ETag: got.output.ETag },
    })
    expect(await call('DeleteObject', { Key })).toMatchObject({ status: 204 })
    expect((await told(Key)).map((event) => event['detail-type'])).toEqual([
      'Object Created',
      'Object Deleted',
    ])
  })

  test("bytes that need no text's form, and checksums by default, arrive as they are", async () => {
    for (const bytes of ['', 'ff', 'c3', '0d0a', '00'.repeat(100_000)]) {
      expect(await call('PutObject', { Key, Body: { hex: bytes } })).toMatchObject({ status: 200 })
      expect((await call('GetObject', { Key })).output.Body).toBe(bytes)
    }
  })

  test('what S3 refuses is refused in its words', async () => {
    await call('PutObject', { Key, Body: 'bytes' })
    const refused = async (command: string, input: object) => {
      const { name, status } = await call(command, input)
      return [name, status] as unknown
    }
    const wrong = { ChecksumSHA256: sum('other') }
    expect(await refused('PutObject', { Key, Body: 'bytes', ...wrong })).toEqual(['BadDigest', 400])
    expect(await refused('PutObject', { Key, Body: 'x', IfNoneMatch: '*' })).toEqual([
      'PreconditionFailed',
      412,
    ])
    expect(await refused('GetObject', { Key, Range: 'bytes=9-' })).toEqual(['InvalidRange', 416])
    expect(await refused('GetObject', { Key: 'other/a' })).toEqual(['AccessDenied', 403])
    expect(await refused('GetObject', { Bucket: 'none', Key })).toEqual(['NoSuchBucket', 404])
    expect(await refused('PutObject', { Key: `main/${'x'.repeat(1020)}`, Body: '' })).toEqual([
      'KeyTooLongError',
      400,
    ])
    for (const [command, input] of [
      ['ListObjectsV2', {}],
      ['CopyObject', { Key, CopySource: 'demo-files/main/a' }],
      ['CreateMultipartUpload', { Key }],
      ['PutObject', { Key, Body: '', Metadata: { a: 'b' } }],
      ['PutObject', { Key, Body: '', ACL: 'public-read' }],
      ['GetObjectTagging', { Key }],
      ['ListBuckets', {}],
    ] as const)
      expect(await refused(command, input), command).toEqual(['NotImplemented', 501])
    expect((await call('GetObject', { Key })).output.Body).toBe(Buffer.from('bytes').toString('hex'))
  })

  test('a body in chunks is refused by name', async () => {
    const headers = {
      ...owner,
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    }
    const answer = await fetch(`${sdkUrl}/demo-files/${Key}`, { method: 'PUT', headers, body: '0\r\n\r\n' })
    expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('WHEN_REQUIRED')])
  })

  test('who may not list is not told that there is no such key', async () => {
    const { name, message } = await call('GetObject', { Key: 'main/none' })
    expect([name, message]).toEqual(['AccessDenied', expect.stringContaining('s3:ListBucket')])
  })

  test('a function that signs with other credentials is nobody, from memory; over a socket it is the owner', async () => {
    const config = { credentials: { accessKeyId: 'other', secretAccessKey: 'other' } }
    const { name } = await call('GetObject', { Key: 'other/none' }, { config })
    expect(name).toBe(way === 'inside' ? 'InvalidAccessKeyId' : 'NoSuchKey')
  })
})
