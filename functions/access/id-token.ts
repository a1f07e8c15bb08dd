import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { Environment } from '#functions/adapter/surroundings.ts'

/** Who signed in, as the issuer says. Not what he may do: that is the published company's to say. */
export interface Account {
  sub: string
  email: string | undefined
  username: string | undefined
  /** id in company/people.yaml; written by operations only */
  person: string | undefined
}

export interface IdTokens {
  /**
   * The account that an ID token is for, or why it is refused, as a fixed word for the log. Throws when that cannot be
   * found out, since the issuer's keys cannot be read.
   * @param now milliseconds since the epoch
   */
  verify(token: string, now: number): Promise<Account | string>
}

/** Verifies ID tokens of `ISSUER` for `CLIENT_ID` with the keys at `SIGNING_KEYS_URL`, which are kept for ten minutes. */
export function openIdTokens(env: Environment): IdTokens {
  const keys = createRemoteJWKSet(new URL(env('SIGNING_KEYS_URL')), {
    timeoutDuration: 3000,
    cacheMaxAge: 600_000,
    // An unknown key id asks for new keys, but a flood of them must not ask for each.
    cooldownDuration: 30_000,
  })
  const expected = { issuer: env('ISSUER'), audience: env('CLIENT_ID') }
  return {
    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          ...expected,
          // Never taken from the token: "none" or a shared secret would be an invitation.
          algorithms: ['RS256'],
          currentDate: new Date(now),
          requiredClaims: ['exp', 'sub'],
        })
        // An access token has neither person nor e-mail address, and other programs are given it.
        if (payload.token_use !== 'id') return 'token.not-an-id-token'
        return {
          sub: payload.sub ?? '',
          email: textOf(payload.email),
          username: textOf(payload['cognito:username']),
          person: textOf(payload['custom:person']),
        }
      } catch (error) {
        const code = error instanceof errors.JOSEError ? error.code : ''
        if (refusals.has(code)) return `token.${code.toLowerCase().replaceAll('_', '-')}`
        throw error
      }
    },
  }
}

/** What is wrong with the token itself; any other error is one of the issuer, or of the way to it. */
const refusals = new Set(
  [
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSMultipleMatchingKeys,
    errors.JWKSNoMatchingKey,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
  ].map(({ code }) => code),
)

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined
