import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { hostileTexts, hostileValues, languageNames, nested, toJson } from './hostile-value.ts'

/*
 * Requests of every kind: as they should be, a little wrong, and nothing but hostile. Which routes there are is read
 * from the template; what this file knows of single routes are examples of bodies, from which the wrong ones are made,
 * so a route that it does not know is asked all the same.
 */

/** What exists, so that not every request is refused for its address. */
export interface Existing {
  /** ids by the collection that stands before them in a path: `leads`, `people` … */
  ids: Readonly<Record<string, readonly string[]>>
  /** `next` of lists */
  tokens: readonly string[]
  /** values of the header Authorization */
  credentials: readonly string[]
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

const time = (day: number) => `2027-03-${String(day).padStart(2, '0')}T09:00:00.000Z`

const told = {
  what: ['call', 'sms', 'visit', 'page-view'],
  text: ['Spoke', 'Олена'],
  direction: ['in', 'out'],
  duration: [60],
  campaign: ['spring'],
  at: [time(1), '1984-05-01T10:00:00+02:00'],
}
const consented = {
  channel: ['email', 'sms'],
  purpose: ['marketing'],
  state: ['given', 'withdrawn'],
  source: ['form'],
  proof: ['Yes'],
}

/** Bodies as each route wants them; a field with several values is one of them. */
const examples: Record<string, Record<string, readonly unknown[]>> = {
  'POST /leads': {
    name: ['Ann Smith', 'Олена'],
    email: ['ann@customer.example', 'b@customer.example'],
    phone: ['+49 30 901850'],
    message: ['Forty seats', 'x'.repeat(5_000)],
    country: ['DE', 'UA'],
    employees: [40],
    language: ['en', 'uk'],
    channel: ['phone'],
    formId: ['demo'],
  },
  'ANY /f/{formId}': {
    name: ['Ann Smith', 'Олена'],
    email: ['ann@customer.example', 'c@customer.example'],
    message: ['Forty seats'],
    employees: ['50-249', '12'],
    budget: ['1 000'],
    consent: ['on', 'no'],
    _key: ['k1', 'k2'],
    _shown: ['1', '1803891600000'],
    payload: ['{"name":"Inner"}'],
    utm_source: ['a'],
  },
  'POST /leads/{id}/activities': {
    what: ['call', 'note', 'take', 'close', 'reopen', 'email'],
    text: ['Spoke', 'Wants an offer'],
    outcome: ['reached', 'won'],
    direction: ['in', 'out'],
    duration: [60],
    at: [time(1)],
    nextAt: [time(9)],
  },
  'POST /people/{id}/absences': {
    from: [time(2), time(3)],
    until: [time(4), time(5)],
    reason: ['holiday'],
    confirm: [true],
  },
  'POST /alerts/{id}/{transition}': {},
  'POST /customers': { type: ['person', 'company'], name: ['Ann Smith', 'Олена'], city: ['Kyiv'] },
  'POST /contacts': { customerId: ['cus_1'], name: ['Ann Smith'], language: ['uk'] },
  'POST /tickets': { subject: ['No power'], channel: ['email'], customerId: ['cus_1'] },
  'PATCH /customers/{id}': { city: ['Kyiv', null], industry: ['retail'] },
  'PATCH /contacts/{id}': { position: ['buyer', null], language: ['uk'] },
  'PATCH /tickets/{id}': { priority: ['high', null], product: ['monitoring'] },
  'POST /customers/{id}/{transition}': {},
  'POST /tickets/{id}/{transition}': {},
  'POST /customers/{id}/activities': told,
  'POST /contacts/{id}/activities': told,
  'POST /tickets/{id}/activities': told,
  'POST /customers/{id}/consents': consented,
  'POST /contacts/{id}/consents': consented,
  'POST /keys': {
    program: ['website', 'shop', 'till'],
    scopes: [['leads:write'], ['leads:read', 'leads:write']],
  },
}

/** So many fields of a body are always there, the first ones; of any other two. */
const alwaysThere: Record<string, number> = {
  'POST /tickets': 3,
  'POST /customers/{id}/consents': 4,
  'POST /contacts/{id}/consents': 4,
}

/** What records of each kind can be led through, by their plural. */
const transitions: Record<string, readonly string[]> = {
  alerts: ['acknowledge'],
  customers: ['win', 'lapse'],
  tickets: ['start', 'take', 'plan'],
}

const everyField: Record<string, readonly unknown[]> = Object.assign({}, ...Object.values(examples))

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

/** A request to one of the routes, more often to those that take a body. */
export function anyRequest(routes: readonly string[], existing: Existing): fc.Arbitrary<AnyRequest> {
  const weighted = routes.map((route) => ({
    weight: /^(POST|ANY|PUT|PATCH) /.test(route) ? 4 : 1,
    arbitrary: requestTo(route, existing),
  }))
  return fc.oneof(...weighted)
}

function requestTo(route: string, existing: Existing): fc.Arbitrary<AnyRequest> {
  const [verb = '', path] = route === '$default' ? ['ANY', '/{anything}/{more}'] : route.split(' ')
  const proper = verb === 'ANY' ? 'POST' : verb
  const method = fc.oneof(
    { weight: 12, arbitrary: fc.constant(proper) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  )
  return fc
    .record({
      method,
      path: pathTo(path ?? '/', existing),
      query: queryOf(existing, path ?? '/'),
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
  const parts = path.split('/').slice(1)
  const segments = parts.map((part, at): fc.Arbitrary<string> => {
    if (!part.startsWith('{')) return fc.constant(part)
    const named = part === '{transition}' ? transitions[parts[0] ?? ''] : ids[parts[at - 1] ?? '']
    const known = named ?? Object.values(ids).flat()
    return fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...known.map(escaped)) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.values(ids).flat().map(escaped)) },
      { weight: 2, arbitrary: fc.constantFrom(...hostileSegments) },
    )
  })
  return fc.tuple(...segments).map((written) => `/${written.join('/')}`)
}

/** What a route cannot do without, which chance alone would never say. */
const needed: Record<string, fc.Arbitrary<string>> = {
  '/find': fc.constantFrom(
    'text=customer',
    'text=4567',
    'text=@customer.example',
    'text=%D1%88%D0%B5%D0%B2&limit=1',
  ),
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
  // Many routes refuse a parameter that they do not know.
  return fc.oneof(fc.constant(''), any, needed[path] ?? any).map((query) => query && `?${query}`)
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

function contentOf(route: string): fc.Arbitrary<Content> {
  const fields = examples[route] ?? everyField
  const proper = fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, fc.constantFrom(...values)])),
    { requiredKeys: Object.keys(fields).slice(0, alwaysThere[route] ?? 2) },
  )
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
