import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLog } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'log-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file that cannot be written ends nothing, is told of once, and is written again when it can be', () => {
  const file = join(folder, 'away', 'functions.log')
  const told: string[] = []
  const log = openLog(file, (line) => told.push(line))
  for (const line of ['first', 'second']) {
    log.write('intake', [line])
    log.close()
  }
  expect(told).toEqual([expect.stringMatching(/^what functions write is lost: ENOENT/)])
  mkdirSync(join(folder, 'away'))
  log.write('intake', ['third'])
  log.close()
  expect(readFileSync(file, 'utf8')).toMatch(/^\S+ intake third\n$/)
})
