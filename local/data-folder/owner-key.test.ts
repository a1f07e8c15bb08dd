import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openOwnerKey } from './owner-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'owner-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the key is made once, is long, and only it fits', () => {
  const key = openOwnerKey(join(folder, 'one'))
  expect(key.text).toMatch(/^[0-9a-f]{32}$/)
  expect(openOwnerKey(join(folder, 'one')).text).toBe(key.text)
  expect(openOwnerKey(join(folder, 'two')).text).not.toBe(key.text)
  expect(key.fits(key.text)).toBe(true)
  for (const other of ['', 'demo', key.text.slice(1), `${key.text} `, 'undefined'])
    expect(key.fits(other)).toBe(false)
})

test('others cannot read it, also where a copy had opened it to them', () => {
  const file = join(folder, 'copied')
  openOwnerKey(file)
  chmodSync(file, 0o644)
  openOwnerKey(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a file that was emptied is refused, not taken for a key that everybody knows', () => {
  const file = join(folder, 'emptied')
  writeFileSync(file, '\n')
  expect(() => openOwnerKey(file)).toThrow(/holds no key/)
})

test('a start that broke off while the key was written makes another one', () => {
  const file = join(folder, 'broken off')
  writeFileSync(`${file}.part`, 'ha')
  expect(openOwnerKey(file).text).toMatch(/^[0-9a-f]{32}$/)
})
