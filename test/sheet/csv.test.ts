/*
 * Cells of a CSV: each is understood or refused with its address.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { imported, refusal } from './folder.ts'

interface Cases {
  refused: Record<string, { sheet: string; says: string }>
  understood: Record<string, { sheet: string; means: object }>
}

const { refused, understood } = parse(
  readFileSync(join(import.meta.dirname, '../fixture/csv-cell.yaml'), 'utf8'),
) as Cases

describe('a CSV is refused with line, column and cell when', () => {
  test.each(Object.entries(refused))('%s', async (_, { sheet, says }) => {
    expect(await refusal(sheet)).toContain(says)
  })

  test('every cell that cannot be read is told at once', async () => {
    const err = await refusal('id,lead.employees,-> team\na,many,x\nb,>= few,y\n')
    expect(err).toContain('cell B2')
    expect(err).toContain('cell B3')
  })
})

describe('a CSV is understood when', () => {
  test.each(Object.entries(understood))('%s', async (_, { sheet, means }) => {
    const { table, err } = await imported(sheet)
    expect(err).toBe('')
    expect(table).toMatchObject(means)
  })

  test('a note of the default is left out and said so', async () => {
    const { table, err } = await imported('id,-> team,note\na,x,\ndefault,y,why\n')
    expect(table!.default).toEqual({ team: 'y' })
    expect(err).toBe('sheet.csv: the note in C3 is left out: a default has none\n')
  })
})
