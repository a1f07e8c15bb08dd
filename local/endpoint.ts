/** The one address that AWS SDK clients talk to; each call goes to the service that its headers name. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { handleEvents } from './bus/endpoint.ts'
import type { Bus } from './bus/bus.ts'
import { hiddenAddress } from './hidden-address.ts'
import type { Functions } from './function/function.ts'
import { readBody, splitTarget } from './http/api.ts'
import { handleSes, type SesOptions } from './mail/ses.ts'
import { handleSqs } from './queue/endpoint.ts'
import type { Queues } from './queue/queue.ts'
import { handleStates } from './state-machine/endpoint.ts'
import type { SecretFile } from './secret.ts'
import type { StateMachines } from './state-machine/service.ts'
import type { TableProxy } from './table-proxy.ts'

export interface Services {
  bus: Bus
  queues: Queues
  machines: StateMachines
  functions: Functions
  mail: SesOptions
  secrets: SecretFile
  /** Only where the table's requests must pass by. */
  table: TableProxy | undefined
  queueRequest: () => void
  report: (line: string) => void
}

export interface Endpoint {
  readonly url: string
  /** Until then every call is answered 503, which SDK clients repeat. */
  serve(services: Services): void
  close(): void
}

interface Reply {
  status: number
  type: string
  body: string
  headers?: Record<string, string>
}

/** The largest request of the services here: a message of SES in base64 and form encoding. */
const largestRequest = 40 * 1024 * 1024
const json = 'application/x-amz-json-1.0'

/** Listens on this machine only, where nobody looks: nobody is asked who he is. */
export async function openEndpoint(): Promise<Endpoint> {
  let services: Services | undefined
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void answer(request, services).then((reply) => write(response, reply))
  })
  const host = hiddenAddress()
  const port = await listen(server, 0, host)
  return {
    url: `http://${host}:${port}`,
    serve: (next) => void (services = next),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(request: IncomingMessage, services: Services | undefined): Promise<Reply> {
  try {
    const body = await readBody(request, largestRequest)
    if (!services) return fault(503, 'ServiceUnavailable', 'the embedded cloud is starting')
    if (!body) return fault(413, 'RequestEntityTooLarge', 'the request is too large')
    return await dispatch(request, body, services)
  } catch (error) {
    services?.report(`SDK endpoint: ${(error as Error).stack ?? String(error)}`)
    return fault(500, 'InternalFailure', (error as Error).message)
  }
}

async function dispatch(request: IncomingMessage, body: Buffer, services: Services): Promise<Reply> {
  const target = String(request.headers['x-amz-target'] ?? '')
  const dot = target.indexOf('.')
  const operation = target.slice(dot + 1)
  const text = body.toString('utf8')
  const parse = () => JSON.parse(text || '{}') as object
  switch (target.slice(0, dot < 0 ? 0 : dot)) {
    case 'DynamoDB_20120810':
      if (!services.table) break
      return jsonReply(await services.table.handle(operation, text))
    case 'AWSEvents':
      return jsonReply(await handleEvents(services.bus, operation, parse()))
    case 'AWSStepFunctions':
      return jsonReply(await handleStates(services.machines, operation, parse()))
    case 'AmazonSSM':
      return jsonReply(services.secrets.handle(operation, parse()))
    case 'AmazonSQS':
      services.queueRequest()
      return jsonReply(await handleSqs(services.queues, operation, parse()))
  }
  const { path } = splitTarget(request.url ?? '/')
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
    `${serviceOf(request) || 'this service'} ${target || path} is not modelled; modelled are DynamoDB, EventBridge, Step Functions, SQS (JSON protocol), SSM GetParameter, Lambda Invoke and SES version 1`,
  )
}

/** The name of the service in the credential scope of the signature. */
function serviceOf(request: IncomingMessage): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

function jsonReply({ status, body }: { status: number; body: object | string }): Reply {
  return { status, type: json, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

function fault(status: number, type: string, message: string): Reply {
  return { status, type: json, body: JSON.stringify({ __type: type, message }) }
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
  response.end(reply.body)
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
