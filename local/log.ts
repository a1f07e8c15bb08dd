/** What functions write, in one file in the data folder; an old file is kept once. */
import { appendFileSync, renameSync, statSync } from 'node:fs'

export interface Log {
  write(name: string, lines: string[]): void
  close(): void
}

/** Bytes at which a new file is begun. */
const largestFile = 10 * 1024 * 1024
/** Milliseconds for which lines are gathered before they are written at once. */
const gathering = 100

export function openLog(file: string): Log {
  let pending = ''
  let timer: NodeJS.Timeout | undefined
  let size = sizeOf(file)

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (pending === '') return
    if (size > largestFile) {
      renameSync(file, `${file}.old`)
      size = 0
    }
    size += Buffer.byteLength(pending)
    appendFileSync(file, pending, { mode: 0o600 })
    pending = ''
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
