import { CommandFailed, type Terminal } from '../terminal.ts'
import { originOf, reach } from './discovery.ts'
import { keepSession, refresh, sessionOf } from './session.ts'

/** Milliseconds before its end from which on a token is not used any more. */
const margin = 60_000

/**
 * Asks an instance through its API and returns the JSON of the answer. What is in HOLDFAST_TOKEN counts; without it, the
 * account with which somebody has signed in there, whose token is renewed by itself. Throws CommandFailed in words.
 */
export async function askApi(
  url: string,
  path: string,
  terminal: Terminal,
  init: { method?: string; json?: unknown } = {},
): Promise<unknown> {
  const origin = originOf(url)
  const ask = async (credential: string) =>
    await reach(`${origin}${path}`, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${credential}`,
        ...(init.json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
    })
  let response = await ask(await credentialOf(origin, terminal))
  // A session may have ended before its time, for instance because the clock of the instance was moved.
  const again = (await isRefused(response)) && !terminal.token && (await renew(origin, terminal))
  if (again) response = await ask(again)
  if (response.ok) return await response.json()
  if (await isRefused(response))
    throw new CommandFailed(
      terminal.token
        ? `${origin} does not take what is in HOLDFAST_TOKEN: it is wrong, has expired or was revoked`
        : `the sign-in at ${origin} is over; ${howToSignIn(origin)}`,
    )
  const problem = (await response.json().catch(() => ({}))) as { detail?: unknown }
  const detail = typeof problem.detail === 'string' ? `: ${problem.detail}` : ''
  throw new CommandFailed(`${origin} answered ${response.status} to ${path}${detail}`)
}

/** By the gateway, which says only that; a 403 of Holdfast itself has a reason that the person should read. */
async function isRefused(response: Response): Promise<boolean> {
  if (response.status !== 401 && response.status !== 403) return false
  const body = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: unknown }
  return body.code === undefined
}

async function credentialOf(origin: string, terminal: Terminal): Promise<string> {
  if (terminal.token) return terminal.token
  const session = sessionOf(origin, terminal)
  if (!session) throw new CommandFailed(`nobody is signed in at ${origin}; ${howToSignIn(origin)}`)
  if (session.expiresAt - margin > terminal.now) return session.idToken
  const renewed = await renew(origin, terminal)
  if (renewed === undefined)
    throw new CommandFailed(`the sign-in at ${origin} is over; ${howToSignIn(origin)}`)
  return renewed
}

/** A new ID token, which is kept; undefined when there is none to be had. */
async function renew(origin: string, terminal: Terminal): Promise<string | undefined> {
  const session = sessionOf(origin, terminal)
  const next = session && (await refresh(session, terminal.now))
  if (next) keepSession(origin, next, terminal)
  return next?.idToken
}

const howToSignIn = (origin: string): string =>
  `sign in with: npx holdfast login --url ${origin} (or put a key into HOLDFAST_TOKEN)`
