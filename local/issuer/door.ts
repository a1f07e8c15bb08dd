/* The issuer's addresses: discovery, keys, the login page (authorization code with PKCE), the exchange for tokens, and the end of a session. */
import type { IncomingMessage } from 'node:http'
import { readBody, splitTarget } from '../http/api.ts'
import type { Answer } from '../http/payload.ts'
import { escapeHtml, page } from '../http/page.ts'
import type { Door } from '../http/server.ts'
import { formLanguage, signInForm, signInStyle as style, wordsOf } from './sign-in-form.ts'
import type { Issuer, LoginRequest } from './issuer.ts'

export function openLoginDoor(issuer: Issuer): Door {
  return async (request, path) => {
    if (!path.startsWith('/oidc/')) return undefined
    const name = `${request.method} ${path.slice('/oidc'.length)}`
    switch (name) {
      case 'GET /.well-known/openid-configuration':
        return json(200, issuer.discovery())
      case 'GET /.well-known/jwks.json':
        return json(200, issuer.keySet())
      case 'GET /authorize':
        return showLogin(issuer, new URLSearchParams(splitTarget(request.url ?? '').query))
      case 'POST /authorize':
        return signIn(issuer, await readForm(request))
      case 'POST /token': {
        const { status, body } = issuer.exchange(await readForm(request))
        return json(status, body)
      }
      case 'POST /revoke':
        issuer.revoke(await readForm(request))
        return json(200, {})
      // As OpenID Connect has it, and as Cognito has it: `client_id` and `logout_uri`.
      case 'GET /end-session':
      case 'GET /logout':
        return signOut(issuer, new URLSearchParams(splitTarget(request.url ?? '').query))
      case 'POST /end-session':
        return signOut(issuer, await readForm(request))
      case 'OPTIONS /token':
      case 'OPTIONS /revoke':
        return {
          status: 204,
          headers: { ...openToAll, 'access-control-allow-headers': 'content-type' },
          body: '',
        }
      default:
        return json(404, { error: 'not_found' })
    }
  }
}

/** What the page carries from the request to its form. */
const carried = [
  'client_id',
  'redirect_uri',
  'response_type',
  'state',
  'nonce',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'ui_locales',
  'lang',
]

/** The request, or what is wrong with it in words; such an error is never sent to an address that is not known. */
function readRequest(issuer: Issuer, form: URLSearchParams): LoginRequest | string {
  const clientId = form.get('client_id') ?? ''
  const redirectUri = form.get('redirect_uri') ?? ''
  const challenge = form.get('code_challenge') ?? ''
  if (!issuer.mayRedirect(clientId, redirectUri))
    return 'The application or the address to return to is not known here.'
  if (form.get('response_type') !== 'code') return 'Only the authorization code flow is supported.'
  if (!challenge || form.get('code_challenge_method') !== 'S256') return 'PKCE with S256 is required.'
  return { clientId, redirectUri, challenge, nonce: form.get('nonce') ?? undefined }
}

function showLogin(issuer: Issuer, form: URLSearchParams, username?: string): Answer {
  const request = readRequest(issuer, form)
  if (typeof request === 'string')
    return page({
      title: 'Cannot sign in',
      status: 400,
      style,
      body: `<div class="card login"><h1>Cannot sign in</h1><p>${escapeHtml(request)}</p></div>`,
    })
  const hidden = carried.flatMap((name) => {
    const value = form.get(name)
    return value === null ? [] : [`<input type="hidden" name="${name}" value="${escapeHtml(value)}">`]
  })
  const language = formLanguage(form.get('ui_locales') ?? form.get('lang'))
  const words = wordsOf(language)
  // Whoever has typed a name already was wrong.
  const error = username === undefined ? undefined : words.wrong
  return page({
    title: words.title,
    language,
    status: error === undefined ? 200 : 401,
    style,
    // A form that is answered by a redirect needs the address it leads to.
    policy: `form-action 'self' ${new URL(request.redirectUri).origin}`,
    body: signInForm({ action: '/oidc/authorize', users: issuer.users, error, username, hidden, language }),
  })
}

function signIn(issuer: Issuer, form: URLSearchParams): Answer {
  const request = readRequest(issuer, form)
  if (typeof request === 'string') return showLogin(issuer, form)
  const username = form.get('username')?.trim() ?? ''
  const code = issuer.login(request, username, form.get('password') ?? '')
  if (!code) return showLogin(issuer, form, username)
  const target = new URL(request.redirectUri)
  target.searchParams.set('code', code)
  const state = form.get('state')
  if (state !== null) target.searchParams.set('state', state)
  return { status: 303, headers: { location: target.href, 'cache-control': 'no-store' }, body: '' }
}

function signOut(issuer: Issuer, form: URLSearchParams): Answer {
  const farewell = issuer.endSession(form)
  const card = (title: string, text: string) =>
    `<div class="card login"><h1>${title}</h1><p>${text}</p></div>`
  if (farewell === 'refused') {
    const title = 'Signed out'
    const text = 'The address to return to is not known here.'
    return page({ title, status: 400, style, body: card(title, text) })
  }
  if (farewell.to === undefined)
    return page({ title: 'Signed out', style, body: card('Signed out', 'You can close this window.') })
  return { status: 303, headers: { location: farewell.to, 'cache-control': 'no-store' }, body: '' }
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request, 100_000))?.toString('utf8') ?? '')
}

/** Public information and calls that carry their own secret: any page may ask. */
const openToAll = { 'access-control-allow-origin': '*' }

function json(status: number, body: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...openToAll },
    body: JSON.stringify(body),
  }
}
