import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routesOf } from '#core/api/door.ts'
import { saidOf } from '#core/record/field.ts'
import { findVocabulary } from '#infra/found.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { sendBytes } from '../fixture/stored-file.ts'

/** Attachments: told of first, sent to the bucket, looked at, got again, and taken away. */
let cloud: Cloud
let customerId = ''

const post = (path: string, json: object = {}, user = 'anna', headers: Record<string, string> = {}) =>
  cloud.request(path, { json, user, headers })
const read = (path: string, user = 'anna') => cloud.request(path, { user })

const pdf = Buffer.from('%PDF-1.7\n% an offer\n%%EOF\n')
const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')
const told = (bytes: Buffer, more: object = {}): object => ({
  aboutId: customerId,
  name: 'Пропозиція "1207".pdf',
  type: 'application/pdf',
  size: bytes.length,
  sha256: sumOf(bytes),
  ...more,
})

/** A new file, of which nothing has come yet. */
async function fileOf(bytes: Buffer, more: object = {}, user = 'anna'): Promise<string> {
  const { status, text, json } = await post('/files', told(bytes, more), user)
  expect(status, text).toBe(201)
  return json.id
}

/** Sends bytes as the API says, perhaps with other headers. */
const send = (id: string, bytes: Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  sendBytes(cloud, id, { user: 'anna', bytes: new Uint8Array(bytes), headers })

/** What the bucket tells is looked at within a second. */
const lookedAt = () => cloud.advance('2 seconds')

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  customerId = (await post('/customers', { type: 'company', name: 'Eastern Mill' })).json.id
})
afterAll(() => cloud?.stop())

test('a file is told of, sent, looked at, in the file of its customer, and got as it was, under its name', async () => {
  const id = await fileOf(pdf)
  expect((await read(`/files/${id}/content`)).json).toMatchObject({ code: 'state.refused', status: 409 })
  expect((await read(`/files/${id}/upload`)).json.headers['content-length']).toBe(String(pdf.length))
  expect((await send(id, pdf)).status).toBe(200)
  await lookedAt()
  expect((await read(`/files/${id}`)).json).toMatchObject({
    status: 'attached',
    storedAt: expect.any(String),
  })
  expect((await read(`/customers/${customerId}/file`)).json.timeline).toContainEqual(
    expect.objectContaining({ kind: 'file', id, title: 'Пропозиція "1207".pdf', size: pdf.length }),
  )
  expect((await read('/find?text=1207')).json.found).toMatchObject([{ kind: 'file', id }])
  const { json } = await read(`/files/${id}/content`)
  expect(json).toMatchObject({ name: 'Пропозиція "1207".pdf', until: expect.any(String) })
  const got = await fetch(json.url)
  expect(got.status).toBe(200)
  expect(Buffer.from(await got.arrayBuffer())).toEqual(pdf)
  expect(got.headers.get('content-type')).toBe('application/pdf')
  expect(got.headers.get('content-disposition')).toBe(
    `attachment; filename="__________ _1207_.pdf"; filename*=UTF-8''${encodeURIComponent('Пропозиція "1207".pdf')}`,
  )
  // Once is enough.
  expect((await read(`/files/${id}/upload`)).json.detail).toContain('make another file')
})

describe('an address', () => {
  test('takes exactly the bytes of which the file tells, and nothing is kept of others', async () => {
    const id = await fileOf(pdf)
    const other = Buffer.from(pdf)
    other[10] = 0x41
    const longer = Buffer.concat([pdf, pdf])
    expect((await send(id, other)).status).toBe(400)
    expect((await send(id, longer)).status).toBe(403)
    expect((await send(id, other, { 'x-amz-checksum-sha256': sumOf(other) })).status).toBe(403)
    await lookedAt()
    expect((await read(`/files/${id}`)).json.storedAt).toBeUndefined()
    expect((await send(id, pdf)).status).toBe(200)
  })

  test('holds for minutes, for one file and one thing', async () => {
    const [one, other] = [await fileOf(pdf), await fileOf(pdf)]
    const { url, headers, until } = (await read(`/files/${one}/upload`)).json
    const put = (to: string) =>
      fetch(to, {
        method: 'PUT',
        headers: { 'x-amz-checksum-sha256': headers['x-amz-checksum-sha256'] },
        body: new Uint8Array(pdf),
      })
    expect((await fetch(url)).status).toBe(403)
    expect((await put(url.replace(one, other))).status).toBe(403)
    expect((await put(url.replace('/main/', '/canary/'))).status).toBe(403)
    await cloud.advance('14 minutes')
    expect((await put(url)).status).toBe(200)
    await cloud.advance('2 minutes')
    expect(until < (await cloud.now())).toBe(true)
    expect((await put(url)).status).toBe(403)
    const content = (await read(`/files/${one}/content`)).json
    expect((await fetch(content.url)).status).toBe(200)
    await cloud.advance('6 minutes')
    expect((await fetch(content.url)).status).toBe(403)
  })
})

describe('bytes that are something else than they are said to be', () => {
  test.each<[string, Buffer, object, string]>([
    [
      'a page as a document',
      Buffer.from('<html><script>alert(1)</script></html>'),
      {},
      'its bytes are text, not application/pdf',
    ],
    ['nothing as a picture', Buffer.alloc(0), { type: 'image/png' }, 'it is empty'],
    [
      'a picture as text',
      Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1'),
      { type: 'text/plain' },
      'text/plain is text; its bytes are image/gif',
    ],
  ])('%s: are refused with the reason, and thrown away', async (_, bytes, more, refusal) => {
    const id = await fileOf(bytes, more)
    expect((await send(id, bytes)).status).toBe(200)
    await lookedAt()
    const { json } = await read(`/files/${id}`)
    expect(json).toMatchObject({ refusal, refusedAt: expect.any(String) })
    expect(json.storedAt).toBeUndefined()
    expect((await read(`/files/${id}/content`)).json.detail).toContain(refusal)
    expect(stored(id)).toBe(false)
  })

  test('text is kept under a name by which nothing opens it as a page', async () => {
    const page = Buffer.from('<b>text</b>')
    const id = await fileOf(page, { type: 'text/plain', name: 'note.html' })
    await send(id, page)
    await lookedAt()
    const { json } = await read(`/files/${id}/content`)
    expect(json.name).toBe('note.html.txt')
    expect((await fetch(json.url)).headers.get('content-type')).toBe('text/plain')
  })
})

const stored = (id: string): boolean => {
  const folder = join(cloud.data, 'bucket')
  return readdirSync(folder, { recursive: true }).some((name) => String(name).includes(id))
}

test('what is removed is gone with its bytes, also when they are sent once more; its record says that it was there', async () => {
  const id = await fileOf(pdf)
  const { url, headers } = (await read(`/files/${id}/upload`)).json
  const again = () =>
    fetch(url, {
      method: 'PUT',
      headers: { 'x-amz-checksum-sha256': headers['x-amz-checksum-sha256'] },
      body: new Uint8Array(pdf),
    })
  await again()
  await lookedAt()
  expect(stored(id)).toBe(true)
  expect((await post(`/files/${id}/remove`)).json).toMatchObject({ status: 'removed' })
  await lookedAt()
  expect(stored(id)).toBe(false)
  await again()
  await lookedAt()
  expect(stored(id)).toBe(false)
  expect((await read(`/files/${id}/content`)).json.detail).toContain('was removed')
  expect((await read(`/files/${id}`)).json).toMatchObject({
    status: 'removed',
    name: 'Пропозиція "1207".pdf',
  })
})

test.each<[string, object, string]>([
  ['a program', { type: 'application/x-msdownload' }, '/type'],
  ['a drawing with scripts', { type: 'image/svg+xml' }, '/type'],
  ['what is too large', { size: 25 * 1024 * 1024 + 1 }, '/size'],
  ['a name with a path', { name: '../../etc/passwd' }, '/name'],
  ['a name with a line', { name: 'a\r\nSet-Cookie: b' }, '/name'],
  ['a sum in hexadecimal', { sha256: '0'.repeat(64) }, '/sha256'],
  ['what says itself that it is stored', { storedAt: '2027-03-01T09:00:00.000Z' }, '/storedAt'],
  ['what is attached to nothing', { aboutId: 'cus_00000000000000000000000000' }, '/aboutId'],
])('%s is refused', async (_, more, pointer) => {
  const { status, json } = await post('/files', told(pdf, more))
  expect(status).toBe(422)
  expect(json.errors).toMatchObject([{ pointer: expect.stringContaining(pointer.slice(1)) }])
})

test('whoever may not read a record does not get what is attached to it', async () => {
  const ticket = (await post('/tickets', { subject: 'Secret', channel: 'email', customerId })).json.id
  const id = await fileOf(pdf, { aboutId: ticket })
  await send(id, pdf)
  await lookedAt()
  const [item] = (await cloud.table.dump()).filter(
    ({ pk, sk }) => pk === `main#${ticket}` && sk === '9#record',
  )
  const { line: _, about: __, ...whole } = item!
  await cloud.table.put({ ...whole, line: { teamId: 'service' } })
  for (const path of ['', '/content', '/upload', '/history']) {
    const denied = await read(`/files/${id}${path}`, 'olena')
    expect([path, denied.status]).toEqual([path, 404])
    const absent = await read(`/files/file_00000000000000000000000000${path}`, 'olena')
    expect(denied.json.detail).toEqual(absent.json.detail)
  }
  expect((await read(`/files/${id}/content`, 'viktor')).status).toBe(200)
  expect((await post('/files', told(pdf, { aboutId: ticket }), 'olena')).status).toBe(422)
})

test('a record of any kind that has a file may have files', async () => {
  const { kinds } = await findVocabulary()
  const { to = [] } = saidOf(kinds.get('file')!.schema.shape.aboutId!)
  const all = [...kinds.values()].filter((kind) => kind.name !== 'file' && routesOf(kind, 'file').length > 0)
  expect(to.toSorted()).toEqual(all.map(({ name }) => name).toSorted())
})

test('names of files are in no log', async () => {
  await read('/files')
  expect(readFileSync(join(cloud.data, 'log', 'functions.log'), 'utf8')).not.toMatch(/1207|Пропозиція/)
})
