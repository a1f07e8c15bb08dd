import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { main } from '../cli/main.ts'
import { northwind, northwindFolder } from './fixture/northwind.ts'

/** `holdfast users` against a user pool that speaks Cognito's protocol (AWS JSON 1.1) as the API reference has it. */

interface Stored {
  Username: string
  Enabled: boolean
  Attributes: { Name: string; Value: string }[]
}

const pool = new Map<string, Stored>()
let calls: string[] = []
let denied = new Set<string>()
let server: Server
let directory: string

const operations: Record<string, (input: any) => object> = {
  ListUsers({ PaginationToken = '0' }) {
    // Two a page, so that the second page matters.
    const from = Number(PaginationToken)
    const users = [...pool.values()]
    return {
      Users: users.slice(from, from + 2),
      ...(from + 2 < users.length && { PaginationToken: String(from + 2) }),
    }
  },
  AdminCreateUser({ Username, UserAttributes, DesiredDeliveryMediums }) {
    expect(DesiredDeliveryMediums).toEqual(['EMAIL'])
    const user = { Username, Enabled: true, Attributes: UserAttributes }
    pool.set(Username, user)
    return { User: user }
  },
  AdminUpdateUserAttributes({ Username, UserAttributes }) {
    const user = pool.get(Username)!
    const names = UserAttributes.map(({ Name }: { Name: string }) => Name)
    user.Attributes = [...user.Attributes.filter(({ Name }) => !names.includes(Name)), ...UserAttributes]
    return {}
  },
  AdminDisableUser({ Username }) {
    pool.get(Username)!.Enabled = false
    return {}
  },
  AdminUserGlobalSignOut: () => ({}),
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const name = String(request.headers['x-amz-target']).replace('AWSCognitoIdentityProviderService.', '')
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const input = JSON.parse(body) as { UserPoolId: string; Username?: string }
      expect(input.UserPoolId).toBe('eu-central-1_Test00000')
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      if (name !== 'ListUsers') calls.push(`${name} ${input.Username}`)
      if (denied.has(name)) response.statusCode = 400
      const fault = { __type: 'NotAuthorizedException', message: `not allowed to ${name}` }
      response.end(JSON.stringify(denied.has(name) ? fault : operations[name]!(input)))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-users-'))
  cpSync(join(northwindFolder, 'company'), join(directory, 'company'), { recursive: true })
})
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true })
  vi.unstubAllEnvs()
})
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(() => {
  pool.clear()
  calls = []
  denied = new Set()
})

async function users(...args: string[]) {
  let out = ''
  let err = ''
  const terminal = {
    directory,
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    now: 0,
  }
  const code = await main(['users', '--pool', 'eu-central-1_Test00000', ...args], terminal)
  return { code, out, err }
}

const attributesOf = (username: string) =>
  Object.fromEntries(pool.get(username)!.Attributes.map(({ Name, Value }) => [Name, Value]))

test('accounts become those of the company, after it was said what would be done', async () => {
  const leaver = [{ Name: 'custom:person', Value: 'boris' }]
  pool.set('boris', { Username: 'boris', Enabled: true, Attributes: leaver })
  pool.set('anna', { Username: 'anna', Enabled: true, Attributes: [] })
  pool.set('robot', { Username: 'robot', Enabled: true, Attributes: [] })
  const plan = await users()
  expect(plan).toMatchObject({ code: 0, err: expect.stringContaining('Nothing was changed') })
  expect(plan.err).toContain('note: robot belongs to nobody')
  expect(calls).toEqual([])

  const { code, out } = await users('--apply')
  expect([code, out]).toEqual([0, plan.out])
  expect(attributesOf('anna')).toEqual({
    email: 'anna.becker@northwind.example',
    email_verified: 'true',
    'custom:person': 'anna',
  })
  expect(attributesOf('viktor')).toMatchObject({ email_verified: 'true', 'custom:person': 'viktor' })
  expect(calls).toEqual(expect.arrayContaining(['AdminDisableUser boris', 'AdminUserGlobalSignOut boris']))
  expect(pool.get('robot')).toMatchObject({ Enabled: true, Attributes: [] })
  // with boris and robot
  expect(pool.size).toBe(Object.keys(northwind.people).length + 2)

  calls = []
  expect(await users('--apply')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('are those of'),
  })
  expect(calls).toEqual([])
})

test('what cannot be done is said with its reason, and the rest is done', async () => {
  denied.add('AdminDisableUser')
  pool.set('boris', {
    Username: 'boris',
    Enabled: true,
    Attributes: [{ Name: 'custom:person', Value: 'boris' }],
  })
  const { code, out } = await users('--apply')
  expect([code, out]).toEqual([
    1,
    expect.stringContaining('NOT DONE, NotAuthorizedException: not allowed to AdminDisableUser'),
  ])
  expect(pool.has('anna')).toBe(true)
})

test('without a right to read nothing is done', async () => {
  denied.add('ListUsers')
  expect(await users('--apply')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read') })
  expect(calls).toEqual([])
})

test.each([
  [['--pool', 'mine'], 'write it as'],
  [['--pool', 'eu-central-1_x/../y'], 'write it as'],
])('%j is refused in words', async (args, words) => {
  expect(await users(...args)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
})
