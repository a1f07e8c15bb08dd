import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Published } from '#core/publish/published.ts'
import { builtAssembly, routesOfTemplate } from '../assembly.ts'
import { openCloud, type Answer, type Cloud, type Request } from '../cloud.ts'

/** What every page is sent with, whichever route it is of and whatever went wrong. */

let cloud: Cloud
let published: Published
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  published = JSON.parse(
    readFileSync(join(await builtAssembly(), '..', 'published.json'), 'utf8'),
  ) as Published
})
afterAll(() => cloud?.stop())

const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

test('every page of every route, found, refused or too large, says what it may do and tells nobody its address', async () => {
  const addresses = [...(await addressesOfTemplate()), '/nowhere', '/forms/none', '/f/none', '/open/none']
  const pages: string[] = []
  for (const address of addresses)
    for (const [what, request] of requests()) {
      const answer = await cloud.request(address, { ...request, headers: { accept, ...request.headers } })
      if (!isPage(answer)) continue
      pages.push(`${answer.status} ${what} ${address}`)
      const where = `${what} ${address}: ${answer.status}`
      expectGuarded(answer, where)
      // Only a form tells anybody its address, and only us.
      const tellsUs = answer.status === 200 && address === '/forms/demo'
      expect(answer.headers.get('referrer-policy'), where).toBe(tellsUs ? 'same-origin' : 'no-referrer')
      const { name, value } = policyOf(answer)['frame-ancestors']!
      const isForm = address === '/f/demo' || (what === 'GET' && address.startsWith('/forms/demo'))
      expect([name, value], where).toEqual([
        'frame-ancestors',
        isForm ? 'https://www.northwind.example' : "'none'",
      ])
    }
  const statuses = new Set(pages.map((line) => Number(line.slice(0, 3))))
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 400, 404, 405, 413, 415])
  for (const page of [
    '200 GET /',
    '200 GET /docs',
    '200 GET /forms/demo',
    '200 GET /forms/demo/thanks',
    '200 GET /open/quarantine',
  ])
    expect(pages).toContain(page)
})

test('the pages of the machine itself are guarded, and only its inbox shows an e-mail in a frame', async () => {
  await cloud.postForm({ name: 'Ada', email: 'ada@customer.example' })
  await cloud.settle()
  const signIn = new URLSearchParams({ username: 'viktor', password: cloud.ownerKey })
  const cookie = (await cloud.request('/inbox/sign-in', { body: signIn })).headers.get('set-cookie')!
  const read = (path: string, more: Request = {}) =>
    cloud.request(path, { ...more, headers: { accept, cookie: cookie.split(';')[0]! } })
  const list = await read('/inbox')
  const mail = /href="(\/inbox\/[^"]+)"/.exec(list.text)![1]!
  const pages = [
    list,
    await cloud.request('/inbox/sign-in', { headers: { accept } }),
    await cloud.request('/inbox/sign-in', { headers: { accept }, body: new URLSearchParams() }),
    await read(mail),
    await read('/inbox/none'),
    await read('/inbox', { method: 'DELETE' }),
    await cloud.request('/oidc/authorize', { headers: { accept } }),
  ]
  for (const page of pages) {
    expectGuarded(page, page.text.slice(0, 300))
    expect(policyOf(page)['frame-ancestors']?.value).toBe("'none'")
  }
  const content = await read(`${mail}.html`)
  const { sandbox, ...policy } = policyOf(content)
  expect([sandbox?.value, policy['default-src']?.value, policy['frame-ancestors']?.value]).toEqual([
    'allow-popups allow-popups-to-escape-sandbox',
    "'none'",
    "'self'",
  ])
})

test('the beginning says what runs here and leads to forms, sign-in and documentation, to a program in JSON', async () => {
  const { json } = await cloud.request('/')
  expect(json).toMatchObject({
    name: 'holdfast',
    forms: [{ id: 'demo', page: '/forms/demo', post: '/f/demo' }],
    console: '/app/',
    signIn: '/.well-known/holdfast',
    documentation: '/docs',
    inbox: '/inbox',
  })
  for (const path of [json.forms[0].page, json.console, json.signIn, json.documentation])
    expect((await cloud.request(path)).status, path).toBe(200)
  for (const [language, words] of [
    ['en', 'answers here'],
    ['uk', 'Тут відповідає'],
    ['ru', 'Здесь отвечает'],
  ] as const) {
    const page = await cloud.request('/', { headers: { accept, 'accept-language': language } })
    expect(page.text).toContain(`<html lang="${language}">`)
    expect(page.text).toContain(words)
    for (const link of [`/forms/demo?lang=${language}`, `/docs?lang=${language}`, '/inbox'])
      expect(page.text).toContain(`href="${link}"`)
    const signIn = { en: 'Sign in', uk: 'Увійти', ru: 'Войти' }[language]
    expect(page.text).toContain(`<a class="button" href="/app/">${signIn}</a>`)
    expect(page.text).toContain(`npx holdfast login --url ${cloud.url}`)
  }
})

test('what anybody can read of the beginning names no person, and no version', async () => {
  const people = Object.values(published.company.people).flatMap(({ name, email }) => [name, email])
  expect(people.length).toBeGreaterThan(5)
  for (const path of ['/', '/docs', '/robots.txt', '/favicon.ico', '/nowhere'])
    for (const headers of [{ accept }, { accept: 'application/json' }]) {
      const { text, headers: sent } = await cloud.request(path, { headers })
      for (const one of people) expect(text, path).not.toContain(one)
      expect(text + JSON.stringify([...sent]), path).not.toMatch(/node\/|\b\d+\.\d+\.\d+\b/i)
    }
})

test('crawlers are told that the forms alone are for them, and browsers get their icon', async () => {
  const robots = await cloud.request('/robots.txt')
  expect(robots.text).toBe('User-agent: *\nAllow: /forms/\nDisallow: /\n')
  const icon = await cloud.request('/favicon.ico')
  expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  expect((await cloud.request('/', { method: 'HEAD' })).status).toBe(200)
  expect((await cloud.request('/robots.txt', { json: {} })).headers.get('allow')).toBe('GET')
})

function requests(): [string, Request][] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  return [
    ...methods.map((method): [string, Request] => [method, { method }]),
    ['POST nothing', { body: '', headers: form }],
    ['POST a picture', { body: 'GIF89a', headers: { 'content-type': 'image/gif' } }],
    ['POST too much', { body: `name=${'x'.repeat(400_000)}`, headers: form }],
    ['POST with a long key', { body: 'name=Ada', headers: { ...form, 'idempotency-key': 'k'.repeat(300) } }],
    ['POST what is not packed', { body: 'x', headers: { ...form, 'content-encoding': 'gzip' } }],
  ]
}

const isPage = ({ headers }: Answer): boolean => headers.get('content-type')?.includes('text/html') ?? false

function expectGuarded(answer: Answer, where: string): void {
  expect(isPage(answer), where).toBe(true)
  const policy = policyOf(answer)
  expect(policy['default-src']?.value, where).toBe("'none'")
  expect(policy['base-uri']?.value, where).toBe("'none'")
  expect(policy['form-action'], where).toBeDefined()
  expect(policy['frame-ancestors'], where).toBeDefined()
  expect(answer.headers.get('content-security-policy'), where).not.toMatch(/unsafe-|https?:(?!\/\/www\.n)|\*/)
  expect(['no-referrer', 'same-origin'], where).toContain(answer.headers.get('referrer-policy'))
  expect(answer.headers.get('x-content-type-options'), where).toBe('nosniff')
  expect(answer.headers.get('permissions-policy'), where).toContain('geolocation=()')
}

function policyOf({ headers }: Answer): Record<string, { name: string; value: string }> {
  const parts = (headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim())
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', ...values] = part.split(' ')
      return [name, { name, value: values.join(' ') }]
    }),
  )
}

/** Each route of the template once, the forms' with one that exists. */
async function addressesOfTemplate(): Promise<string[]> {
  const paths = (await routesOfTemplate()).map(
    (route) => route.split(' ')[1] ?? '/open/lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
  )
  return [...new Set(paths.map((path) => path.replace('{formId}', 'demo'))), '/open/quarantine']
}
