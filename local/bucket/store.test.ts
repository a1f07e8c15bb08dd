import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { openObjectStore, type ObjectStore, type Upload } from './store.ts'

let folder: string
let db: DatabaseSync
let store: ObjectStore
const activity = activityMonitor()

const open = () => {
  db = new DatabaseSync(join(folder, 'cloud.db'))
  mkdirSync(join(folder, 'bucket'), { recursive: true })
  store = openObjectStore(db, join(folder, 'bucket'), activity)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-'))
  open()
})
afterEach(async () => {
  await activity.settled()
  store.close()
  db.close()
  rmSync(folder, { recursive: true })
})

const upload = (length: number, more: Partial<Upload> = {}): Upload => ({
  length,
  headers: {},
  now: 0,
  check: () => undefined,
  admit: () => undefined,
  stored: () => undefined,
  ...more,
})
async function* chunks(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}
const put = (key: string, text: string, more?: Partial<Upload>) =>
  store.put({ bucket: 'files', key }, chunks(text), upload(Buffer.byteLength(text), more))
async function read(key: string): Promise<string | undefined> {
  const opened = await store.open({ bucket: 'files', key })
  return opened && (await buffer(opened.file.createReadStream())).toString()
}
/** All files there are, by their path from the folder of all buckets. */
async function files(): Promise<string[]> {
  await activity.settled()
  return readdirSync(join(folder, 'bucket'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(join(folder, 'bucket').length + 1))
}

test('what is stored is told with its size and digest, is there after a new start, and is gone when it is deleted', async () => {
  await put('a/b', 'Grüße', { headers: { 'content-type': 'text/plain' }, now: 5 })
  store.close()
  db.close()
  open()
  expect(store.find({ bucket: 'files', key: 'a/b' })).toMatchObject({
    size: 7,
    etag: createHash('md5').update('Grüße').digest('hex'),
    headers: { 'content-type': 'text/plain' },
    modified: 5,
  })
  expect(await read('a/b')).toBe('Grüße')
  await store.remove({ bucket: 'files', key: 'a/b' }, () => undefined)
  expect(await read('a/b')).toBeUndefined()
  expect(await files()).toEqual([])
})

test('keys of any form are told apart, and all lie in the folder of their bucket', async () => {
  const odd = [
    '.',
    '..',
    '../x',
    '/',
    '//',
    'a',
    'A',
    'a/',
    'a/b',
    'a%2Fb',
    'con',
    'x'.repeat(1024),
    'é',
    'e\u0301',
    '\0',
    '~',
  ]
  const key = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }))
  const property = fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), async (keys) => {
    const told = keys.filter((one) => one.isWellFormed())
    for (const one of told) await put(one, `of ${one}`)
    for (const one of told) expect(await read(one)).toBe(`of ${one}`)
    const all = await files()
    expect(all).toHaveLength(told.length)
    for (const path of all) expect(path).toMatch(/^files[\\/][\w.~-]{1,255}$/)
    for (const one of told) await store.remove({ bucket: 'files', key: one }, () => undefined)
  })
  await fc.assert(property, { numRuns: 60 })
})

test('of two uploads at once one wins whole, and the other leaves nothing', async () => {
  const gate = Promise.withResolvers<void>()
  async function* slow() {
    yield Buffer.from('first ')
    await gate.promise
    yield Buffer.from('slow')
  }
  const first = store.put({ bucket: 'files', key: 'k' }, slow(), upload(10))
  await put('k', 'second')
  expect(await read('k')).toBe('second')
  gate.resolve()
  await first
  expect(await read('k')).toBe('first slow')
  expect(await files()).toHaveLength(1)
})

test('who reads goes on reading what he began with while it is replaced', async () => {
  await put('k', 'before')
  const opened = await store.open({ bucket: 'files', key: 'k' })
  await put('k', 'after')
  await activity.settled()
  expect((await buffer(opened!.file.createReadStream())).toString()).toBe('before')
})

test.each<[string, string, (string | Error)[], Partial<Upload>]>([
  ['is cut off', 'aborted', ['bef', new Error('aborted')], {}],
  ['is too short', 'number of bytes', ['be'], {}],
  ['is too long', 'number of bytes', ['before', 'x'], {}],
  [
    'has other bytes than were announced',
    'other bytes',
    ['before'],
    {
      check: () => {
        throw new Error('other bytes')
      },
    },
  ],
  [
    'may not replace what is there',
    'there is one',
    ['before'],
    {
      admit: () => {
        throw new Error('there is one')
      },
    },
  ],
])('an upload that %s leaves what was there, and no file', async (_, message, texts, more) => {
  await put('k', 'there')
  let told = 0
  const stored = () => void told++
  await expect(
    store.put({ bucket: 'files', key: 'k' }, chunks(...texts), upload(6, { ...more, stored })),
  ).rejects.toThrow(message)
  expect(told).toBe(0)
  expect(await read('k')).toBe('there')
  expect(await files()).toHaveLength(1)
})

test('what a killed process was receiving, or had not deleted yet, is deleted by the next start, and nothing else', async () => {
  await put('k', 'there')
  const [kept] = await files()
  writeFileSync(join(folder, 'bucket', 'files', 'by hand'), 'of the operator')
  // A process that is killed gets no further than a body that does not come.
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  async function* endless() {
    yield Buffer.from('x')
    begun.resolve()
    await end.promise
  }
  void store.put({ bucket: 'files', key: 'k' }, endless(), upload(6)).catch(() => undefined)
  await begun.promise
  expect(await files()).toHaveLength(3)
  const copy = join(folder, 'copy.db')
  db.exec(`VACUUM INTO '${copy}'`)
  db.close()
  db = new DatabaseSync(copy)
  store = openObjectStore(db, join(folder, 'bucket'), activity)
  expect(new Set(await files())).toEqual(new Set([join('files', 'by hand'), kept]))
  expect(await read('k')).toBe('there')
  end.resolve()
})

test('what was replaced or deleted when the process was killed is deleted by the next start', async () => {
  await put('replaced', 'before')
  await put('deleted', 'before')
  // One whose work after the answer is never done.
  const killed = { ...activity, run: () => new Promise<never>(() => {}) }
  store = openObjectStore(db, join(folder, 'bucket'), killed)
  await put('replaced', 'after')
  await store.remove({ bucket: 'files', key: 'deleted' }, () => undefined)
  expect(await files()).toHaveLength(3)
  store.close()
  db.close()
  open()
  expect(await files()).toHaveLength(1)
  expect(await read('replaced')).toBe('after')
})

test('sequencers rise from change to change, also over a deletion', async () => {
  const seen: string[] = []
  const stored: Upload['stored'] = ({ sequencer }) => void seen.push(sequencer)
  await put('a', '1', { stored })
  await put('b', '2', { stored })
  await store.remove({ bucket: 'files', key: 'a' }, stored)
  await put('a', '3', { stored })
  expect(seen).toEqual([...new Set(seen)].sort())
  expect(seen).toHaveLength(4)
})

test('25 MB are written and digested one chunk at a time: the next is asked for when the last is on its way', async () => {
  const [count, size] = [400, 65_536]
  const chunk = Buffer.alloc(size)
  const expected = createHash('sha256')
  async function* large() {
    for (let sent = 0; sent < count; sent++) {
      // The same bytes of memory each time: whoever kept a chunk would find them overwritten.
      chunk.fill(sent % 251)
      expected.update(chunk)
      yield chunk
    }
  }
  let came: Buffer | undefined
  const check: Upload['check'] = ({ sha256 }) => void (came = sha256)
  const place = { bucket: 'files', key: 'large' }
  const { file } = await store.put(place, large(), upload(count * size, { check }))
  const written = readFileSync(join(folder, 'bucket', 'files', file))
  expect(came).toEqual(expected.digest())
  expect(createHash('sha256').update(written).digest()).toEqual(came)
})
