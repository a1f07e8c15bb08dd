import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resources, writeAssembly } from '../fixture/assembly.ts'
import { openCloud } from '../fixture/running.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { cloud, reported, call, control, post } = await openCloud(folder, {
  clock: { start: '2026-03-02T08:00:00Z' },
})
afterAll(() => cloud.stop())

test('a request arrives in payload format 2.0', async () => {
  const { text, headers } = await call('/echo/J%C3%BCrgen?tag=a&tag=b%20c&empty', {
    method: 'PUT',
    headers: { cookie: 's=1; t=2', 'X-Thing': 'Value', 'content-type': 'application/octet-stream' },
    body: Buffer.from([0xff, 0x00]),
  })
  const { event } = JSON.parse(text) as { event: Record<string, unknown> }
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /echo/{name}',
    rawQueryString: 'tag=a&tag=b%20c&empty',
    queryStringParameters: { tag: 'a,b c', empty: '' },
    pathParameters: { name: 'Jürgen' },
    cookies: ['s=1', 't=2'],
    headers: { 'x-thing': 'Value' },
    body: '/wA=',
    isBase64Encoded: true,
    requestContext: { http: { method: 'PUT', sourceIp: '127.0.0.1' }, stage: '$default' },
  })
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test('a value without a status is a body of JSON, and a malformed answer or a failure is a 500', async () => {
  const plain = await call('/plain')
  expect([plain.status, plain.text, plain.headers.get('content-type')]).toEqual([
    200,
    '{"hello":"world"}',
    'application/json',
  ])
  for (const path of ['/bad', '/fail'])
    expect(await call(path)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' })
})

describe('a route with an authorizer', () => {
  const secret = (credential?: string, path = '/secret') =>
    call(path, credential === undefined ? {} : { headers: { authorization: `Bearer ${credential}` } })
  const callerOf = async (credential: string, path?: string) =>
    (
      JSON.parse((await secret(credential, path)).text) as {
        event: { requestContext: { authorizer: any } }
      }
    ).event.requestContext.authorizer.lambda

  test('asks the function who calls, as API Gateway does, and hands on what it says', async () => {
    const caller = await callerOf('anna', '/secret?q=1')
    expect(caller).toMatchObject({ name: 'anna', groups: ['sales'], issuer: `${cloud.url}/oidc`, keys: 1 })
    expect(caller.event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: expect.stringMatching(/^arn:aws:execute-api:.*\/\$default\/GET\/secret$/),
      identitySource: ['Bearer anna'],
      routeKey: 'GET /secret',
      headers: { authorization: 'Bearer anna' },
      queryStringParameters: { q: '1' },
    })
    expect(caller.event).not.toHaveProperty('body')
  })

  test('asks nobody without a credential, refuses whom the function refuses, and lets nobody in when it fails', async () => {
    expect(await secret()).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' })
    expect(await secret('no')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' })
    for (const failing of ['broken', 'odd'])
      expect(await secret(failing)).toMatchObject({
        status: 500,
        text: '{"message":"Internal Server Error"}',
      })
  })

  test('remembers the answer for a minute and all routes, but not a failure', async () => {
    const first = await callerOf('maria')
    expect((await callerOf('maria')).count).toBe(first.count)
    expect((await callerOf('maria', '/second')).count).toBe(first.count)
    await secret('broken')
    await secret('broken')
    expect((await callerOf('jonas')).count).toBe(first.count + 3)
    await control('/_local/clock', { advance: '61 seconds' })
    expect((await callerOf('maria')).count).toBe(first.count + 4)
  })
})

test('a preflight request is answered for an allowed origin only', async () => {
  const ask = (origin: string) =>
    call('/items', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
  const allowed = await ask('https://site.example')
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://site.example')
  expect(allowed.headers.get('access-control-allow-methods')).toBe('POST')
  expect((await ask('https://other.example')).headers.get('access-control-allow-origin')).toBeNull()
})

test('a body beyond the limit is refused', async () => {
  expect(await call('/echo/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })).toMatchObject({
    status: 413,
  })
})

test('a body is measured in bytes, as Lambda takes them', async () => {
  const body = { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' } }
  expect(await call('/echo/x', { ...body, body: 'я'.repeat(3_200_000) })).toMatchObject({ status: 413 })
})

test('a request line and headers beyond 10,240 bytes are refused, up to there they arrive', async () => {
  const query = 'q'.repeat(8000)
  const fits = await call(`/echo/x?${query}`, { headers: { 'x-more': 'm'.repeat(1000) } })
  expect(fits.status).toBe(200)
  const more = await call(`/echo/x?${query}`, { headers: { 'x-more': 'm'.repeat(2300) } })
  expect(more).toMatchObject({ status: 431, text: '{"message":"Request Header Fields Too Large"}' })
})

test('a route takes what its template says or what the machine is told, and no other route suffers', async () => {
  const content = resources()
  content.Stage = {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'Http' },
      StageName: '$default',
      AutoDeploy: true,
      // So slow that nothing is given back during the test.
      DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 },
      RouteSettings: { 'POST /items': { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 3 } },
    },
  }
  const assembly = writeAssembly(join(folder, 'throttled'), content)
  const open = (rate?: number) =>
    openCloud(folder, { assembly, data: join(folder, 'throttled-data'), ...(rate !== undefined && { rate }) })
  const statuses = async (here: Awaited<ReturnType<typeof open>>, count: number, path: string) => {
    const answers: number[] = []
    for (let index = 0; index < count; index++) {
      const body = JSON.stringify({ id: `${index}` })
      answers.push((await here.call(path, { method: 'POST', body })).status)
    }
    return answers
  }
  const asBuilt = await open()
  try {
    expect(await statuses(asBuilt, 4, '/items')).toEqual([201, 201, 201, 429])
    expect(await statuses(asBuilt, 3, '/echo/one')).toEqual([200, 200, 429])
    expect(await statuses(asBuilt, 1, '/nowhere')).not.toContain(429)
  } finally {
    await asBuilt.cloud.stop()
  }
  const asTold = await open(100)
  try {
    expect(await statuses(asTold, 4, '/items')).toEqual([201, 201, 201, 201])
  } finally {
    await asTold.cloud.stop()
  }
})

test('who goes away in the middle of a request leaves nothing in the log', async () => {
  const before = reported.length
  const asked = request({
    port: cloud.port,
    path: '/items',
    method: 'POST',
    headers: { 'content-length': 9 },
  })
  asked.on('error', () => undefined)
  asked.write('half')
  await expect.poll(() => asked.socket?.bytesWritten ?? 0).toBeGreaterThan(0)
  asked.destroy()
  expect((await post({ id: 'whole' })).status).toBe(201)
  expect(reported.slice(before)).toEqual([])
})
