import * as z from 'zod'
import type { SignIn } from '#core/access/sign-in.ts'
import { CommandFailed, UsageError } from '../terminal.ts'

const signIn = z.object({ issuer: z.url(), clientId: z.string(), scope: z.string() })

/** What we use of OpenID Connect Discovery 1.0. */
const discovery = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  revocation_endpoint: z.url().optional(),
})

/** How to sign in at an instance: what it says itself, and the addresses of its issuer. */
export interface Place extends SignIn {
  authorization: string
  token: string
  keys: string
  revocation: string | undefined
}

/** Scheme, host and port of what was given as `--url`. Throws UsageError. */
export function originOf(url = 'http://localhost:3000'): string {
  const { protocol, origin } = URL.canParse(url) ? new URL(url) : { protocol: '', origin: '' }
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new UsageError(`--url ${url}: write an address such as https://crm.northwind.example`)
  return origin
}

/** What an instance says of signing in. Throws CommandFailed. */
export const signInOf = async (origin: string): Promise<SignIn> =>
  await read(`${origin}/.well-known/holdfast`, signIn)

/** Asks the instance and its issuer. Throws CommandFailed in words when one of them does not answer as it should. */
export async function discover(origin: string): Promise<Place> {
  const about = await signInOf(origin)
  const { issuer } = about
  const found = await read(`${issuer}/.well-known/openid-configuration`, discovery)
  // OpenID Connect Discovery 1.0, 4.3: otherwise another issuer could speak for this one.
  if (found.issuer !== issuer) throw new CommandFailed(`${issuer} says that it is ${found.issuer}`)
  const place: Place = {
    ...about,
    authorization: found.authorization_endpoint,
    token: found.token_endpoint,
    keys: found.jwks_uri,
    revocation: found.revocation_endpoint,
  }
  const open = Object.values(place).find((text) => String(text).startsWith('http:'))
  if (origin.startsWith('https:') && open !== undefined)
    throw new CommandFailed(`${origin} leads to ${open}, which anybody on the way could read`)
  return place
}

async function read<T>(address: string, schema: z.ZodType<T>): Promise<T> {
  const { origin } = new URL(address)
  const response = await reach(address)
  if (!response.ok) throw new CommandFailed(`${address} answered ${response.status}; is that a Holdfast?`)
  const found = schema.safeParse(await response.json().catch(() => undefined))
  if (!found.success)
    throw new CommandFailed(`what ${origin} says about signing in is not understood: ${address}`)
  return found.data
}

/** Throws CommandFailed when nobody is there. */
export async function reach(address: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(address, { ...init, signal: AbortSignal.timeout(30_000) })
  } catch {
    throw new CommandFailed(`nothing answers at ${new URL(address).origin}; is Holdfast running there?`)
  }
}
