import type { Form } from '../../company/form/form.ts'
import type { Fields } from '../body/body.ts'
import { presetOf, type Proof } from '../../company/form/preset.ts'

/*
 * Whether a post comes from the service that knows the form's secret. Who cannot show it is kept aside and answered like
 * anybody else, so a forger learns nothing and a customer of a service whose secret was mistyped is not lost.
 */

export interface Evidence {
  method: string
  /** of the request as the service made it, with its query */
  url: string
  /** by names in small letters */
  headers: Readonly<Record<string, string | undefined>>
  query: Readonly<Record<string, string | undefined>>
  /** the very bytes that were sent */
  body: Uint8Array
  fields: Fields
  /** milliseconds */
  now: number
}

/** HMAC in hex or base64; the core has no cryptography. */
export type Hmac = (
  algorithm: 'sha1' | 'sha256' | 'sha512',
  key: string,
  data: Uint8Array,
  encoding: 'hex' | 'base64',
) => string

/** A signature that is older may be an old post sent again. What HubSpot and Webflow ask of their receivers. */
const oldest = 5 * 60_000

export const proofOf = (form: Form | undefined): Proof | undefined => form?.proof ?? presetOf(form)?.proof

/** `secret` may have several lines, of which one counts: while a secret is changed, the old one and the new one. */
export function isProven(proof: Proof, secret: string, evidence: Evidence, hmac: Hmac): boolean {
  const secrets = secret.split('\n').filter((line) => line.trim() !== '')
  const given = givenIn(proof, evidence)
  if (given === undefined || !isFresh(proof, evidence)) return false
  const fits = secrets.map((one) => isEqual(given, expected(proof, one.trim(), evidence, hmac), hmac))
  return fits.includes(true)
}

function givenIn(proof: Proof, { headers, query, fields }: Evidence): string | undefined {
  if (proof.field !== undefined) {
    const value = fields.find(([name]) => name === proof.field)?.[1]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  if (proof.query !== undefined) return query[proof.query]
  const header = headers[(proof.header ?? '').toLowerCase()]?.trim()
  if (proof.hmac === undefined || header === undefined) return header
  const { prefix = '' } = proof
  if (!header.startsWith(prefix)) return undefined
  const signature = header.slice(prefix.length)
  return proof.encoding === 'base64' ? signature : signature.toLowerCase()
}

function isFresh({ timestamp }: Proof, { headers, now }: Evidence): boolean {
  if (timestamp === undefined) return true
  const told = Number(headers[timestamp.toLowerCase()] ?? NaN)
  // Seconds of 1970 until the year 5138 are less than this, milliseconds since 1973 more.
  const at = told < 1e11 ? told * 1000 : told
  return Math.abs(now - at) <= oldest
}

function expected(proof: Proof, secret: string, evidence: Evidence, hmac: Hmac): string {
  if (proof.hmac === undefined) return secret
  const parts = (proof.over ?? '{body}').split(/(\{[^}]*\})/).map((part) => signed(part, evidence))
  return hmac(proof.hmac, secret, joinBytes(parts), proof.encoding ?? 'hex')
}

function signed(part: string, { method, url, headers, body }: Evidence): Uint8Array | string {
  if (part === '{body}') return body
  if (part === '{method}') return method
  if (part === '{url}') return url
  const header = /^\{header:(.+)\}$/.exec(part)?.[1]
  return header === undefined ? part : (headers[header.toLowerCase()] ?? '')
}

function joinBytes(parts: readonly (Uint8Array | string)[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === 'string' ? utf8(part) : part))
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of bytes) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const utf8 = (text: string): Uint8Array =>
  Uint8Array.from(unescape(encodeURIComponent(text.toWellFormed())), (character) => character.charCodeAt(0))

/** In a time that tells neither where they differ nor how long they are: what is compared are two digests. */
function isEqual(given: string, wanted: string, hmac: Hmac): boolean {
  const [a, b] = [given, wanted].map((text) => hmac('sha256', 'compare', utf8(text), 'hex'))
  let difference = 0
  for (let i = 0; i < a!.length; i++) difference |= a!.charCodeAt(i) ^ b!.charCodeAt(i)
  return difference === 0
}

/** A secret that is sent in the open is not kept: not among the fields, not in the query. */
export const withoutSecret = <Sent extends { fields: Fields; query?: string | undefined }>(
  sent: Sent,
  form: Form | undefined,
): Sent => {
  const proof = proofOf(form)
  const isSecret = (name: string): boolean => name === proof?.query
  const pairs = sent.query?.split('&').filter((pair) => !isSecret(nameIn(pair)))
  return {
    ...sent,
    fields: sent.fields.filter(([name]) => name !== proof?.field),
    ...(pairs && { query: pairs.join('&') }),
  }
}

function nameIn(pair: string): string {
  const name = pair.split('=', 1)[0] ?? ''
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}
