import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { callbackAddresses } from '#core/access/sign-in.ts'
import { renderDocument } from '#core/html/document.ts'
import { html } from '#core/html/markup.ts'
import { pageHeaders } from '#core/html/page-headers.ts'
import { CommandFailed, type Options, type Terminal } from '../terminal.ts'
import { discover, originOf, reach } from './discovery.ts'
import { fetchTokens, keepSession, openSession, sessionOf } from './session.ts'

/*
 * The authorization code flow with PKCE for a program on the person's own machine (RFC 8252): the browser comes back to
 * an address of this machine with a code, which is worth nothing without the verifier that stayed here.
 */

/** Milliseconds that a person has for the page. */
const patience = 300_000

/** `holdfast login [--url …]`: signs in as a person and keeps the session for the other commands. */
export async function login(options: Options, terminal: Terminal): Promise<number> {
  const origin = originOf(options.url)
  const place = await discover(origin)
  const [verifier, state, nonce] = [randomBytes(32), randomBytes(16), randomBytes(16)].map((bytes) =>
    bytes.toString('base64url'),
  ) as [string, string, string]
  const { server, address } = await listen()
  try {
    const target = new URL(place.authorization)
    const query = {
      response_type: 'code',
      client_id: place.clientId,
      redirect_uri: address,
      scope: place.scope,
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
    terminal.err(`Sign in with a browser on this machine:\n\n  ${target.href}\n\n`)
    terminal.browse?.(target.href)
    const session = await returned(server, state, async (code) => {
      const got = await fetchTokens(place.token, {
        grant_type: 'authorization_code',
        client_id: place.clientId,
        redirect_uri: address,
        code,
        code_verifier: verifier,
      })
      if (!got) throw new CommandFailed(`${place.issuer} gave no token for the code; please try again`)
      const opened = await openSession(got, place, nonce, terminal.now)
      keepSession(origin, opened, terminal)
      return opened
    })
    terminal.err(`Signed in at ${origin} as ${session.username}.\n`)
    return 0
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

/** `holdfast logout [--url …]`: forgets the session, and ends it at the issuer. */
export async function logout(options: Options, terminal: Terminal): Promise<number> {
  const origin = originOf(options.url)
  const session = sessionOf(origin, terminal)
  if (!session) {
    terminal.err(`Nobody was signed in at ${origin}.\n`)
    return 0
  }
  keepSession(origin, undefined, terminal)
  const { revocation, refreshToken, clientId } = session
  let ended = refreshToken === undefined
  if (revocation !== undefined && refreshToken !== undefined) {
    const body = new URLSearchParams({ token: refreshToken, client_id: clientId })
    ended = await reach(revocation, { method: 'POST', body }).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  terminal.err(
    ended
      ? `Signed out at ${origin}.\n`
      : `Signed out on this machine; ${origin} could not be told, and the session ends there by itself.\n`,
  )
  return 0
}

/** Listens on the first of the fixed ports that is free. On 127.0.0.1 only: nobody else on the network is meant. */
async function listen(): Promise<{ server: Server; address: string }> {
  for (const address of callbackAddresses) {
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(Number(new URL(address).port), '127.0.0.1', () => resolve(true))
    })
    if (isFree) return { server, address }
  }
  const ports = callbackAddresses.map((address) => new URL(address).port)
  throw new CommandFailed(
    `the ports ${ports.join(', ')} are all taken on this machine; end what listens on one of them`,
  )
}

/** Waits until the browser comes back with a code, and shows the person what became of it. */
function returned<T>(server: Server, state: string, use: (code: string) => Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const late = new CommandFailed('nobody has signed in for five minutes; please try again')
  const timer = setTimeout(() => reject(late), patience)
  server.on('request', (request, response: ServerResponse) => {
    const target = new URL(request.url ?? '/', 'http://localhost')
    const { pathname, searchParams } = target
    if (request.method !== 'GET' || pathname !== new URL(callbackAddresses[0]!).pathname)
      return void show(response, 404, 'Nothing here', 'This page is not there.')
    // Anybody on this machine can call this address; only the issuer was told the state.
    if (searchParams.get('state') !== state)
      return void show(
        response,
        400,
        'Not this one',
        'This sign-in was not begun by the command that waits here.',
      )
    const code = searchParams.get('code')
    const done = code === null ? Promise.reject(refusal(searchParams)) : use(code)
    done.then(
      async (value) => {
        await show(
          response,
          200,
          'You are signed in',
          'You can close this page and go back to the command line.',
        )
        resolve(value)
      },
      async (error: Error) => {
        await show(response, 400, 'It did not work', 'The command line says why.')
        reject(error)
      },
    )
  })
  return promise.finally(() => clearTimeout(timer))
}

/** What the issuer says, without characters that would change a terminal. */
function refusal(query: URLSearchParams): CommandFailed {
  const words = query.get('error_description') ?? query.get('error') ?? 'there is no code in its answer'
  return new CommandFailed(
    `the sign-in was refused: ${words.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, '').slice(0, 300)}`,
  )
}

/** Resolves when all of it has been sent, or the browser has gone: the command ends then, and with it the connection. */
function show(response: ServerResponse, status: number, title: string, words: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.once('close', resolve)
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    ...pageHeaders(),
    'cache-control': 'no-store',
    connection: 'close',
  })
  const main = html`<h1>${title}</h1>
    <p>${words}</p>`
  response.end(renderDocument({ language: 'en', title, company: 'Holdfast', main }))
  return promise
}
