/* Requests and answers in the form that Lambda functions get and give behind an HTTP API: payload format 2.0. */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { account } from '../resource/model.ts'
import { decode } from './route.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[]>
  body: string | Buffer | Readable
  /** Bytes of a stream, or of the body that an answer to HEAD leaves out. */
  length?: number
}

export interface RequestFacts {
  apiId: string
  routeKey: string
  requestId: string
  /** Milliseconds since the epoch, by the cloud's clock. */
  now: number
  path: string
  query: string
  parameters: Record<string, string>
  body: Buffer
  sourceIp: string
  /** by what stands in front: in place of, or beside, those that came */
  added: Readonly<Record<string, string>> | undefined
  /** what a Lambda authorizer says of the caller */
  authorizer?: { lambda: object | null }
}

/** Media types whose body an HTTP API passes on as text; it encodes any other, forms included, in base64. */
const textual = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i

/** The event of an invocation. */
export function requestEvent(request: IncomingMessage, facts: RequestFacts): Record<string, unknown> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = values!.join(',')
  const cookies = headers.cookie?.split(/;\s*/)
  delete headers.cookie
  Object.assign(headers, facts.added)
  const { sourceIp } = facts
  headers['x-forwarded-for'] = headers['x-forwarded-for']
    ? `${headers['x-forwarded-for']}, ${sourceIp}`
    : sourceIp
  headers['x-forwarded-proto'] ??= 'http'
  headers['x-forwarded-port'] ??= String(request.socket.localPort ?? '')
  const host = headers.host ?? 'localhost'
  const type = headers['content-type']
  const isText = type ? textual.test(type) : true
  const isBase64Encoded = facts.body.length > 0 && !(isText && isUtf8(facts.body))
  const parameters = queryParameters(facts.query)

  return {
    version: '2.0',
    routeKey: facts.routeKey,
    rawPath: facts.path,
    rawQueryString: facts.query,
    ...(cookies && { cookies }),
    headers,
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: {
      accountId: account,
      apiId: facts.apiId,
      ...(facts.authorizer && { authorizer: facts.authorizer }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path: facts.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: facts.requestId,
      routeKey: facts.routeKey,
      stage: '$default',
      time: commonLogTime(facts.now),
      timeEpoch: facts.now,
    },
    // What a deployment may say of itself: here e-mails are not sent but caught.
    stageVariables: { inbox: '/inbox' },
    ...(Object.keys(facts.parameters).length > 0 && { pathParameters: facts.parameters }),
    ...(facts.body.length > 0 && { body: facts.body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

interface FunctionAnswer {
  statusCode?: unknown
  headers?: Record<string, unknown>
  cookies?: string[]
  body?: unknown
  isBase64Encoded?: boolean
}

/** What to send for the JSON that a function returned; undefined when it makes no answer. */
export function readAnswer(payload: string): Answer | undefined {
  const value = JSON.parse(payload) as FunctionAnswer | null
  // Without a status the whole value is the body, as format 2.0 infers it.
  if (typeof value !== 'object' || value === null || value.statusCode === undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: payload }
  const status = Number(value.statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined
  if (value.body !== undefined && value.body !== null && typeof value.body !== 'string') return undefined
  const headers: Record<string, string | string[]> = {}
  for (const [name, entry] of Object.entries(value.headers ?? {})) headers[name.toLowerCase()] = String(entry)
  if (value.cookies) headers['set-cookie'] = value.cookies
  const body = value.body ?? ''
  if (body !== '') headers['content-type'] ??= 'text/plain;charset=UTF-8'
  return { status, headers, body: value.isBase64Encoded ? Buffer.from(body, 'base64') : body }
}

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ message }),
  }
}

export function peerAddress(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
}

/** Repeated parameters are joined with commas. */
function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '))
    const value = at < 0 ? '' : decode(pair.slice(at + 1).replaceAll('+', ' '))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value
  }
  return parameters
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const date = new Date(now)
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`
}
