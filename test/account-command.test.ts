import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callbackAddresses } from '#core/access/sign-in.ts'
import type { Terminal } from '../cli/terminal.ts'
import { openCloud, type Cloud } from './cloud.ts'
import { runCommand } from './command.ts'

/** People and programs at the command line, against a running cloud and with real round trips. */

let cloud: Cloud
let settings: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })
})
afterAll(() => cloud?.stop())
beforeEach(() => {
  settings = mkdtempSync(join(tmpdir(), 'holdfast-settings-'))
})
afterEach(() => rmSync(settings, { recursive: true, force: true }))

const run = (args: string[], more: Partial<Terminal> = {}) =>
  runCommand(args, { now: Date.now(), settings: join(settings, 'holdfast'), ...more })

const file = () => join(settings, 'holdfast', 'sessions.json')
const kept = () => JSON.parse(readFileSync(file(), 'utf8'))[cloud.url]

/** What a person does with the page: fills in the form, and the browser follows where it leads. */
async function signIn(address: string, username: string, password = cloud.ownerKey): Promise<Response> {
  const page = await (await fetch(address)).text()
  const hidden = [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
  const form = new URLSearchParams(
    hidden.map(([, name, value]) => [
      name!,
      value!.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
    ]),
  )
  form.set('username', username)
  form.set('password', password)
  const action = /action="([^"]+)"/.exec(page)?.[1]
  const answer = await fetch(new URL(action!, address), { method: 'POST', body: form, redirect: 'manual' })
  return await fetch(answer.headers.get('location')!)
}

/** Signs in, and says what the browser showed in the end. */
async function login(username: string, url = cloud.url) {
  let shown: Promise<Response> | undefined
  const result = await run(['login', '--url', url], {
    browse: (address) => void (shown = signIn(address, username)),
  })
  return { ...result, page: await (await shown)?.text() }
}

const history = (more: Partial<Terminal> = {}) => run(['history', '--url', cloud.url, '--last', '1d'], more)

describe('a person', () => {
  test('signs in with a browser, and the other commands ask as that person', async () => {
    expect(await history()).toMatchObject({ code: 1, err: expect.stringContaining('holdfast login --url') })
    const { code, err, page } = await login('viktor')
    expect([code, err]).toEqual([0, expect.stringContaining(`Signed in at ${cloud.url} as viktor`)])
    expect(page).toContain('You are signed in')
    expect(await history()).toMatchObject({ code: 0, err: '' })
    // A path, or nothing at the end, is the same instance.
    expect((await run(['keys', 'list', '--url', `${cloud.url}/inbox`])).code).toBe(0)
  })

  test('has the session in a file that nobody else can read', async () => {
    await login('anna')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(join(settings, 'holdfast')).mode & 0o777).toBe(0o700)
    expect(kept()).toMatchObject({ username: 'anna', clientId: expect.any(String) })
  })

  test('goes on when the token is over, without signing in again', async () => {
    await login('viktor')
    const before = kept()
    // this machine's clock says so
    expect((await history({ now: before.expiresAt - 30_000 })).code).toBe(0)
    const between = kept()
    expect(between.idToken).not.toBe(before.idToken)
    // the instance says so
    await cloud.advance('2 hours')
    expect((await history()).code).toBe(0)
    expect(kept().refreshToken).not.toBe(between.refreshToken)
  })

  test('who stays away for long is asked to sign in again', async () => {
    await login('viktor')
    await cloud.advance('3 days')
    expect(await history()).toMatchObject({ code: 1, err: expect.stringContaining('sign-in at') })
  })

  test('may do no more than the person may, and is told why', async () => {
    await login('anna')
    const { code, err } = await run(['keys', 'list', '--url', cloud.url])
    expect([code, err]).toEqual([1, expect.stringContaining('none of your roles may manage-keys')])
  })

  test('signs out: the file forgets, and the issuer ends the session', async () => {
    await login('viktor')
    const { refreshToken, clientId, token } = kept()
    expect(await run(['logout', '--url', cloud.url])).toMatchObject({
      code: 0,
      err: expect.stringContaining('Signed out'),
    })
    expect(kept()).toBeUndefined()
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }
    expect((await fetch(token, { method: 'POST', body: new URLSearchParams(form) })).status).toBe(400)
    expect((await history()).code).toBe(1)
    expect((await run(['logout', '--url', cloud.url])).err).toContain('Nobody was signed in')
  })

  test('is not taken in by a page that calls the waiting command', async () => {
    const answers: number[] = []
    const browse = async (address: string) => {
      const callback = new URL(address).searchParams.get('redirect_uri')!
      for (const foreign of ['?code=stolen', '?code=stolen&state=guessed', '?error=access_denied'])
        answers.push((await fetch(callback + foreign)).status)
      answers.push((await fetch(new URL('/other', callback))).status)
      answers.push((await signIn(address, 'viktor')).status)
    }
    let browsing: Promise<void> | undefined
    const { code } = await run(['login', '--url', cloud.url], {
      browse: (address) => void (browsing = browse(address)),
    })
    await browsing
    expect([code, answers]).toEqual([0, [400, 400, 400, 404, 200]])
  })

  test('who refuses at the issuer is told so, and nothing of it changes the terminal', async () => {
    const browse = (address: string) => {
      const { searchParams } = new URL(address)
      const back = new URL(searchParams.get('redirect_uri')!)
      back.searchParams.set('state', searchParams.get('state')!)
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', 'not \u001B[31mtoday')
      void fetch(back)
    }
    const { code, err } = await run(['login', '--url', cloud.url], { browse })
    expect([code, err]).toEqual([1, expect.stringContaining('the sign-in was refused: not [31mtoday')])
    expect(() => kept()).toThrow('ENOENT')
  })

  test('gets the next port when one is taken, and is told when all are', async () => {
    const taken: Server[] = []
    const take = async (address: string) => {
      const server = createServer()
      taken.push(server)
      await new Promise<void>((done) => server.listen(Number(new URL(address).port), '127.0.0.1', done))
    }
    try {
      await take(callbackAddresses[0]!)
      const { code, err } = await login('viktor')
      expect([code, err]).toEqual([0, expect.stringContaining(encodeURIComponent(callbackAddresses[1]!))])
      for (const address of callbackAddresses.slice(1)) await take(address)
      const refused = await run(['login', '--url', cloud.url])
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('are all taken') })
    } finally {
      for (const server of taken) server.close()
    }
  })

  test.each([
    [['login', '--url', 'here'], 2, 'write an address'],
    [['login', '--url', 'ftp://crm.northwind.example'], 2, 'write an address'],
    [['login', '--url', 'http://127.0.0.1:9'], 1, 'nothing answers'],
    [['login', 'viktor'], 2, 'there is no command'],
  ])('%j is refused in words', async (args, code, words) => {
    expect(await run(args)).toMatchObject({ code, err: expect.stringContaining(words) })
  })

  test('has an account on one machine without anybody making it', async () => {
    const { code, err } = await run(['users', '--url', cloud.url])
    expect([code, err]).toEqual([1, expect.stringContaining('company/people.yaml by themselves')])
  })

  test('a file of sessions that is broken is named, and not overwritten', async () => {
    await login('viktor')
    writeFileSync(file(), '{ "half')
    expect(await history()).toMatchObject({ code: 1, err: expect.stringContaining(file()) })
    expect(await login('viktor')).toMatchObject({ code: 1, err: expect.stringContaining(file()) })
    expect(readFileSync(file(), 'utf8')).toBe('{ "half')
  })
})

describe('an issuer that is not to be trusted', () => {
  let server: Server
  let url: string
  let change: JWTPayload
  let nonce: string | null
  let broken: object
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const answer = async (path: string): Promise<object> => {
      if (path === '/.well-known/holdfast') return { issuer: url, clientId: 'c', scope: 'openid' }
      if (path === '/.well-known/openid-configuration')
        return {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
          ...broken,
        }
      if (path === '/keys') return { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256' }] }
      const now = Math.floor(Date.now() / 1000)
      const claims = {
        iss: url,
        aud: 'c',
        sub: 's',
        iat: now,
        exp: now + 60,
        nonce,
        token_use: 'id',
        ...change,
      }
      const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
      return { id_token, expires_in: 60 }
    }
    server = createServer((request, response) => {
      void answer(request.url ?? '').then((body) => response.end(JSON.stringify(body)))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    change = {}
    broken = {}
  })

  const attempt = () =>
    run(['login', '--url', url], {
      browse: (address) => {
        const { searchParams } = new URL(address)
        nonce = searchParams.get('nonce')
        void fetch(`${searchParams.get('redirect_uri')}?code=1&state=${searchParams.get('state')}`)
      },
    })

  test('is believed when its token is good', async () => {
    expect((await attempt()).code).toBe(0)
  })

  test.each<[string, JWTPayload]>([
    ['of another sign-in', { nonce: 'another' }],
    ['of another issuer', { iss: 'https://issuer.example' }],
    ['for another client', { aud: 'somebody-else' }],
    ['that is an access token', { token_use: 'access' }],
    ['that was over when it was made', { exp: 1 }],
  ])('a token %s is not kept', async (_what, claims) => {
    change = claims
    const { code, err } = await attempt()
    expect([code, err]).toEqual([1, expect.stringContaining('nothing was kept')])
    expect(() => readFileSync(file())).toThrow('ENOENT')
  })

  test.each([
    [{ issuer: 'https://issuer.example' }, 'says that it is'],
    [{ token_endpoint: undefined }, 'not understood'],
  ])('a discovery document with %j is refused', async (fault, words) => {
    broken = fault
    expect(await attempt()).toMatchObject({ code: 1, err: expect.stringContaining(words) })
  })
})

describe('a program', () => {
  const keys = (...args: string[]) => run(['keys', ...args, '--url', cloud.url])
  beforeEach(() => login('viktor'))

  test('gets a key that is printed alone, is listed, works, and is revoked by the key itself', async () => {
    const { code, out, err } = await keys(
      'create',
      'exporter',
      '--scope',
      'leads:read',
      '--scope',
      'alerts:read',
    )
    expect([code, out]).toEqual([0, expect.stringMatching(/^hf_[0-9A-Za-z]{50}\n$/)])
    expect(err).toContain('shown this once')
    const key = out.trim()
    expect(await history({ token: key, settings: undefined })).toMatchObject({ code: 0, err: '' })
    expect((await keys('list')).out).toMatch(
      /^key_\w{12} {2}exporter {2}alerts:read leads:read {2}made .* by viktor, used /m,
    )
    expect(JSON.parse((await keys('list', '--json')).out)).toContainEqual(
      expect.objectContaining({ program: 'exporter' }),
    )
    expect((await keys('revoke', key)).err).toContain(`key_${key.slice(3, 15)} is revoked`)
    await cloud.advance('61 seconds')
    const { err: refused } = await history({ token: key })
    expect(refused).toContain('HOLDFAST_TOKEN')
    expect((await keys('list')).out).toMatch(/exporter .* revoked /)
  })

  test.each([
    [['create', 'exporter'], 2, '--scope leads:read'],
    [['create', 'exporter', '--scope', 'everything'], 1, 'the scopes are'],
    [['create', 'Exporter', '--scope', 'leads:read'], 1, 'small letters'],
    [['revoke', 'hf_mistyped'], 2, 'mistyped'],
    [['revoke', 'key_000000000000'], 1, 'there is no such key'],
    [['rotate'], 2, 'write keys create'],
  ])('keys %j is refused in words', async (args, code, words) => {
    expect(await keys(...args)).toMatchObject({ code, err: expect.stringContaining(words) })
  })
})
