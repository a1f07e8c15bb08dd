// Cells of a CSV: each is understood or refused with its address.

import { describe, expect, test } from 'vitest'
import { imported, refusal } from './folder.ts'

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
