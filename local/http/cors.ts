/* Cross-origin headers as an HTTP API adds them; what the function itself says about them is replaced. */
import type { IncomingMessage } from 'node:http'
import type { CorsDefinition } from '../resource/http-api.ts'
import type { Answer } from './payload.ts'

/** The answer to a preflight request, which never reaches a route. */
export function preflightAnswer(
  request: IncomingMessage,
  cors: CorsDefinition | undefined,
): Answer | undefined {
  const isPreflight =
    request.method === 'OPTIONS' && request.headers.origin && request.headers['access-control-request-method']
  if (!cors || !isPreflight) return undefined
  const headers = originHeaders(request, cors)
  if (headers['access-control-allow-origin']) {
    if (cors.AllowMethods) headers['access-control-allow-methods'] = cors.AllowMethods.join(',')
    if (cors.AllowHeaders) headers['access-control-allow-headers'] = cors.AllowHeaders.join(',')
    if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge)
  }
  return { status: 204, headers, body: '' }
}

export function addCors(answer: Answer, request: IncomingMessage, cors: CorsDefinition | undefined): Answer {
  if (!cors || !request.headers.origin) return answer
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'))
  return { ...answer, headers: { ...Object.fromEntries(own), ...originHeaders(request, cors) } }
}

function originHeaders(request: IncomingMessage, cors: CorsDefinition): Record<string, string> {
  const { origin } = request.headers
  const match = allowedOrigin(origin, cors.AllowOrigins ?? [])
  if (!match) return {}
  return {
    'access-control-allow-origin': match,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
  }
}

function allowedOrigin(origin: string | undefined, allowed: readonly string[]): string | undefined {
  if (allowed.includes('*')) return '*'
  return origin && allowed.some((entry) => fits(entry, origin)) ? origin : undefined
}

/** `https://*` and `http://*` stand for every host. */
function fits(entry: string, origin: string): boolean {
  return entry.endsWith('://*') ? origin.startsWith(entry.slice(0, -1)) : entry === origin
}
