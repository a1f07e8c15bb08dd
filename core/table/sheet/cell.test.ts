import { describe, expect, test } from 'vitest'
import { readCondition, type CellContext } from './cell.ts'

const number: CellContext = { type: 'number', decimal: '.' }
const comma: CellContext = { type: 'number', decimal: ',' }
const flag: CellContext = { type: 'flag', decimal: '.' }
const text: CellContext = { type: 'text', decimal: '.' }

const not = (...values: unknown[]) => [{ 'anything-but': values }]
const between = (low: number, high: number) => [{ numeric: ['>=', low, '<=', high] }]

describe('a cell means what people mean by it', () => {
  test.each<[string, unknown[] | undefined, CellContext?]>([
    ['', undefined],
    ['-', undefined],
    ['–', undefined],
    ['*', undefined],
    ['any', undefined],
    ['будь-яка', undefined],
    ['\u00a0', undefined],
    ['DE, AT', ['DE', 'AT']],
    ['DE; AT', ['DE', 'AT']],
    ['DE\nAT', ['DE', 'AT']],
    ['DE,\r\nAT', ['DE', 'AT']],
    ['in (DE, AT)', ['DE', 'AT']],
    ['!= DE', not('DE')],
    ['<> DE', not('DE')],
    ['≠ DE', not('DE')],
    ['not DE', not('DE')],
    ['is not DE', not('DE')],
    ['not(DE; AT)', not('DE', 'AT')],
    ['not in (DE, AT)', not('DE', 'AT')],
    ['!= DE, absent', [{ 'anything-but': ['DE'] }, { exists: false }]],
    ['!= 5', not(5), number],
    ['“DE”', ['DE']],
    ['„DE“, «AT»', ['DE', 'AT']],
    ["'DE'", ['DE']],
    ['“a, b”', ['a, b']],
    ['Côte d’Ivoire', ['Côte d’Ivoire']],
    ["O'Neil", ["O'Neil"]],
    ['Nova\u00a0Poshta', ['Nova Poshta']],
    ['= DE', ['DE']],
    ['TRUE', [true], flag],
    ['WAHR', [true], flag],
    ['ИСТИНА', [true], flag],
    ['ХИБНІСТЬ', [false], flag],
    ['yes', [true], flag],
    ['ні', [false], flag],
    ['≥ 500', [{ numeric: ['>=', 500] }], number],
    ['>= 1 000', [{ numeric: ['>=', 1000] }], number],
    ['>= 12,5', [{ numeric: ['>=', 12.5] }], comma],
    ['12,5; 13', [12.5, 13], comma],
    ['[12,5..20]', between(12.5, 20), comma],
    ['1.234,5', [1234.5], comma],
    ['1, 2', [1, 2], comma],
    ['1,2,3', [1, 2, 3], number],
    ['−5', [-5], number],
    ['between 5 and 10', between(5, 10), number],
    ['5 to 10', between(5, 10), number],
    ['5–10', between(5, 10), number],
    ['5 - 10', between(5, 10), number],
    ['5..10', between(5, 10), number],
    [']5..10[', [{ numeric: ['>', 5, '<', 10] }], number],
    ['> 5 and < 10', [{ numeric: ['>', 5, '<', 10] }], number],
    ['<= 10 and > 5', [{ numeric: ['>', 5, '<=', 10] }], number],
    ['500+', [{ numeric: ['>=', 500] }], number],
    ['at least 500', [{ numeric: ['>=', 500] }], number],
    ['less than 500', [{ numeric: ['<', 500] }], number],
    ['24-7', ['24-7'], text],
    ['like(*.gov.ua)', [{ wildcard: '*.gov.ua' }]],
    ['Starts with(campaign-)', [{ prefix: 'campaign-' }]],
  ])('%j', (cell, meant, context = text) => {
    expect(readCondition(cell, context)).toEqual(meant)
  })
})

describe('a cell that is not understood is refused with how to write it', () => {
  test.each<[string, string, CellContext?]>([
    ['>= 12,5', 'two ways', number],
    ['5,7', 'two ways', number],
    ['1,500', 'two ways', comma],
    ['1.500', 'two ways', comma],
    ['12,5', 'two ways', { type: 'number' }],
    ['12 %', 'percent', number],
    ['many', 'no number', number],
    ['007', 'no number', number],
    ['01.05.2026', 'no number', number],
    ['> 10 and < 5', 'no lower and upper end', number],
    ['> 5, < 10', 'holds for every number', number],
    ['10..5', 'ends before it begins', number],
    ['[5, 10]', '[5..10]', number],
    ['>= many', 'compare with a number', number],
    ['maybe', 'neither true nor false', flag],
    ['#N/A', 'error of the spreadsheet'],
    ['#ЗНАЧ!', 'error of the spreadsheet'],
    ['Err:502', 'error of the spreadsheet'],
    ['####', 'error of the spreadsheet'],
    ['n/a', 'says nothing'],
    ['=DE', 'compare with a number'],
    ['!= DE, AT', 'not(DE, AT)'],
    ['!= DE, != AT', 'not(DE, AT)'],
    ['nicht DE', 'excludes'],
    ['крім DE', 'excludes'],
    ['DE or AT', 'several values'],
    ['DE | AT', 'several values'],
    ['DE, any', 'stands alone'],
    ['*.gov.ua', 'like('],
    ['„DE', 'quotation mark'],
    ["'DE", 'quotation mark'],
    ['"DE', 'quotation mark'],
    ['starts with(campaign-', 'brackets'],
    ['startswith(x)', 'brackets'],
    ['[DE, AT]', 'brackets'],
    ['DE,, AT', 'nothing between two commas'],
  ])('%j', (cell, reason, context = text) => {
    expect(() => readCondition(cell, context)).toThrow(reason)
  })
})
