/*
 * The same requests over the socket of the SDK's endpoint and from memory: nothing above `http.request` can tell them
 * apart. What AWS's clients make of it is compared in sdk.test.ts.
 */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEndpoint, type Endpoint, type Services } from '../endpoint.ts'
import { openTransport } from './runtime/transport.ts'

type Request = typeof http.request

const socketRequest = http.request
let endpoint: Endpoint
let release: () => void

beforeAll(async () => {
  endpoint = await openEndpoint(async () => {})
  serve(endpoint)
  openMemory(endpoint)
})
afterAll(() => endpoint.close())

/** A service that answers what it was asked, and one that answers when it is released. */
function serve(to: Endpoint): void {
  const held = Promise.withResolvers<void>()
  release = () => held.resolve()
  to.serve({
    functions: {
      async handleInvoke(path: string, headers: Record<string, string>, body: string) {
        if (path.includes('held')) await held.promise
        if (path.includes('broken')) throw new Error('it is broken')
        return {
          status: path.includes('refused') ? 418 : 200,
          headers: { 'X-Amz-Thing': 'Value', 'x-length': String(body.length) },
          body: path.includes('quiet') ? '' : JSON.stringify({ path, type: headers['content-type'], body }),
        }
      },
    },
    report: () => {},
  } as unknown as Services)
}

function openMemory(to: Endpoint): void {
  const transport = openTransport(to.url, (number, request) => {
    // As between threads, and never within the turn that asked.
    const sent = structuredClone(request)
    setImmediate(
      () => void to.answer(sent).then((answer) => transport.answer(number, structuredClone(answer))),
    )
    return true
  })
}

const path = (name: string) => `/2015-03-31/functions/${name}/invocations`

/** What a caller sees of a request, from its first event to its last. */
interface Seen {
  events: string[]
  status?: number | undefined
  message?: string | undefined
  headers?: Record<string, unknown>
  body?: string
  error?: { code: string | undefined; message: string }
  complete?: boolean
}

interface Ask {
  name?: string
  options?: RequestOptions
  send?: (request: ClientRequest) => void
  /** Called with the request when it has been sent, and with its response. */
  then?: (request: ClientRequest, response?: IncomingMessage) => void
}

function ask(request: Request, { name = 'echo', options = {}, send, then }: Ask): Promise<Seen> {
  const { hostname, port } = new URL(endpoint.url)
  const agent = new http.Agent({ keepAlive: true })
  return new Promise((resolve) => {
    const seen: Seen = { events: [] }
    const sent = request(
      {
        hostname,
        port,
        path: path(name),
        method: 'POST',
        agent,
        ...options,
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a', ...(options?.headers as object) },
      },
      (response) => {
        seen.status = response.statusCode
        seen.message = response.statusMessage
        const { date, 'keep-alive': _, ...headers } = response.headers
        seen.headers = { ...headers, date: typeof date }
        then?.(sent, response)
        void buffer(response).then(
          (bytes) => {
            seen.body = bytes.toString('latin1')
            seen.complete = response.complete
          },
          (error: NodeJS.ErrnoException) => void (seen.error = { code: error.code, message: error.message }),
        )
      },
    )
    for (const event of ['socket', 'finish', 'response', 'abort', 'timeout', 'close'])
      sent.on(event, () => void seen.events.push(event))
    sent.on('error', (error: NodeJS.ErrnoException) => {
      seen.events.push('error')
      seen.error ??= { code: error.code, message: error.message }
    })
    sent.on('close', () =>
      setImmediate(() => {
        agent.destroy()
        resolve(seen)
      }),
    )
    if (send) send(sent)
    else sent.end()
    then?.(sent)
  })
}

/** Asks both ways and returns what both saw. */
async function both(one: Ask): Promise<Seen> {
  const [bySocket, fromMemory] = await Promise.all([ask(socketRequest, one), ask(http.request, one)])
  expect(fromMemory).toEqual(bySocket)
  return fromMemory
}

describe('a request sees the same from memory as over a socket', () => {
  test('when it is answered', async () => {
    const headers = { 'content-type': 'text/plain', 'X-Upper': 'A', 'x-many': ['1', '2'] }
    const seen = await both({ options: { headers }, send: (sent) => sent.end('Grüße 😀') })
    expect(seen).toMatchObject({
      events: ['socket', 'finish', 'response', 'close'],
      status: 200,
      message: 'OK',
      headers: { 'x-amz-thing': 'Value', 'content-type': 'application/json', connection: 'keep-alive' },
      complete: true,
    })
    expect(Buffer.from(seen.body!, 'latin1').toString()).toContain('"type":"text/plain","body":"Grüße 😀"')
  })

  test.each(['refused', 'broken', 'quiet', 'a%20b?x=1'])(
    'when the service says otherwise (%s)',
    async (name) => {
      await both({ name })
    },
  )

  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  test.each<[string, (sent: ClientRequest) => void]>([
    ['is a buffer of any bytes', (sent) => sent.end(all)],
    ['is a part of a buffer', (sent) => sent.end(new Uint8Array(all.buffer, all.byteOffset + 60, 9))],
    ['is a text in another encoding', (sent) => sent.end('fffe', 'hex')],
    ['comes in pieces', (sent) => (sent.write('ä'), sent.write(Buffer.from('ö')), sent.end('ü'))],
    ['comes in pieces, the last empty', (sent) => (sent.write('one'), sent.end())],
    ['is piped', (sent) => void Readable.from(['a', 'b', Buffer.from('c')]).pipe(sent)],
    ['has 8 MB', (sent) => sent.end('я'.repeat(4_000_000))],
    ['is beyond what the endpoint takes', (sent) => sent.end(Buffer.alloc(41 * 1024 * 1024, 65))],
    ['is nothing', (sent) => sent.end('')],
  ])('whose body %s', async (_, send) => {
    await both({ send })
  })

  test('that asks for the head alone', async () => {
    for (const name of ['echo', 'quiet', 'refused'])
      expect(await both({ name, options: { method: 'HEAD' } })).toMatchObject({ body: '', complete: true })
  })

  test('with headers that are set one by one', async () => {
    const seen = await both({
      send(sent) {
        sent.setHeader('Content-Type', 'text/later')
        expect([sent.getHeader('content-type'), sent.method, sent.path]).toEqual([
          'text/later',
          'POST',
          path('echo'),
        ])
        expect(() => sent.setHeader('x-bad', 'a\nb')).toThrow(
          expect.objectContaining({ code: 'ERR_INVALID_CHAR' }),
        )
        sent.end()
      },
    })
    expect(seen.body).toContain('text/later')
  })

  test('that is given up before its answer, with or without a reason, or aborted', async () => {
    const after = (act: (sent: ClientRequest) => void): Ask => ({
      name: 'held',
      then: (sent, response) => void (response ?? sent.on('finish', () => setTimeout(() => act(sent), 5))),
    })
    expect((await both(after((sent) => sent.destroy()))).error).toEqual({
      code: 'ECONNRESET',
      message: 'socket hang up',
    })
    const why = Object.assign(new Error('no time'), { code: 'ETIMEDOUT' })
    expect((await both(after((sent) => sent.destroy(why)))).error).toEqual({
      code: 'ETIMEDOUT',
      message: 'no time',
    })
    expect((await both(after((sent) => sent.abort()))).events).toContain('abort')
  })

  test('that is given up at once', async () => {
    await both({ then: (sent, response) => void (response ?? sent.destroy()) })
  })

  test('whose socket is silent for too long', async () => {
    const seen = await both({
      name: 'held',
      options: { timeout: 30 },
      then: (sent, response) => void (response ?? sent.once('timeout', () => sent.destroy())),
    })
    expect(seen.events).toEqual(['socket', 'finish', 'timeout', 'error', 'close'])
  })

  test('that is written to after its end', async () => {
    const seen = await both({
      name: 'held',
      send(sent) {
        sent.end()
        sent.write('more')
      },
      then: (sent, response) =>
        void (response ?? sent.on('finish', () => setTimeout(() => sent.destroy(), 5))),
    })
    expect(seen.error?.code).toBe('ERR_STREAM_WRITE_AFTER_END')
  })
})

test('five hundred at once are each answered with their own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) =>
      ask(http.request, { send: (sent) => sent.end(`number ${index}`) }),
    ),
  )
  expect(answers.map(({ body }) => (JSON.parse(body!) as { body: string }).body)).toEqual(
    answers.map((_, index) => `number ${index}`),
  )
})

test('get takes an address, and the body may be left unread', async () => {
  const status = await new Promise((resolve, reject) => {
    http
      .get(`${endpoint.url}${path('echo')}`, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .on('error', reject)
  })
  expect(status).toBe(200)
  const closed = new Promise((resolve) => http.get(new URL(path('echo'), endpoint.url)).on('close', resolve))
  await closed
})

test('whatever is not plain, and every other place, goes the real way', async () => {
  const { hostname, port } = new URL(endpoint.url)
  const plain = http.request({ hostname, port, path: '/' })
  expect(plain).not.toBeInstanceOf(http.ClientRequest)
  plain.on('error', () => {}).destroy()
  const others: RequestOptions[] = [
    { hostname, port: Number(port) + 1 },
    { hostname: '127.0.0.1', port },
    { hostname, port, headers: { expect: '100-continue' } },
    { hostname, port, headers: { Upgrade: 'websocket' } },
    { hostname, port, method: 'OPTIONS' },
    { socketPath: '/nowhere', path: '/' },
  ]
  for (const options of others) {
    const sent = http.request(options)
    expect(sent).toBeInstanceOf(http.ClientRequest)
    sent.on('error', () => {}).destroy()
  }
  expect(() => http.request({ hostname, port, path: '/a b' })).toThrow(
    expect.objectContaining({ code: 'ERR_UNESCAPED_CHARACTERS' }),
  )
})

test('an endpoint that closes hangs up, and a closed one refuses', async () => {
  const cut = ['socket', 'memory'].map((way) =>
    ask(way === 'socket' ? socketRequest : http.request, {
      name: 'held',
      then: (sent, response) =>
        void (response ?? sent.on('finish', () => setTimeout(() => closing.resolve(), 20))),
    }),
  )
  const closing = Promise.withResolvers<void>()
  await closing.promise
  endpoint.close()
  release()
  for (const { error } of await Promise.all(cut))
    expect(error).toEqual({ code: 'ECONNRESET', message: 'socket hang up' })
  const errors = [await ask(socketRequest, {}), await ask(http.request, {})].map(({ error }) => error)
  expect(errors[1]).toEqual(errors[0])
  expect(errors[0]?.code).toBe('ECONNREFUSED')
})
