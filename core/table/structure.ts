import type { Problem, Source } from '../source/source.ts'
import { isTimeZone } from '../time/zone.ts'
import { repeatedField } from './condition.ts'
import { expressionOf, expressionProblem } from './expression.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { aggregations, type TableFile } from './schema.ts'

/** What keeps a table of the right shape from running. */
export function structureProblems(source: Source, file: TableFile): Problem[] {
  const problems: Problem[] = []
  const error = (path: Path, code: string, message: string, hint?: string): void => {
    problems.push({ ...source.locate(path), severity: 'error', code, message, ...(hint && { hint }) })
  }
  if (file.timeZone !== undefined && !isTimeZone(file.timeZone))
    error(
      ['timeZone'],
      'unknown-time-zone',
      `there is no time zone "${file.timeZone}"`,
      'write it as Europe/Kyiv',
    )
  if (file.hitPolicy === 'collect' && !file.aggregation)
    error(
      ['hitPolicy'],
      'aggregation-missing',
      'collect needs to know how the rows are put together',
      `add "aggregation:" with one of ${aggregations.join(', ')}`,
    )
  if (file.hitPolicy !== 'collect' && file.aggregation)
    error(
      ['aggregation'],
      'aggregation-without-collect',
      `aggregation has no meaning under hitPolicy ${file.hitPolicy}`,
      'remove it or write "hitPolicy: collect"',
    )
  if (file.hitPolicy === 'priority' && !Object.values(file.outputs).some((output) => output.oneOf))
    error(
      ['hitPolicy'],
      'priority-without-order',
      'priority needs an output whose values are in order of importance',
      'give an output "oneOf:", the most important value first',
    )
  if (file.hitPolicy === 'collect' && ['sum', 'min', 'max'].includes(file.aggregation ?? ''))
    for (const [name, output] of Object.entries(file.outputs))
      if (output.type !== 'number')
        error(
          ['outputs', name],
          'aggregation-of-text',
          `${file.aggregation} needs numbers, output "${name}" is ${output.type}`,
          'declare it "type: number" or use "aggregation: list"',
        )
  const seen = new Map<string, number>()
  file.rows.forEach((row, index) => {
    const first = seen.get(row.id)
    if (first !== undefined || row.id === 'default')
      error(
        ['rows', index, 'id'],
        'row-id-taken',
        row.id === 'default'
          ? '"default" is the name of the default'
          : `row id "${row.id}" is taken by line ${source.locate(['rows', first!]).line}`,
        'ids name rows in explanations: choose another one',
      )
    seen.set(row.id, index)
    conditionProblems(row.when ?? {}, ['rows', index, 'when'], error)
    for (const [name, value] of Object.entries(row.then))
      expressionProblems(['rows', index, 'then', name], value, error)
    if (row.from && row.until && Date.parse(row.from) > Date.parse(row.until))
      error(
        ['rows', index, 'until'],
        'dates-reversed',
        `row "${row.id}" ends (${row.until}) before it begins (${row.from})`,
      )
  })
  for (const [name, value] of Object.entries(file.default ?? {}))
    expressionProblems(['default', name], value, error)
  return problems
}

type Path = (string | number)[]
type Report = (path: Path, code: string, message: string, hint?: string) => void

function expressionProblems(path: Path, value: unknown, error: Report): void {
  const expression = expressionOf(value)
  const problem = expression !== undefined && expressionProblem(expression)
  if (problem) error(path, 'expression', problem)
}

/** Compiles the whole condition; when it is refused, finds the smallest parts that are, to point at those. */
function conditionProblems(when: Record<string, unknown>, path: Path, error: Report): void {
  if (Object.keys(when).length === 0) return
  const repeated = repeatedField(when)
  if (repeated)
    return error(
      [...path, ...repeated.path],
      'repeated-field',
      `"${repeated.name}" is asked for twice in one row; only the last would count`,
      'put both into one condition, or use two rows',
    )
  const whole = refusal(when)
  if (whole && !narrow(when, path, error)) error(path, 'condition', whole)
}

function narrow(part: Record<string, unknown>, at: Path, error: Report): boolean {
  let found = false
  for (const [key, value] of Object.entries(part)) {
    const whole = refusal({ [key]: value })
    if (!whole) continue
    found = true
    const here = [...at, key]
    if (isRecord(value)) {
      if (!narrow(value, here, error)) error(here, 'condition', whole)
    } else if (!Array.isArray(value)) {
      error(
        here,
        'condition',
        `"${key}" needs a list of what is accepted`,
        `write [${typeof value === 'string' && /^[\w-]+$/.test(value) ? value : JSON.stringify(value)}]`,
      )
    } else {
      const inner = value.flatMap((item: unknown, index) => {
        if (key === '$or') return isRecord(item) && narrow(item, [...here, index], error) ? [index] : []
        const reason = refusal({ [lastPart(key)]: [item] })
        if (reason) error([...here, index], 'condition', reason)
        return reason ? [index] : []
      })
      if (inner.length === 0) error(here, 'condition', whole)
    }
  }
  return found
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1) || key

function refusal(pattern: unknown): string | undefined {
  try {
    compilePattern(pattern as object)
    return undefined
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    // Line and column of the error count in a text that the operator never saw.
    return error.message.replace(/ \(line \d+, column \d+\)/, '')
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
