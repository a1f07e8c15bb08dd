import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { virtualClock, type VirtualClock } from '../clock/clock.ts'
import { openOwnerKey } from '../data-folder/owner-key.ts'
import type { Answer } from '../http/payload.ts'
import type { Door } from '../http/server.ts'
import { openLoginDoor } from './door.ts'
import { openIssuer, type Issuer } from './issuer.ts'
import { openSigningKey } from './key.ts'

const folder = mkdtempSync(join(tmpdir(), 'issuer-'))
const ownerKey = openOwnerKey(join(folder, 'owner.key'))
const url = 'http://localhost:3000/oidc'
let issuer: Issuer
let door: Door
let clock: VirtualClock

beforeAll(async () => {
  clock = virtualClock(Date.parse('2026-03-02T08:00:00Z'))
  const user = { username: 'anna', email: 'anna@example.org', name: 'Anna', groups: ['sales'] }
  const pool = {
    id: 'p',
    users: [user],
    clients: [
      {
        id: 'console',
        callbackUrls: ['https://crm.example.com/back'],
        logoutUrls: ['https://crm.example.com/out'],
      },
    ],
  }
  issuer = openIssuer({
    url,
    publicUrl: 'http://localhost:3000',
    clock,
    pools: [pool],
    key: await openSigningKey(join(folder, 'key.json')),
    ownerKey,
  })
  door = openLoginDoor(issuer)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function ask(method: string, path: string, form?: Record<string, string>): Promise<Answer> {
  const body = form ? [Buffer.from(new URLSearchParams(form).toString())] : []
  const request = Object.assign(Readable.from(body), {
    method,
    url: path,
    headers: {},
  }) as unknown as IncomingMessage
  return (await door(request, path.split('?')[0]!))!
}

const verifier = 'a-verifier-that-is-long-enough-for-the-standard'
const request = {
  client_id: 'console',
  redirect_uri: 'https://crm.example.com/back',
  response_type: 'code',
  state: 'st&te',
  nonce: 'n1',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}
const exchange = {
  grant_type: 'authorization_code',
  client_id: 'console',
  redirect_uri: request.redirect_uri,
}

async function signIn(): Promise<string> {
  const answer = await ask('POST', '/oidc/authorize', {
    ...request,
    username: 'anna',
    password: ownerKey.text,
  })
  expect(answer.status).toBe(303)
  const target = new URL(String(answer.headers.location))
  expect(target.searchParams.get('state')).toBe('st&te')
  return target.searchParams.get('code')!
}

test('a person signs in and the application gets tokens that any library can verify', async () => {
  const page = await ask('GET', `/oidc/authorize?${new URLSearchParams(request).toString()}`)
  expect(page.body).toContain('name="state" value="st&#38;te"')
  const code = await signIn()
  const answer = await ask('POST', '/oidc/token', { ...exchange, code, code_verifier: verifier })
  const tokens = JSON.parse(answer.body as string) as {
    id_token: string
    access_token: string
    refresh_token: string
  }
  const keys = createLocalJWKSet(issuer.keySet() as JSONWebKeySet)
  const { payload } = await jwtVerify(tokens.id_token, keys, {
    issuer: url,
    audience: 'console',
    currentDate: new Date(clock.now()),
  })
  expect(payload).toMatchObject({
    email: 'anna@example.org',
    name: 'Anna',
    'custom:person': 'anna',
    token_use: 'id',
    nonce: 'n1',
  })
  expect(payload).not.toHaveProperty('cognito:groups')
  const again = await ask('POST', '/oidc/token', {
    grant_type: 'refresh_token',
    client_id: 'console',
    refresh_token: tokens.refresh_token,
  })
  expect(again.status).toBe(200)
})

test('a code is good once, for its application, with its verifier, and not for long', async () => {
  const attempt = async (change: Record<string, string>) =>
    (
      await ask('POST', '/oidc/token', {
        ...exchange,
        code: await signIn(),
        code_verifier: verifier,
        ...change,
      })
    ).status
  expect(await attempt({})).toBe(200)
  expect(await attempt({ code_verifier: 'another' })).toBe(400)
  expect(await attempt({ client_id: 'other' })).toBe(400)
  expect(await attempt({ redirect_uri: 'https://evil.example' })).toBe(400)
  const code = await signIn()
  expect((await ask('POST', '/oidc/token', { ...exchange, code, code_verifier: verifier })).status).toBe(200)
  expect((await ask('POST', '/oidc/token', { ...exchange, code, code_verifier: verifier })).status).toBe(400)
  const late = await signIn()
  await clock.advanceTo(clock.now() + 121_000, async () => undefined)
  expect(
    (await ask('POST', '/oidc/token', { ...exchange, code: late, code_verifier: verifier })).status,
  ).toBe(400)
})

test('a refresh token is exchanged for another, is good for a minute more, and ends when it is revoked', async () => {
  const answer = await ask('POST', '/oidc/token', {
    ...exchange,
    code: await signIn(),
    code_verifier: verifier,
  })
  const first = JSON.parse(answer.body as string) as { refresh_token: string }
  const renew = async (token: string) => {
    const form = { grant_type: 'refresh_token', client_id: 'console', refresh_token: token }
    const { status, body } = await ask('POST', '/oidc/token', form)
    return { status, next: (JSON.parse(body as string) as { refresh_token: string }).refresh_token }
  }
  const second = await renew(first.refresh_token)
  expect(second.next).not.toBe(first.refresh_token)
  expect((await renew(first.refresh_token)).status).toBe(200)
  await clock.advanceTo(clock.now() + 62_000, async () => undefined)
  expect((await renew(first.refresh_token)).status).toBe(400)
  expect((await renew(second.next)).status).toBe(200)
  await ask('POST', '/oidc/revoke', { token: second.next, client_id: 'console' })
  expect((await renew(second.next)).status).toBe(400)
})

test('a wrong password or an unknown name shows the form again, and an unknown address is never returned to', async () => {
  for (const wrong of [
    { username: 'anna', password: 'demo' },
    { username: 'anna', password: '' },
    { username: 'nobody', password: ownerKey.text },
  ]) {
    const answer = await ask('POST', '/oidc/authorize', { ...request, ...wrong })
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('role="alert"')
  }
  const elsewhere = {
    ...request,
    redirect_uri: 'https://evil.example/',
    username: 'anna',
    password: ownerKey.text,
  }
  const refused = await ask('POST', '/oidc/authorize', elsewhere)
  expect([refused.status, refused.headers.location]).toEqual([400, undefined])
  const plain = { ...request, code_challenge_method: 'plain' }
  expect((await ask('GET', `/oidc/authorize?${new URLSearchParams(plain).toString()}`)).status).toBe(400)
})

test('the key stays the same over restarts', async () => {
  const key = await openSigningKey(join(folder, 'key.json'))
  expect(issuer.keySet()).toMatchObject({ keys: [{ kid: key.kid }] })
})

test('who signs out is signed in nowhere any more, and comes back to an address of the application alone', async () => {
  const code = await signIn()
  const got = await ask('POST', '/oidc/token', { ...exchange, code, code_verifier: verifier })
  const tokens = JSON.parse(got.body as string) as { id_token: string; refresh_token: string }
  const renew = async () => {
    const form = { grant_type: 'refresh_token', client_id: 'console', refresh_token: tokens.refresh_token }
    return (await ask('POST', '/oidc/token', form)).status
  }
  const out = (query: Record<string, string>) =>
    ask('GET', `/oidc/end-session?${new URLSearchParams(query).toString()}`)
  const to = 'https://crm.example.com/out'
  const { end_session_endpoint: named } = issuer.discovery() as { end_session_endpoint: string }
  expect(named).toBe(`${url}/end-session`)

  // Whoever has no token of his ends nothing.
  const forged = `${tokens.id_token.split('.').slice(0, 2).join('.')}.AAAA`
  expect((await out({ client_id: 'console', id_token_hint: forged })).status).toBe(200)
  expect(await renew()).toBe(200)

  const left = await out({ id_token_hint: tokens.id_token, post_logout_redirect_uri: to, state: 's1' })
  expect([left.status, left.headers.location]).toEqual([303, `${to}?state=s1`])
  expect(await renew()).toBe(400)
  expect(
    (await out({ client_id: 'console', post_logout_redirect_uri: 'https://evil.example/' })).status,
  ).toBe(400)
  expect((await out({ client_id: 'other', post_logout_redirect_uri: to })).status).toBe(400)

  // Cognito's way.
  const query = new URLSearchParams({ client_id: 'console', logout_uri: to })
  const cognito = await ask('GET', `/oidc/logout?${query.toString()}`)
  expect([cognito.status, cognito.headers.location]).toEqual([303, to])
})

test('the form speaks the first language that is asked for and known, and carries it on', async () => {
  const pageIn = async (asked: Record<string, string>) =>
    (await ask('GET', `/oidc/authorize?${new URLSearchParams({ ...request, ...asked }).toString()}`)).body
  const ukrainian = await pageIn({ ui_locales: 'fr uk-UA en' })
  expect(ukrainian).toContain('<html lang="uk">')
  expect(ukrainian).toContain('<button>Увійти</button>')
  expect(await pageIn({ lang: 'ru' })).toContain('<button>Войти</button>')
  expect(await pageIn({ ui_locales: 'constructor' })).toContain('<button>Sign in</button>')
  const again = await ask('POST', '/oidc/authorize', {
    ...request,
    ui_locales: 'uk',
    username: 'anna',
    password: 'no',
  })
  expect(again.status).toBe(401)
  expect(again.body).toContain('Ім’я і пароль не підходять')
})
