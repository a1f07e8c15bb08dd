import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathOf, presign, type Signing } from '../fixture/presign.ts'
import type { BucketFault } from './fault.ts'
import { readQuery, verifyPresigned, type SignedRequest, type Verifier } from './signature.ts'

const start = Date.parse('2027-01-01T08:00:00Z')
const origin = 'https://crm.example.com/_bucket/files/'
const credentials = { accessKeyId: 'ASIA0123456789ABCDEF', secretAccessKey: 'a+secret/of=forty' }
const ours: Verifier = {
  secretOf: (key) => (key === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
  host: 'crm.example.com',
  region: 'eu-central-1',
  now: start,
}

const request = (url: string, method: string, headers: Record<string, string> = {}): SignedRequest => {
  // Not by URL, which would mend what is broken.
  const [, path = '', query = ''] = /^https:\/\/[^/]+([^?]*)\?(.*)$/s.exec(url) ?? []
  return { method, path, query: readQuery(query), headers: { host: 'proxy.internal', ...headers } }
}

const signing = (more: Partial<Signing> = {}): Signing => ({
  method: 'GET',
  url: new URL(`${origin}main/file_01`),
  at: start,
  ...credentials,
  ...more,
})

function codeOf(signed: SignedRequest | (() => SignedRequest), verifier: Verifier = ours): string {
  try {
    verifyPresigned(typeof signed === 'function' ? signed() : signed, verifier)
    return 'verified'
  } catch (error) {
    return (error as BucketFault).code
  }
}

const header = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
  .map((text) => text.trim() || 'x')
const anySigning = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE'),
  key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((key) => key.isWellFormed()),
  size: fc.nat(),
  checksum: header,
  disposition: fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => text.isWellFormed()),
  at: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
  seconds: fc.integer({ min: 1, max: 604_800 }),
})

describe("URLs of AWS's presigner", () => {
  test('each is verified while it is good, and no other request is: one sign changed anywhere', async () => {
    const property = fc.asyncProperty(
      anySigning,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(),
      async (given, late, seed) => {
        const { method, key, at, seconds } = given
        const headers = { 'content-length': `${given.size}`, 'x-amz-checksum-sha256': given.checksum }
        const query = { 'response-content-disposition': given.disposition }
        // As it is: URL would take the dots out of a path.
        const url = { ...urlParts, pathname: `/_bucket/files/${pathOf(key)}` } as URL
        const signed = await presign(signing({ method, url, headers, query, at, seconds }))
        const verifier = { ...ours, now: at + Math.floor(late * seconds * 1000) }
        const good = request(signed, method, headers)
        expect(codeOf(good, verifier)).toBe('verified')

        const bad = [
          { ...good, method: method === 'GET' ? 'PUT' : 'GET' },
          request(signed, method, { ...headers, 'content-length': `${given.size + 1}` }),
          request(signed, method, { ...headers, 'x-amz-checksum-sha256': `${given.checksum}x` }),
          request(signed, method, { 'content-length': `${given.size}` }),
          request(signed, method, { ...headers, 'x-amz-acl': 'public-read' }),
        ]
        for (const other of bad) expect(codeOf(other, verifier)).not.toBe('verified')
        const mutant = changed(signed, seed)
        // Some escapes may be written in two ways that mean the same.
        if (!isSame(mutant, signed))
          expect(
            codeOf(() => request(mutant, method, headers), verifier),
            mutant,
          ).not.toBe('verified')
        expect(codeOf(good, { ...ours, now: at + seconds * 1000 })).toBe('AccessDenied')
        expect(codeOf(good, { ...ours, now: at - 900_001 })).toBe('AccessDenied')
        expect(codeOf(good, { ...verifier, host: 'other.example.com' })).toBe('SignatureDoesNotMatch')
      },
    )
    await fc.assert(property, { numRuns: 400 })
  })
})

const { protocol, host, hostname, port } = new URL(origin)
const urlParts = { protocol, host, hostname, port }

/** Another sign in the place of one behind the host. */
function changed(url: string, seed: number): string {
  const first = 'https://crm.example.com'.length
  const at = first + (seed % (url.length - first))
  const others = [...'abcXYZ019/&=%-;'].filter((sign) => sign !== url[at])
  return url.slice(0, at) + others[seed % others.length]! + url.slice(at + 1)
}

function isSame(a: string, b: string): boolean {
  try {
    return decodeURIComponent(a) === decodeURIComponent(b)
  } catch {
    return false
  }
}

const changeQuery = (url: string, name: string, value: string) =>
  url.replace(new RegExp(`${name}=[^&]*`), `${name}=${value}`)

test.each([
  ['a URL without a signature', 'AccessDenied', (url: string) => url.replace(/\?.*/, '?x-id=GetObject')],
  [
    'half a signature',
    'AuthorizationQueryParametersError',
    (url: string) => url.replace(/&X-Amz-Expires=\d+/, ''),
  ],
  [
    'two signatures',
    'AuthorizationQueryParametersError',
    (url: string) => `${url}&X-Amz-Signature=${'0'.repeat(64)}`,
  ],
  [
    'another algorithm',
    'AuthorizationQueryParametersError',
    (url: string) => changeQuery(url, 'X-Amz-Algorithm', 'none'),
  ],
  [
    'no time',
    'AuthorizationQueryParametersError',
    (url: string) => changeQuery(url, 'X-Amz-Date', '20270231T080000Z'),
  ],
  [
    'more than a week',
    'AuthorizationQueryParametersError',
    (url: string) => changeQuery(url, 'X-Amz-Expires', '604801'),
  ],
  [
    'half a second',
    'AuthorizationQueryParametersError',
    (url: string) => changeQuery(url, 'X-Amz-Expires', '0.5'),
  ],
  [
    'a signed payload',
    'AuthorizationQueryParametersError',
    (url: string) => changeQuery(url, 'X-Amz-Content-Sha256', 'abc'),
  ],
  ['a key of nobody', 'InvalidAccessKeyId', (url: string) => url.replace(credentials.accessKeyId, 'ASIA')],
  [
    'a host that is not signed',
    'AccessDenied',
    (url: string) => changeQuery(url, 'X-Amz-SignedHeaders', 'range'),
  ],
  [
    'a signature of another length',
    'SignatureDoesNotMatch',
    (url: string) => changeQuery(url, 'X-Amz-Signature', '0'),
  ],
  [
    'a parameter that was added',
    'SignatureDoesNotMatch',
    (url: string) => `${url}&response-content-type=text%2Fhtml`,
  ],
])('%s is refused', async (_, code, change) => {
  const url = await presign(signing())
  expect(codeOf(request(url, 'GET'))).toBe('verified')
  expect(codeOf(request(change(url), 'GET'))).toBe(code)
})

test('another region, service or day is refused, and so is the secret of another', async () => {
  const wrong = 'AuthorizationQueryParametersError'
  expect(codeOf(request(await presign(signing({ region: 'us-east-1' })), 'GET'))).toBe(wrong)
  const url = await presign(signing())
  expect(codeOf(request(url.replace('%2Fs3%2F', '%2Fsqs%2F'), 'GET'))).toBe(wrong)
  expect(codeOf(request(url.replace('%2F20270101%2F', '%2F20270102%2F'), 'GET'))).toBe(wrong)
  const forged = await presign(signing({ secretAccessKey: 'local' }))
  expect(codeOf(request(forged, 'GET'))).toBe('SignatureDoesNotMatch')
})

test('what cannot be decoded is no address', () => {
  expect(() => readQuery('a=%zz')).toThrow("Couldn't parse the specified URI.")
})
