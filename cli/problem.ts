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
      // Tabs stay tabs, so that the caret stands below its sign whatever a tab's width.
      const before = shown.slice(0, column - 1).replace(/[^\t]/g, ' ')
      const length =
        /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]{}:]+)/.exec(shown.slice(column - 1))?.[0].length ?? 1
      terminal.out(
        ` ${line} | ${shown}\n ${margin} | ${before}${colour(paint[severity], '^'.padEnd(length, '~'))}\n`,
      )
    }
    if (hint) terminal.out(` ${margin} = ${hint}\n`)
    terminal.out('\n')
  }
}

/** A file that is gone cannot be shown, and the problem is told all the same. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
