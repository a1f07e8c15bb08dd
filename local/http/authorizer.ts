/** The JWT authorizer of an HTTP API: checks a bearer token as API Gateway does. */
import { verify, type KeyObject } from 'node:crypto'
import type { AuthorizerDefinition } from '../resource/http-api.ts'
import { gatewayAnswer, type Answer } from './payload.ts'

export interface Authorized {
  claims: Record<string, string>
  scopes: string[] | null
}

export interface Keys {
  /** The public key with this id. */
  find(kid: string): KeyObject | undefined
}

/** API Gateway allows no difference of clocks beyond this. */
const leewaySeconds = 0

/**
 * Checks signature (RS256), issuer, audience (`aud`, else `client_id`), times and scopes.
 * @param now milliseconds since the epoch
 */
export function authorize(
  header: string | undefined,
  definition: AuthorizerDefinition,
  scopes: string[],
  keys: Keys,
  now: number,
): { authorized: Authorized } | { refused: Answer } {
  const token = header?.replace(/^Bearer\s+/i, '')
  if (!token) return { refused: unauthorized('Bearer') }
  const claims = readToken(token, keys)
  if (typeof claims === 'string') return invalid(claims)
  const seconds = now / 1000
  if (claims.iss !== definition.issuer) return invalid('issuer does not match')
  const audience = [claims.aud ?? claims.client_id].flat()
  if (!audience.some((entry) => definition.audience.includes(String(entry))))
    return invalid('audience does not match')
  if (typeof claims.exp !== 'number' || claims.exp + leewaySeconds <= seconds)
    return invalid('the token has expired')
  if (typeof claims.nbf === 'number' && claims.nbf > seconds) return invalid('the token is not valid yet')
  if (typeof claims.iat === 'number' && claims.iat > seconds + 1) return invalid('the token is not valid yet')
  const given = claimText(claims.scope ?? claims.scp ?? '').split(' ')
  if (scopes.length > 0 && !scopes.some((scope) => given.includes(scope)))
    return {
      refused: gatewayAnswer(403, 'Forbidden', {
        'www-authenticate': `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`,
      }),
    }
  return {
    authorized: {
      claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)])),
      scopes: scopes.length > 0 ? scopes : null,
    },
  }
}

function invalid(description: string) {
  return { refused: unauthorized(`Bearer scope="" error="invalid_token" error_description="${description}"`) }
}

function unauthorized(challenge: string): Answer {
  return gatewayAnswer(401, 'Unauthorized', { 'www-authenticate': challenge })
}

/** The claims, or why the token is refused. */
function readToken(token: string, keys: Keys): Record<string, unknown> | string {
  const parts = token.split('.')
  if (parts.length !== 3) return 'the token is malformed'
  try {
    const header = decodePart(parts[0]!)
    // The algorithm is never taken from the token: "none" or a shared secret would be an invitation.
    if (header.alg !== 'RS256') return 'the signature algorithm is not supported'
    const key = keys.find(String(header.kid))
    if (!key) return 'the signing key is unknown'
    const signature = Buffer.from(parts[2]!, 'base64url')
    if (!verify('RSA-SHA256', Buffer.from(`${parts[0]}.${parts[1]}`), key, signature))
      return 'the signature is invalid'
    return decodePart(parts[1]!)
  } catch {
    return 'the token is malformed'
  }
}

function decodePart(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
}

/** API Gateway hands every claim on as text, a list as `[a b]`. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
