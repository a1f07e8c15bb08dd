import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud, type Request } from '../cloud.ts'

/** What a form may send, and how: the whole way in, through the HTTP door. */

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

const form = 'application/x-www-form-urlencoded'

async function post(contentType: string, body: Request['body'], headers: Record<string, string> = {}) {
  const answer = await cloud.request('/f/demo', {
    ...(body !== undefined && { body }),
    headers: { accept: 'application/json', 'content-type': contentType, ...headers },
  })
  expect(answer, answer.text).toMatchObject({ status: 201, json: { outcome: 'lead' } })
  const { json } = await cloud.history(answer.json.leadId)
  return { lead: json.lead, submission: json.events[0] }
}

const refused = (contentType: string, body: Request['body'], headers: Record<string, string> = {}) =>
  cloud.request('/f/demo', {
    ...(body !== undefined && { body }),
    headers: { accept: 'application/json', 'content-type': contentType, ...headers },
  })

const fixture = (name: string) => readFileSync(join(resolve(import.meta.dirname, '../fixture/body'), name))

test('a part in windows-1251 that says so is read', async () => {
  const { lead } = await post('multipart/form-data; boundary=q', fixture('part-charset-1251.bin'))
  expect(lead.contact).toMatchObject({ name: 'Олена', email: 'mp1@in.customer.example' })
})

test('a quoted boundary with an equals sign in it is found', async () => {
  const { lead } = await post(
    'multipart/form-data; boundary="----=_Part_12_34.56"',
    fixture('quoted-boundary.bin'),
  )
  expect(lead.contact).toMatchObject({ name: 'Quoted', email: 'mp3@in.customer.example' })
})

test('JSON that curl labels as a form is read', async () => {
  const json = '{"name":"Curl User","email":"b1@in.customer.example","message":"Is 2+2=4 & more?"}'
  const { lead } = await post(form, json)
  expect(lead).toMatchObject({ contact: { name: 'Curl User' }, message: 'Is 2+2=4 & more?' })
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('a body in %s is unpacked, as JSON and as a form', async (coding, compress) => {
  const name = `${coding} ${compress.name}`
  const json = compress(Buffer.from(JSON.stringify({ name, message: 'packed' })))
  expect((await post('application/json', json, { 'content-encoding': coding })).lead.contact.name).toBe(name)
  const pairs = compress(Buffer.from(new URLSearchParams({ name, message: 'packed form' }).toString()))
  expect((await post(form, pairs, { 'content-encoding': coding })).lead.message).toBe('packed form')
})

test('a small body that unpacks to a large one is refused, and so is one that is not packed at all', async () => {
  const headers = { 'content-encoding': 'gzip' }
  const bomb = await refused('application/json', gzipSync(Buffer.alloc(200_000_000)), headers)
  expect(bomb).toMatchObject({ status: 413, json: { code: 'body.too-large' } })
  const plain = await refused('application/json', '{"name":"Ann"}', headers)
  expect(plain).toMatchObject({ status: 400, json: { where: 'header Content-Encoding' } })
  const unknown = await refused('application/json', '{}', { 'content-encoding': 'compress' })
  expect(unknown).toMatchObject({ status: 415, json: { where: 'header Content-Encoding' } })
  expect(unknown.json.detail).toContain('gzip')
})

test('a file of a megabyte is noted beside the words, and a longer one too', async () => {
  for (const size of [1_000_000, 4_000_000]) {
    const body = new FormData()
    body.append('name', `Ann with ${size} bytes`)
    body.append('plan', new File([new Uint8Array(size)], 'plan.pdf', { type: 'application/pdf' }))
    const answer = await cloud.request('/f/demo', { body, headers: { accept: 'application/json' } })
    expect(answer.status).toBe(201)
    const submission = (await cloud.history(answer.json.leadId)).json.events[0]
    expect(submission.fields).toContainEqual({
      name: 'plan',
      value: { file: 'plan.pdf', type: 'application/pdf', size },
    })
  }
})

test('bytes that nobody could read are in the history beside what could be read', async () => {
  const body = Buffer.concat([Buffer.from('name=Broken&message='), Buffer.from([0xff, 0x41])])
  const { submission } = await post(`${form}; charset=utf-8`, body)
  expect(submission.fields).toContainEqual({ name: 'message', value: '\ufffdA' })
  expect(submission.undecoded).toEqual([
    { of: 'value', field: 'message', charset: 'utf-8', base64: Buffer.from([0xff, 0x41]).toString('base64') },
  ])
})

test('two texts that nobody could read are two', async () => {
  const posted = [0xfe, 0xff].map((byte) =>
    Buffer.concat([Buffer.from('name=Unread&message='), Buffer.from([byte])]),
  )
  const ids = new Set()
  for (const body of posted) ids.add((await post(`${form}; charset=utf-8`, body)).submission.id)
  expect(ids.size).toBe(2)
})

test('names that the language itself uses are only names, in a body and in an address', async () => {
  const hostile =
    '{"name":"Keys","constructor":"c","__proto__":{"polluted":1},"toString":{"constructor":{"name":"Set"}},"hasOwnProperty":[{"__proto__":1,"valueOf":2}]}'
  const answer = await cloud.request('/f/demo?utm_constructor=u&utm___proto__=p&__proto__=x', {
    body: hostile,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
  })
  expect(answer, answer.text).toMatchObject({ status: 201 })
  const { events, lead } = (await cloud.history(answer.json.leadId)).json
  expect(
    Object.fromEntries(
      events[0].fields.map((field: { name: string; value: unknown }) => [field.name, field.value]),
    ),
  ).toEqual(
    Object.fromEntries([
      ['name', 'Keys'],
      ['constructor', 'c'],
      ['__proto__', { polluted: 1 }],
      ['toString', { constructor: { name: 'Set' } }],
      ['hasOwnProperty', ['{"__proto__":1,"valueOf":2}']],
    ]),
  )
  expect(lead.source.utm).toEqual({ constructor: 'u' })
  expect(JSON.stringify(events)).not.toContain('[object')
})

test.each([
  ['application/xml', '<lead><name>Ann</name></lead>'],
  ['text/xml', '<lead/>'],
  [form, '<lead name="Ann"/>'],
  [form, 'hello'],
  ['text/plain', 'name=Ann Smith\r\nemail=a@customer.example'],
])('%s is refused in words that name it and say what to send: %s', async (type, body) => {
  const answer = await refused(type, body)
  expect(answer).toMatchObject({ status: 415, json: { code: 'body.unsupported' } })
  expect(answer.json.detail).toContain(type)
  expect(answer.json.detail).toContain('application/json')
})
