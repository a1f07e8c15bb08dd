import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { virtualClock } from '../clock.ts'
import { openMailStore } from './store.ts'

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
