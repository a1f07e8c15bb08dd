import * as oauth from 'oauth4webapi'
import type { Tokens } from './api/client.ts'

/*
 * Signing in by OpenID Connect: authorization code with PKCE, as a public client, by what the issuer says of itself; the user pool on AWS
 * and the embedded issuer are one code path. The ID token is the bearer, because it names the person, and lives in memory alone. The
 * refresh token is kept, so that the link in an e-mail opens signed in; it is exchanged for another each time, by one tab at a time.
 */

export interface Config {
  issuer: string
  clientId: string
  company: string
  languages: readonly string[]
  /** where the issuer ends its own session, if its discovery does not say: takes `client_id` and `logout_uri` */
  signOut?: string
}

export interface SignIn extends Tokens {
  /** Leaves the page, and comes back to where it was. The issuer's pages are asked to speak a language, too. */
  begin(returnTo: string, language: string): Promise<void>
  /** what the address of the callback says. Throws an Error that says why it is not good. */
  complete(address: URL): Promise<Arrival>
  /** leaves the page */
  end(): Promise<void>
  onLost(tell: () => void): void
  /** @param act what is done while he is still signed in */
  onEnd(act: () => Promise<unknown>): void
}

export interface Arrival {
  returnTo: string
  /** pages of the history since signing in began; 0: nobody knows */
  pages: number
}

const kept = {
  refresh: 'holdfast.refresh',
  pending: 'holdfast.sign-in',
  issuer: 'holdfast.issuer',
  ended: 'holdfast.ended',
}
const callback = () => `${location.origin}/app/sign-in`

interface Pending {
  verifier: string
  state: string
  nonce: string
  returnTo: string
  /** the history up to the page on which signing in began */
  depth: number
}

/** Browsers forget the oldest pages of a longer history, and count no more. */
const longestHistory = 50

/** What an issuer says of a refresh token that is good no more (RFC 6749). All else is about the moment: it is asked again. */
const refusals = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client'])

/** Milliseconds: whoever signs out does not wait longer for what he has written to be sent. */
const longestFarewell = 5_000

/** Whether it was not he who has ended it that was signed in: the session was over, or is not known any more. */
export const hasEnded = (): boolean => sessionStorage.getItem(kept.ended) !== null

/** Whether somebody is signed in, as far as this browser knows. */
export const isKept = (): boolean => localStorage.getItem(kept.refresh) !== null

export function openSignIn({ issuer, clientId, signOut }: Config): SignIn {
  const address = new URL(issuer)
  // On one machine the issuer has no certificate; WebCrypto and locks are there on localhost all the same.
  const insecure = { [oauth.allowInsecureRequests]: address.protocol === 'http:' }
  const client: oauth.Client = { client_id: clientId }
  let server: Promise<oauth.AuthorizationServer> | undefined
  let current: { token: string; until: number } | undefined
  let lost: (() => void) | undefined
  // Before anybody wanted to hear of it.
  let isLost = false
  let isLeaving = false
  let beforeEnd: (() => Promise<unknown>) | undefined
  /** whose page this is */
  let whose: string | undefined

  const ask = () =>
    oauth
      .discoveryRequest(address, insecure)
      .then((response) => oauth.processDiscoveryResponse(address, response))
      .then((known) => {
        localStorage.setItem(kept.issuer, JSON.stringify(known))
        return known
      })

  /** What the issuer said last time holds for now: asking first would keep everybody waiting who opens the link in an e-mail. */
  function discover(): Promise<oauth.AuthorizationServer> {
    if (server) return server
    const before = readIssuer(issuer)
    if (before) setTimeout(() => void ask().catch(() => undefined), 3_000)
    server = before ? Promise.resolve(before) : ask()
    server.catch(() => (server = undefined))
    return server
  }

  function keep(tokens: oauth.TokenEndpointResponse): string {
    if (tokens.id_token === undefined) throw new Error('the issuer gave no ID token')
    if (tokens.refresh_token !== undefined) localStorage.setItem(kept.refresh, tokens.refresh_token)
    const { sub } = claimsOf(tokens.id_token) as { sub: string }
    if (whose !== undefined && whose !== sub) {
      // What one has begun is never sent in the name of another: his page begins anew.
      location.reload()
      throw new Error('somebody else has signed in in this browser')
    }
    whose = sub
    isLost = false
    current = { token: tokens.id_token, until: Date.now() + ((tokens.expires_in ?? 300) - 30) * 1000 }
    return tokens.id_token
  }

  /** The clock of an embedded issuer may be moved by hand. What is signed now says what time it takes it to be. */
  async function inItsTime(response: Response): Promise<oauth.Client> {
    const { id_token: token = '' } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { id_token?: string }
    if (!token.includes('.')) return client
    const { iat } = claimsOf(token) as { iat: number }
    return { ...client, [oauth.clockSkew]: iat - Math.floor(Date.now() / 1000) }
  }

  async function refresh(): Promise<string | undefined> {
    return navigator.locks.request('holdfast-refresh', async () => {
      const token = localStorage.getItem(kept.refresh)
      if (token === null) return undefined
      const known = await discover()
      const response = await oauth.refreshTokenGrantRequest(known, client, oauth.None(), token, insecure)
      try {
        return keep(await oauth.processRefreshTokenResponse(known, await inItsTime(response), response))
      } catch (error) {
        // An issuer that cannot be reached, or has too much to do, signs nobody out.
        if (!(error instanceof oauth.ResponseBodyError && refusals.has(error.error))) throw error
        localStorage.removeItem(kept.refresh)
        return undefined
      }
    })
  }

  let refreshing: Promise<string | undefined> | undefined
  const refreshed = () => (refreshing ??= refresh().finally(() => (refreshing = undefined)))

  // Whoever signs out in one tab has left them all.
  addEventListener('storage', ({ key, newValue }) => {
    if (key === kept.refresh && newValue === null && whose !== undefined) signIn.lost()
  })

  const signIn: SignIn = {
    onLost(tell) {
      lost = tell
      if (isLost) tell()
    },
    lost() {
      // Whoever signs out himself is not told that it has ended.
      if (isLeaving) return
      current = undefined
      sessionStorage.setItem(kept.ended, '1')
      isLost = true
      lost?.()
    },
    async token(renewed = false) {
      if (!renewed && current && current.until > Date.now()) return current.token
      return await refreshed()
    },
    async begin(returnTo, language) {
      const known = await discover()
      // Pages to which somebody might go forward are gone with it, so that the history is as long as it is deep.
      history.pushState(history.state, '', location.href)
      const pending: Pending = {
        verifier: oauth.generateRandomCodeVerifier(),
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        returnTo,
        depth: history.length - 1,
      }
      sessionStorage.setItem(kept.pending, JSON.stringify(pending))
      const to = new URL(known.authorization_endpoint!)
      to.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: callback(),
        response_type: 'code',
        scope: 'openid',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        ui_locales: language,
        // As Cognito calls it.
        lang: language,
      }).toString()
      location.replace(to)
    },
    async complete(at) {
      const known = await discover()
      const pending = JSON.parse(sessionStorage.getItem(kept.pending) ?? 'null') as Pending | null
      if (!pending) throw new Error('this sign-in was begun elsewhere')
      const parameters = oauth.validateAuthResponse(known, client, at, pending.state)
      const response = await oauth.authorizationCodeGrantRequest(
        known,
        client,
        oauth.None(),
        parameters,
        callback(),
        pending.verifier,
        insecure,
      )
      const options = { expectedNonce: pending.nonce, requireIdToken: true }
      keep(await oauth.processAuthorizationCodeResponse(known, await inItsTime(response), response, options))
      sessionStorage.removeItem(kept.pending)
      sessionStorage.removeItem(kept.ended)
      const isCounted = history.length < longestHistory
      return { returnTo: pending.returnTo, pages: isCounted ? history.length - pending.depth : 0 }
    },
    onEnd: (act) => void (beforeEnd = act),
    async end() {
      const tooLong = new Promise((done) => setTimeout(done, longestFarewell))
      await Promise.race([beforeEnd?.().catch(() => undefined), tooLong])
      isLeaving = true
      const token = localStorage.getItem(kept.refresh)
      localStorage.removeItem(kept.refresh)
      // Whoever sits down here next does not read what was begun.
      sessionStorage.clear()
      current = undefined
      const known = await discover().catch(() => undefined)
      if (known?.revocation_endpoint && token !== null)
        await oauth.revocationRequest(known, client, oauth.None(), token, insecure).catch(() => undefined)
      const back = `${location.origin}/app/sign-in`
      const own = known?.end_session_endpoint
      const to = new URL(own ?? signOut ?? back)
      if (own)
        to.search = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: back }).toString()
      else if (signOut) to.search = new URLSearchParams({ client_id: clientId, logout_uri: back }).toString()
      location.assign(to)
    },
  }
  return signIn
}

/** Of another issuer is of no use. */
function readIssuer(issuer: string): oauth.AuthorizationServer | undefined {
  try {
    const known = JSON.parse(localStorage.getItem(kept.issuer) ?? 'null') as oauth.AuthorizationServer | null
    return known?.issuer === issuer && known.token_endpoint !== undefined ? known : undefined
  } catch {
    return undefined
  }
}

function claimsOf(token: string): unknown {
  const base64 = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))))
}
