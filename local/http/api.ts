/* An HTTP API: routes a request to its function and makes an answer of what the function returns. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../clock/clock.ts'
import type { Invocation } from '../function/pool.ts'
import { isLarger, largestPayload } from '../payload-size.ts'
import type { ApiDefinition, RouteDefinition, ThrottleDefinition } from '../resource/http-api.ts'
import { openAuthorizer } from './authorizer.ts'
import { addCors, preflightAnswer } from './cors.ts'
import { gatewayAnswer, peerAddress, readAnswer, requestEvent, type Answer } from './payload.ts'
import { compileRoutes } from './route.ts'
import { tokenBucket } from './throttle.ts'

export interface ApiOptions {
  api: ApiDefinition
  clock: Clock
  region: string
  invoke: (arn: string, event: string) => Promise<Invocation>
  report: (line: string) => void
  /** of each route, instead of what the template says */
  throttle?: ThrottleDefinition | undefined
  /** plays that every request comes from this address */
  sourceIp?: () => string | undefined
}

/** API Gateway's limit for a request body. */
const largestBody = 10 * 1024 * 1024
/** Of the request line and the values of the headers together (quotas of HTTP APIs), in bytes. */
const largestHead = 10_240

/** Answers a request, with headers that what stands in front has added to it. Never throws. */
export type Api = (request: IncomingMessage, added?: Readonly<Record<string, string>>) => Promise<Answer>

export function openApi(options: ApiOptions): Api {
  const { api } = options
  const find = compileRoutes(api.routes)
  const authorizers = new Map(
    api.routes.flatMap(({ authorizer }) =>
      authorizer ? [[authorizer.id, openAuthorizer(authorizer, options)] as const] : [],
    ),
  )
  const admitToRoute = new Map(
    api.routes.map(({ key, throttle }) => {
      const limit = options.throttle ?? throttle
      return [key, limit ? tokenBucket(limit.rate, limit.burst) : () => true]
    }),
  )

  return async (request, added) => {
    const preflight = preflightAnswer(request, api.cors)
    if (preflight) return preflight
    return addCors(await route(request, added), request, api.cors)
  }

  async function route(
    request: IncomingMessage,
    added: Readonly<Record<string, string>> | undefined,
  ): Promise<Answer> {
    if (headSize(request) > largestHead) return gatewayAnswer(431, 'Request Header Fields Too Large')
    const { path, query } = splitTarget(request.url ?? '/')
    const match = find(request.method ?? 'GET', path)
    if (!match) return gatewayAnswer(404, 'Not Found')
    if (!admitToRoute.get(match.route.key)?.()) return gatewayAnswer(429, 'Too Many Requests')
    const facts = {
      apiId: api.id,
      routeKey: match.route.key,
      requestId: randomUUID(),
      now: options.clock.now(),
      path,
      query,
      parameters: match.parameters,
      body: Buffer.alloc(0),
      sourceIp: options.sourceIp?.() ?? peerAddress(request),
      added,
    }
    const permitted = await authorizers.get(match.route.authorizer?.id ?? '')?.(request, facts)
    if (permitted && 'refused' in permitted) return permitted.refused
    const body = await readBody(request, largestBody)
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large', { connection: 'close' })
    const event = JSON.stringify(
      requestEvent(request, {
        ...facts,
        body,
        ...(permitted && { authorizer: { lambda: permitted.context } }),
      }),
    )
    // Lambda's limit, which a body in base64 meets first.
    if (isLarger(event, largestPayload)) return gatewayAnswer(413, 'Request Entity Too Large')
    return await callFunction(match.route, event)
  }

  async function callFunction(target: RouteDefinition, event: string): Promise<Answer> {
    const timeout = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => timeout.resolve(undefined), target.timeout)
    try {
      const result = await Promise.race([options.invoke(target.functionArn, event), timeout.promise])
      if (!result) return gatewayAnswer(503, 'Service Unavailable')
      const answer = result.functionError ? undefined : readAnswer(result.payload)
      return answer ?? gatewayAnswer(500, 'Internal Server Error')
    } catch (error) {
      options.report(`${target.key}: ${(error as Error).message}`)
      return gatewayAnswer(500, 'Internal Server Error')
    } finally {
      clearTimeout(timer)
    }
  }
}

function headSize({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number {
  let size = `${method} ${url} HTTP/${httpVersion}`.length
  // Names and values in turn; Node gives each byte as one character.
  for (let at = 1; at < rawHeaders.length; at += 2) size += rawHeaders[at]!.length
  return size
}

/** Splits a request target, which may be absolute, at its question mark. */
export function splitTarget(target: string): { path: string; query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/, '') || '/'
  const at = local.indexOf('?')
  return at < 0 ? { path: local, query: '' } : { path: local.slice(0, at), query: local.slice(at + 1) }
}

/** Reads a body; undefined when it is larger than `limit`, in which case the rest is thrown away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve(undefined)
      }
    })
    request.on('end', () => resolve(size <= limit ? Buffer.concat(chunks) : undefined))
    request.on('error', reject)
  })
}
