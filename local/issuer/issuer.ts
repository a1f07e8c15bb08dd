/*
 * The OpenID Connect issuer that stands in for the Cognito user pool: demo accounts, a login page, signed tokens.
 *
 * The signing key is made at the first start and never leaves the data folder; Cognito's test doubles publish theirs,
 * with which anybody could sign. Tokens carry the claims that Cognito puts into an ID token of a pool without groups.
 */
import { createHash, randomBytes, sign, timingSafeEqual, verify } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import type { DemoUser, UserPoolDefinition } from '../resource/identity.ts'
import type { OwnerKey } from '../data-folder/owner-key.ts'
import type { SigningKey } from './key.ts'

export interface Issuer {
  url: string
  /** An ID token for `username`; undefined for an unknown user. */
  token(username: string): string | undefined
  /** The account of a name or an e-mail address; undefined when name or password are wrong. */
  signIn(username: string, password: string): DemoUser | undefined
  /** A code to be exchanged once for tokens; undefined when name or password are wrong. */
  login(request: LoginRequest, username: string, password: string): string | undefined
  /** Whether a client may be sent back to this address. */
  mayRedirect(clientId: string, redirectUri: string): boolean
  exchange(form: URLSearchParams): TokenAnswer
  /** Ends a refresh token, known or not (RFC 7009). */
  revoke(form: URLSearchParams): void
  /** Signs somebody out (OpenID Connect RP-Initiated Logout 1.0). */
  endSession(form: URLSearchParams): Farewell
  discovery(): object
  keySet(): object
  users: DemoUser[]
}

export interface LoginRequest {
  clientId: string
  redirectUri: string
  /** PKCE, S256. */
  challenge: string
  nonce: string | undefined
}

/** Where somebody goes who has signed out: nowhere, when he names no address; `refused` when it is not one of the client's. */
export type Farewell = { to: string | undefined } | 'refused'

export interface TokenAnswer {
  status: number
  body: object
}

export interface IssuerOptions {
  url: string
  /** Where the application itself is served: its addresses may always be returned to. */
  publicUrl: string
  clock: Clock
  pools: UserPoolDefinition[]
  key: SigningKey
  /** the password of every demo account */
  ownerKey: OwnerKey
}

/** Seconds. */
const tokenLifetime = 3600
const refreshLifetime = 24 * 3600
const codeLifetime = 120
/** For which a refresh token that was exchanged still is one: an answer may be lost, two commands may ask at once. */
const grace = 60

interface Grant {
  username: string
  clientId: string
  nonce: string | undefined
  expires: number
}

export function openIssuer(options: IssuerOptions): Issuer {
  const { clock, key, url } = options
  const users = options.pools.flatMap((pool) => pool.users)
  const clients = options.pools.flatMap((pool) => pool.clients)
  const codes = new Map<string, Grant & LoginRequest>()
  // A restart signs people out; that is no loss worth a table of secrets.
  const refreshes = new Map<string, Grant>()

  const seconds = () => Math.floor(clock.now() / 1000)
  const findUser = (username: string) =>
    users.find((user) => user.username === username || user.email === username)

  function signIn(username: string, password: string): DemoUser | undefined {
    const user = findUser(username)
    return options.ownerKey.fits(password) ? user : undefined
  }

  function signed(claims: object): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const content = `${part({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${part(claims)}`
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), key.privateKey).toString('base64url')}`
  }

  function common(user: DemoUser) {
    const now = seconds()
    return {
      sub: subjectOf(user.username),
      iss: url,
      iat: now,
      auth_time: now,
      exp: now + tokenLifetime,
      jti: randomBytes(16).toString('hex'),
    }
  }

  const idToken = (user: DemoUser, clientId: string, nonce?: string) =>
    signed({
      ...common(user),
      aud: clientId,
      token_use: 'id',
      email: user.email,
      email_verified: true,
      name: user.name,
      'cognito:username': user.username,
      'custom:person': user.username,
      ...(nonce && { nonce }),
    })

  const accessToken = (user: DemoUser, clientId: string) =>
    signed({
      ...common(user),
      client_id: clientId,
      token_use: 'access',
      scope: 'openid email profile',
      username: user.username,
      // Cognito's access tokens have no person: an API that needs it is given the ID token.
    })

  function issue(grant: Grant): TokenAnswer {
    const user = findUser(grant.username)
    if (!user) return refuse('invalid_grant')
    const refresh = randomBytes(32).toString('base64url')
    refreshes.set(refresh, { ...grant, expires: seconds() + refreshLifetime })
    return {
      status: 200,
      body: {
        id_token: idToken(user, grant.clientId, grant.nonce),
        access_token: accessToken(user, grant.clientId),
        refresh_token: refresh,
        token_type: 'Bearer',
        expires_in: tokenLifetime,
      },
    }
  }

  /** What an ID token says, however old it is; undefined for any that is not ours. */
  function claimsOf(token: string): { aud: string; 'cognito:username': string } | undefined {
    const [head = '', body = '', signature = ''] = token.split('.')
    const isOurs = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${body}`),
      key.publicKey,
      Buffer.from(signature, 'base64url'),
    )
    return isOurs ? (JSON.parse(Buffer.from(body, 'base64url').toString()) as never) : undefined
  }

  const isOwn = (address: string): boolean =>
    URL.canParse(address) && new URL(address).origin === new URL(options.publicUrl).origin

  return {
    url,
    users,
    token(username) {
      const user = findUser(username)
      return user && idToken(user, clients[0]?.id ?? 'local')
    },
    mayRedirect(clientId, redirectUri) {
      const client = clients.find(({ id }) => id === clientId)
      return client !== undefined && (isOwn(redirectUri) || client.callbackUrls.includes(redirectUri))
    },
    signIn,
    login(request, username, password) {
      const user = signIn(username, password)
      if (!user) return undefined
      const code = randomBytes(24).toString('base64url')
      codes.set(code, { ...request, username: user.username, expires: seconds() + codeLifetime })
      return code
    },
    exchange(form) {
      if (form.get('grant_type') === 'refresh_token') {
        const token = form.get('refresh_token') ?? ''
        const grant = refreshes.get(token)
        if (!grant || grant.expires < seconds() || grant.clientId !== form.get('client_id')) {
          refreshes.delete(token)
          return refuse('invalid_grant')
        }
        refreshes.set(token, { ...grant, expires: Math.min(grant.expires, seconds() + grace) })
        return issue(grant)
      }
      if (form.get('grant_type') !== 'authorization_code') return refuse('unsupported_grant_type')
      const code = form.get('code') ?? ''
      const grant = codes.get(code)
      // A code is good for one try, so that a stolen one cannot be guessed at.
      codes.delete(code)
      const fits =
        grant &&
        grant.expires >= seconds() &&
        grant.clientId === form.get('client_id') &&
        grant.redirectUri === form.get('redirect_uri') &&
        isEqual(
          grant.challenge,
          createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url'),
        )
      return fits ? issue(grant) : refuse('invalid_grant')
    },
    revoke: (form) => void refreshes.delete(form.get('token') ?? ''),
    endSession(form) {
      const claims = claimsOf(form.get('id_token_hint') ?? '')
      // Nobody is kept signed in but by his refresh tokens: the page to sign in asks for the password each time.
      for (const [token, { username, clientId }] of refreshes)
        if (claims?.['cognito:username'] === username && claims.aud === clientId) refreshes.delete(token)
      const to = form.get('post_logout_redirect_uri') ?? form.get('logout_uri') ?? undefined
      if (to === undefined) return { to }
      const client = clients.find(({ id }) => id === (form.get('client_id') ?? claims?.aud))
      if (!client || !(isOwn(to) || client.logoutUrls.includes(to))) return 'refused'
      const target = new URL(to)
      const state = form.get('state')
      if (state !== null) target.searchParams.set('state', state)
      return { to: target.href }
    },
    discovery: () => ({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      revocation_endpoint: `${url}/revoke`,
      end_session_endpoint: `${url}/end-session`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['openid', 'email', 'profile'],
      token_endpoint_auth_methods_supported: ['none'],
    }),
    keySet: () => ({
      keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig', alg: 'RS256' }],
    }),
  }
}

function refuse(error: string): TokenAnswer {
  return { status: 400, body: { error } }
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
}

/** A stable UUID, as Cognito's subjects are, made of the name. */
function subjectOf(username: string): string {
  const hex = createHash('sha256').update(`holdfast ${username}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
