import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Problem } from '#core/source/source.ts'
import type { Terminal } from './terminal.ts'

const paint = { error: 31, warning: 33, note: 36 } as const

/**
 * Prints problems like a compiler: file:line:column, what is wrong, the line with a caret, how to mend it.
 * Columns count from 1 in UTF-16 units, as editors do.
 */
export function printProblems(
  problems: readonly Problem[],
  terminal: Terminal,
  texts: ReadonlyMap<string, string> = new Map(),
): void {
  const colour = (code: number, text: string): string =>
    terminal.colour ? `\u001B[${code}m${text}\u001B[0m` : text
  const read = new Map(texts)
  for (const problem of problems) {
    const { file, line, column, severity, code, message, hint } = problem
    if (!read.has(file)) read.set(file, textOf(resolve(terminal.directory, file)))
    const shown = read.get(file)!.split('\n')[line - 1]?.replace(/\r$/, '')
    const margin = ' '.repeat(String(line).length)
    terminal.out(
      `${colour(1, `${file}:${line}:${column}`)}: ${colour(paint[severity], severity)}: ${message} ${colour(2, `[${code}]`)}\n`,
    )
    if (shown !== undefined && shown !== '') {
      const { part, start } = around(shown, column - 1)
      // Tabs stay tabs, so that the caret stands below its sign whatever a tab's width.
      const before = part.slice(0, start).replace(/[^\t]/g, ' ')
      const length = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]{}:]+)/.exec(part.slice(start))?.[0].length ?? 1
      terminal.out(
        ` ${line} | ${part}\n ${margin} | ${before}${colour(paint[severity], '^'.padEnd(length, '~'))}\n`,
      )
    }
    if (hint) terminal.out(` ${margin} = ${hint}\n`)
    terminal.out('\n')
  }
}

/** Characters of a line that are shown: a sheet's may have thousands of columns, and problems in each. */
const shownLength = 200

/** The part of a long line that lies around a place, with `…` where it was cut, and where the place is in it. */
function around(line: string, place: number): { part: string; start: number } {
  if (line.length <= shownLength) return { part: line, start: place }
  const from = Math.max(0, Math.min(place - shownLength / 2, line.length - shownLength))
  const to = from + shownLength
  const [left, right] = [from > 0 ? '…' : '', to < line.length ? '…' : '']
  return { part: `${left}${line.slice(from, to)}${right}`, start: place - from + left.length }
}

/** A file that is gone cannot be shown, and the problem is told all the same. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
