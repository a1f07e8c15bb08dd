import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FolderRefused, openDataFolder } from './data-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'folder-'))
afterAll(() => rmSync(parent, { recursive: true }))

test('a folder is given to one at a time, and again after its release', () => {
  const path = join(parent, 'one')
  const first = openDataFolder(path, false)
  expect(() => openDataFolder(path, false)).toThrow(FolderRefused)
  first.announce({ port: 3000, sdk: 'http://127.1.2.3:4000' })
  expect(() => openDataFolder(path, true)).toThrow(`process ${process.pid}, http://localhost:3000`)
  first.release()
  openDataFolder(path, false).release()
})

test('a fresh start deletes what Holdfast made and nothing else', () => {
  const path = join(parent, 'home')
  openDataFolder(path, false).release()
  for (const name of ['thesis.txt', 'cloud.db', 'cloud.db-wal', 'issuer.json'])
    writeFileSync(join(path, name), '')
  openDataFolder(path, true).release()
  expect(readdirSync(path).sort()).toEqual(['bucket', 'compiled', 'lock', 'log', 'thesis.txt'])
})

test('a path that cannot be a folder is said in words', () => {
  writeFileSync(join(parent, 'file'), '')
  expect(() => openDataFolder(join(parent, 'file'), false)).toThrow('cannot be used as data folder')
})

test('a folder in which nothing can be written is said in words, with its path', () => {
  const path = join(parent, 'unwritable')
  mkdirSync(join(path, 'lock'), { recursive: true }) // root may write anywhere: what is in the way of the lock stands for it
  expect(() => openDataFolder(path, false)).toThrow(FolderRefused)
  expect(() => openDataFolder(path, false)).toThrow(`${path} cannot be used as data folder`)
})
