/*
 * A folder with a company and the sheets of test/fixture/sheet/, and the command in it.
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { parse } from 'yaml'
import type { TableInput } from '#core/table/schema.ts'
import { runCommand } from '../command.ts'
import { northwindFolder } from '../fixture/northwind.ts'

const root = join(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'holdfast-sheet-'))
beforeAll(() => {
  cpSync(join(root, 'test/fixture/sheet'), directory, { recursive: true })
  cpSync(join(northwindFolder, 'company'), at('company'), { recursive: true })
})
afterAll(() => rmSync(directory, { recursive: true }))

export const at = (file: string): string => join(directory, file)
export const run = (...args: string[]) => runCommand(args, { directory })

interface Imported {
  code: number
  err: string
  table?: TableInput
}

/** What a sheet becomes: the table, or why not. */
export async function imported(bytes: string | Uint8Array, ...options: string[]): Promise<Imported> {
  const file = typeof bytes === 'string' || bytes[0] !== 0x50 ? 'sheet.csv' : 'sheet.xlsx'
  writeFileSync(at(file), bytes)
  const { code, out, err } = await run('rules', 'import', file, ...options)
  return { code, err, ...(code === 0 && { table: parse(out) as TableInput }) }
}

export async function refusal(bytes: string | Uint8Array, ...options: string[]): Promise<string> {
  const { code, err } = await imported(bytes, ...options)
  expect(code, err).toBe(2)
  return err
}
