import * as z from 'zod/mini'
import { nearest, SourceError, type Problem, type Source } from './source.ts'

/*
 * What is wrong with a file, in the words of who wrote it.
 *
 * Problem: zod says `Invalid input` of a union and of a choice what it expected, and neither what stands there.
 * Representation: zod's issues, worded by the map of errors that a parse takes; words of a schema itself win over these.
 * A union is told by the branch that the value was meant for: the one whose shape it has, else by all that could stand there.
 */

type Path = readonly (string | number)[]
type Issue = z.core.$ZodIssue
type RawIssue = z.core.$ZodRawIssue

/** Validates a source by its schema. Throws SourceError with the place of each problem. */
export function readSource<T>(source: Source, schema: z.core.$ZodType<T>): T {
  const problems = namesOfEverything(source.value, [], source)
  const result = z.safeParse(schema, source.value, { error: wording })
  if (result.success && problems.length === 0) return result.data
  const wrong = result.error?.issues.flatMap((issue) => problemsOf(issue, [], { source, schema })) ?? []
  const known = new Set(problems.map(placeOf))
  throw new SourceError([...problems, ...wrong.filter((problem) => !known.has(placeOf(problem)))])
}

const placeOf = ({ file, line, column }: Problem): string => `${file}:${line}:${column}`

/** Whether every object of JavaScript has something of this name, so that nothing of this name can be looked up safely. */
export const isNameOfEverything = (name: string): boolean => name in Object.prototype

export const nameOfEverythingText = (name: string): string =>
  `"${name}" is a name that programs keep for themselves: write another one`

/** Names of keys: `__proto__` would vanish without a word, and `constructor` be found where nobody wrote it. */
function namesOfEverything(value: unknown, path: Path, source: Source): Problem[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]): Problem[] => {
    const at = [...path, Array.isArray(value) ? Number(name) : name]
    if (Array.isArray(value) || !isNameOfEverything(name)) return namesOfEverything(inner, at, source)
    const message = nameOfEverythingText(name)
    return [{ ...source.locate(at, 'key'), severity: 'error', code: 'reserved-name', message }]
  })
}

interface Reading {
  source: Source
  schema: z.core.$ZodType
}

function problemsOf(issue: Issue, parent: Path, reading: Reading): Problem[] {
  const { source, schema } = reading
  const path = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  const wrong = (message: string, hint: string | undefined, part: 'key' | 'value' = 'value'): Problem => ({
    ...source.locate(path, part),
    severity: 'error',
    code: 'wrong-value',
    message,
    ...(hint !== undefined && { hint }),
  })
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      ...source.locate([...path, key], 'key'),
      severity: 'error',
      code: 'unknown-key',
      message: `unknown key "${key}"${path.length ? ` in ${path.join('.')}` : ''}`,
      ...hintOfKey(key, namesIn(schemasAt(schema, path))),
    }))
  const where = nameOfPlace(path)
  if (issue.code === 'invalid_key') {
    const words = issue.issues.map(({ message }) => message).join(', ')
    return [wrong(`${nameOfPlace(path.slice(0, -1))}: "${path.at(-1)}": ${words}`, undefined, 'key')]
  }
  const value = valueAt(source.value, path)
  if (issue.code === 'invalid_union' && issue.message === '') {
    const meant = issue.errors.filter(fits).toSorted((one, other) => one.length - other.length)[0]
    if (meant) return meant.flatMap((each) => problemsOf(each, path, reading))
    const keys = namesIn(schemasAt(schema, path))
    const words = [...new Set(issue.errors.flat().flatMap((each) => wordsOf(each)))]
    const types = new Set(issue.errors.flat().flatMap((each) => typesOf(each)))
    const ways = [...words, ...[...types].map((type) => typeText(type, keys))]
    return [wrong(`${where}: ${notKnown(value, ways)}`, hintOf(value, words).hint)]
  }
  return [wrong(`${where}: ${issue.message}`, hintOf(value, valuesOf(issue)).hint)]
}

const nameOfPlace = (path: Path): string => (path.length ? path.join('.') : 'the file')

/** Words for an issue whose schema has none of its own; empty for a union, which is told by its parts. */
function wording(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_union') {
    const { input, discriminator } = issue
    return discriminator === undefined ? '' : notKnown(valueAt(input, [discriminator]), choicesOf(issue))
  }
  if (issue.code === 'invalid_value') return notKnown(issue.input, issue.values.map(String))
  if (issue.code !== 'invalid_type') return undefined
  const expected = typeText(issue.expected)
  return issue.input === undefined ? `${expected} is missing` : `write ${expected}, not ${said(issue.input)}`
}

function notKnown(value: unknown, ways: readonly string[]): string {
  if (value === undefined) return `is missing: write ${oneOf(ways)}`
  if (value === null) return `is empty: write ${oneOf(ways)}`
  return `${said(value)} is not known here: write ${oneOf(ways)}`
}

const oneOf = (ways: readonly string[]): string =>
  ways.length > 1 ? `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}` : ways.join()

/** What stands in the file, on a line. */
function said(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'nothing'
  if (typeof value === 'object') return 'a mapping'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const cut = text.length > 60 ? `${text.slice(0, 59)}…` : text
  return typeof value === 'string' ? JSON.stringify(cut) : cut
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
}
function typeText(type: string, keys: readonly string[] = []): string {
  const name = typeNames[type] ?? type
  return type === 'object' && keys.length > 0 ? `${name} with ${keys.join(', ')}` : name
}

/** Whether a value has the shape of the branch of a union that has these issues, so that it was meant for it. */
const fits = (issues: readonly Issue[]): boolean =>
  !issues.some(
    (issue) =>
      issue.path.length === 0 &&
      (issue.code === 'invalid_type' ||
        issue.code === 'invalid_value' ||
        (issue.code === 'invalid_union' && !issue.errors.some(fits))),
  )

/** The words that could stand where an issue is; of a union those of its branches. */
const wordsOf = (issue: Issue): string[] =>
  issue.code === 'invalid_union' ? issue.errors.flat().flatMap(wordsOf) : valuesOf(issue)
const typesOf = (issue: Issue): string[] => {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(typesOf)
  return issue.code === 'invalid_type' ? [issue.expected] : []
}
const valuesOf = (issue: Issue): string[] =>
  issue.code === 'invalid_value' ? issue.values.map(String) : choicesOf(issue)

/** The words that decide between the mappings of a union. */
const choicesOf = (issue: Issue | RawIssue): string[] =>
  issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : []

function hintOf(word: unknown, names: readonly string[]): { hint?: string } {
  const near = typeof word === 'string' ? nearest(word, names) : undefined
  return near === undefined ? {} : { hint: `did you mean "${near}"?` }
}

const hintOfKey = (key: string, names: readonly string[]): { hint?: string } =>
  names.length > 0 ? { hint: `known are: ${names.join(', ')}`, ...hintOf(key, names) } : {}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<string | number, unknown>)[part]
        : undefined,
    value,
  )

interface Definition {
  innerType?: z.core.$ZodType
  options?: readonly z.core.$ZodType[]
  shape?: Readonly<Record<string, z.core.$ZodType>>
  element?: z.core.$ZodType
  keyType?: z.core.$ZodType
  valueType?: z.core.$ZodType
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as Definition

/** What a value at a path may be: without what lies around it (`optional`, a default), each branch of a union by itself. */
function schemasAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  return path.reduce<z.core.$ZodType[]>(
    (schemas, part) => schemas.flatMap((each) => within(each, part)).flatMap(branches),
    branches(schema),
  )
}

function branches(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, options } = definitionOf(schema)
  if (innerType) return branches(innerType)
  return options ? options.flatMap(branches) : [schema]
}

/** The schema of a field, of an entry of a list, or of a value by its name; none where there is none. */
function within(schema: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  const { shape, element, valueType } = definitionOf(schema)
  const inner = shape ? own(shape, part) : (element ?? valueType)
  return inner ? [inner] : []
}
const own = <T>(values: Readonly<Record<string, T>>, name: string | number): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

/** The names of keys that mappings of these schemas may have. */
const namesIn = (schemas: readonly z.core.$ZodType[]): string[] =>
  schemas.flatMap((schema) => {
    const { shape = {}, keyType } = definitionOf(schema)
    return [...Object.keys(shape), ...[...(keyType?._zod.values ?? [])].map(String)]
  })
