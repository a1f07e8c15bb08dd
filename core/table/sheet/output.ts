/*
 * Outputs as cells of a sheet. A column is of one kind: when its cells are not, the odd ones are refused rather than the
 * whole column being read as texts.
 */

import { parseDuration } from '../../time/duration.ts'
import type { Cell } from './sheet.ts'
import { readFlag } from './flag.ts'
import { readNumber, twoValues, type DecimalSign } from './number.ts'
import { readQuoted, spreadsheetError, type Doubt } from './text.ts'
import type { TableInput } from '../schema.ts'

export type Output = TableInput['outputs'][string]
export type OutputCellValue = string | number | boolean

/** The cell of an output's value. */
export function writeOutput(value: OutputCellValue | undefined, output: Output): string {
  if (value === undefined) return ''
  const text = String(value)
  return typeof value === 'string' && (value === '' || readOrNothing(text, output) !== value)
    ? JSON.stringify(value)
    : text
}

function readOrNothing(text: string, output: Output): OutputCellValue | undefined {
  try {
    return readOutput({ text, address: '', line: 1, column: 1 }, output, { name: '', decimal: '.' })
  } catch {
    return undefined
  }
}

export interface OutputContext {
  name: string
  decimal: DecimalSign
}

type Kind = 'number' | 'flag' | 'duration' | 'text'

const told: Record<Kind, string> = {
  number: 'a number',
  flag: 'true or false',
  duration: 'a duration',
  text: 'a text',
}

/** What a column holds, by its cells. Those that are of another kind than most are given to `odd` with what to do. */
export function inferOutput(
  cells: readonly Cell[],
  decimal: DecimalSign,
  odd: (cell: Cell, message: string, hint: string) => void,
): Output {
  const filled = cells.filter((cell) => cell.text.trim() !== '')
  const optional = filled.length < cells.length ? { optional: true } : {}
  const kinds = Map.groupBy(
    filled.filter((cell) => !isComputed(cell.text)),
    (cell) => kindOf(cell, decimal),
  )
  const [[kind, same] = ['text' as const, []], ...others] = [...kinds].sort(
    (a, b) => b[1].length - a[1].length,
  )
  for (const [other, strange] of others)
    for (const cell of strange)
      odd(
        cell,
        `this is ${told[other]}, and ${same[0]!.address} of the same column is ${told[kind]}`,
        'a column is of one kind: put texts that look like something else in quotation marks, or declare the column in a row above the table: output, name, type',
      )
  return { type: kind, ...optional }
}

const isComputed = (text: string): boolean => text.trim().startsWith('{%')

function kindOf(cell: Cell, decimal: DecimalSign): Kind {
  if (cell.kind !== undefined && cell.kind !== 'date') return cell.kind === 'flag' ? 'flag' : 'number'
  const text = cell.text.trim()
  if (readQuotedOrNothing(text) !== undefined) return 'text'
  if (readFlag(text) !== undefined) return 'flag'
  // What can be read in two ways is refused when it is read.
  if (readNumber(text, decimal) !== undefined || percentage.test(text)) return 'number'
  try {
    return parseDuration(text).milliseconds >= 0 ? 'duration' : 'text'
  } catch {
    return 'text'
  }
}

const percentage = /^([-−+]?\d[\d.,]*)\s*%$/

/** The value of a cell. Throws SyntaxError when the column's type has none for it. */
export function readOutput(cell: Cell, output: Output, context: OutputContext): OutputCellValue {
  const text = cell.text.trim()
  if (isComputed(text)) return text
  const quoted = readQuoted(text)
  if (quoted !== undefined) return quoted
  if (cell.kind === 'date')
    throw new SyntaxError(
      `this is the date ${text}, which spreadsheets make of texts such as 1-2: format the cell as text`,
    )
  if (output.type === 'number') return readNumberOutput(cell, text, context)
  if (output.type === 'flag') {
    const flag = readFlag(text)
    if (flag === undefined) throw new SyntaxError(`"${text}" is neither true nor false`)
    return flag
  }
  if (cell.kind === 'flag' || cell.kind === 'percent')
    throw new SyntaxError(
      `this is no text: format the cell as text, or declare the output as ${cell.kind === 'flag' ? 'flag' : 'number'}`,
    )
  if (output.type === 'duration') parseDuration(text)
  return readTextOutput(text)
}

function readNumberOutput(cell: Cell, text: string, { name, decimal }: OutputContext): number {
  const share = percentage.exec(text)
  const inPercent = cell.kind === 'percent' || share !== null
  if (inPercent && !/percent$/i.test(name))
    throw new SyntaxError(
      `this is a percentage, and the name "${name}" does not say that it counts in percent: write 12 or 0.12 as a plain number`,
    )
  const value = readNumber(share?.[1] ?? text, cell.kind ? '.' : decimal)
  if (value === 'two-values') throw new SyntaxError(twoValues(text))
  if (value !== undefined) return value
  if (/^-?\d+(\.\d+)?e[-+]?\d+$/i.test(text)) return Number(text)
  throw new SyntaxError(`"${text}" is no number`)
}

function readTextOutput(text: string): string {
  const problem = doubtful.find(([sign]) => sign.test(text))?.[1]
  if (problem) throw new SyntaxError(`"${text}" ${problem}`)
  return text
}

const doubtful: readonly Doubt[] = [
  spreadsheetError,
  [/^=/u, 'is a formula without a value: write the value, or put the text in quotation marks'],
  [/^(?:→|->)/u, 'begins with the arrow of a heading: put the text in quotation marks'],
  [
    /^["'„“”«»‹›‘’‚]|["„“”«»]$/u,
    'has a quotation mark that is not one of a pair: put the whole text in quotation marks',
  ],
  [/[\u200b\u2060\ufeff]/u, 'has an invisible character: remove it, or put the text in quotation marks'],
]

function readQuotedOrNothing(text: string): string | undefined {
  try {
    return readQuoted(text)
  } catch {
    return undefined
  }
}
