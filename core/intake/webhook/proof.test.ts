import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { presets, type Proof } from '../../company/form/preset.ts'
import { isProven, withoutSecret, type Evidence, type Hmac } from './proof.ts'

const hmac: Hmac = (algorithm, key, data, encoding) =>
  createHmac(algorithm, key).update(data).digest(encoding)
const secret = 'not-a-real-secret'
const now = Date.parse('2027-03-01T09:00:00Z')
const body = '{"name":"Олена","n":1}'
const bytes = new TextEncoder().encode(body)
const url = 'https://crm.northwind.example/f/x?token=not-a-real-secret'

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  method: 'POST',
  url,
  headers: {},
  query: {},
  body: bytes,
  fields: [],
  now,
  ...more,
})
const sign = (text: string, encoding: 'hex' | 'base64') =>
  createHmac('sha256', secret).update(text).digest(encoding)
const stamp = String(now - 1000)

/** As each service documents what it sends. */
const signed: [string, Partial<Evidence>][] = [
  ['typeform', { headers: { 'typeform-signature': `sha256=${sign(body, 'base64')}` } }],
  ['tally', { headers: { 'tally-signature': sign(body, 'base64') } }],
  ['meta', { headers: { 'x-hub-signature-256': `sha256=${sign(body, 'hex')}` } }],
  [
    'webflow',
    { headers: { 'x-webflow-signature': sign(`${stamp}:${body}`, 'hex'), 'x-webflow-timestamp': stamp } },
  ],
  [
    'hubspot',
    {
      headers: {
        'x-hubspot-signature-v3': sign(`POST${url}${body}${stamp}`, 'base64'),
        'x-hubspot-request-timestamp': stamp,
      },
    },
  ],
  ['google-ads', { fields: [['google_key', secret]] }],
  ['unbounce', { query: { token: secret } }],
  ['elementor', { query: { token: secret } }],
  ['contact-form-7', { query: { token: secret } }],
  ['gravity-forms', { headers: { 'x-holdfast-token': secret } }],
]

test('each preset has its proof tested', () => {
  expect(signed.map(([name]) => name).toSorted()).toEqual(Object.keys(presets).toSorted())
})

test.each(signed)(
  '%s proves itself; with another secret, another body or nothing it does not',
  (name, given) => {
    const proof = presets[name]!.proof!
    expect(isProven(proof, secret, evidence(given), hmac)).toBe(true)
    expect(isProven(proof, `old\n${secret}\n`, evidence(given), hmac)).toBe(true)
    expect(isProven(proof, 'another', evidence(given), hmac)).toBe(false)
    expect(isProven(proof, secret, evidence(), hmac)).toBe(false)
    expect(isProven(proof, '', evidence(given), hmac)).toBe(false)
    if (proof.hmac)
      expect(isProven(proof, secret, evidence({ ...given, body: bytes.subarray(1) }), hmac)).toBe(false)
    if (proof.timestamp)
      expect(isProven(proof, secret, evidence({ ...given, now: now + 6 * 60_000 }), hmac)).toBe(false)
  },
)

test('an empty secret and an empty proof prove nothing', () => {
  const proof: Proof = { header: 'X-Token' }
  expect(isProven(proof, '\n \n', evidence({ headers: { 'x-token': '' } }), hmac)).toBe(false)
})

test('a secret that came in the open is not kept', () => {
  const form = { country: 'DE', languages: ['en' as const], fields: [] }
  const google = { ...form, preset: 'google-ads' }
  expect(
    withoutSecret(
      {
        fields: [
          ['google_key', secret],
          ['lead_id', 'l1'],
        ],
      },
      google,
    ).fields,
  ).toEqual([['lead_id', 'l1']])
  const unbounce = { ...form, preset: 'unbounce' }
  expect(withoutSecret({ fields: [], query: `utm_source=a&token=${secret}&t%6Fken=x` }, unbounce).query).toBe(
    'utm_source=a',
  )
})
