/*
 * Sheets of people as files, brought in by the command: each is understood or refused, and nothing is changed in silence.
 */

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { TableInput } from '#core/table/schema.ts'
import { at, imported, refusal, run } from './folder.ts'

describe('a sheet as it came', () => {
  const understood: Record<string, { check: string; rows: object[] }> = {
    'bool-out.csv': { check: '1 note', rows: [{ then: { team: 'sales-dach', vip: true } }] },
    'cell-neq.csv': { check: '1 note', rows: [{ when: { 'lead.country': [{ 'anything-but': ['DE'] }] } }] },
    'cell-semicolon.csv': { check: '1 note', rows: [{ when: { 'lead.country': ['DE', 'AT'] } }] },
    'cell-star.csv': { check: '1 note', rows: [{ id: 'a', then: { team: 'sales-dach' } }] },
    'comma-only.csv': {
      check: '1 note',
      rows: [{ when: { 'quote.marginPercent': [{ numeric: ['>=', 12.5] }] } }],
    },
    // Nothing is decided about the rest of the world, which is for the check to say.
    'decimal-comma-out.csv': {
      check: '1 error',
      rows: [{ then: { factor: 1.5 } }, { then: { factor: 2.25 } }],
    },
  }
  test.each(Object.entries(understood))('%s is understood', async (file, { check, rows }) => {
    expect(await run('rules', 'import', file, '--out', 'x.yaml')).toMatchObject({ code: 0, err: '' })
    const table = parse(readFileSync(at('x.yaml'), 'utf8')) as TableInput
    expect(table).toMatchObject({ rows })
    if (file === 'cell-star.csv') expect(table.rows[0]!.when).toBeUndefined()
    expect((await run('check', 'x.yaml')).out).toContain(check)
  })

  test.each([
    ['dup-column.csv', 'dup-column.csv:1:19: error: cell C1: "lead.employees" heads column B1 too'],
    ['error-cell.xlsx', 'error-cell.xlsx:2:2: error: cell B2: this is the error #N/A'],
    ['error-cell.xlsx', 'cell C3: this is the error #REF!'],
    ['cp1251.csv', 'cp1251.csv:2:23: error: this is not UTF-8'],
    ['cp1251.csv', '--encoding windows-1251 reads "Колеги з Києва говорять українською"'],
  ])('%s is refused: %s', async (file, reason) => {
    rmSync(at('x.yaml'), { force: true })
    const { code, err } = await run('rules', 'import', file, '--out', 'x.yaml')
    expect(code).toBe(2)
    expect(err).toContain(reason)
    expect(existsSync(at('x.yaml'))).toBe(false)
  })

  test('who says the encoding gets the words', async () => {
    const { out } = await run('rules', 'import', 'cp1251.csv', '--encoding', 'windows-1251')
    expect((parse(out) as TableInput).rows[0]!.note).toBe('Колеги з Києва говорять українською')
    expect(await run('rules', 'import', 'cp1251.csv', '--encoding', 'klingon')).toMatchObject({ code: 2 })
  })
})

describe('encodings and separators', () => {
  const plain = 'id,lead.country,-> team,note\nкyiv,UA,a,Київ\n'.replace('кyiv', 'kyiv')
  const wide = (text: string, swap = false, mark = true): Buffer => {
    const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le')
    return swap ? bytes.swap16() : bytes
  }
  const meant = {
    rows: [{ id: 'kyiv', when: { 'lead.country': ['UA'] }, then: { team: 'a' }, note: 'Київ' }],
  }
  test.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(plain)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${plain}`)],
    ['UTF-16 LE with a mark', wide(plain)],
    ['UTF-16 BE with a mark', wide(plain, true)],
    ['UTF-16 LE', wide(plain, false, false)],
    ['UTF-16 BE', wide(plain, true, false)],
    ['ends of lines as CR', Buffer.from(plain.replaceAll('\n', '\r'))],
    ['ends of lines as CR LF', Buffer.from(plain.replaceAll('\n', '\r\n'))],
    ['tabs', Buffer.from(plain.replaceAll(',', '\t'))],
    ['semicolons', Buffer.from(plain.replaceAll(',', ';'))],
    ['a first line sep=|', Buffer.from(`sep=|\r\n${plain.replaceAll(',', '|')}`)],
    ['a first line "sep=;" in UTF-16', wide(`"sep=;"\r\n${plain.replaceAll(',', ';')}`)],
    ['empty rows at the end', Buffer.from(`${plain},,,\n,,,\n\n`)],
  ])('%s is read', async (_, bytes) => {
    expect((await imported(bytes)).table).toMatchObject(meant)
  })

  test.each<[string, Uint8Array, string]>([
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 1]), 'save it as .xlsx'],
    ['zeros', Buffer.from('id\0\0\0,-> a\n1\0,2\n'), 'zero bytes'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x69, 0, 0, 0]), 'UTF-32'],
    ['half of a pair', wide(plain).subarray(0, 21), 'utf-16le and goes on otherwise'],
    ['an archive that is no workbook', Buffer.from('PK\u0003\u0004 nothing'), 'no workbook'],
  ])('%s is refused', async (_, bytes, reason) => {
    expect(await refusal(bytes)).toContain(reason)
  })
})
