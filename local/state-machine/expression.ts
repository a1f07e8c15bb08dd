/*
 * JSONata in state machine definitions.
 *
 * A template is any JSON value of a definition; the strings `{% … %}` in it are expressions. Templates are compiled
 * once for each definition and expression texts once for each service, since compiling costs four times evaluating.
 * Expressions see only `$states` and the variables: there is no input document, as in AWS.
 */
import { createHash, randomUUID } from 'node:crypto'
import jsonata from 'jsonata'
import type { Clock } from '../clock/clock.ts'
import { StateFailure } from './failure.ts'

/**
 * An expression without end must fail its state, not stop the process: 10 s is far beyond the 0.1 ms that expressions
 * take, and only loops come to 500 calls within each other.
 */
const guard = { timeout: 10_000, stack: 500 }

export type Bindings = Record<string, unknown>

export interface Template {
  /** True when the value contains no expression. */
  constant: boolean
  /** @throws StateFailure `States.QueryEvaluationError` */
  evaluate(bindings: Bindings): Promise<unknown>
}

export interface ExpressionCompiler {
  /** @throws Error if an expression does not parse, uses `$eval` or is opened or closed improperly */
  compile(value: unknown): Template
}

export function expressionCompiler(clock: Clock, random: () => number = Math.random): ExpressionCompiler {
  const cache = new Map<string, (bindings: Bindings) => Promise<unknown>>()

  function expression(source: string) {
    let compiled = cache.get(source)
    if (!compiled) cache.set(source, (compiled = compileExpression(source, clock, random)))
    return compiled
  }

  function compile(value: unknown): Template {
    if (typeof value === 'string') {
      if (isExpression(value)) return { constant: false, evaluate: expression(value.slice(2, -2).trim()) }
      if (/^\s*\{%|%\}\s*$/.test(value))
        throw new Error(
          `${JSON.stringify(value)} must begin with {% and end with %}, without spaces around them`,
        )
      return constant(value)
    }
    if (typeof value !== 'object' || value === null) return constant(value)
    const parts = Object.entries(value).map(([key, part]) => ({ key, part, template: compile(part) }))
    if (parts.every(({ template }) => template.constant)) return constant(value)
    return {
      constant: false,
      async evaluate(bindings) {
        const result: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
        for (const { key, part, template } of parts) {
          const evaluated = template.constant ? part : await template.evaluate(bindings)
          // Assignment would call the setter of a key named __proto__.
          Object.defineProperty(result, key, {
            value: evaluated,
            enumerable: true,
            writable: true,
            configurable: true,
          })
        }
        return result
      },
    }
  }

  return { compile }
}

/** Whether a string of a definition is `{% … %}`: "no leading spaces" and "no trailing spaces" (developer guide). */
export const isExpression = (text: string): boolean =>
  text.length >= 4 && text.startsWith('{%') && text.endsWith('%}')

const constant = (value: unknown): Template => ({ constant: true, evaluate: async () => value })

function compileExpression(source: string, clock: Clock, random: () => number) {
  const compiled = jsonata(source, guard)
  forbidEval(compiled.ast())
  registerAwsFunctions(compiled, clock, random)
  return async (bindings: Bindings): Promise<unknown> => {
    let result: unknown
    try {
      result = await compiled.evaluate(undefined, bindings)
    } catch (error) {
      const { message } = error as { message?: string }
      throw evaluationError(`The JSONata expression '${source}' failed: ${message ?? String(error)}`)
    }
    if (result === undefined)
      throw evaluationError(`The JSONata expression '${source}' returned nothing (undefined).`)
    const foreign = foreignIn(result)
    if (foreign !== undefined)
      throw evaluationError(`The JSONata expression '${source}' returned ${foreign}, which is not JSON.`)
    return result
  }
}

/**
 * What in a result JSON cannot say. A lambda, a built-in function and a regular expression are functions, or objects
 * that hold some, in JSONata; in JSON they would turn into half an object or null.
 */
function foreignIn(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value)
  if (typeof value !== 'object' || value === null) return undefined
  // Without a list of the values: most expressions give a part of the input, which this walks through each time.
  for (const name in value) {
    const part = (value as Record<string, unknown>)[name]
    if (typeof part === 'string') continue
    const foreign = foreignIn(part)
    if (foreign !== undefined) return foreign
  }
  return undefined
}

const evaluationError = (cause: string) => new StateFailure('States.QueryEvaluationError', cause)

function forbidEval(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  const { type, value } = node as { type?: unknown; value?: unknown }
  if (type === 'variable' && value === 'eval') throw new Error('$eval is not allowed')
  for (const child of Object.values(node)) forbidEval(child)
}

/** The functions that Step Functions adds to JSONata; `$now` and `$millis` follow the clock of the service. */
function registerAwsFunctions(compiled: jsonata.Expression, clock: Clock, random: () => number): void {
  const forDate = jsonata('$fromMillis($at, $picture, $zone)')
  compiled.registerFunction('millis', () => clock.now(), '<:n>')
  compiled.registerFunction(
    'now',
    (picture?: string, zone?: string) => forDate.evaluate(undefined, { at: clock.now(), picture, zone }),
    '<s?s?:s>',
  )
  compiled.registerFunction('partition', partition, '<an:a>')
  compiled.registerFunction('range', range, '<nnn:a>')
  compiled.registerFunction('hash', hash, '<xs:s>')
  compiled.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? random() : seeded(seed)),
    '<n?:n>',
  )
  compiled.registerFunction('uuid', () => randomUUID(), '<:s>')
  compiled.registerFunction('parse', (text: string) => JSON.parse(text) as unknown, '<s:x>')
}

function partition(list: unknown[], size: number): unknown[][] {
  if (!(size >= 1)) throw new Error('$partition needs a chunk size of at least 1')
  const width = Math.floor(size)
  return Array.from({ length: Math.ceil(list.length / width) }, (_, i) =>
    list.slice(i * width, (i + 1) * width),
  )
}

/** @throws Error beyond 1,000 elements, the limit of the service's own States.ArrayRange */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range needs a step other than 0')
  const length = Math.max(0, Math.floor((last - first) / step) + 1)
  if (length > 1000) throw new Error('$range gives at most 1,000 elements')
  return Array.from({ length }, (_, i) => first + i * step)
}

const hashAlgorithms: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

function hash(data: unknown, algorithm: string): string {
  const name = Object.hasOwn(hashAlgorithms, algorithm) ? hashAlgorithms[algorithm] : undefined
  if (!name) throw new Error(`$hash does not know the algorithm ${algorithm}`)
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return createHash(name).update(text).digest('hex')
}

/** The first number of the mulberry32 sequence: the same seed gives the same number, as documented for $random. */
function seeded(seed: number): number {
  let state = (seed | 0) + 0x6d2b79f5
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296
}
