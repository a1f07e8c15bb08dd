import fs, { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test, vi } from 'vitest'
import { openDurable } from './durable.ts'

const folder = mkdtempSync(join(tmpdir(), 'durable-'))
afterAll(() => rmSync(folder, { recursive: true }))

function rowsOnDisk(file: string): number {
  const copy = join(folder, 'copy.sqlite')
  rmSync(copy, { force: true })
  rmSync(`${copy}-shm`, { force: true })
  copyFileSync(file, copy)
  copyFileSync(`${file}-wal`, `${copy}-wal`)
  const db = new DatabaseSync(copy)
  const { count } = db.prepare('SELECT count(*) AS count FROM t').get() as { count: number }
  db.close()
  return count
}

function table(name: string) {
  const file = join(folder, name)
  const durable = openDurable(file)
  durable.db.exec('CREATE TABLE t(v)')
  const insert = durable.db.prepare('INSERT INTO t VALUES(1)')
  return { file, durable, insert }
}

test('a write is in the log when committed() resolves, and not before', async () => {
  const { file, durable, insert } = table('a.sqlite')
  durable.write(() => insert.run())
  expect(rowsOnDisk(file)).toBe(0)
  await durable.committed()
  expect(rowsOnDisk(file)).toBe(1)
})

test('writes of one turn share one commit, also through two openings of one connection', async () => {
  const { file, durable, insert } = table('b.sqlite')
  const other = openDurable(durable.db)
  const commits = [durable.committed()]
  durable.write(() => insert.run())
  other.write(() => insert.run())
  commits.push(durable.committed(), other.committed())
  expect(commits[1]).toBe(commits[2])
  await Promise.all(commits)
  expect(rowsOnDisk(file)).toBe(2)
})

test('what is to be done before the commit is in it, with what it writes in turn', async () => {
  const { file, durable, insert } = table('before.sqlite')
  expect(() => durable.beforeCommit(() => {})).toThrow('No transaction')
  durable.write(() => durable.beforeCommit(() => durable.write(() => insert.run())))
  durable.write(() => {
    insert.run()
    durable.beforeCommit(() => durable.beforeCommit(() => durable.write(() => insert.run())))
  })
  expect(rowsOnDisk(file)).toBe(0)
  await durable.committed()
  expect(rowsOnDisk(file)).toBe(3)
  durable.write(() => insert.run())
  await durable.committed()
  expect(rowsOnDisk(file), 'and only once').toBe(4)
})

test('nothing of a turn is kept when what is to be done before its commit throws', async () => {
  const { file, durable, insert } = table('throws.sqlite')
  durable.write(() => insert.run())
  await durable.committed()
  durable.write(() => {
    insert.run()
    durable.beforeCommit(() => {
      throw new Error('no')
    })
  })
  await expect(durable.committed()).rejects.toThrow('no')
  expect(rowsOnDisk(file)).toBe(1)
  expect(() => durable.write(() => insert.run())).toThrow('a write failed')
})

test('after a commit that failed nothing is accepted any more', async () => {
  const { durable, insert } = table('c.sqlite')
  durable.db.exec(
    'PRAGMA foreign_keys = ON; CREATE TABLE p(id INTEGER PRIMARY KEY); ' +
      'CREATE TABLE c(p REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
  )
  durable.write(() => durable.db.exec('INSERT INTO c VALUES(5)'))
  await expect(durable.committed()).rejects.toThrow('FOREIGN KEY')
  expect(() => durable.write(() => insert.run())).toThrow('a write failed')
  await expect(durable.committed()).rejects.toThrow('FOREIGN KEY')
})

test('of a turn in which a write broke off nothing is kept, and nothing is accepted after it', async () => {
  const { file, durable, insert } = table('half.sqlite')
  durable.write(() => insert.run())
  await durable.committed()
  durable.write(() => insert.run())
  const half = () => {
    insert.run()
    durable.db.exec('INSERT INTO nowhere VALUES (1)')
  }
  expect(() => durable.write(half)).toThrow('no such table')
  await expect(durable.committed()).rejects.toThrow('no such table')
  expect(() => durable.write(() => insert.run())).toThrow('a write failed')
  expect(rowsOnDisk(file)).toBe(1)
})

test('synced() waits until the log is synced, which alone survives a power cut', async () => {
  const { durable, insert } = table('d.sqlite')
  expect(durable.db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  const real = fs.fdatasync
  const held: (() => void)[] = []
  const begun = Promise.withResolvers<void>()
  fs.fdatasync = ((fd: number, done: fs.NoParamCallback) => {
    held.push(() => real(fd, done))
    begun.resolve()
  }) as typeof fs.fdatasync
  syncBuiltinESMExports()
  try {
    let isSynced = false
    durable.write(() => insert.run())
    await durable.committed()
    expect(held).toEqual([])
    const first = durable.synced().then(() => (isSynced = true))
    await begun.promise
    durable.write(() => insert.run())
    const second = durable.synced()
    await new Promise((resolve) => setImmediate(resolve))
    expect(isSynced).toBe(false)
    // One sync at a time: the second commit waits for the next.
    expect(held).toHaveLength(1)
    held[0]!()
    await first
    await expect.poll(() => held.length).toBe(2)
    held[1]!()
    await second
  } finally {
    fs.fdatasync = real
    syncBuiltinESMExports()
  }
  durable.close()
})

test('what nobody waits for is synced after a second, also when the first attempt finds a transaction open', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { durable, insert } = table('lazy.sqlite')
    durable.write(() => insert.run())
    await durable.committed()
    vi.advanceTimersByTime(999)
    expect(durable.syncs().commits).toBe(0)
    durable.write(() => insert.run())
    vi.advanceTimersByTime(1)
    await durable.committed()
    expect(durable.syncs().commits).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(durable.syncs().commits).toBe(1)
    durable.close()
  } finally {
    vi.useRealTimers()
  }
})

test('syncs are counted: one for all commits that came meanwhile, and three when the log begins anew', async () => {
  const { file, durable, insert } = table('e.sqlite')
  expect(durable.syncs()).toEqual({ commits: 0, checkpoints: 0 })
  for (let i = 0; i < 3; i++) {
    durable.write(() => insert.run())
    await durable.committed()
  }
  await Promise.all([durable.synced(), durable.synced()])
  await durable.synced()
  expect(durable.syncs()).toEqual({ commits: 1, checkpoints: 0 })
  for (const expected of [3, 6]) {
    durable.db.exec('PRAGMA wal_checkpoint(FULL)')
    durable.write(() => insert.run())
    await durable.committed()
    expect(durable.syncs().checkpoints).toBe(expected)
  }
  // Another connection to the log as it stands, as after a kill: what was before is not counted.
  const again = openDurable(file)
  expect(again.syncs()).toEqual({ commits: 0, checkpoints: 0 })
  again.close()
  durable.close()
})
