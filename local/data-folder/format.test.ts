import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startCloud } from '../cloud.ts'
import { writeAssembly } from '../fixture/assembly.ts'
import { FolderRefused } from './data-folder.ts'

test('the folder of a later version is refused in words, and unchanged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'format-'))
  const file = join(folder, 'cloud.db')
  try {
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 2; CREATE TABLE later (what TEXT)')
    db.close()
    const before = readFileSync(file)
    const assembly = writeAssembly(join(folder, 'assembly'))
    await expect(startCloud({ assembly, data: folder, port: 0 })).rejects.toThrow(
      'was written by a later version of Holdfast (format 2; this one knows 1)',
    )
    expect(readFileSync(file)).toEqual(before)
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
