import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { importJWK, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '#functions/access/digest.ts'
import { openCloud, type Cloud, type Request } from '../cloud.ts'

let cloud: Cloud
let leadId: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })
  leadId = (await cloud.postForm({ name: 'Private', email: 'private@customer.example' })).json.leadId
  await cloud.settle()
})
afterAll(() => cloud?.stop())

const routes: [string, (lead: string) => string, Request][] = [
  ['list leads', () => '/leads?day=2027-03-01', {}],
  ['read a lead', (lead) => `/leads/${lead}`, {}],
  ['read its history', (lead) => `/leads/${lead}/history`, {}],
  ['create a lead', () => '/leads', { json: { email: 'x@customer.example' } }],
  ['record an activity', (lead) => `/leads/${lead}/activities`, { json: { what: 'call' } }],
  ['read absences', () => '/people/anna/absences', {}],
  [
    'enter an absence',
    () => '/people/anna/absences',
    { json: { from: '2027-03-02T00:00:00.000Z', until: '2027-03-03T00:00:00.000Z' } },
  ],
  ['read the quarantine', () => '/quarantine', {}],
  ['restore', () => '/quarantine/sub_00000000000000000000000000/restore', { json: {} }],
  ['read alerts', () => '/alerts', {}],
  ['acknowledge an alert', () => '/alerts/some/acknowledge', { json: {} }],
  ['read keys', () => '/keys', {}],
  ['make a key', () => '/keys', { json: { program: 'site', scopes: ['leads:read'] } }],
  ['revoke a key', () => '/keys/key_0', { method: 'DELETE' }],
]

describe('without a token', () => {
  test.each(routes)('nobody may %s', async (_what, path, request) => {
    const before = await cloud.table.hash()
    const answer = await cloud.request(path(leadId), request)
    expect(answer.status).toBe(401)
    expect(answer.text).not.toContain('private@')
    expect(await cloud.table.hash()).toBe(before)
  })
})

const bearer = (credential: string, more: Request = {}): Request => ({
  ...more,
  headers: { ...more.headers, authorization: `Bearer ${credential}` },
})

/** What the gateway itself answers: 403 in AWS's own JSON, which says no more. */
const gatewayRefuses = { status: 403, text: '{"message":"Forbidden"}' }

/** A token of the issuer of this machine, with its own key, as `change` would have it. */
async function signed(change: JWTPayload = {}, remove: string[] = []): Promise<string> {
  const jwk = JSON.parse(readFileSync(join(cloud.data, 'issuer.json'), 'utf8'))
  const [head, claims] = (await cloud.token('anna'))
    .split('.', 2)
    .map((one) => JSON.parse(Buffer.from(one, 'base64url').toString()) as Record<string, any>)
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...change }).filter(([name]) => !remove.includes(name)),
  )
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: head!.kid })
    .sign(await importJWK(jwk, 'RS256'))
}

describe('with a forged token', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    sub: 'anna',
    'custom:person': 'anna',
    'cognito:groups': ['manager', 'operations', 'sales'],
    exp: 4_000_000_000,
  }
  const forged = {
    'without signature': `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`,
    'with another signature': `${part({ alg: 'RS256', kid: 'x' })}.${part(claims)}.${Buffer.alloc(256, 7).toString('base64url')}`,
    'that is no token': 'let-me-in',
  }
  test.each(Object.entries(forged))('%s nobody may read a lead', async (_how, token) => {
    expect(await cloud.request(`/leads/${leadId}`, bearer(token))).toMatchObject(gatewayRefuses)
  })

  test('whose claims were changed nobody may read a lead', async () => {
    const [head, , signature] = (await cloud.token('anna')).split('.')
    const token = `${head}.${part(claims)}.${signature}`
    expect(await cloud.request(`/leads/${leadId}`, bearer(token))).toMatchObject(gatewayRefuses)
  })
})

describe('with a token that the issuer signed', () => {
  test('a person of the company may read leads', async () => {
    expect((await cloud.request('/leads', bearer(await signed({ jti: 'other' })))).status).toBe(200)
  })

  test('a person whose account has only the name is known by it', async () => {
    const token = await signed({ 'cognito:username': 'anna' }, ['custom:person'])
    expect((await cloud.request('/leads', bearer(token))).status).toBe(200)
  })

  test.each<[string, JWTPayload, string[]]>([
    ['of another issuer', { iss: 'https://issuer.example' }, []],
    ['for another client', { aud: 'somebody-else' }, []],
    ['that is an access token', { token_use: 'access' }, []],
    ['that says not what it is', {}, ['token_use']],
    ['that never ends', {}, ['exp']],
    ['that is not valid yet', { nbf: 4_000_000_000 }, []],
    ['of somebody who has left', { 'custom:person': 'bohdan' }, []],
    ['of somebody who has left, whose name is somebody’s', { 'custom:person': 'constructor' }, []],
    ['of nobody of the company', { 'cognito:username': 'toString' }, ['custom:person']],
  ])('%s nobody may read a lead', async (_how, change, remove) => {
    const token = await signed(change, remove)
    expect(await cloud.request(`/leads/${leadId}`, bearer(token))).toMatchObject(gatewayRefuses)
  })

  test('one may do what the company’s files say, whatever groups it names', async () => {
    const token = await signed({ 'cognito:groups': ['manager', 'operations'] })
    const answer = await cloud.request('/alerts', bearer(token))
    expect(answer).toMatchObject({ status: 403, json: { code: 'auth.forbidden' } })
  })

  test('in another scheme than Bearer nobody is let in', async () => {
    const token = await cloud.token('anna')
    for (const authorization of [token, `Basic ${token}`, `Bearer ${token} ${token}`, 'Bearer'])
      expect(await cloud.request(`/leads/${leadId}`, { headers: { authorization } })).toMatchObject(
        gatewayRefuses,
      )
  })
})

/** The same key but for its secret: well formed, with a checksum that fits. */
function withSecret(key: string, secret: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const body = key.slice(3, 15) + secret
  let check = ''
  for (let rest = crc32(body); check.length < 6; rest = Math.floor(rest / 62))
    check = digits[rest % 62] + check
  return `hf_${body}${check}`
}

describe('the key of a program', () => {
  const make = (program: string, ...scopes: string[]) =>
    cloud.request('/keys', { user: 'viktor', json: { program, scopes } })
  const revoke = (id: string) => cloud.request(`/keys/${id}`, { user: 'viktor', method: 'DELETE' })
  const lead = { name: 'Bo', email: 'bo@customer.example', message: 'From the shop' }

  test('is made by operations only, told once, and stored as a digest', async () => {
    for (const user of ['anna', 'maria'])
      expect(
        (await cloud.request('/keys', { user, json: { program: 'shop', scopes: ['leads:read'] } })).status,
      ).toBe(403)
    const { status, json, headers } = await make('shop', 'leads:write')
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/keys/${json.id}`)
    expect(json).toMatchObject({ program: 'shop', scopes: ['leads:write'], createdBy: 'viktor' })
    const listed = (await cloud.request('/keys', { user: 'viktor' })).json.keys
    expect(listed.find((key: { id: string }) => key.id === json.id)).toEqual(
      Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'key')),
    )
    const stored = JSON.stringify(await cloud.table.dump())
    expect(stored).toContain(digestOf(json.key))
    expect(stored).not.toContain(json.key.slice(15))
    await revoke(json.id)
  })

  /* The table of docs/access.md. */
  test.each<[string, [string, Request, number][]]>([
    [
      'leads:read',
      [
        ['/leads', {}, 200],
        ['/leads/LEAD', {}, 200],
        ['/leads/LEAD/history', {}, 200],
      ],
    ],
    ['leads:write', [['/leads', { json: { ...lead, email: 'scope@customer.example' } }, 201]]],
    ['absences:read', [['/people/anna/absences', {}, 200]]],
    [
      'absences:write',
      [
        [
          '/people/anna/absences',
          { json: { from: '2027-03-10T08:00:00Z', until: '2027-03-11T08:00:00Z' } },
          201,
        ],
        ['/people/anna/absences/abs_00000000000000000000000000', { method: 'DELETE' }, 404],
      ],
    ],
    ['alerts:read', [['/alerts', {}, 200]]],
  ])('with the scope %s does all that it allows', async (scope, requests) => {
    const { key } = (await make(scope.replace(':', '-'), scope)).json
    for (const [path, request, status] of requests)
      expect(
        (await cloud.request(path.replace('LEAD', leadId), bearer(key, request))).status,
        `${path} ${JSON.stringify(request)}`,
      ).toBe(status)
  })

  test('opens what its scopes name and nothing else', async () => {
    const writing = (await make('site', 'leads:write')).json
    const reading = (await make('site', 'leads:read')).json
    expect((await cloud.request('/leads', bearer(writing.key, { json: lead }))).status).toBe(201)
    const refused = await cloud.request('/leads?day=2027-03-01', bearer(writing.key))
    expect(refused).toMatchObject({ status: 403, json: { code: 'auth.forbidden' } })
    expect(refused.json.detail).toContain('leads:read')
    expect((await cloud.request(`/leads/${leadId}/history`, bearer(reading.key))).status).toBe(200)
    await cloud.settle()
    const before = await cloud.table.hash('denial')
    const forPeople: [string, Request][] = [
      ['/leads', { json: lead }],
      [`/leads/${leadId}/activities`, { json: { what: 'call' } }],
      ['/keys', { json: { program: 'site', scopes: ['leads:write'] } }],
      ['/quarantine', {}],
      ['/people/anna/absences', {}],
    ]
    for (const [path, request] of forPeople)
      expect(await cloud.request(path, bearer(reading.key, request)), path).toMatchObject({
        status: 403,
        json: { code: 'auth.forbidden' },
      })
    expect(await cloud.table.hash('denial')).toBe(before)
  })

  test('is the third in vain, also when many are asked for at once', async () => {
    const refused = await make('site', 'leads:read')
    expect(refused).toMatchObject({ status: 409, json: { code: 'limit.reached', where: 'program' } })
    const answers = await Promise.all(Array.from({ length: 6 }, () => make('rush', 'leads:read')))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
    const { keys } = (await cloud.request('/keys', { user: 'viktor' })).json
    expect(keys.filter((key: { program: string }) => key.program === 'rush')).toHaveLength(2)
  })

  test('that was revoked opens nothing a minute later, and makes room for another', async () => {
    const { id, key } = (await make('old', 'leads:read')).json
    expect((await cloud.request('/leads', bearer(withSecret(key, key.slice(15, 47))))).status).toBe(200)
    expect((await revoke(id)).json).toMatchObject({ id, revokedBy: 'viktor' })
    expect((await revoke(id)).status).toBe(200)
    await cloud.advance('60 seconds')
    expect(await cloud.request('/leads', bearer(key))).toMatchObject(gatewayRefuses)
    expect((await make('old', 'leads:read')).status).toBe(201)
    expect((await make('old', 'leads:read')).status).toBe(201)
    expect((await make('old', 'leads:read')).status).toBe(409)
  })

  test('that is mistyped, cut off or unknown opens nothing', async () => {
    const { key } = (await make('typo', 'leads:read')).json
    const unknown = 'hf_000000000000000000000000000000000000000000002WHHss'
    const changed = `${key.slice(0, 20)}${key[20] === 'A' ? 'B' : 'A'}${key.slice(21)}`
    for (const wrong of [unknown, changed, key.slice(0, -1), withSecret(key, '0'.repeat(32)), 'hf_'])
      expect(await cloud.request('/leads', bearer(wrong))).toMatchObject(gatewayRefuses)
  })

  test('shows roughly when it was last used', async () => {
    const { id, key } = (await make('seen', 'leads:read')).json
    const at = await cloud.now()
    await cloud.request('/leads', bearer(key))
    const { keys } = (await cloud.request('/keys', { user: 'viktor' })).json
    expect(keys.find((one: { id: string }) => one.id === id).usedAt).toBe(at)
  })

  test('goes on posting leads while the table is away', async () => {
    const { key } = (await make('lasting', 'leads:write')).json
    const post = (email: string) => cloud.request('/leads', bearer(key, { json: { ...lead, email } }))
    expect((await post('one@customer.example')).status).toBe(201)
    await cloud.advance('61 seconds')
    await cloud.fault({ storeDown: true })
    expect((await post('two@customer.example')).status).toBe(202)
    await cloud.advance('11 minutes')
    expect((await post('three@customer.example')).status).toBe(500)
    await cloud.fault({ storeDown: false })
    expect((await post('three@customer.example')).status).toBe(201)
  })

  test.each<[string, object, string]>([
    ['without a scope', { program: 'x', scopes: [] }, 'scopes'],
    ['with a scope that there is not', { program: 'x', scopes: ['leads:delete'] }, 'leads:write'],
    ['of a program whose name would not fit', { program: 'Web Site', scopes: ['leads:read'] }, 'program'],
    ['with anything else', { program: 'x', scopes: ['leads:read'], digest: 'd' }, 'digest'],
  ])('%s is refused in words', async (_what, json, word) => {
    const answer = await cloud.request('/keys', { user: 'viktor', json })
    expect(answer).toMatchObject({ status: 422, json: { code: 'field.invalid' } })
    expect(answer.text).toContain(word)
  })
})

test('how to sign in is told to anybody', async () => {
  const { status, json } = await cloud.request('/.well-known/holdfast')
  expect([status, json]).toEqual([
    200,
    { issuer: `${cloud.url}/oidc`, clientId: expect.any(String), scope: 'openid' },
  ])
})

test('a caller costs one invocation more a minute', async () => {
  await cloud.advance('2 minutes')
  const token = await cloud.token('viktor')
  await cloud.request('/_local/cost/reset', { json: {} })
  for (let i = 0; i < 3; i++) await cloud.request(`/leads/${leadId}`, bearer(token))
  const { invocations } = await cloud.cost()
  expect(invocations).toMatchObject({ 'HoldfastApi-OnAuthorize': 1, 'HoldfastApi-ApiRecordRead': 3 })
})

test('a token that has expired opens nothing', async () => {
  const token = await cloud.token('anna')
  await cloud.advance('2 days')
  expect(await cloud.request(`/leads/${leadId}`, bearer(token))).toMatchObject(gatewayRefuses)
})

test('a rep may not restore from the quarantine, enter a colleague’s absence or change a colleague’s lead', async () => {
  const { json } = await cloud.lead(leadId)
  const owner = json.ownerId as string
  const other = owner === 'anna' ? 'jonas' : 'anna'
  const before = await cloud.table.hash('denial')
  const answers = await Promise.all([
    cloud.restore('sub_00000000000000000000000000', other),
    cloud.addAbsence(owner, other, { from: '2027-03-08T00:00:00.000Z', until: '2027-03-09T00:00:00.000Z' }),
  ])
  expect(answers.map(({ status }) => status).every((status) => status === 403 || status === 404)).toBe(true)
  expect(await cloud.table.hash('denial')).toBe(before)
})
