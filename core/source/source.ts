/** A place in a file that an operator wrote. Lines and columns count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

/** Something to tell the writer of a file: what is wrong, where, and how to mend it. */
export interface Problem extends Place {
  severity: 'error' | 'warning' | 'note'
  /** a stable name, such as `unknown-field`, to search the documentation for */
  code: string
  message: string
  /** how to mend it */
  hint?: string
}

/** A parsed file that still knows where everything stands. */
export interface Source {
  file: string
  text: string
  value: unknown
  /** The place of the value at `path`, or of its nearest parent that exists. With `key`, of the name before the value. */
  locate(path: readonly (string | number)[], part?: 'key' | 'value'): Place
  /** The text of the value at `path` as it stands in the file. */
  slice(path: readonly (string | number)[]): string | undefined
}

/** Refused files: every problem that was found, not only the first. */
export class SourceError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(
      problems
        .map((problem) => `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`)
        .join('\n'),
    )
    this.name = 'SourceError'
    this.problems = problems
  }
}

/**
 * Does `work`; when a file is refused, keeps its problems in `problems` and returns nothing, so that one run over many
 * files tells all of them. Any other error is thrown on.
 */
export function collecting<T>(problems: Problem[], work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

/** By what others refer to a table or a message that was refused: its file's name, and what it calls itself if it can be read. */
export function namesOf(file: string, source: Source | undefined): string[] {
  const { decision, message } = (source?.value ?? {}) as { decision?: unknown; message?: unknown }
  const fileName = /([^/\\]+)\.ya?ml$/.exec(file)?.[1]
  return [fileName, decision, message].filter((name) => typeof name === 'string')
}

/** The name among `names` that a writer most likely meant, if any is near enough (two letters in five may differ). */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance < least && distance <= Math.max(1, Math.round(name.length * 0.4))) {
      best = name
      least = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
