import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { alwaysThere, examples, queries, transitions, type Fields } from './any-body.ts'
import { hostileTexts, hostileValues, languageNames, nested, toJson } from './hostile-value.ts'

/*
 * Requests of every kind: as they should be, a little wrong, and nothing but hostile. Which routes there are is read
 * from the template; what is known of single routes are examples (any-body.ts), from which the wrong ones are made, so a route
 * without any is asked all the same.
 */

/** What exists, so that not every request is refused for its address. */
export interface Existing {
  /** ids by the collection that stands before them in a path: `leads`, `people` … */
  ids: Readonly<Record<string, readonly string[]>>
  /** `next` of lists */
  tokens: readonly string[]
  /** values of the header Authorization */
  credentials: readonly string[]
  /** that of somebody who may do everything */
  admin: string
}

export interface AnyRequest {
  /** as in the template */
  route: string
  method: string
  /** percent-encoded or not: as it stands in the request line */
  target: string
  headers: Record<string, string>
  body: Buffer
}

const everyField: Fields = Object.assign({}, ...Object.values(examples))

const queryNames = [
  'text',
  'kind',
  'day',
  'owner',
  'queue',
  'state',
  'month',
  'limit',
  'after',
  'lang',
  'receipt',
  'utm_source',
  'utm_constructor',
  'kinds',
  'what',
]

/** A request to one of the routes, more often to those that change something. */
export function anyRequest(routes: readonly string[], existing: Existing): fc.Arbitrary<AnyRequest> {
  const weighted = routes.map((route) => ({
    weight: /^(POST|ANY|PUT|PATCH|DELETE) /.test(route) ? 4 : 1,
    arbitrary: fc.oneof(
      { weight: 3, arbitrary: requestTo(route, existing) },
      { weight: 1, arbitrary: properRequest(route, existing) },
    ),
  }))
  return fc.oneof(...weighted)
}

/** As it should be: what stands in its way is at most the state of the record. */
export function properRequest(route: string, { ids, admin }: Existing): fc.Arbitrary<AnyRequest> {
  const [method, path] = partsOf(route)
  const asked = queries[path]
  const takesBody = method !== 'GET' && method !== 'DELETE'
  const body = takesBody ? properBody(route).map((fields) => Buffer.from(toJson(fields))) : nothing
  return fc
    .record({
      path: joined(path, (part, before) => fc.constantFrom(...knownAt(part, before, ids).map(escaped))),
      query: asked ? fc.constantFrom(...asked) : fc.constant(''),
      body,
    })
    .map(({ path: address, query, body: sent }) => ({
      route,
      method,
      target: query ? `${address}?${query}` : address,
      headers: {
        authorization: admin,
        'if-match': '*',
        ...(takesBody && { 'content-type': 'application/json' }),
      },
      body: sent,
    }))
}

const nothing = fc.constant(Buffer.alloc(0))

/** How a route is asked properly: its method and its path. */
function partsOf(route: string): [method: string, path: string] {
  const [verb = '', path = '/'] = route === '$default' ? ['ANY', '/{anything}/{more}'] : route.split(' ')
  return [verb === 'ANY' ? 'POST' : verb, path]
}

function requestTo(route: string, existing: Existing): fc.Arbitrary<AnyRequest> {
  const [proper, path] = partsOf(route)
  const method = fc.oneof(
    { weight: 12, arbitrary: fc.constant(proper) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  )
  return fc
    .record({
      method,
      path: pathTo(path, existing),
      query: queryOf(existing, path),
      headers: headersOf(existing),
      content: proper === 'GET' || proper === 'DELETE' ? fc.constant(undefined) : contentOf(route),
    })
    .map(({ method: used, path: address, query, headers, content }) => {
      const body = used === 'GET' || used === 'HEAD' ? undefined : content
      const described: Record<string, string> = {}
      if (body?.type !== undefined) described['content-type'] = body.type
      if (body?.coding) described['content-encoding'] = body.coding
      return {
        route,
        method: used,
        target: address + query,
        headers: { ...described, ...headers },
        body: body?.bytes ?? Buffer.alloc(0),
      }
    })
}

const escaped = (text: string): string => encodeURIComponent(text.toWellFormed())

const hostileSegments: string[] = [
  '%',
  '%zz',
  '%ff%fe',
  '%C0%AF',
  '%ED%A0%80',
  '%00',
  '%2e%2e',
  '%2F',
  '%23',
  'a%20b',
  "'",
  '*',
  '%FF',
  ...[2_000, 1_025, 5_000].map((length) => `lead_${'0'.repeat(length)}`),
  escaped('Ї'.repeat(700)),
  ...languageNames.filter(Boolean),
]

function pathTo(path: string, { ids }: Existing): fc.Arbitrary<string> {
  return joined(path, (part, before) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...knownAt(part, before, ids).map(escaped)) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.values(ids).flat().map(escaped)) },
      { weight: 2, arbitrary: fc.constantFrom(...hostileSegments) },
    ),
  )
}

/** A path with something for each parameter, of which the segments before it say what it is. */
function joined(
  path: string,
  valueOf: (part: string, before: readonly string[]) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const parts = path.split('/').slice(1)
  const segments = parts.map((part, at) =>
    part.startsWith('{') ? valueOf(part, parts.slice(0, at)) : fc.constant(part),
  )
  return fc.tuple(...segments).map((written) => `/${written.join('/')}`)
}

function knownAt(part: string, before: readonly string[], ids: Existing['ids']): readonly string[] {
  const known = part === '{transition}' ? transitions[before[0] ?? ''] : ids[before.at(-1) ?? '']
  return known ?? Object.values(ids).flat()
}

function queryOf({ ids, tokens }: Existing, path: string): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc
      .constantFrom(
        '2027-03-01',
        '2027-03',
        'open',
        'closed',
        '1',
        '50',
        '101',
        'uk',
        ...Object.values(ids).flat(),
      )
      .map(escaped),
    fc.constantFrom(...tokens, 'bnVsbA', 'e30', Buffer.from('{"pk":"x","sk":""}').toString('base64url')),
    fc.constantFrom(...hostileTexts).map(escaped),
    fc.constantFrom('%', '%ff', '%ED%A0%80', '%00'),
  )
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...queryNames) },
    { weight: 1, arbitrary: fc.constantFrom(...languageNames).map(escaped) },
  )
  const any = fc
    .array(fc.tuple(name, value), { maxLength: 3 })
    .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
  const asked = queries[path]
  // Many routes refuse a parameter that they do not know.
  return fc
    .oneof(fc.constant(''), any, asked ? fc.constantFrom(...asked) : any)
    .map((query) => query && `?${query}`)
}

function headersOf({ credentials }: Existing): fc.Arbitrary<Record<string, string>> {
  const odd = fc.constantFrom('\u00ff\u00fe', 'k'.repeat(300), 'key-1', 'key-2', 'constructor', '"', ',;=')
  const some = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined, freq: 2 })
  return fc
    .record({
      authorization: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...credentials) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'Bearer x',
            'Bearer a.b.c',
            'Basic eDp5',
            '\u00ff',
            `hf_${'0'.repeat(50)}`,
          ),
        },
      ),
      accept: fc.constantFrom('application/json', '*/*', 'text/html,application/xhtml+xml'),
      'idempotency-key': some(odd),
      // A change says which state it means.
      'if-match': fc.oneof(
        { weight: 3, arbitrary: fc.constant('*') },
        { weight: 1, arbitrary: fc.constantFrom('"1"', 'W/"1"', '1', '"1", "2"') },
        { weight: 1, arbitrary: some(odd) },
      ),
      'accept-language': some(fc.constantFrom('uk', 'ru-RU,en;q=0.5', 'xx;q=9', '\u00ff', ','.repeat(500))),
      referer: some(
        fc.constantFrom('https://www.customer.example/?utm_constructor=x&utm___proto__=y', '\u00ff', '%'),
      ),
      'user-agent': some(odd),
      cookie: some(odd),
      constructor: some(odd),
    })
    .map(
      (headers) =>
        Object.fromEntries(Object.entries(headers).filter((entry) => entry[1] !== undefined)) as Record<
          string,
          string
        >,
    )
}

interface Content {
  bytes: Buffer
  type?: string | undefined
  coding?: string
}

const fieldsOf = (route: string): Fields => examples[route] ?? everyField

function properBody(route: string): fc.Arbitrary<Record<string, unknown>> {
  const fields = fieldsOf(route)
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, fc.constantFrom(...values)])),
    { requiredKeys: Object.keys(fields).slice(0, alwaysThere[route] ?? 2) },
  )
}

function contentOf(route: string): fc.Arbitrary<Content> {
  const fields = fieldsOf(route)
  const proper = properBody(route)
  const value = fc.constantFrom(...hostileValues)
  const name = fc.oneof(
    fc.constantFrom(...languageNames, ...hostileTexts),
    fc.constantFrom(...Object.keys(fields), 'more'),
  )
  const wrong = fc
    .tuple(proper, fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 3 }))
    .map(([body, more]) => Object.fromEntries([...Object.entries(body), ...more]))
  const object = fc.oneof(proper, wrong)
  const text = object.map(toJson)
  const json = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    undefined,
  )
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(text, json).map(([body, type]) => ({ bytes: Buffer.from(body), type })),
    },
    { weight: 3, arbitrary: object.map(asForm) },
    { weight: 3, arbitrary: fc.tuple(object, fc.boolean()).map(asMultipart) },
    { weight: 2, arbitrary: fc.tuple(text, json, fc.nat(), fc.nat(255)).map(damaged) },
    {
      weight: 1,
      arbitrary: text.map((body) => ({ bytes: gzipSync(body), type: 'application/json', coding: 'gzip' })),
    },
    { weight: 2, arbitrary: nothingProper },
  )
}

const nothingProper: fc.Arbitrary<Content> = fc.oneof(
  fc.record({
    bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    type: fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=b',
      'application/x-www-form-urlencoded',
      'text/plain',

      'application/xml',
      'image/gif',
      '',
      ';',
      'application/json; charset=utf-16le',
      'text/html; charset="x',
      'multipart/form-data; boundary="',
      undefined,
    ),
    coding: fc.constantFrom('', '', 'gzip', 'br', 'x', 'gzip, gzip, gzip, gzip'),
  }),
  fc
    .constantFrom(
      '[]',
      'null',
      '""',
      '1',
      '{}',
      '',
      nested(100_000),
      `{"a":${nested(50_000)}}`,
      `{"a":"${'x'.repeat(800_000)}"}`,
    )
    .map((body) => ({ bytes: Buffer.from(body), type: 'application/json' })),
)

const asText = (value: unknown): string =>
  typeof value === 'string' ? value.replaceAll('\u0001', '') : toJson(value)

function asForm(fields: Record<string, unknown>): Content {
  const pairs = Object.entries(fields).map(([name, value]) => [name, asText(value)] as [string, string])
  return {
    bytes: Buffer.from(new URLSearchParams(pairs).toString()),
    type: 'application/x-www-form-urlencoded',
  }
}

function asMultipart([fields, hasFile]: [Record<string, unknown>, boolean]): Content {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--b=\r\nContent-Disposition: form-data; name="${name.replace(/[\r\n]/g, ' ')}"\r\n\r\n${asText(value)}\r\n`,
  )
  if (hasFile)
    parts.push('--b=\r\nContent-Disposition: form-data; name="f"; filename*=utf-8\'\'%ff%00\r\n\r\nx\r\n')
  return { bytes: Buffer.from(`${parts.join('')}--b=--`), type: 'multipart/form-data; boundary="b="' }
}

function damaged([body, type, at, byte]: [string, string | undefined, number, number]): Content {
  const bytes = Buffer.from(body)
  bytes[at % bytes.length] = byte
  return { bytes: bytes.subarray(0, byte % 3 ? bytes.length : at % (bytes.length + 1)), type }
}
