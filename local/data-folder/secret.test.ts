import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSecretFile } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-secret-'))
const file = join(folder, 'secrets.json')
afterAll(() => rmSync(folder, { recursive: true }))

const ask = (name: string) =>
  openSecretFile(file).handle('GetParameter', {
    Name: `/holdfast/HoldfastApi/secret/${name}`,
    WithDecryption: true,
  })

test('a secret of the file is a SecureString; what is not there is ParameterNotFound, whatever it is called', () => {
  expect(ask('typeform')).toMatchObject({ status: 400, body: { __type: 'ParameterNotFound' } })
  writeFileSync(file, '{"typeform":"not-a-real-secret"}')
  expect(ask('typeform').body).toMatchObject({
    Parameter: { Type: 'SecureString', Value: 'not-a-real-secret' },
  })
  expect(ask('constructor')).toMatchObject({ status: 400, body: { __type: 'ParameterNotFound' } })
})

test('the file is for its owner only, also when a copy had lost that', () => {
  chmodSync(file, 0o644)
  openSecretFile(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('what is not modelled is refused by name', () => {
  expect(openSecretFile(file).handle('PutParameter', {})).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('PutParameter is not modelled') as string },
  })
})
