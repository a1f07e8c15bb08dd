/*
 * The one address that AWS SDK clients talk to; each call goes to the service that its headers name.
 *
 * The functions of the shared host ask from memory (function/runtime/transport.ts), other programs and functions in
 * processes of their own over TCP. Both get what the same function answers.
 */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { Buckets } from './bucket/bucket.ts'
import { handleObjects, nobody } from './bucket/endpoint.ts'
import { handleEvents } from './bus/endpoint.ts'
import type { Bus } from './bus/bus.ts'
import { hiddenAddress } from './hidden-address.ts'
import type { Functions } from './function/function.ts'
import type { SdkRefusal, SdkRequest, SdkResponse } from './function/runtime/message.ts'
import { readBody, splitTarget } from './http/api.ts'
import { handleSes, type SesOptions } from './mail/ses.ts'
import { isLarger } from './payload-size.ts'
import type { Callers } from './permission/caller.ts'
import { handleSqs } from './queue/endpoint.ts'
import type { Queues } from './queue/queue.ts'
import { handleStates } from './state-machine/endpoint.ts'
import type { SecretFile } from './data-folder/secret.ts'
import type { StateMachines } from './state-machine/service.ts'
import type { TableService } from './table-service.ts'

export interface Services {
  bus: Bus
  buckets: Buckets
  queues: Queues
  machines: StateMachines
  functions: Functions
  mail: SesOptions
  secrets: SecretFile
  table: TableService
  /** who asks the table, or for an object */
  callers: Callers
  queueRequest: () => void
  report: (line: string) => void
}

/** Answers a request that came from memory; what a socket would do in its place is an answer too. It never throws. */
export type SdkAnswerer = (request: SdkRequest) => Promise<SdkResponse | SdkRefusal>

export interface Endpoint {
  readonly url: string
  readonly answer: SdkAnswerer
  /** Until then every call is answered 503, which SDK clients repeat. */
  serve(services: Services): void
  close(): void
}

interface Request {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** Undefined when it is too large. */
  body: string | Uint8Array | undefined
  /** It came from memory, where nobody but functions is. */
  isInside: boolean
}

interface Reply {
  status: number
  /** Of the body; absent when the headers say it, or there is none. */
  type?: string
  body: string | Uint8Array
  headers?: Record<string, string>
}

/** The largest request of the services here: a message of SES in base64 and form encoding. */
const largestRequest = 40 * 1024 * 1024
const json = 'application/x-amz-json-1.0'

/**
 * Listens on this machine only, where nobody looks: nobody is asked who he is.
 * @param synced resolves when what an answer rests on is on disk: who asks by the network may be anybody
 */
export async function openEndpoint(
  synced: () => Promise<void>,
  address = hiddenAddress(),
): Promise<Endpoint> {
  let services: Services | undefined
  let isClosed = false
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void readBody(request, largestRequest).then(
      async (body) => {
        const { method = 'POST', url = '/', headers } = request
        if (headers.host !== place || !headers.authorization) return write(response, stranger)
        const reply = await answer({ method, path: url, headers, body, isInside: false }, services)
        await synced().then(
          () => write(response, reply),
          (error: Error) => write(response, fault(500, 'InternalFailure', error.message)),
        )
      },
      () => response.destroy(),
    )
  })
  const place = await listenAt(server, address)
  return {
    url: `http://${place}`,
    serve: (next) => void (services = next),
    async answer({ method, path, headers, body }) {
      if (isClosed) return { refused: 'ECONNREFUSED' }
      const whole = isTooLarge(body) ? undefined : body
      const reply = await answer(
        { method, path, headers: headersOf(headers), body: whole, isInside: true },
        services,
      )
      if (isClosed) return { refused: 'ECONNRESET' }
      return { status: reply.status, headers: rawHeaders(reply), body: reply.body }
    },
    close() {
      isClosed = true
      server.close()
      server.closeAllConnections()
    },
  }
}

const isTooLarge = (body: string | Uint8Array) =>
  typeof body === 'string' ? isLarger(body, largestRequest) : body.length > largestRequest
const textOf = (body: string | Uint8Array) =>
  typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')

function headersOf(pairs: string[]): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {}
  for (let at = 0; at < pairs.length; at += 2) headers[pairs[at]!] = pairs[at + 1]
  return headers
}

async function answer(request: Request, services: Services | undefined): Promise<Reply> {
  try {
    if (!services) return fault(503, 'ServiceUnavailable', 'the embedded cloud is starting')
    if (request.body === undefined) return fault(413, 'RequestEntityTooLarge', 'the request is too large')
    return await dispatch(request, request.body, services)
  } catch (error) {
    if (error instanceof Unreadable) return fault(400, 'SerializationException', error.message)
    services?.report(`SDK endpoint: ${(error as Error).stack ?? String(error)}`)
    return fault(500, 'InternalFailure', (error as Error).message)
  }
}

class Unreadable extends Error {}

/** @throws Unreadable for what is no JSON object: 500 would have clients send it again */
function parseObject(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text || '{}')
  } catch (error) {
    throw new Unreadable(`the request is not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable('the request must be a JSON object')
  return value
}

async function dispatch(request: Request, body: string | Uint8Array, services: Services): Promise<Reply> {
  if (serviceOf(request) === 's3') return await askBucket(request, body, services)
  const text = textOf(body)
  const target = String(request.headers['x-amz-target'] ?? '')
  const dot = target.indexOf('.')
  const operation = target.slice(dot + 1)
  switch (target.slice(0, dot < 0 ? 0 : dot)) {
    case 'DynamoDB_20120810':
      return await askTable(request, operation, parseObject(text), services)
    case 'AWSEvents':
      return jsonReply(await handleEvents(services.bus, operation, parseObject(text)))
    case 'AWSStepFunctions':
      return jsonReply(await handleStates(services.machines, operation, parseObject(text)))
    case 'AmazonSSM':
      return jsonReply(services.secrets.handle(operation, parseObject(text)))
    case 'AmazonSQS':
      services.queueRequest()
      return jsonReply(await handleSqs(services.queues, operation, parseObject(text)))
  }
  const { path } = splitTarget(request.path)
  if (path.startsWith('/2015-03-31/functions/')) {
    const reply = await services.functions.handleInvoke(path, request.headers, text)
    return { ...reply, type: 'application/json' }
  }
  if (
    serviceOf(request) === 'ses' &&
    request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  ) {
    const reply = await handleSes(services.mail, text)
    return { ...reply, type: 'text/xml' }
  }
  return fault(
    400,
    'UnknownOperationException',
    `${serviceOf(request) || 'this service'} ${target || path} is not modelled; modelled are DynamoDB, EventBridge, Step Functions, SQS (JSON protocol), SSM GetParameter, Lambda Invoke, objects of S3 and SES version 1`,
  )
}

/** Of functions each is held to its role; whoever else reaches this address may do everything. */
async function askTable(
  { headers, isInside }: Request,
  operation: string,
  input: object,
  { table, callers }: Services,
): Promise<Reply> {
  const caller = callers.callerOf(headers.authorization)
  if (isInside && !caller) return unrecognized
  return jsonReply(await table.handle(operation, input, caller?.table))
}

/** The same of objects, in S3's words and with bodies of bytes. */
async function askBucket(
  { method, path, headers, isInside }: Request,
  given: string | Uint8Array,
  { buckets, callers }: Services,
): Promise<Reply> {
  const guard = callers.callerOf(headers.authorization)?.objects ?? (isInside ? nobody : undefined)
  const body = typeof given === 'string' ? Buffer.from(given) : given
  return await handleObjects(buckets, guard, { method, path, headers, body })
}

/** To a function that signs with other credentials than those it was given. */
const unrecognized = fault(
  400,
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
)

/** What a page of a web site can send without asking first, or to a name that was bent to this machine. */
const stranger = fault(
  403,
  'MissingAuthenticationTokenException',
  'Sign the request, and send it to this address by its number',
)

/**
 * Host and port at which the server listens. Only Linux and Windows have all of 127.0.0.0/8; elsewhere it is
 * 127.0.0.1, where every port can be tried, but no page of a web site has the signature.
 */
async function listenAt(server: Server, address: string): Promise<string> {
  try {
    return `${address}:${await listen(server, 0, address)}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
    return `127.0.0.1:${await listen(server, 0, '127.0.0.1')}`
  }
}

/** The name of the service in the credential scope of the signature. */
function serviceOf(request: Request): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

function jsonReply({ status, body }: { status: number; body: object | string }): Reply {
  return { status, type: json, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

function fault(status: number, type: string, message: string): Reply {
  return { status, type: json, body: JSON.stringify({ __type: type, message }) }
}

function headersOfReply({ type, body, headers }: Reply): Record<string, string> {
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return { ...(type !== undefined && { 'content-type': type }), ...length, ...headers }
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, headersOfReply(reply))
  response.end(reply.body)
}

/** With what Node adds to an answer over TCP. */
function rawHeaders(reply: Reply): string[] {
  const more = { Date: new Date().toUTCString(), Connection: 'keep-alive' }
  return Object.entries({ ...headersOfReply(reply), ...more }).flat()
}

/** Resolves with the port when the server listens. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as { port: number }).port)
    })
  })
}
