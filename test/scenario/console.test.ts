import { createHash, randomBytes } from 'node:crypto'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { builtAssembly, builtTemplates } from '../assembly.ts'
import { newFolder, openCloud, type Answer, type Cloud } from '../cloud.ts'

/** The console and the API at one address, on one machine as CloudFront has them. */

// oxlint-disable-next-line typescript/no-explicit-any -- a template's values have every shape
type Json = any

let cloud: Cloud
let assets: string[]
/** What the template says of the headers under /app. */
let policy: Json

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  assets = readdirSync(join(dirname(await builtAssembly()), 'console', 'assets'))
  const resources = (await builtTemplates()).flatMap(({ Resources }) => Object.values(Resources))
  const [found] = resources.filter(({ Type }) => Type === 'AWS::CloudFront::ResponseHeadersPolicy')
  policy = found!.Properties.ResponseHeadersPolicyConfig
})
afterAll(() => cloud?.stop())

/** Of the template's policy, with what it says of addresses as it is here. */
function expectPolicy({ headers }: Answer, where: string): void {
  const security = policy.SecurityHeadersConfig
  expect(headers.get('content-security-policy'), where).toBe(
    security.ContentSecurityPolicy.ContentSecurityPolicy['Fn::Join'][1]
      .filter((part: unknown) => typeof part === 'string')
      .join('')
      .replace(
        / (?=\/ https).*?amazoncognito\.com https:\/\//,
        ` ${cloud.url}/oidc/ ${cloud.url}/oidc ${cloud.url}/_bucket/HoldfastData-FilesBucket`,
      ),
  )
  expect(headers.get('strict-transport-security'), where).toBe(
    `max-age=${security.StrictTransportSecurity.AccessControlMaxAgeSec}`,
  )
  expect(headers.get('referrer-policy'), where).toBe(security.ReferrerPolicy.ReferrerPolicy)
  expect(headers.get('x-content-type-options'), where).toBe('nosniff')
  for (const { Header, Value } of policy.CustomHeadersConfig.Items)
    expect(headers.get(Header), where).toBe(Value)
}

describe('one address', () => {
  test('shows the page of the console wherever a record is, asked for each time', async () => {
    const [first, ...others] = await Promise.all(
      ['/app/', '/app', '/app/leads/x', '/app/index.html'].map((path) => cloud.request(path)),
    )
    expectPolicy(first!, '/app/')
    expect(first!.headers.get('content-type')).toBe('text/html')
    expect(first!.headers.get('cache-control')).toBe('no-cache')
    expect(first!.text).toContain('"/app/assets/')
    for (const { status, text } of others) expect([status, text]).toEqual([200, first!.text])
    const again = await cloud.request('/app/leads/y', {
      headers: { 'if-none-match': first!.headers.get('etag')! },
    })
    expect([again.status, again.text]).toEqual([304, ''])
    expectPolicy(again, '304')
  })

  test('has its hashed files for a year, and no page in place of one that is gone', async () => {
    expect(assets.length).toBeGreaterThan(0)
    for (const name of assets) {
      const file = await cloud.request(`/app/assets/${name}`)
      expect([file.status, file.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ])
      expectPolicy(file, name)
    }
    const gone = await cloud.request('/app/assets/missing.js')
    expect([gone.status, gone.headers.get('content-type')]).toEqual([403, 'application/xml'])
    expectPolicy(gone, 'missing')
    expect((await cloud.request('/app/', { method: 'POST', json: {} })).status).toBe(403)
  })

  test('passes everything else on to the API, under its own headers', async () => {
    const [front, leads, nowhere] = await Promise.all(
      ['/', '/leads', '/appendix'].map((path) => cloud.request(path, { headers: { accept: 'text/html' } })),
    )
    expect([front!.status, leads!.status, nowhere!.status]).toEqual([200, 401, 404])
    expect(front!.text).toContain('href="/app/"')
    expect(nowhere!.headers.get('content-type')).toContain('text/html')
    for (const { headers } of [front!, leads!, nowhere!])
      expect(headers.get('cross-origin-opener-policy')).toBeNull()
    expect((await cloud.request('/leads', { user: 'viktor' })).status).toBe(200)
  })
})

describe('the console', () => {
  test('signs in, stays signed in and signs out by what it is told before', async () => {
    const { json: config } = await cloud.request('/app/config.json')
    expect(config).toEqual({
      issuer: `${cloud.url}/oidc`,
      clientId: expect.any(String) as string,
      company: 'Northwind Instruments',
      languages: ['en', 'uk', 'ru'],
      signOut: `${cloud.url}/oidc/logout`,
    })
    const here = (url: string) => url.replace(cloud.url, '')
    const { json: found } = await cloud.request(here(`${config.issuer}/.well-known/openid-configuration`))
    const verifier = randomBytes(32).toString('base64url')
    const back = `${cloud.url}/app/sign-in`
    const asked = {
      client_id: config.clientId,
      redirect_uri: back,
      response_type: 'code',
      scope: 'openid',
      state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    const signedIn = await cloud.request(here(found.authorization_endpoint), {
      body: new URLSearchParams({ ...asked, username: 'anna', password: cloud.ownerKey }),
    })
    const target = new URL(signedIn.headers.get('location')!)
    expect([target.origin + target.pathname, target.searchParams.get('state')]).toEqual([back, 's'])
    expect((await cloud.request(here(target.href))).status).toBe(200)

    const token = (form: Record<string, string>) =>
      cloud.request(here(found.token_endpoint), {
        body: new URLSearchParams({ client_id: config.clientId, ...form }),
      })
    const code = target.searchParams.get('code')!
    const first = await token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: back,
      code_verifier: verifier,
    })
    const { json: renewed } = await token({
      grant_type: 'refresh_token',
      refresh_token: first.json.refresh_token,
    })
    const headers = { authorization: `Bearer ${renewed.id_token}` }
    expect((await cloud.request('/work', { headers })).status).toBe(200)

    const leave = { id_token_hint: renewed.id_token, client_id: config.clientId }
    const out = (end: string, query: Record<string, string>) =>
      cloud.request(`${here(end)}?${new URLSearchParams(query).toString()}`)
    const left = await out(found.end_session_endpoint, { ...leave, post_logout_redirect_uri: back })
    expect([left.status, left.headers.get('location')]).toEqual([303, back])
    expect((await token({ grant_type: 'refresh_token', refresh_token: renewed.refresh_token })).status).toBe(
      400,
    )
    const cognito = await out(config.signOut, { client_id: config.clientId, logout_uri: back })
    expect([cognito.status, cognito.headers.get('location')]).toEqual([303, back])
  })

  test('is where links in e-mails lead, which tell nobody what is there', async () => {
    await cloud.postForm({ name: 'Ada', email: 'ada@customer.example' })
    await cloud.settle()
    const [, link = '', id = ''] =
      /http\S+(\/open\/(lead_\w+))/.exec((await cloud.messages()).map(({ text }) => text).join('\n')) ?? []
    const none = id.replace(/.{6}$/, 'ZZZZZZ')
    for (const [from, to] of [
      [link, `/app/leads/${id}`],
      [`/open/${none}`, `/app/leads/${none}`],
      [`/open/tickets/tick_${id.slice(5)}`, `/app/tickets/tick_${id.slice(5)}`],
    ] as const) {
      const { status, headers, text } = await cloud.request(from, { headers: { accept: 'text/html' } })
      expect([status, headers.get('location'), text], from).toEqual([302, to, ''])
    }
    expect((await cloud.request(link, { method: 'POST', json: {} })).status).toBe(405)
    for (const path of [`/open/voyages/${none}`, '/open/leads', '/open//evil.example'])
      expect((await cloud.request(path)).status, path).toBe(404)
    expect((await cloud.request('/open/quarantine')).status).toBe(200)
  })

  test('is found from the API’s own address, to which older e-mails lead', async () => {
    const folder = newFolder()
    cpSync(join(dirname(await builtAssembly()), 'function', 'api', 'not-found'), folder, { recursive: true })
    // Above it everything is a module, but it is none.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}')
    vi.stubEnv('CONSOLE_URL', 'https://one.example').stubEnv('TENANT', 'main')
    const { handler } = createRequire(import.meta.url)(join(folder, 'index.js')) as { handler: Handler }
    const ask = (rawPath: string, rawQueryString = '') => {
      const http = { method: 'GET', path: rawPath, sourceIp: '203.0.113.9' }
      const headers = { host: 'api.example', accept: 'text/html' }
      const requestContext = { http, requestId: '1', routeKey: '$default' }
      return handler({ rawPath, rawQueryString, headers, requestContext, isBase64Encoded: false }, {})
    }
    for (const [path, query] of [['/app'], ['/app/'], ['/app/leads/x', 'tab=why&a=%2F']] as const) {
      const to = `https://one.example${path}${query ? `?${query}` : ''}`
      expect(await ask(path, query)).toMatchObject({ statusCode: 302, headers: { location: to } })
    }
    expect(await ask('/apple')).toMatchObject({ statusCode: 404 })
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
})

type Handler = (event: object, context: object) => Promise<Json>
