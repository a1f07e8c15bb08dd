/*
 * Computed outputs: JSONata over the facts, in a sandbox.
 *
 * The writer of a table is trusted with the company's rules, not with the machine: an expression sees the facts and
 * nothing else, decides the same for the same facts, and ends. So $eval, randomness, regular expressions (their
 * backtracking cannot be interrupted) and ranges that are not written out are refused when the table is read; while it
 * runs, the number of evaluated nodes, the depth and the length of a text are bounded. Steps are counted instead of
 * milliseconds, so the bound does not depend on the machine's load; a clock would also break the core's purity.
 */

import jsonata from 'jsonata'

/** Bounds of one evaluation. */
export const expressionLimits = { steps: 10_000, depth: 100, textLength: 10_000, listLength: 1_000 } as const

export interface Expression {
  /** Computes the value from the facts. Throws ExpressionError when it fails or exceeds its bounds. */
  evaluate(facts: unknown, now: number): Promise<unknown>
}

export class ExpressionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ExpressionError'
  }
}

/** The expression inside `{% … %}`, or undefined for any other value. */
export function expressionOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text.startsWith('{%') && text.endsWith('%}') ? text.slice(2, -2).trim() : undefined
}

const refused: Readonly<Record<string, string>> = {
  eval: '$eval could run any text',
  random: '$random would decide differently each time',
  shuffle: '$shuffle would decide differently each time',
  clone: '$clone is not needed: nothing can be changed',
}

/** Why a text is no expression that may run, or undefined. */
export function expressionProblem(text: string): string | undefined {
  try {
    return treeProblem(jsonata(text).ast())
  } catch (error) {
    return `not a JSONata expression: ${messageOf(error)}`
  }
}

/** The facts that an expression asks for, as dotted paths, as far as they are written out. */
export function expressionFacts(text: string): string[] {
  const found = new Set<string>()
  try {
    collect(jsonata(text).ast(), found)
  } catch {
    return []
  }
  return [...found]
}

/** Compiles an expression. Throws ExpressionError when it may not run. */
export function compileExpression(text: string): Expression {
  const problem = expressionProblem(text)
  if (problem) throw new ExpressionError(problem)
  const compiled = jsonata(text, { stack: expressionLimits.depth, sequence: expressionLimits.listLength })
  const steps = new WeakMap<object, number>()
  for (const name of Object.keys(refused))
    compiled.registerFunction(name, () => {
      throw new ExpressionError(refused[name]!)
    })
  const bound = compiled as unknown as { assign(name: symbol, value: unknown): void }
  bound.assign(
    Symbol.for('jsonata.__evaluate_entry'),
    (_: unknown, __: unknown, environment: { base: object }) => {
      const count = (steps.get(environment.base) ?? 0) + 1
      if (count > expressionLimits.steps)
        throw new ExpressionError(`more than ${expressionLimits.steps} steps`)
      steps.set(environment.base, count)
    },
  )
  bound.assign(
    Symbol.for('jsonata.__evaluate_exit'),
    (_: unknown, __: unknown, ___: unknown, result: unknown) => checkSize(result),
  )
  compiled.registerFunction('pad', pad, '<s-ns?:s>')
  return {
    async evaluate(facts, now) {
      try {
        const result: unknown = await compiled.evaluate(facts, {
          now: () => new Date(now).toISOString(),
          millis: () => now,
        })
        checkSize(result)
        return result
      } catch (error) {
        throw error instanceof ExpressionError ? error : new ExpressionError(messageOf(error))
      }
    },
  }
}

function checkSize(result: unknown): void {
  if (typeof result === 'string' && result.length > expressionLimits.textLength)
    throw new ExpressionError(`a text longer than ${expressionLimits.textLength} characters`)
  if (Array.isArray(result) && result.length > expressionLimits.listLength)
    throw new ExpressionError(`a list longer than ${expressionLimits.listLength} entries`)
}

/** The built-in would allocate what it is asked for before its result could be measured. */
function pad(text: string, width: number, sign = ' '): string {
  if (Math.abs(width) > expressionLimits.textLength)
    throw new ExpressionError(`a text longer than ${expressionLimits.textLength} characters`)
  return width < 0 ? text.padStart(-width, sign) : text.padEnd(width, sign)
}

type Node = Record<string, unknown>

function treeProblem(node: unknown): string | undefined {
  if (Array.isArray(node)) return firstOf(node)
  if (typeof node !== 'object' || node === null) return undefined
  const { type, value, lhs, rhs } = node as Node
  if (node instanceof RegExp || type === 'regex')
    return 'regular expressions are not available: use $contains, $substringBefore or $split with a text'
  if (type === 'transform') return 'facts cannot be changed'
  if (type === 'variable' && typeof value === 'string' && Object.hasOwn(refused, value)) return refused[value]
  if (type === 'binary' && value === '..' && !(isSmall(lhs) && isSmall(rhs)))
    return `a range needs two written numbers of at most ${expressionLimits.listLength}`
  return firstOf(Object.values(node))
}

function firstOf(parts: unknown[]): string | undefined {
  for (const part of parts) {
    const problem = treeProblem(part)
    if (problem) return problem
  }
  return undefined
}

const isSmall = (node: unknown): boolean => {
  const { type, value } = (node ?? {}) as Node
  return type === 'number' && Math.abs(Number(value)) <= expressionLimits.listLength
}

function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) return node.forEach((part) => collect(part, found))
  if (typeof node !== 'object' || node === null) return
  const { type, steps } = node as Node
  if (type !== 'path' || !Array.isArray(steps))
    return Object.values(node).forEach((part) => collect(part, found))
  const names: string[] = []
  for (const step of steps as Node[]) {
    if (step.type !== 'name') break
    names.push(String(step.value))
  }
  if (names.length > 0) found.add(names.join('.'))
  // What stands inside of filters and calls is relative to the path, so only calls at its head are followed.
  const head = (steps as Node[])[0]
  if (head && head.type !== 'name') collect(head, found)
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
