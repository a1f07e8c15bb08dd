/*
 * Cross-origin headers as S3 adds them. They are unlike those of an HTTP API (http/cors.ts): the first rule that fits answers, a
 * preflight that no rule fits is refused, and answers say the methods too.
 * Source: Amazon S3 User Guide, "Elements of a CORS configuration"; "Testing CORS".
 */
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http/payload.ts'
import type { CorsRule } from '../resource/bucket.ts'
import { BucketFault } from './fault.ts'

/** The answer to a request that asks what is allowed. @throws BucketFault when that is nothing */
export function preflightAnswer({ headers }: IncomingMessage, rules: readonly CorsRule[]): Answer {
  const { origin, 'access-control-request-method': method } = headers
  if (!origin) throw new BucketFault('BadRequest', 'Insufficient information. Origin request header needed.')
  if (!method)
    throw new BucketFault(
      'BadRequest',
      'Insufficient information. Access-Control-Request-Method request header needed.',
    )
  if (rules.length === 0)
    throw new BucketFault('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.')
  const asked = namesIn(headers['access-control-request-headers'])
  const rule = rules.find(
    (one) => fits(one, origin, method) && asked.every((name) => allowsHeader(one, name)),
  )
  if (!rule)
    throw new BucketFault(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    )
  const answered = headersOf(rule, origin)
  if (asked.length > 0) answered['access-control-allow-headers'] = asked.join(', ')
  return { status: 200, headers: answered, body: '' }
}

/** An answer to a page of another origin, errors among them. */
export function addCors(
  answer: Answer,
  { headers, method }: IncomingMessage,
  rules: readonly CorsRule[],
): Answer {
  const { origin } = headers
  const rule = origin && rules.find((one) => fits(one, origin, method ?? 'GET'))
  return rule ? { ...answer, headers: { ...answer.headers, ...headersOf(rule, origin) } } : answer
}

function headersOf(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.AllowedOrigins.includes('*')
  const headers: Record<string, string> = {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
  if (!isForAll) headers['access-control-allow-credentials'] = 'true'
  if (rule.ExposedHeaders) headers['access-control-expose-headers'] = rule.ExposedHeaders.join(', ')
  if (rule.MaxAge !== undefined) headers['access-control-max-age'] = String(rule.MaxAge)
  return headers
}

const fits = (rule: CorsRule, origin: string, method: string): boolean =>
  rule.AllowedMethods.includes(method) && rule.AllowedOrigins.some((pattern) => isLike(pattern, origin))

const allowsHeader = (rule: CorsRule, name: string): boolean =>
  (rule.AllowedHeaders ?? []).some((pattern) => isLike(pattern.toLowerCase(), name))

const namesIn = (list = ''): string[] =>
  list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')

/** One `*` at most stands for any text. */
function isLike(pattern: string, text: string): boolean {
  const [head = '', tail] = pattern.split('*')
  if (tail === undefined) return pattern === text
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}
