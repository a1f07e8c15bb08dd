/* What functions write, in one file in the data folder; an old file is kept once. */
import { appendFileSync, renameSync, statSync } from 'node:fs'

export interface Log {
  write(name: string, lines: string[]): void
  close(): void
}

/** Bytes at which a new file is begun. */
const largestFile = 10 * 1024 * 1024
/** Milliseconds for which lines are gathered before they are written at once. */
const gathering = 100

/** @param report is told once, until it goes again, that the file cannot be written: nothing else waits for it */
export function openLog(file: string, report: (line: string) => void): Log {
  let pending = ''
  let timer: NodeJS.Timeout | undefined
  let size = sizeOf(file)
  let isFailing = false

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (pending === '') return
    try {
      append(pending)
      isFailing = false
    } catch (error) {
      if (!isFailing) report(`what functions write is lost: ${(error as Error).message}`)
      isFailing = true
    }
    pending = ''
  }

  function append(text: string): void {
    if (size > largestFile) {
      renameSync(file, `${file}.old`)
      size = 0
    }
    appendFileSync(file, text, { mode: 0o600 })
    size += Buffer.byteLength(text)
  }

  return {
    write(name, lines) {
      const time = new Date().toISOString()
      for (const line of lines) pending += `${time} ${name} ${line}\n`
      timer ??= setTimeout(flush, gathering)
    },
    close: flush,
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
