/*
 * Whether somebody who knows a function's secret made this very URL: Signature Version 4 in the query.
 *
 * Problem: the address of objects is public, and its URLs are the only proof of what their holder may do. Whoever could make
 * one, or make another of one that he was given, reads everybody's files.
 * Representation: the canonical request is made anew of what came (method, path, query, signed headers) and signed with the
 * secret of the key that the URL names; both signatures are compared in constant time.
 * Invariant: what is used of a request is signed. The host is that of the public URL, whatever a proxy made of the header;
 * each header that is named is there with exactly its value; a header of S3 that is not named is refused, as S3 does.
 * Rejected: verifying with the signer of AWS's SDK (it signs objects of its own form, and would be compared with itself in
 * the tests; and the embedded cloud imports nothing of AWS).
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { BucketFault } from './fault.ts'

/** Names and values as they are meant, in the order of the request. */
export type Query = (readonly [name: string, value: string])[]

export interface SignedRequest {
  method: string
  /** As the client sees it: with what a proxy took away, and percent-encoded. */
  path: string
  query: Query
  headers: IncomingHttpHeaders
}

export interface Verifier {
  secretOf(accessKeyId: string): string | undefined
  /** Name and port by which clients know this place. */
  host: string
  region: string
  /** Milliseconds since the epoch. */
  now: number
}

const algorithm = 'AWS4-HMAC-SHA256'
const unsignedPayload = 'UNSIGNED-PAYLOAD'
const required = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
  (name) => `X-Amz-${name}`,
)
const payloadHash = 'X-Amz-Content-Sha256'
/** What the signature brings along; the rest of the query is the operation's. */
export const signatureParameters = new Set([...required, payloadHash])

/** Seconds that a URL may be good for. */
const longestValidity = 604_800
/** Milliseconds that the signer's clock may be ahead. */
const skew = 900_000

/**
 * The access key that signed.
 * @throws BucketFault in S3's words, when nobody did who may, or not this request, or not for now
 */
export function verifyPresigned(request: SignedRequest, verifier: Verifier): string {
  const given = readParameters(request.query)
  const { accessKeyId, scope } = readCredential(given['X-Amz-Credential']!, verifier.region)
  const date = given['X-Amz-Date']!
  const signedAt = readDate(date)
  if (scope.date !== date.slice(0, 8))
    throw malformed(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${date.slice(0, 8)}".`,
    )
  const seconds = readExpiry(given['X-Amz-Expires']!)
  const secret = verifier.secretOf(accessKeyId)
  if (secret === undefined)
    throw new BucketFault(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: accessKeyId },
    )
  const names = given['X-Amz-SignedHeaders']!.split(';')
  demandSigned(request.headers, names)
  const canonical = canonicalRequest(request, names, verifier.host)
  const text = [algorithm, date, Object.values(scope).join('/'), sha256(canonical)].join('\n')
  const key = Object.values(scope).reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secret}`)
  if (!isSame(hmac(key, text).toString('hex'), given['X-Amz-Signature']!))
    throw new BucketFault(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: accessKeyId, StringToSign: text, CanonicalRequest: canonical },
    )
  demandNow(verifier.now, signedAt, seconds)
  return accessKeyId
}

/** Splits and decodes a query; a plus is a plus, as SDKs write a space as `%20`. @throws BucketFault */
export function readQuery(query: string): Query {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [decodePart(pair), ''] : [decodePart(pair.slice(0, at)), decodePart(pair.slice(at + 1))]
    })
}

/** @throws BucketFault for what is no percent-encoding of UTF-8 */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new BucketFault('InvalidURI', "Couldn't parse the specified URI.", { URI: text })
  }
}

const malformed = (message: string) => new BucketFault('AuthorizationQueryParametersError', message)

function readParameters(query: Query): Record<string, string> {
  const given: Record<string, string> = {}
  for (const [name, value] of query) {
    if (!signatureParameters.has(name)) continue
    if (given[name] !== undefined) throw malformed(`${name} must be given only once`)
    given[name] = value
  }
  if (Object.keys(given).length === 0) throw new BucketFault('AccessDenied', 'Access Denied')
  if (!required.every((name) => given[name]))
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  if (given['X-Amz-Algorithm'] !== algorithm) throw malformed(`X-Amz-Algorithm only supports "${algorithm}"`)
  if ((given[payloadHash] ?? unsignedPayload) !== unsignedPayload)
    throw malformed(`${payloadHash} must be ${unsignedPayload}: a signed payload is not modelled here`)
  return given
}

function readCredential(credential: string, ours: string) {
  const [accessKeyId = '', date = '', region = '', service, end, ...more] = credential.split('/')
  if (more.length > 0 || end !== 'aws4_request' || !/^\d{8}$/.test(date))
    throw malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  if (region !== ours)
    throw malformed(
      `Error parsing the X-Amz-Credential parameter; the region '${region}' is wrong; expecting '${ours}'`,
    )
  if (service !== 's3')
    throw malformed(
      `Error parsing the X-Amz-Credential parameter; incorrect service "${service}". This endpoint belongs to "s3".`,
    )
  return { accessKeyId, scope: { date, region, service, end } }
}

/** Milliseconds of `20270101T080000Z`. */
function readDate(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z')
  const time = Date.parse(iso)
  // A day that the calendar does not have may be taken for the next one.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso)
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
  return time
}

function readExpiry(text: string): number {
  if (!/^\d+$/.test(text)) throw malformed('X-Amz-Expires should be a number')
  if (Number(text) > longestValidity)
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestValidity} seconds`,
    )
  return Number(text)
}

function demandSigned(headers: IncomingHttpHeaders, names: readonly string[]): void {
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !names.includes(name))
  const missing = names.includes('host') ? [] : ['host']
  if (unsigned.length + missing.length > 0)
    throw new BucketFault('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: [...missing, ...unsigned].join(', '),
    })
}

function canonicalRequest(request: SignedRequest, names: readonly string[], host: string): string {
  const values = names.map((name) => `${name}:${name === 'host' ? host : valueOf(request.headers, name)}\n`)
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
  const path = request.path.split('/').map((part) => encode(decodePart(part)))
  return [
    request.method,
    // A slash of the path may be written in two ways; both mean the same key.
    path.join('/').replaceAll('%2F', '/'),
    query.join('&'),
    values.join(''),
    names.join(';'),
    unsignedPayload,
  ].join('\n')
}

/** A header that is not there cannot have been signed with any value. */
function valueOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  if (value === undefined)
    throw new BucketFault('AccessDenied', `The header ${name} was signed and is not in the request`)
  return [value].flat().join(',').trim().replaceAll(/\s+/g, ' ')
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Takes as long for any signature of the right length. */
function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function demandNow(now: number, signedAt: number, seconds: number): void {
  const ends = signedAt + seconds * 1000
  if (now < signedAt - skew) throw new BucketFault('AccessDenied', 'Request is not valid yet')
  if (now >= ends)
    throw new BucketFault('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(seconds),
      Expires: new Date(ends).toISOString(),
      ServerTime: new Date(now).toISOString(),
    })
}
