import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { openMailStore, type NewMail } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'mail-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what SES lets the account do outlives a restart, in a file of an earlier version too', async () => {
  const file = join(folder, 'cloud.db')
  const db = new DatabaseSync(file)
  // Passwords of the demo accounts, from the time before there was a key of the owner.
  db.exec('CREATE TABLE account (username TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL)')
  db.close()
  const clock = virtualClock(0)
  const store = openMailStore(file, clock)
  await store.setAccount({ sandbox: true, quota: 2 })
  await store.setAccount({ quota: 1 })
  expect(openMailStore(file, clock).account()).toEqual({ sandbox: true, quota: 1 })
})

const mail = (subject: string): NewMail => ({
  from: 'crm@firm.example',
  to: ['rep@firm.example'],
  cc: [],
  bcc: [],
  replyTo: [],
  subject,
  text: subject,
  html: undefined,
  headers: {},
  tags: {},
})

test('the e-mails of a file of an earlier version are before those that come now, with their ids', async () => {
  const file = join(folder, 'earlier.db')
  const db = new DatabaseSync(file)
  db.exec(`CREATE TABLE mail (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL)`)
  const old = db.prepare('INSERT INTO mail (id, at, content) VALUES (?, 0, ?)')
  for (const [i, subject] of ['a', 'b'].entries())
    old.run(`000000000000000${i + 1}-local`, JSON.stringify(mail(subject)))
  db.close()
  const store = openMailStore(file, virtualClock(60_000))
  const ids = [await store.add(mail('c')), await store.add(mail('d'))]
  const subjects = (mails: { subject: string }[]) => mails.map(({ subject }) => subject)
  expect(ids).toEqual(['0000000000000003-local', '0000000000000004-local'])
  expect(store.count()).toBe(4)
  expect(subjects(store.after(undefined))).toEqual(['a', 'b', 'c', 'd'])
  expect(subjects(store.after('0000000000000001-local'))).toEqual(['b', 'c', 'd'])
  expect(subjects(store.after('0000000000000003-local'))).toEqual(['d'])
  expect(subjects(store.after('0000000000000009-local')), 'after an unknown one: all').toHaveLength(4)
  expect(subjects(store.after('unknown'))).toHaveLength(4)
  expect(store.page(4, 2).map(({ position, mail: { subject } }) => [position, subject])).toEqual([
    [3, 'c'],
    [2, 'b'],
  ])
  expect(store.find('0000000000000002-local')).toEqual({
    ...mail('b'),
    html: undefined,
    id: '0000000000000002-local',
    at: '1970-01-01T00:00:00.000Z',
  })
  expect(store.find(ids[1]!)).toMatchObject({ subject: 'd', at: '1970-01-01T00:01:00.000Z' })
  expect(store.find('0000000000000005-local')).toBeUndefined()
  expect(openMailStore(file, virtualClock(0)).count(), 'after a restart').toBe(4)
})

test('what is held in memory and what is read from the file are the same e-mails', async () => {
  const file = join(folder, 'many.db')
  const store = openMailStore(file, virtualClock(60_000))
  const add = async (count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => store.add(mail(`${i}`))))
  const ids = ['', ...(await add(70))]
  // From now on somebody follows them.
  await store.next(ids[70], 0)
  ids.push(...(await add(80)))
  const reopened = openMailStore(file, virtualClock(0))
  for (const id of ids) expect(store.after(id), `after ${id || 'none'}`).toEqual(reopened.after(id))
  expect(store.after(ids[149])).toHaveLength(1)
  expect(store.after(ids[150])).toHaveLength(0)
})

describe('whoever waits for the next e-mail', () => {
  let number = 0
  const open = () => openMailStore(join(folder, `${number++}.db`), virtualClock(0))
  const subjects = async (mails: Promise<{ subject: string }[]>) =>
    (await mails).map(({ subject }) => subject)

  test('gets it when it is there, and at once what was there before', async () => {
    const store = open()
    const waiting = [store.next(undefined, 60_000), store.next(undefined, 60_000)]
    const first = await store.add(mail('first'))
    for (const one of waiting) expect(await subjects(one)).toEqual(['first'])
    expect(await subjects(store.next(undefined, 60_000))).toEqual(['first'])
    const second = store.next(first, 60_000)
    await store.add(mail('second'))
    expect(await subjects(second)).toEqual(['second'])
  })

  test('gets nothing after the time that he gives, or when the store closes', async () => {
    const store = open()
    expect(await store.next(undefined, 0)).toEqual([])
    expect(await store.next(undefined, 5)).toEqual([])
    const waiting = store.next(undefined, 60_000)
    store.close()
    expect(await waiting).toEqual([])
    expect(await store.next(undefined, 60_000)).toEqual([])
  })
})
