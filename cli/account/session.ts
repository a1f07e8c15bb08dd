import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import * as z from 'zod'
import { CommandFailed, type Terminal } from '../terminal.ts'
import { reach, type Place } from './discovery.ts'

/*
 * Who is signed in where: `sessions.json` in the user's folder of settings, an entry for each instance, readable by its
 * owner only. It holds the ID token, which the API wants, and the refresh token, with which a new one is fetched.
 */

const session = z.object({
  clientId: z.string(),
  token: z.url(),
  revocation: z.url().optional(),
  idToken: z.string(),
  refreshToken: z.string().optional(),
  /** milliseconds since the epoch, by the clock of this machine */
  expiresAt: z.number(),
  username: z.string(),
})
export type Session = z.infer<typeof session>

const sessions = z.record(z.string(), session)

const tokens = z.object({
  id_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().positive(),
})
export type Tokens = z.infer<typeof tokens>

/** Of the instance at this address; undefined when nobody has signed in there. */
export const sessionOf = (origin: string, terminal: Terminal): Session | undefined =>
  readAll(terminal)[origin]

/** Keeps a session, or forgets it. */
export function keepSession(origin: string, kept: Session | undefined, terminal: Terminal): void {
  const file = fileOf(terminal)
  if (file === undefined)
    throw new CommandFailed('there is no folder for settings; set XDG_CONFIG_HOME or HOME')
  const { [origin]: _, ...others } = readAll(terminal)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // Written beside and renamed: a command that reads meanwhile sees the old or the new, never a half.
  const half = `${file}.${process.pid}`
  writeFileSync(half, JSON.stringify({ ...others, ...(kept && { [origin]: kept }) }, null, 2), {
    mode: 0o600,
  })
  chmodSync(half, 0o600)
  renameSync(half, file)
}

function readAll(terminal: Terminal): Record<string, Session> {
  const file = fileOf(terminal)
  if (file === undefined || !existsSync(file)) return {}
  try {
    return sessions.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new CommandFailed(`${file} is not understood; delete it and sign in again`)
  }
}

const fileOf = ({ settings }: Terminal): string | undefined => settings && join(settings, 'sessions.json')

/** Asks the issuer for tokens; undefined when it refuses, as it does with a code or a refresh token that is not good. */
export async function fetchTokens(
  address: string,
  form: Record<string, string>,
): Promise<Tokens | undefined> {
  const response = await reach(address, { method: 'POST', body: new URLSearchParams(form) })
  if (response.status === 400 || response.status === 401) return undefined
  const found = tokens.safeParse(await response.json().catch(() => undefined))
  if (!response.ok || !found.success)
    throw new CommandFailed(
      `${new URL(address).origin} answered ${response.status} when it was asked for a token`,
    )
  return found.data
}

/** The session that tokens make. Throws CommandFailed when the ID token is not what was asked for. */
export async function openSession(got: Tokens, place: Place, nonce: string, now: number): Promise<Session> {
  try {
    const { payload } = await jwtVerify(got.id_token, createRemoteJWKSet(new URL(place.keys)), {
      issuer: place.issuer,
      audience: place.clientId,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'sub'],
      // Fetched a moment ago from the issuer itself: its clock counts, this machine's may be wrong.
      currentDate: new Date((decodeJwt(got.id_token).iat ?? 0) * 1000),
    })
    if (payload.nonce !== nonce || payload.token_use !== 'id') throw new errors.JWTInvalid()
    const { sub = '', 'cognito:username': name } = payload
    return {
      clientId: place.clientId,
      token: place.token,
      revocation: place.revocation,
      username: typeof name === 'string' ? name : sub,
      ...lifeOf(got, now),
    }
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    throw new CommandFailed(`the token of ${place.issuer} is not good (${error.code}); nothing was kept`)
  }
}

/** With a new ID token, and a new refresh token where the issuer changes it; undefined when it refuses. */
export async function refresh(old: Session, now: number): Promise<Session | undefined> {
  if (old.refreshToken === undefined) return undefined
  const got = await fetchTokens(old.token, {
    grant_type: 'refresh_token',
    client_id: old.clientId,
    refresh_token: old.refreshToken,
  })
  return got && { ...old, ...lifeOf(got, now) }
}

const lifeOf = (got: Tokens, now: number) => ({
  idToken: got.id_token,
  ...(got.refresh_token !== undefined && { refreshToken: got.refresh_token }),
  expiresAt: now + got.expires_in * 1000,
})
