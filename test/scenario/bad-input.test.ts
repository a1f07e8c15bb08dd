import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud, type Request } from '../cloud.ts'

let cloud: Cloud
let before: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })
  for (const name of ['here', 'there'])
    await cloud.postForm({ name: `Already ${name}`, email: `${name}@customer.example` })
  // The first who signs in makes the key by which places in lists are sealed.
  await cloud.request('/leads', { user: 'viktor' })
  await cloud.settle()
})
afterAll(() => cloud?.stop())

beforeEach(async () => void (before = await cloud.table.hash()))
afterEach(async () => {
  await cloud.settle()
  expect(await cloud.table.hash(), 'what is refused changes nothing').toBe(before)
})

const json = { 'content-type': 'application/json' }
const tooLong = 'x'.repeat(2_000_000)

const refused: [what: string, path: string, request: Request, fault: [status: number, code: string]][] = [
  [
    'a body of two megabytes',
    '/f/demo',
    { body: `{"message":"${tooLong}"}`, headers: json },
    [413, 'body.too-large'],
  ],
  [
    'broken JSON',
    '/f/demo',
    { body: '{\n  "name": "Ada",\n  "email": ,\n}', headers: json },
    [400, 'input.invalid'],
  ],
  ['JSON that ends too early', '/f/demo', { body: '{"name": "Ada', headers: json }, [400, 'input.invalid']],
  ['JSON that is no object', '/f/demo', { body: '["Ada"]', headers: json }, [400, 'input.invalid']],
  ['an empty body', '/f/demo', { body: '', method: 'POST', headers: json }, [400, 'input.invalid']],
  [
    'multipart without a boundary',
    '/f/demo',
    { body: 'name=Ada', headers: { 'content-type': 'multipart/form-data' } },
    [400, 'input.invalid'],
  ],
  [
    'multipart that breaks off',
    '/f/demo',
    {
      body: '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAd',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    },
    [400, 'input.invalid'],
  ],
  [
    'a form that nobody made',
    '/f/no-such-form',
    { body: 'name=Ada', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    [404, 'form.unknown'],
  ],
  [
    'a form named like a part of the language',
    '/f/constructor',
    { json: { name: 'Ada' } },
    [404, 'form.unknown'],
  ],
  [
    'a picture',
    '/f/demo',
    { body: 'GIF89a', headers: { 'content-type': 'image/gif' } },
    [415, 'body.unsupported'],
  ],
  ['GET where one posts', '/f/demo', { method: 'GET' }, [405, 'method.refused']],
  ['DELETE where one posts', '/f/demo', { method: 'DELETE' }, [405, 'method.refused']],
  ['an address that leads nowhere', '/nowhere', {}, [404, 'route.unknown']],
  ['a lead that is a list', '/leads', { json: [], user: 'anna' }, [422, 'field.invalid']],
  [
    'a lead that nobody has',
    '/leads/lead_00000000000000000000000000',
    { user: 'anna' },
    [404, 'record.unknown'],
  ],
  [
    'an activity of a kind that does not exist',
    '/leads/lead_00000000000000000000000000/activities',
    { json: { what: 'dance' }, user: 'anna' },
    [422, 'field.invalid'],
  ],
]

test.each(refused)(
  '%s is refused with a problem that names the fault',
  async (_what, path, request, [status, code]) => {
    const answer = await cloud.request(path, {
      ...request,
      headers: { accept: 'application/json', ...request.headers },
    })
    expect(answer.status).toBe(status)
    expectProblem(answer, status, code)
  },
)

test.each(refused.filter(([, path]) => path.startsWith('/f/') || path === '/nowhere'))(
  '%s is refused with a page that a person can read',
  async (_what, path, request, [status]) => {
    const answer = await cloud.request(path, {
      ...request,
      headers: { ...request.headers, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.text).toMatch(/<html[^>]* lang="?en/)
    expect(answer.text).toMatch(/<h1/)
  },
)

test.each<[path: string, user: string, sent: object, errors: [where: string, detail: string][]]>([
  [
    '/keys',
    'viktor',
    { program: 'anna', scopes: ['leads:read'] },
    [['/program', '"anna" is a person of the company; name the program otherwise']],
  ],
  [
    '/keys',
    'viktor',
    { program: 'customer', scopes: ['leads:read'] },
    [['/program', '"customer" is how customers are told of; name the program otherwise']],
  ],
  [
    '/keys',
    'viktor',
    { program: 3, scopes: ['leads:read', 'all'], days: 30 },
    [
      ['/program', 'Invalid input: expected string, received number'],
      [
        '/scopes/1',
        'the scopes are absences:read, absences:write, alerts:read, alerts:write, contacts:read, contacts:write, customers:read, customers:write, files:read, files:write, leads:read, leads:write, meetings:read, meetings:write, opportunities:read, opportunities:write, tasks:read, tasks:write, tickets:read, tickets:write, views:read, views:write',
      ],
      ['/days', 'is not known here'],
    ],
  ],
  [
    '/leads/lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD/activities',
    'anna',
    { what: 'dance', text: 'x'.repeat(20_001), duration: -1 },
    [
      [
        '/what',
        'Invalid option: expected one of "call"|"email"|"meeting"|"chat"|"note"|"close"|"reopen"|"take"',
      ],
      ['/text', 'Too big: expected string to have <=20000 characters'],
      ['/duration', 'Too small: expected number to be >=0'],
    ],
  ],
  [
    '/leads?limit=1000&day=yesterday',
    'anna',
    {},
    [
      ['day', 'Invalid ISO date'],
      ['limit', 'Too big: expected number to be <=100'],
    ],
  ],
])('what is wrong with each field sent to %s is said in words', async (path, user, sent, errors) => {
  const request = path.includes('?') ? { user } : { user, json: sent }
  const answer = await cloud.request(path, request)
  const [status, place] = path.includes('?') ? [400, 'parameter'] : [422, 'pointer']
  expect(answer.status).toBe(status)
  expect(answer.json.errors).toEqual(errors.map(([where, detail]) => ({ [place]: where, detail })))
})

test('broken JSON is refused with the place of the fault', async () => {
  const { json: problem } = await cloud.request('/f/demo', {
    body: '{\n  "name": "Ada",\n  "email": ,\n}',
    headers: json,
  })
  expect(problem.where).toMatch(/line 3.*column 12/)
})

test('a wrong method is refused with those that work', async () => {
  const answer = await cloud.request('/f/demo', { method: 'PUT', json: {} })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')?.split(/,\s*/)).toContain('POST')
})

test('the page of one list is none of another', async () => {
  const read = (path: string) => cloud.request(path, { user: 'viktor' })
  const { json } = await read('/leads?day=2027-03-01&limit=1')
  expect((await read(`/leads?day=2027-03-01&after=${json.next}`)).status).toBe(200)
  for (const path of ['/leads?day=2027-03-02', '/leads?owner=anna', '/quarantine?', '/alerts?state=closed'])
    expectProblem(await read(`${path}&after=${json.next}`), 400, 'input.invalid')
  for (const token of ['x', '', 'e30', 'bnVsbA'])
    expectProblem(await read(`/leads?day=2027-03-01&after=${token}`), 400, 'input.invalid')
})

test('a key that is no key is refused', async () => {
  const answer = await cloud.postForm({ name: 'Ada' }, { 'idempotency-key': 'k'.repeat(1_000) })
  expectProblem(answer, 400, 'input.invalid')
})

test('an answer to what was refused repeats nothing personal', async () => {
  const answer = await cloud.request('/f/demo', {
    body: '{"email": "secret@customer.example", ',
    headers: json,
  })
  expect(answer.text).not.toContain('secret@')
})

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.json).toMatchObject({ status, code })
  expect(answer.json.title, 'a title').toBeTruthy()
  expect(answer.json.detail, 'what is wrong').toBeTruthy()
  expect(answer.json.instance, 'a number to ask about').toBeTruthy()
}

test.each([
  [
    '{"type":"company","name":"Mill","employees":12345678901234567890}',
    '/employees',
    'has more digits than are kept of a number',
  ],
  ['{"type":"company","name":"Mill","openTickets":0}', '/openTickets', 'cannot be set here'],
])('%s is refused in words that help', async (body, pointer, words) => {
  const { status, json: told } = await cloud.request('/customers', { body, headers: json, user: 'viktor' })
  expect([status, told.errors]).toEqual([422, [{ pointer, detail: expect.stringContaining(words) }]])
})
