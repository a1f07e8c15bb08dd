// Sheets of people, brought in by the command: each cell is understood or refused with its address, and nothing is
// changed in silence. test/fixture/sheet/ holds sheets as they came.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { TableInput } from '#core/rule/table-schema.ts'
import { workbookOf, type Worksheet } from './suite/workbook.ts'
import { runCommand } from './command.ts'

const root = join(import.meta.dirname, '..')
const directory = mkdtempSync(join(tmpdir(), 'holdfast-sheet-'))
const at = (file: string): string => join(directory, file)
beforeAll(() => {
  cpSync(join(root, 'test/fixture/sheet'), directory, { recursive: true })
  cpSync(join(root, 'company'), at('company'), { recursive: true })
})
afterAll(() => rmSync(directory, { recursive: true }))

const run = (...args: string[]) => runCommand(args, { directory })

interface Imported {
  code: number
  err: string
  table?: TableInput
}

/** What a sheet becomes: the table, or why not. */
async function imported(bytes: string | Uint8Array, ...options: string[]): Promise<Imported> {
  const file = typeof bytes === 'string' || bytes[0] !== 0x50 ? 'sheet.csv' : 'sheet.xlsx'
  writeFileSync(at(file), bytes)
  const { code, out, err } = await run('rules', 'import', file, ...options)
  return { code, err, ...(code === 0 && { table: parse(out) as TableInput }) }
}

async function refusal(bytes: string | Uint8Array, ...options: string[]): Promise<string> {
  const { code, err } = await imported(bytes, ...options)
  expect(code, err).toBe(2)
  return err
}

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

describe('a CSV is refused with line, column and cell when', () => {
  test.each([
    [
      'a row has a cell too many',
      'id,lead.country,-> team\na,DE,AT,x\n',
      'sheet.csv:2:9: error: cell D2: this row has 4 cells, the heading has 3',
    ],
    ['a row has a cell too few', 'id,lead.country,-> team\na,DE\n', 'cell B2: this row has 2 cells'],
    [
      'a quotation mark is never closed',
      'id,-> team\na,"x\n',
      'sheet.csv:2:3: error: a quotation mark is never closed',
    ],
    [
      'a separator is lost before a quotation mark',
      'id,lead.country,-> team,note\na,DE,x"1,2"\n',
      'sheet.csv:2:7: error: a quotation mark stands in a cell that does not begin with one',
    ],
    [
      'a text follows a quotation mark',
      'id,-> team\na,"x"y\n',
      'sheet.csv:2:6: error: something stands between',
    ],
    ['a column has no heading', 'id,,-> team\na,DE,x\n', 'cell B2: nothing heads this column'],
    ['a fact does not exist', 'id,lead.contry,-> team\na,DE,x\n', 'did you mean "lead.country"?'],
    ['a heading is a word of its own', 'id,Country,-> team\na,DE,x\n', 'did you mean "lead.country"?'],
    ['an output stands twice', 'id,-> team,→ team\na,x,y\n', 'cell C1: "→ team" heads column B1 too'],
    ['there are two defaults', 'id,-> team\ndefault,x\nDefault,y\n', 'cell A3: A2 is the default already'],
    [
      'the default has a condition',
      'id,lead.country,-> team\ndefault,DE,x\n',
      'cell B2: the default has no conditions',
    ],
    [
      'the default has a date',
      'id,-> team,from\ndefault,x,2026-01-01\n',
      'cell C2: the default counts always',
    ],
    ['two rows have one id', 'id,-> team\na,x\na,y\n', 'cell A3: id "a" names the row of A2 too'],
    ['an id is none', 'id,-> team\nKyiv Office,x\n', 'write kyiv-office'],
    ['a line above the table is unknown', 'hitpolicy,first\nid,-> team\na,x\n', 'did you mean "hitPolicy"?'],
    [
      'a title was cut by a comma',
      'title,Leads, urgent\nid,-> team\na,x\n',
      'cell C1: nothing is expected here',
    ],
    [
      'something is said twice',
      'title,a\ntitle,b\nid,-> team\na,x\n',
      'cell A2: "title" is said in B1 already',
    ],
    [
      'a declared output has no column',
      'output,team,text\noutput,vip,flag\nid,-> team\na,x\n',
      'cell B2: no column is headed "→ vip"',
    ],
    [
      'numbers and texts stand in one column',
      'id,-> n\na,1\nb,2\nc,x\n',
      'cell B4: this is a text, and B2 of the same column is a number',
    ],
    [
      'true and other texts stand in one column',
      'id,-> n\na,TRUE\nb,FALSE\nc,maybe\n',
      'cell B4: this is a text',
    ],
    ['a duration is misspelt', 'id,-> n\na,1 hour\nb,2 hours\nc,3 huors\n', 'cell B4: this is a text'],
    ['a number may be two', 'id,-> n\na,"1,500"\n', 'cell B2: "1,500" can be read in two ways'],
    ['a percentage may be two numbers', 'id,-> n\na,12%\n', 'cell B2: this is a percentage'],
    ['a formula was saved instead of its value', 'id,-> n\na,=A1+1\n', 'cell B2: "=A1+1" is a formula'],
    ['an error was saved', 'id,-> n,-> m\na,#DIV/0!,x\n', 'cell B2: "#DIV/0!" is an error'],
    ['an apostrophe was saved', "id,-> n\na,'x\n", 'cell B2: "\'x" has a quotation mark'],
    ['a day is counted', 'id,-> n,from\na,x,46023\n', 'cell C2: 46023 is how spreadsheets count days'],
    ['a day may be two', 'id,-> n,from\na,x,1/2/2026\n', 'cell C2: "1/2/2026" is no day'],
    ['a day does not exist', 'id,-> n,from\na,x,2026-02-30\n', 'cell C2: "2026-02-30" is no day'],
    [
      'a second table follows',
      'id,-> team\na,x\n\nid,-> team\nb,y\n',
      'cell B4: "-> team" begins with the arrow',
    ],
    ['a test is no JSON', 'id,-> team\na,x\n\ntest,name,{,,{}\n', 'cell C4: '],
    [
      'a cell stands beside a test',
      'id,-> team\na,x\n\ntest,name,{},,{},more\n',
      'cell F4: a test has five cells',
    ],
    [
      'the table itself is refused',
      'hitPolicy,collect\nid,-> team\na,x\n',
      'sheet.csv:1:11: error: collect needs to know',
    ],
    ['no row names outputs', 'id,team\na,x\n', 'sheet.csv:1:1: error: cell A1: no row names outputs'],
  ])('%s', async (_, sheet, reason) => {
    expect(await refusal(sheet)).toContain(reason)
  })

  test('every cell that cannot be read is told at once', async () => {
    const err = await refusal('id,lead.employees,-> team\na,many,x\nb,>= few,y\n')
    expect(err).toContain('cell B2')
    expect(err).toContain('cell B3')
  })
})

describe('a CSV is understood when', () => {
  test.each<[string, string, object]>([
    [
      'quotation marks are typographic',
      'id,lead.country,-> team\na,„DE“,“x y”\n',
      { rows: [{ when: { 'lead.country': ['DE'] }, then: { team: 'x y' } }] },
    ],
    [
      'true is a word of another language',
      'id,given.phone,-> vip\na,WAHR,ИСТИНА\n',
      {
        outputs: { vip: { type: 'flag' } },
        rows: [{ when: { 'given.phone': [true] }, then: { vip: true } }],
      },
    ],
    ['days have dots', 'id,-> n,from\na,x,31.12.2026\n', { rows: [{ from: '2026-12-31' }] }],
    [
      'a percentage is of a percent',
      'id;-> discountPercent\na;12,5 %\n',
      { rows: [{ then: { discountPercent: 12.5 } }] },
    ],
    [
      'a text that looks like a number is quoted',
      'id,-> n\na,"""1"""\nb,x\n',
      { outputs: { n: { type: 'text' } }, rows: [{ then: { n: '1' } }, {}] },
    ],
    [
      'thousands are set apart by spaces',
      'id;lead.budget;-> n\na;>= 50 000;1\u202f000\n',
      { rows: [{ when: { 'lead.budget': [{ numeric: ['>=', 50000] }] }, then: { n: 1000 } }] },
    ],
  ])('%s', async (_, sheet, meant) => {
    const { table, err } = await imported(sheet)
    expect(err).toBe('')
    expect(table).toMatchObject(meant)
  })

  test('a note of the default is left out and said so', async () => {
    const { table, err } = await imported('id,-> team,note\na,x,\ndefault,y,why\n')
    expect(table!.default).toEqual({ team: 'y' })
    expect(err).toBe('sheet.csv: the note in C3 is left out: a default has none\n')
  })
})

describe('a workbook', () => {
  const header = ['id', 'lead.country', 'lead.employees', '→ team']
  const book = (...sheets: Worksheet[]): Uint8Array => workbookOf(sheets)
  const cell = (xml: string): { xml: string } => ({ xml })

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
    [
      'an error',
      { rows: [header, ['a', cell('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'), '', 'x']] },
      'cell B2: this is the error #DIV/0!',
    ],
    [
      'a formula without a value',
      { rows: [header, ['a', cell('<c><f>A1</f></c>'), '', 'x']] },
      'cell B2: this is a formula that was never computed',
    ],
    [
      'a formula with an empty value',
      { rows: [header, ['a', cell('<c><f>A1</f><v></v></c>'), '', 'x']] },
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
      { rows: [header, ['a', cell(xml.replace('$', '7')), '', 'x']] },
      'cell B2: the workbook is damaged, and the text of this cell is lost',
    ],
    [
      'the text of a cell has no number',
      { rows: [header, ['a', cell(xml.replace('$', '')), '', 'x']] },
      'cell B2: the workbook is damaged',
    ],
    [
      'a flag is neither',
      { rows: [header, ['a', cell('<c t="b"><v>2</v></c>'), '', 'x']] },
      'cell B2: "2" is neither true nor false',
    ],
    [
      'a cell is of no kind',
      { rows: [header, ['a', cell('<c t="x"><v>2</v></c>'), '', 'x']] },
      'cell B2: "x" is no kind of cell',
    ],
    [
      'a cell stands twice',
      { rows: [header, ['a', cell('<c/><c r="B2"><v>2</v></c>'), '', 'x']] },
      'cell B2 stands twice',
    ],
    [
      'a cell is in another row',
      { rows: [header, ['a', cell('<c/><c r="B9"><v>1</v></c>'), '', 'x']] },
      'a cell "B9" is in row 2',
    ],
    ['a cell is nowhere', { rows: [header, [cell('<c/><c r="2"><v>1</v></c>')]] }, 'a cell "2" is in row 2'],
    ['a row is nowhere', { rows: [header], after: '<row r="-4"/>' }, 'there is a row "-4"'],
    ['an attribute is none', { rows: [header, ['a', cell('<c t?"s"><v>0</v></c>'), '', 'x']] }, 'is damaged'],
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
