import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startCloud } from '../cloud.ts'
import { writeAssembly } from '../fixture/assembly.ts'
import { FolderRefused } from './data-folder.ts'

test.each([
  [
    'later',
    'PRAGMA user_version = 4',
    'was written by a later version of Holdfast (format 4; this one knows 3)',
  ],
  [
    'earlier',
    'PRAGMA user_version = 1',
    'was written by an earlier version of Holdfast (format 1; this one knows 3)',
  ],
  [
    'first',
    'PRAGMA user_version = 0',
    'was written by an earlier version of Holdfast (format 0; this one knows 3)',
  ],
])('the folder of a %s version is refused in words, and unchanged', async (_, head, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'format-'))
  const file = join(folder, 'cloud.db')
  try {
    const db = new DatabaseSync(file)
    db.exec(`${head}; CREATE TABLE other (what TEXT)`)
    db.close()
    const before = readFileSync(file)
    const assembly = writeAssembly(join(folder, 'assembly'))
    await expect(startCloud({ assembly, data: folder, port: 0 })).rejects.toThrow(words)
    expect(readFileSync(file)).toEqual(before)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a folder in which a database of its own kept the tables is refused in words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'format-'))
  try {
    writeFileSync(join(folder, 'table.db'), 'tables')
    const started = startCloud({ assembly: writeAssembly(join(folder, 'assembly')), data: folder, port: 0 })
    await expect(started).rejects.toThrow('was written by an earlier version of Holdfast (format 0')
    expect(readFileSync(join(folder, 'table.db'), 'utf8')).toBe('tables')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each(['cloud.db', 'lock', 'owner.key', 'issuer.json'])(
  'a folder whose %s is broken is refused in words that name it',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'format-'))
    try {
      writeFileSync(join(folder, name), 'broken'.repeat(name.endsWith('.key') ? 1 : 400))
      const started = startCloud({ assembly: writeAssembly(join(folder, 'assembly')), data: folder, port: 0 })
      const error = await started.then(
        () => undefined,
        (reason: unknown) => reason as Error,
      )
      expect(error).toBeInstanceOf(FolderRefused)
      expect(error!.message).toContain(name === 'lock' ? folder : name)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
