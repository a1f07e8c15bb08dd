import { mkdtempSync, rmSync } from 'node:fs'
import { request as send, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Resources } from '../fixture/assembly.ts'
import { openCloud } from '../fixture/running.ts'
import { readTemplate } from '../template/template.ts'
import { config, script, siteResources, sitePolicy, small, writeSite } from './fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Asked {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
}

/** Asks as it is written: `fetch` adds headers, and takes encodings away. */
const asker =
  (port: number) =>
  (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Asked> =>
    new Promise((resolve, reject) => {
      const asked = send({ port, host: '127.0.0.1', path, method, headers }, (response) => {
        const { statusCode: status = 0, headers: got } = response
        buffer(response).then((bytes) => resolve({ status, headers: got, bytes }), reject)
      })
      asked.on('error', reject)
      asked.end()
    })

const changed = (changes: Record<string, object | undefined>): Resources => {
  const all: Record<string, unknown> = { ...siteResources(), ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined)) as Resources
}

let number = 0
const assemblyOf = (content: Resources, more: Record<string, Record<string, string>> = {}) =>
  writeSite(join(folder, `assembly-${number++}`), content, more)

describe('a distribution', async () => {
  const running = await openCloud(folder, { assembly: assemblyOf(siteResources()) })
  afterAll(() => running.cloud.stop())
  const ask = asker(running.cloud.port)
  const { url } = running.cloud

  test('shows one page at every address of the console, and files at those with a dot', async () => {
    for (const path of ['/app', '/app/', '/app/leads/1', '/app/leads?a.b=c'])
      expect((await ask(path)).bytes.toString(), path).toBe('<!doctype html>Console')
    expect((await ask('/app/version.json')).bytes.toString()).toBe('{"version":"1"}')
    expect((await ask('/app/assets/small-3c4d.js')).bytes.toString()).toBe(small)
  })

  test('gives answers the headers of the files, and those of its policy', async () => {
    const policy = {
      'content-security-policy': `connect-src 'self' ${url}/oidc/`,
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'x-own': 'always',
    }
    expect((await ask('/app/')).headers).toMatchObject({
      ...policy,
      'content-type': 'text/html',
      'cache-control': 'no-cache',
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) as string,
    })
    const { headers } = await ask('/app/assets/font-5e6f.woff2')
    expect(headers).toMatchObject({
      ...policy,
      'content-type': 'font/woff2',
      'content-length': '2000',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(Object.keys(headers)).not.toContain('x-amz-request-id')
  })

  test('puts into files what is known only here', async () => {
    expect(JSON.parse((await ask('/app/config.json')).bytes.toString())).toEqual({
      issuer: `${url}/oidc`,
      signOut: `${url}/oidc/logout`,
      at: `${url}/app/"`,
    })
  })

  test('sends nothing to whoever has it already, in whatever encoding', async () => {
    const { headers } = await ask('/app/')
    for (const etag of [headers.etag!, `W/${headers.etag}`, `"other", ${headers.etag}`]) {
      const { status, headers: again, bytes } = await ask('/app/leads/2', { 'if-none-match': etag })
      expect([status, again.etag, bytes.length]).toEqual([304, headers.etag, 0])
      expect(again).toMatchObject({ 'cache-control': 'no-cache', 'x-own': 'always' })
    }
    const since = { 'if-modified-since': headers['last-modified']! }
    expect((await ask('/app/', since)).status).toBe(304)
    expect((await ask('/app/', { 'if-none-match': '"other"' })).status).toBe(200)
    expect((await ask('/app/', { 'if-match': '"other"' })).status).toBe(412)
  })

  test('compresses what is large enough and of such a type, as whoever asks takes it', async () => {
    const path = '/app/assets/app-1a2b.js'
    const plain = await ask(path)
    expect(plain.headers).toMatchObject({ 'content-length': String(script.length), vary: 'Accept-Encoding' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    const [br, gzip] = [
      await ask(path, { 'accept-encoding': 'gzip, br' }),
      await ask(path, { 'accept-encoding': 'br;q=0, gzip' }),
    ]
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
    expect(brotliDecompressSync(br.bytes).toString()).toBe(script)
    expect(gunzipSync(gzip.bytes).toString()).toBe(script)
    expect(br.headers.etag).toBe(`W/${plain.headers.etag}`)
    const has = { 'accept-encoding': 'br', 'if-none-match': br.headers.etag! }
    expect(await ask(path, has)).toMatchObject({ status: 304, headers: { etag: br.headers.etag } })
    for (const other of ['/app/assets/small-3c4d.js', '/app/assets/font-5e6f.woff2'])
      expect((await ask(other, { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined()
  })

  test('answers HEAD as GET, without the bytes', async () => {
    for (const [path, headers] of [
      ['/app/assets/app-1a2b.js', {}],
      ['/app/assets/app-1a2b.js', { 'accept-encoding': 'br' }],
      ['/app/', {}],
    ] as const) {
      const [head, get] = [await ask(path, headers, 'HEAD'), await ask(path, headers)]
      expect(head.headers['content-length']).toBe(String(get.bytes.length))
      expect([head.status, head.bytes.length, head.headers.etag]).toEqual([200, 0, get.headers.etag])
    }
  })

  test('is only read, and tells nothing of what is not there', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask('/app/', {}, method)).status, method).toBe(403)
    for (const path of ['/app/assets/missing.js', '/app/..%2fsecret.txt', '/app/.'])
      expect(await ask(path), path).toMatchObject({ status: 403, headers: { 'x-own': 'always' } })
    expect((await ask('/app/missing.js')).bytes.toString()).toContain('<Code>AccessDenied</Code>')
    expect((await ask('/app/%.js')).status).toBe(400)
  })

  test('passes everything else on to the API, and says who asks, whatever he says himself', async () => {
    for (const path of ['/apple', '/echo/x', '/appendix/app/'])
      expect((await ask(path)).headers['x-own'], path).toBeUndefined()
    const { bytes } = await ask('/echo/x', {
      'x-viewer': '198.51.100.1',
      'x-secret': 'guessed',
      'x-other': 'a',
    })
    const { event } = JSON.parse(bytes.toString()) as { event: { headers: Record<string, string> } }
    expect(event.headers).toMatchObject({
      'x-viewer': '127.0.0.1',
      'x-other': 'a',
      'x-secret': expect.stringMatching(/^[0-9a-f]{48}$/) as string,
    })
  })
})

test('a bucket that tells CloudFront its keys has a 404 for what is not there', async () => {
  const policy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Site' }, PolicyDocument: sitePolicy(['s3:GetObject', 's3:ListBucket']) },
  }
  const assembly = assemblyOf(changed({ SitePolicy: policy }))
  const running = await openCloud(folder, { assembly, data: join(folder, 'listing') })
  const answer = await asker(running.cloud.port)('/app/missing.js')
  expect([answer.status, /<Code>(.*?)</.exec(answer.bytes.toString())?.[1]]).toEqual([404, 'NoSuchKey'])
  await running.cloud.stop()
})

test.each<[string, object | undefined]>([
  ['nobody', undefined],
  ['another distribution', sitePolicy('s3:GetObject', 'Other')],
])('a bucket that lets %s in lets CloudFront not in', async (who, PolicyDocument) => {
  const Properties = { Bucket: { Ref: 'Site' }, PolicyDocument }
  const SitePolicy = PolicyDocument && { Type: 'AWS::S3::BucketPolicy', Properties }
  const running = await openCloud(folder, {
    assembly: assemblyOf(changed({ SitePolicy })),
    data: join(folder, who.replace(' ', '-')),
  })
  expect((await asker(running.cloud.port)('/app/')).status).toBe(403)
  await running.cloud.stop()
})

test('a start puts what has changed, and leaves what a former release put', async () => {
  const data = join(folder, 'twice')
  const put = async (assembly: string) => {
    const running = await openCloud(folder, { assembly, data, port: 0 })
    const ask = asker(running.cloud.port)
    const found = [(await ask('/app/')).bytes.toString(), (await ask('/app/assets/small-3c4d.js')).status]
    await running.cloud.stop()
    const db = new DatabaseSync(join(data, 'cloud.db'), { readOnly: true })
    const rows = db.prepare("SELECT key, file FROM bucket_object WHERE key LIKE 'app/assets/%'").all()
    db.close()
    return { found, files: rows.map(({ file }) => file) }
  }
  const first = await put(assemblyOf(siteResources()))
  expect(first.files).toHaveLength(3)
  const again = await put(
    assemblyOf(siteResources(), {
      pages: { 'index.html': 'New' },
      assets: { 'app-1a2b.js': script, 'new.js': 'x' },
    }),
  )
  expect(again.found).toEqual(['New', 200])
  expect(again.files.filter((file) => first.files.includes(file))).toEqual(first.files)
})

describe('what is not modelled is refused by name', () => {
  const addresses = {
    publicUrl: 'http://localhost:3000',
    sdkUrl: 'http://127.0.0.1:4000',
    issuer: 'http://localhost:3000/oidc',
    signingKeys: 'http://127.0.0.1:3000/oidc/.well-known/jwks.json',
  }
  const read = (changes: Record<string, object | undefined>) =>
    readTemplate(assemblyOf(changed(changes)), addresses)
  const front = (more: object) => ({
    Front: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: { DistributionConfig: { ...config, ...more } },
    },
  })
  const withBehaviour = (more: object) =>
    front({ CacheBehaviors: [{ ...config.CacheBehaviors[0], ...more }] })
  const withProperties = (id: string, more: object) => {
    const one = siteResources()[id]!
    return { [id]: { ...one, Properties: { ...one.Properties, ...more } } }
  }
  const policyOf = (statement: object) =>
    withProperties('SitePolicy', { PolicyDocument: { Statement: [statement] } })

  test('while what is modelled is read', () => {
    const { distributions, deployments, functions } = read({})
    expect(distributions[0]!.behaviours.map(({ pattern, encodings }) => [pattern, encodings])).toEqual([
      ['/app', ['br', 'gzip']],
      ['/app/*', ['br', 'gzip']],
      [undefined, []],
    ])
    expect(deployments.map(({ prefix }) => prefix)).toEqual(['app/assets', 'app'])
    expect(functions.map(({ name }) => name)).not.toContain('Demo-Deployer')
  })

  test.each<[string, Record<string, object | undefined>, string]>([
    [
      'a page in place of an error',
      front({ CustomErrorResponses: [{ ErrorCode: 404, ResponsePagePath: '/x' }] }),
      'ResponsePagePath',
    ],
    ['another name', front({ Aliases: ['crm.example'] }), 'Aliases'],
    [
      'a function at the answer',
      withBehaviour({ FunctionAssociations: [{ EventType: 'viewer-response' }] }),
      '"viewer-response" is not modelled; supported is "viewer-request"',
    ],
    ['Lambda@Edge', withBehaviour({ LambdaFunctionAssociations: [] }), 'LambdaFunctionAssociations'],
    ['an origin that is nowhere', withBehaviour({ TargetOriginId: 'none' }), 'there is no origin none'],
    [
      'another managed cache',
      withBehaviour({ CachePolicyId: '658327ea' }),
      '658327ea is no CachePolicy of the assembly',
    ],
    [
      'a foreign origin',
      front({ Origins: [...config.Origins.slice(1), { Id: 'api', DomainName: 'x.example' }] }),
      'x.example is neither',
    ],
    [
      'another runtime',
      withProperties('FindPage', { FunctionConfig: { Runtime: 'cloudfront-js-1.0' } }),
      'cloudfront-js-1.0',
    ],
    [
      'headers by cookie',
      {
        Cache: {
          Type: 'AWS::CloudFront::CachePolicy',
          Properties: {
            CachePolicyConfig: {
              ParametersInCacheKeyAndForwardedToOrigin: { CookiesConfig: { CookieBehavior: 'all' } },
            },
          },
        },
      },
      'CookieBehavior: "all"',
    ],
    [
      'headers that are taken away',
      {
        Headers: {
          Type: 'AWS::CloudFront::ResponseHeadersPolicy',
          Properties: { ResponseHeadersPolicyConfig: { RemoveHeadersConfig: {} } },
        },
      },
      'RemoveHeadersConfig',
    ],
    ['files that are deleted', withProperties('DeployPages', { Prune: true }), 'Prune: true'],
    ['an invalidation', withProperties('DeployPages', { DistributionId: 'x' }), 'DistributionId'],
    [
      'files from elsewhere',
      withProperties('DeployPages', { SourceObjectKeys: ['other.zip'] }),
      'other.zip is no asset',
    ],
    [
      'a key-value store',
      { Store: { Type: 'AWS::CloudFront::KeyValueStore', Properties: {} } },
      'AWS::CloudFront::KeyValueStore',
    ],
    [
      'a secret of other signs',
      withProperties('Secret', { GenerateSecretString: { RequireEachIncludedType: true } }),
      'RequireEachIncludedType',
    ],
    [
      'a denial',
      policyOf({ Effect: 'Deny', Action: 's3:*', Principal: '*', Resource: '*' }),
      'only requests without TLS',
    ],
    [
      'every distribution',
      policyOf({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
        Principal: { Service: 'cloudfront.amazonaws.com' },
      }),
      'only StringEquals of AWS:SourceArn',
    ],
  ])('%s', (_, changes, words) => {
    expect(() => read(changes)).toThrow(words)
  })

  test.each<[string, Record<string, object | undefined>, Record<string, Record<string, string>>, string]>([
    [
      'two distributions',
      { Second: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: config } } },
      {},
      'only one distribution is modelled',
    ],
    [
      'a function without a handler',
      withProperties('FindPage', { FunctionCode: 'var handler = 1' }),
      {},
      'no function handler',
    ],
    ['a file of a type that is not known', {}, { pages: { 'film.mov': 'x' } }, 'film.mov: add its ending'],
  ])('%s, by the start', async (_, changes, files, words) => {
    const assembly = assemblyOf(changed(changes), files)
    await expect(openCloud(folder, { assembly, data: join(folder, `refused-${number}`) })).rejects.toThrow(
      words,
    )
  })
})

test('a function that fails, or answers by itself, is an error of CloudFront, and is told', async () => {
  const code =
    "function handler(event) { if (event.request.uri === '/app/a') throw new Error('no'); return { statusCode: 200 } }"
  const one = siteResources().FindPage!
  const assembly = assemblyOf(
    changed({ FindPage: { ...one, Properties: { ...one.Properties, FunctionCode: code } } }),
  )
  const running = await openCloud(folder, { assembly, data: join(folder, 'failing') })
  const ask = asker(running.cloud.port)
  expect([(await ask('/app/a')).status, (await ask('/app/b')).status]).toEqual([503, 503])
  expect(running.reported.filter((line) => line.startsWith('GET /app/'))).toHaveLength(2)
  await running.cloud.stop()
})
