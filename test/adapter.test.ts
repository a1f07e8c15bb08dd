import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { leadKind } from '#core/kind/sales/lead.ts'
import { createdAgain } from '#core/record/event.ts'
import { Fault } from '#core/record/fault.ts'
import type { Write } from '#core/store/store.ts'
import { newLead } from '#core/workflow/fixture.ts'
import { openBus } from '#functions/adapter/bus.ts'
import type { Company } from '#core/company/company.ts'
import { requireMay } from '#functions/access/access.ts'
import { onHttp, onQueue, onStream, onTask } from '#functions/adapter/handler.ts'
import { readInput } from '#core/record/operation/read.ts'
import { answerJson, headOf, readJson, type HttpRequest } from '#functions/adapter/http/http.ts'
import { openQueue } from '#functions/adapter/queue.ts'
import { addressOf } from '#functions/adapter/http/sender.ts'
import { log } from '#functions/adapter/surroundings.ts'
import { tableStore } from '#functions/adapter/table.ts'

let lines: string[]
beforeEach(() => {
  lines = []
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line))
})
afterEach(() => vi.restoreAllMocks())

describe('the table store', () => {
  const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more })
  const cancelled = (...codes: string[]) =>
    error('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) })
  const writes: Write[] = ['a', 'b'].map((sk) => ({
    do: 'create',
    item: { pk: 'p', sk, kind: 'thing', version: 1 },
  }))

  /** A client that fails so often, then succeeds; and the tokens of what was sent. */
  function failing(...failures: Error[]) {
    const tokens: unknown[] = []
    const send = async (command: { input: { ClientRequestToken?: string } }) => {
      tokens.push(command.input.ClientRequestToken)
      const failure = failures.shift()
      if (failure) throw failure
      return {}
    }
    return { store: tableStore({ send } as unknown as DynamoDBClient, 'table'), tokens }
  }

  test('tries a transaction that met another one again, under the same token', async () => {
    const { store, tokens } = failing(
      cancelled('TransactionConflict', 'None'),
      cancelled('None', 'TransactionConflict'),
    )
    expect(await store.write(writes)).toEqual({ stored: true })
    expect(tokens).toHaveLength(3)
    expect(new Set(tokens).size).toBe(1)
  })

  test('tells a refusal from a conflict', async () => {
    const { store, tokens } = failing(cancelled('TransactionConflict', 'ConditionalCheckFailed'))
    expect(await store.write(writes)).toEqual({ stored: false, refused: [1] })
    expect(tokens).toHaveLength(1)
  })

  test.each([
    error('ProvisionedThroughputExceededException'),
    error('ThrottlingException'),
    error('RequestLimitExceeded'),
    error('InternalServerError'),
    error('TimeoutError'),
    error('Error', { code: 'ECONNREFUSED' }),
    error('UnknownError', { $metadata: { httpStatusCode: 503 } }),
    cancelled('ThrottlingError', 'None'),
  ])('is unavailable on %s', async (failure) => {
    await expect(failing(failure).store.write(writes)).rejects.toMatchObject({ code: 'store.unavailable' })
  })

  test('does not call a mistake of ours an outage', async () => {
    const { store } = failing(error('ValidationException', { $metadata: { httpStatusCode: 400 } }))
    await expect(store.write(writes)).rejects.toThrow('ValidationException')
  })

  test('knows its own single write when its first answer was lost', async () => {
    const met = (Item: object) => error('ConditionalCheckFailedException', { Item })
    const ours = { pk: { S: 'p' }, sk: { S: 'a' }, kind: { S: 'thing' }, version: { N: '1' } }
    expect(await failing(met(ours)).store.write(writes.slice(0, 1))).toEqual({ stored: true })
    const theirs = { ...ours, kind: { S: 'other' } }
    expect(await failing(met(theirs)).store.write(writes.slice(0, 1))).toEqual({
      stored: false,
      refused: [0],
    })
  })
})

describe('against an endpoint', () => {
  let server: Server
  let requests: { target: string; body: string }[]
  let answers: { status: number; body: string }[]

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        requests.push({ target: String(request.headers['x-amz-target']), body })
        const { status, body: text } = answers.shift() ?? { status: 200, body: '{}' }
        response.writeHead(status, {
          'content-type': text.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.1',
        })
        response.end(text)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`)
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  })
  beforeEach(() => {
    requests = []
    answers = []
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })

  const events = Array.from({ length: 12 }, () => createdAgain(leadKind, newLead()))
  const ok = (count: number) => Array.from({ length: count }, (_, i) => ({ EventId: String(i) }))

  test('the bus sends an entry again that was refused alone, and only that', async () => {
    const bus = openBus(() => 'bus')
    const [, ...nine] = ok(10)
    answers = [
      { status: 200, body: JSON.stringify({ Entries: [{ ErrorCode: 'ThrottlingException' }, ...nine] }) },
      { status: 200, body: JSON.stringify({ Entries: ok(2) }) },
      { status: 200, body: JSON.stringify({ Entries: ok(1) }) },
    ]
    expect(await bus.publish(events)).toEqual([])
    const sent = requests.map(({ body }) => (JSON.parse(body) as { Entries: unknown[] }).Entries.length)
    expect(sent.toSorted((a, b) => a - b)).toEqual([1, 2, 10])
  })

  test('the bus says which events it could not publish', async () => {
    const bus = openBus(() => 'bus')
    answers = Array.from({ length: 4 }, () => ({
      status: 200,
      body: JSON.stringify({ Entries: [...ok(1), { ErrorCode: 'InternalFailure' }] }),
    }))
    answers.push(
      ...answers
        .splice(1)
        .map(() => ({ status: 200, body: JSON.stringify({ Entries: [{ ErrorCode: 'InternalFailure' }] }) })),
    )
    expect(await bus.publish(events.slice(0, 2))).toEqual([1])
  })

  test('a queue gets an entry again that it did not take, and says which it never took', async () => {
    const queue = openQueue('QUEUE_URL')(() => `${process.env.AWS_ENDPOINT_URL}/000000000000/queue`)
    const accepted = (Id: string, body: unknown) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash('md5').update(JSON.stringify(body)).digest('hex'),
    })
    const later = { Id: '1', Code: 'InternalError', SenderFault: false }
    answers = [
      { status: 200, body: JSON.stringify({ Successful: [accepted('0', 'a')], Failed: [later] }) },
      { status: 200, body: JSON.stringify({ Successful: [accepted('1', 'b')] }) },
      { status: 400, body: JSON.stringify({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' }) },
    ]
    expect(await queue.send(['a', 'b'])).toEqual([])
    expect(requests).toHaveLength(2)
    expect(await queue.send(['a', 'b'])).toEqual([0, 1])
  })
})

describe('the doors', () => {
  const context = { awsRequestId: 'request-1' } as Context
  const request = (more: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 =>
    ({
      headers: {},
      rawPath: '/leads',
      routeKey: 'POST /leads',
      requestContext: { requestId: 'request-1', http: { method: 'POST' } },
      isBase64Encoded: false,
      ...more,
    }) as unknown as APIGatewayProxyEventV2
  const call = async (
    act: (request: HttpRequest) => unknown,
    event = request(),
    options: Parameters<typeof onHttp>[2] = {},
  ) => {
    const handler = onHttp({}, async (asked) => answerJson(200, await act(asked)), options)
    const result = await handler(event, context)
    return { ...result, problem: JSON.parse(result.body ?? '{}') as Record<string, unknown> }
  }

  test('a fault becomes a problem with its status, code, place and facts', async () => {
    const result = await call(() => {
      throw new Fault('method.refused', 'use GET', { where: 'method', facts: { allow: ['GET', 'HEAD'] } })
    })
    expect(result.statusCode).toBe(405)
    expect(result.headers).toMatchObject({ 'content-type': 'application/problem+json', allow: 'GET, HEAD' })
    expect(result.problem).toMatchObject({
      status: 405,
      code: 'method.refused',
      where: 'method',
      detail: 'use GET',
    })
  })

  test('an error that is none of ours tells nothing of itself', async () => {
    const result = await call(() => {
      throw new Error('password of olha@example.com')
    })
    expect(result).toMatchObject({ statusCode: 500, problem: { code: 'internal' } })
    expect(result.body).not.toContain('olha')
    expect(lines.join('')).not.toContain('olha')
    expect(lines[0]).toContain('adapter.test.ts')
  })

  test('an input is refused field by field, without its values', async () => {
    const schema = z.strictObject({ email: z.email(), age: z.number() })
    const body = JSON.stringify({ email: 'olha at home', age: 'many' })
    const result = await call((asked) => readInput(schema, readJson(asked)), request({ body }))
    expect(result).toMatchObject({ statusCode: 422, problem: { code: 'field.invalid', where: 'email' } })
    expect(result.problem.errors).toMatchObject([{ pointer: '/email' }, { pointer: '/age' }])
    expect(result.body).not.toContain('olha')
  })

  test('a body that is too long or no JSON is refused', async () => {
    const long = await call(() => 1, request({ body: 'x'.repeat(11) }), { longestBody: 10 })
    expect(long.statusCode).toBe(413)
    const broken = await call((asked) => readJson(asked), request({ body: '{"a": }' }))
    expect(broken).toMatchObject({ statusCode: 400, problem: { code: 'input.invalid' } })
  })

  test('a browser that navigates gets a page, a program the problem', async () => {
    const page = async () => ({ html: '<h1>Sorry</h1>' })
    const fail = () => {
      throw new Fault('record.unknown', 'nothing here')
    }
    const html = request({ headers: { accept: 'text/html,application/xhtml+xml' } })
    const json = request({ headers: { accept: 'application/json, text/html' } })
    const handler = onHttp({}, async () => fail(), { page })
    expect(await handler(html, context)).toMatchObject({
      statusCode: 404,
      body: '<h1>Sorry</h1>',
      headers: { 'content-security-policy': expect.stringContaining("default-src 'none'") },
    })
    expect((await handler(json, context)).headers?.['content-type']).toBe('application/problem+json')
    const down = onHttp({}, async () => Promise.reject(new Fault('store.unavailable', 'no')), { page })
    expect((await down(html, context)).headers).toMatchObject({
      'retry-after': '2',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })

  test('whom CloudFront was asked by counts only beside the secret that ours alone knows', async () => {
    const from = (headers: Record<string, string>, secret: string) =>
      addressOf({ ...headOf(request({ headers })), address: '192.0.2.1' } as HttpRequest, secret)
    const viewer = { 'x-holdfast-viewer': '203.0.113.9' }
    expect(from({ ...viewer, 'x-holdfast-shield': 'known' }, 'known')).toBe('203.0.113.9')
    expect(from({ ...viewer, 'x-holdfast-shield': 'guessed' }, 'known')).toBe('192.0.2.1')
    expect(from({ ...viewer, 'x-holdfast-shield': '' }, '')).toBe('192.0.2.1')
    expect(from(viewer, '')).toBe('192.0.2.1')
    expect(from({ 'x-forwarded-for': '203.0.113.9' }, 'known')).toBe('192.0.2.1')
    expect(from({ 'x-holdfast-shield': 'known' }, 'known')).toBe('192.0.2.1')
  })

  describe('a caller', () => {
    const as = (lambda?: object | null) =>
      request({
        requestContext: {
          requestId: 'r',
          http: { method: 'GET' },
          ...(lambda !== undefined && { authorizer: { lambda } }),
        },
      } as unknown as Partial<APIGatewayProxyEventV2>)
    const company = {
      levels: ['open'],
      clearance: {},
      roles: { manager: { title: 'Manager', kinds: {}, may: ['plan-absences'] } },
    } as unknown as Company
    const who = (asked: HttpRequest) => requireMay(asked, company, 'plan-absences', 'absences:write')

    test('is whom the authorizer found out, and nobody without it', async () => {
      expect((await call(who, as())).statusCode).toBe(401)
      expect((await call(who, as(null))).statusCode).toBe(401)
      expect((await call(who, as({ sub: '1', roles: ['rep'] }))).statusCode).toBe(403)
      const manager = { sub: '1', roles: ['rep', 'manager'], person: 'maria' }
      expect((await call(who, as(manager))).problem).toMatchObject({ person: 'maria', scopes: [] })
    })

    test('that is a program is judged by the scopes of its key alone', async () => {
      const program = { sub: 'program:site', program: 'site', scopes: ['leads:write'] }
      const refused = await call(who, as({ ...program, roles: ['manager'] }))
      expect(refused.problem).toMatchObject({
        status: 403,
        detail: expect.stringContaining('absences:write'),
      })
      const writing = { ...program, scopes: ['leads:write', 'absences:write'] }
      expect((await call(who, as(writing))).problem).toMatchObject({ sub: 'program:site', roles: [] })
      const forPeople = (asked: HttpRequest) => requireMay(asked, company, 'plan-absences')
      expect((await call(forPeople, as(writing))).problem).toMatchObject({
        status: 403,
        detail: expect.stringContaining('person'),
      })
    })

    test('that is a person is not let in by a scope', async () => {
      const person = { sub: '1', roles: ['rep'], scopes: ['absences:write'], person: 'anna' }
      expect((await call(who, as(person))).statusCode).toBe(403)
    })
  })

  test('of a batch only those messages come again that failed', async () => {
    const record = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) })
    const handler = onQueue({}, z.object({ n: z.number() }), async ({ n }) => {
      if (n === 2) throw new Fault('store.unavailable', 'later')
    })
    const batch = { Records: [record('a', { n: 1 }), record('b', { n: 2 }), record('c', 'odd')] }
    expect(await handler(batch as unknown as SQSEvent, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }],
    })
  })

  test('a change of which the action makes an error holds up none of the others; a service that does not answer does', async () => {
    const seen: string[] = []
    let error: Error = new TypeError('odd')
    const handler = onStream({}, async (changes) => {
      for (const { sequence } of changes) if (sequence === '2') throw error
      seen.push(...changes.map(({ sequence }) => sequence))
      return changes.flatMap(({ sequence }) => (sequence === '4' ? ['4'] : []))
    })
    const batch = (...numbers: number[]) =>
      ({ Records: numbers.map((n) => ({ dynamodb: { SequenceNumber: String(n) } })) }) as DynamoDBStreamEvent
    expect(await handler(batch(1, 2, 3, 4), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '4' }],
    })
    expect(seen).toEqual(['1', '3', '4'])
    expect(lines.map((line) => JSON.parse(line).what)).toEqual([
      'changes are handled one by one',
      'change failed',
      'changes will be read again',
    ])
    // Alone it fails as a call, which alarms.
    await expect(handler(batch(2), context)).rejects.toBe(error)
    for (const elsewhere of [
      new Fault('store.unavailable', 'later'),
      Object.assign(new Error('x'), { $metadata: {} }),
    ]) {
      error = elsewhere
      seen.length = 0
      await expect(handler(batch(1, 2, 3), context)).rejects.toBe(elsewhere)
      expect(seen).toEqual([])
    }
  })

  test('a task fails with the code of the fault as the name of its error', async () => {
    const handler = onTask({}, z.object({}), async () => {
      throw new Fault('store.unavailable', 'later')
    })
    await expect(handler({}, context)).rejects.toMatchObject({ name: 'store.unavailable' })
  })

  test('a variable that is missing shows before the first call', () => {
    const open = (env: (name: string) => string) => env('NO_SUCH_VARIABLE')
    expect(() => onHttp({ open }, async () => answerJson(200, {}))).toThrow('NO_SUCH_VARIABLE')
  })

  test('a log line is one line of JSON', () => {
    log('warn', 'it happened', { recordId: 'lead_1' }, new Error('a\nb'))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'warn',
      what: 'it happened',
      recordId: 'lead_1',
      error: 'Error',
    })
    expect(lines[0]).not.toContain('a\\nb')
  })
})
