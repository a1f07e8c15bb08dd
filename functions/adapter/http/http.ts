import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { readJsonText } from '#core/intake/body/body.ts'
import { pageHeaders, type PagePolicy } from '#core/html/page-headers.ts'
import { decompress } from './content-encoding.ts'
import { Fault, faults, isFault, type FaultCode } from '#core/record/fault.ts'

/** Who calls, as the authorizer has found out: a person of the company, or a program with its key. */
export interface Caller {
  /** of the account, or `program:<name>` */
  sub: string
  email: string | undefined
  /** a person's, as the published company says at this moment; a program has none */
  roles: readonly string[]
  /** id in company/people.yaml */
  person: string | undefined
  /** the name that operations gave it */
  program: string | undefined
  /** what a program's key allows; a person has none */
  scopes: readonly string[]
}

export interface HttpRequest {
  id: string
  method: string
  path: string
  /** whole, as whoever asked has written it */
  url: string
  /** the route as the API knows it, such as `GET /leads/{id}` */
  route: string
  /** values of the `{…}` parts of the route, decoded */
  params: Readonly<Record<string, string | undefined>>
  query: Readonly<Record<string, string | undefined>>
  /** by names in small letters */
  headers: Readonly<Record<string, string | undefined>>
  body: Uint8Array
  /** the header Idempotency-Key */
  key: string | undefined
  caller: Caller | undefined
  /** from which it came: of a visitor, or of a proxy before us */
  address: string
  /** of the stage: what this deployment says of itself */
  variables: Readonly<Record<string, string | undefined>>
  /** a browser that navigates rather than a program */
  wantsPage: boolean
}

/** What is known of a request before its body is looked at. */
export type RequestHead = Omit<HttpRequest, 'body' | 'key'>

export interface HttpAnswer {
  status: number
  headers?: Record<string, string>
  /** text is sent as it is, any other value as JSON */
  body?: unknown
}

/** RFC 9457 */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: FaultCode
  instance: string
  where?: string
  [fact: string]: unknown
}

export const answerJson = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  status,
  headers,
  body,
})

/** The only way to answer with HTML, so that no page goes without the headers that protect it. */
export const answerPage = (
  status: number,
  html: string,
  { headers, ...policy }: PagePolicy & { headers?: Record<string, string> } = {},
): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers, ...pageHeaders(policy) },
  body: html,
})

/** 302: what is asked for is at `location`, today. */
export const answerFound = (location: string): HttpAnswer => ({ status: 302, headers: { location } })

/** 303: the browser fetches `location` with GET, so that reloading it does not post again. */
export const answerSeeOther = (location: string): HttpAnswer => ({ status: 303, headers: { location } })

/** The body as JSON. Throws `input.invalid` with line and column of the fault. */
export function readJson(request: HttpRequest): unknown {
  return readJsonText(Buffer.from(request.body).toString('utf8'))
}

/** Reads the rest of a request. Throws `body.too-large`, `body.unsupported`, `input.invalid`. */
export function toRequest(event: APIGatewayProxyEventV2, head: RequestHead, longest: number): HttpRequest {
  const sent = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  const body = decompress(sent, head.headers['content-encoding'], longest)
  if (body.length > longest)
    throw new Fault('body.too-large', `the body has ${body.length} bytes; at most ${longest} are accepted`)
  return { ...head, body, key: keyIn(head.headers['idempotency-key']) }
}

/** Never throws: whoever is refused is also answered in his language, and with a page where he wants one. */
export function headOf(event: APIGatewayProxyEventV2): RequestHead {
  const headers = wellFormed(event.headers)
  return {
    id: event.requestContext.requestId,
    method: event.requestContext.http.method,
    path: event.rawPath.toWellFormed(),
    url: urlOf(event),
    route: event.routeKey,
    params: wellFormed(event.pathParameters),
    query: wellFormed(event.queryStringParameters),
    headers,
    caller: callerOf(event),
    address: event.requestContext.http.sourceIp ?? '',
    variables: event.stageVariables ?? {},
    wantsPage: wantsPage(headers.accept),
  }
}

/** What came by the gateway came by https; a proxy in front of one machine says how it was asked. */
function urlOf({ headers, rawPath, rawQueryString }: APIGatewayProxyEventV2): string {
  const scheme = headers['x-forwarded-proto'] ?? 'https'
  return `${scheme}://${headers.host ?? ''}${rawPath}${rawQueryString ? `?${rawQueryString}` : ''}`
}

function keyIn(header: string | undefined): string | undefined {
  const key = header?.trim()
  if (key && key.length > 255)
    throw new Fault('input.invalid', 'an Idempotency-Key has at most 255 characters', {
      where: 'header Idempotency-Key',
    })
  return key || undefined
}

/** Names are only names, and half of a sign, which no table takes, is U+FFFD. */
function wellFormed(values: Record<string, string | undefined> = {}): Record<string, string | undefined> {
  const texts = Object.create(null) as Record<string, string | undefined>
  for (const [name, value] of Object.entries(values)) texts[name] = value?.toWellFormed()
  return texts
}

export function toResult(answer: HttpAnswer, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { body } = answer
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  return {
    statusCode: answer.status,
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...answer.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

/** What the caller is told of an error: a fault as it says, anything else as `internal` without detail. */
export function toProblem(error: unknown, requestId: string): Problem {
  const fault = isFault(error)
    ? error
    : new Fault('internal', 'something failed on our side; it has been recorded, please try again')
  const facts = 'facts' in fault ? fault.facts : {}
  return {
    ...facts,
    type: `urn:holdfast:problem:${fault.code}`,
    title: titles[fault.code],
    status: faults[fault.code].status,
    detail: fault.message,
    code: fault.code,
    instance: requestId,
    ...(fault.where && { where: fault.where }),
  }
}

export function problemHeaders(problem: Problem): Record<string, string> {
  return {
    ...(Array.isArray(problem.allow) && { allow: problem.allow.join(', ') }),
    ...(Array.isArray(problem.acceptPatch) && { 'accept-patch': problem.acceptPatch.join(', ') }),
    ...(typeof problem.etag === 'string' && { etag: problem.etag }),
    ...((problem.status === 429 || problem.status === 503) && { 'retry-after': '2' }),
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
  }
}

const titles: Record<FaultCode, string> = {
  'input.invalid': 'The request is not valid',
  'auth.missing': 'Please sign in',
  'auth.forbidden': 'This is not allowed',
  'record.unknown': 'There is no such record',
  'form.unknown': 'There is no such form',
  'route.unknown': 'There is no such page',
  'method.refused': 'This method is not supported here',
  'state.refused': 'This cannot be done in the state that the record is in',
  'record.changed': 'The record was changed by somebody else',
  'lead.superseded': 'The customer has another open lead',
  'lead.converted': 'The lead was converted already',
  'lead.closed': 'The lead is closed',
  'record.exists': 'Another record has this already',
  'match.failed': 'The record is in another state than the one that you mean',
  'body.too-large': 'The request is too large',
  'body.unsupported': 'This content type is not supported',
  'limit.reached': 'There are as many as may be',
  'field.invalid': 'Values of the request are not valid',
  'match.missing': 'Say which state you mean',
  'key.reused': 'This idempotency key was used for another request',
  'request.throttled': 'Too many requests',
  'store.unavailable': 'The service is not available at the moment',
  'config.broken': 'The service is not set up correctly',
  internal: 'Something failed',
}

/** What the authorizer has put into the request: JSON, in which nothing is undefined. */
function callerOf(event: APIGatewayProxyEventV2): Caller | undefined {
  const context = event.requestContext as { authorizer?: { lambda?: Partial<Caller> | null } }
  const caller = context.authorizer?.lambda
  if (!caller?.sub) return undefined
  return {
    sub: caller.sub,
    email: caller.email,
    roles: caller.roles ?? [],
    person: caller.person,
    program: caller.program,
    scopes: caller.scopes ?? [],
  }
}

/** Browsers name text/html first; programs send a wildcard, JSON or nothing. */
function wantsPage(accept = ''): boolean {
  const html = accept.indexOf('text/html')
  const json = accept.indexOf('json')
  return html >= 0 && (json < 0 || html < json)
}
