/*
 * Cells and worksheets of a workbook: each is understood or refused with its address.
 */

import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { workbookOf, type Worksheet } from '../suite/workbook.ts'
import { at, imported, refusal, run } from './folder.ts'

describe('a workbook', () => {
  const header = ['id', 'lead.country', 'lead.employees', '→ team']
  const book = (...sheets: Worksheet[]): Uint8Array => workbookOf(sheets)
  const cell = (xml: string): { xml: string } => ({ xml })
  const withB2 = (xml: string): Worksheet => ({ rows: [header, ['a', cell(xml), '', 'x']] })

  test('cells that have a type are what they are', async () => {
    const { table } = await imported(
      book({
        rows: [
          ['id', 'lead.employees', 'given.phone', '→ factor', '→ vip', 'from'],
          [
            'a',
            cell('<c><v>500</v></c>'),
            cell('<c t="b"><v>1</v></c>'),
            cell('<c s="4"><f>1+0.5</f><v>1.5</v></c>'),
            cell('<c t="b"><v>0</v></c>'),
            cell('<c s="3"><v>46023</v></c>'),
          ],
        ],
      }),
    )
    expect(table).toMatchObject({
      outputs: { factor: { type: 'number' }, vip: { type: 'flag' } },
      rows: [
        {
          when: { 'lead.employees': [500], 'given.phone': [true] },
          then: { factor: 1.5, vip: false },
          from: '2026-01-01',
        },
      ],
    })
  })

  test('days are counted from 1904 where the workbook says so', async () => {
    const rows = [
      ['id', '→ n', 'from'],
      ['a', 'x', cell('<c s="1"><v>44561</v></c>')],
    ]
    const { code, out } = await (async () => {
      writeFileSync(at('mac.xlsx'), workbookOf([{ rows }], { date1904: true }))
      return run('rules', 'import', 'mac.xlsx')
    })()
    expect(code).toBe(0)
    expect(parse(out)).toMatchObject({ rows: [{ from: '2026-01-01' }] })
  })

  test.each<[string, Worksheet, string]>([
    ['an error', withB2('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'), 'cell B2: this is the error #DIV/0!'],
    [
      'a formula without a value',
      withB2('<c><f>A1</f></c>'),
      'cell B2: this is a formula that was never computed',
    ],
    [
      'a formula with an empty value',
      withB2('<c><f>A1</f><v></v></c>'),
      'cell B2: this is a formula that was never computed',
    ],
    [
      'a date that was a text',
      { rows: [header, ['a', '', cell('<c s="1"><v>46023</v></c>'), 'x']] },
      'cell C2: this is the date 2026-01-01',
    ],
    [
      'a percentage',
      { rows: [header, ['a', '', cell('<c s="2"><v>0.12</v></c>'), 'x']] },
      'cell C2: this is a percentage',
    ],
    [
      'merged cells',
      {
        rows: [header, ['a', 'DE', '', 'x'], ['b', '', '', 'y']],
        after: '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>',
      },
      'cell B2: the cells B2:B3 are merged',
    ],
    [
      'a hidden row',
      { rows: [header, ['a', 'DE', '', 'x'], ['b', '', '', 'y']], rowAttributes: { 2: 'hidden="1"' } },
      'cell A2: this is in a hidden row',
    ],
    [
      'a hidden column',
      { rows: [header, ['a', 'DE', '', 'x']], before: '<cols><col min="2" max="2" hidden="1"/></cols>' },
      'cell B2: this is in a hidden column',
    ],
    ['no heading', { rows: [header, ['a', 'DE', '', 'x', 'more']] }, 'cell E2: nothing heads this column'],
  ])('is refused with the cell of %s', async (_, sheet, reason) => {
    expect(await refusal(book(sheet))).toContain(reason)
  })

  test('the worksheet with the table is read, and which one it was is said', async () => {
    const notes: Worksheet = { name: 'Notes', rows: [['Ask Anna']] }
    const rules: Worksheet = { name: 'Rules', rows: [header, ['a', 'DE', '', 'x']] }
    const { table, err } = await imported(book(notes, rules))
    expect(table).toMatchObject({ rows: [{ id: 'a' }] })
    expect(err).toContain('the worksheet "Rules" was read, of "Notes", "Rules"')
    const old: Worksheet = { ...rules, name: 'Old', rows: [header, ['b', 'DE', '', 'x']] }
    expect(await refusal(book(rules, old))).toContain(
      'tables on the worksheets "Rules", "Old": say which with --sheet',
    )
    expect((await imported(book(rules, old), '--sheet', 'Old')).table).toMatchObject({ rows: [{ id: 'b' }] })
    expect(await refusal(book(rules), '--sheet', 'Rulez')).toContain('there are "Rules"')
    expect((await imported(book({ ...old, state: 'hidden' }, rules))).table).toMatchObject({
      rows: [{ id: 'a' }],
    })
  })

  const xml = '<c t="s"><v>$</v></c>'
  const strayed = '<row r="99999"><c r="A99999"><v>1</v></c></row>'
  test.each<[string, Worksheet, string]>([
    [
      'the text of a cell is lost',
      withB2(xml.replace('$', '7')),
      'cell B2: the workbook is damaged, and the text of this cell is lost',
    ],
    ['the text of a cell has no number', withB2(xml.replace('$', '')), 'cell B2: the workbook is damaged'],
    ['a flag is neither', withB2('<c t="b"><v>2</v></c>'), 'cell B2: "2" is neither true nor false'],
    ['a cell is of no kind', withB2('<c t="x"><v>2</v></c>'), 'cell B2: "x" is no kind of cell'],
    ['a cell stands twice', withB2('<c/><c r="B2"><v>2</v></c>'), 'cell B2 stands twice'],
    ['a cell is in another row', withB2('<c/><c r="B9"><v>1</v></c>'), 'a cell "B9" is in row 2'],
    ['a cell is nowhere', { rows: [header, [cell('<c/><c r="2"><v>1</v></c>')]] }, 'a cell "2" is in row 2'],
    ['a row is nowhere', { rows: [header], after: '<row r="-4"/>' }, 'there is a row "-4"'],
    ['an attribute is none', withB2('<c t?"s"><v>0</v></c>'), 'is damaged'],
    [
      'cells are merged nowhere',
      { rows: [header], after: '<mergeCells><mergeCell ref="$"/></mergeCells>' },
      'cells are merged nowhere',
    ],
    [
      'a word strayed far out, where a table of every cell before it would fill the memory',
      { rows: [header, ['a', 'DE', '', 'x', cell('<c/><c r="ALK2"><v>1</v></c>')]], after: strayed },
      'cell A99999 is further out than tables reach',
    ],
  ])('is refused where %s', async (_, sheet, reason) => {
    expect(await refusal(book(sheet))).toContain(reason)
  })

  test('cells that have a colour only are nothing, however far they reach', async () => {
    const painted = cell('<c s="1"/><c r="XFD2" s="1"/>')
    const { table, err } = await imported(book({ rows: [header, ['a', 'DE', '', 'x', painted]] }))
    expect([table?.rows.length, err]).toEqual([1, ''])
  })

  test('a file that unpacks to more than any table is refused', async () => {
    const before = `<!--${' '.repeat(51_000_000)}-->`
    expect(await refusal(book({ rows: [header, ['a', 'DE', '', 'x']], before }))).toContain('50 MB unpacked')
  })
})
