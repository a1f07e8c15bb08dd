import { eitherOf, withArticle } from '../article.ts'
import * as z from 'zod/mini'
import { Fault, fieldFault, type FieldError } from '../fault.ts'
import { definitionOf, saidOf } from '../field.ts'
import { toInstant } from '../id.ts'
import type { Kind } from '../kind.ts'

/* What callers send, read by schemas, and refused in words that help. */

export type Shape = Readonly<Record<string, z.ZodMiniType>>

/**
 * What a caller sent for fields of a kind. Throws Fault `field.invalid` in the words of the declaration, together with what
 * else is wrong, which `also` finds in what was sent.
 */
export function readFor(
  kind: Kind,
  shape: Shape,
  input: unknown,
  also: (sent: Readonly<Record<string, unknown>>) => FieldError[] = () => [],
): Record<string, unknown> {
  const result = z.safeParse(z.strictObject(shape), withInstants(shape, input))
  const more = isObject(input) ? [...strangersIn(shape, input), ...also(input)] : []
  if (result.success && !more.length) return result.data
  const issues = result.error?.issues ?? []
  throw fieldFault([...issues.flatMap((issue) => wordsFor(kind, issue, input)), ...more])
}

/**
 * Names that no declaration has, inside of values: a schema leaves them out, since what was stored may have fields that are
 * gone by now, but whoever sends them would believe that they are kept.
 */
function strangersIn(shape: Shape, sent: Readonly<Record<string, unknown>>): FieldError[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    const type = Object.hasOwn(shape, name) ? shape[name] : undefined
    return type ? strangersOf(type, value, [name]) : []
  })
}

function strangersOf(type: z.core.$ZodType, value: unknown, path: PropertyKey[]): FieldError[] {
  const { element, shape } = definitionOf(type)
  if (element && Array.isArray(value))
    return value.flatMap((each, at) => strangersOf(element, each, [...path, at]))
  if (!shape || !isObject(value)) return []
  return Object.entries(value).flatMap(([name, each]) => {
    const own = Object.hasOwn(shape, name) ? shape[name] : undefined
    return own
      ? strangersOf(own, each, [...path, name])
      : [{ path: [...path, name], message: 'is not known here' }]
  })
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Instants as we write them, of whatever says the same moment: without milliseconds, or by another clock. */
function withInstants(shape: Shape, input: unknown): unknown {
  if (!isObject(input)) return input
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const type = Object.hasOwn(shape, name) ? shape[name] : undefined
      const isSure = type && definitionOf(type).format === 'datetime' && isInstant.safeParse(value).success
      return [name, isSure ? toInstant(Date.parse(value as string)) : value]
    }),
  )
}

const isInstant = z.iso.datetime({ offset: true })

/** An issue of the schema in the words of the declaration. */
function wordsFor(kind: Kind, issue: z.core.$ZodIssue, input: unknown): FieldError[] {
  const { shape } = kind.schema
  const own = (name: unknown) => (Object.hasOwn(shape, String(name)) ? shape[String(name)] : undefined)
  const { path } = issue
  if (issue.code === 'unrecognized_keys' && !path.length)
    return issue.keys.map((name) => ({
      path: [name],
      message:
        own(name) || isDerived(kind, name)
          ? 'cannot be set here'
          : `${withArticle(kind.name)} has no such field`,
    }))
  const [top] = path
  const type = top === undefined ? undefined : own(top)
  const isMissing = path.length === 1 && !Object.hasOwn(input ?? {}, String(top))
  if (isMissing && typeof input === 'object') return [{ path, message: 'is missing' }]
  const words = type && wordsForType(type)
  return words === undefined ? wordsOf(issue) : [{ path, message: words }]
}

/** What is computed of the file of a record is shown, and set by nobody. */
const isDerived = ({ derived = {} }: Kind, name: string): boolean => Object.hasOwn(derived, name)

/** How values of a type are written, where its schema would not say it well. */
function wordsForType(type: z.ZodMiniType): string | undefined {
  const { unit, to } = saidOf(type)
  if (unit === 'money')
    return 'write an amount in minor units and its currency, such as {"minor": 50000, "currency": "EUR"} for 500 euros'
  const { format } = definitionOf(type)
  if (format === 'datetime') return 'write a moment such as 2027-03-03T10:00:00.000Z'
  if (format === 'date') return 'write a day such as 2027-03-03'
  return to && `write the id of ${eitherOf(to)}`
}

/** In the words of no kind. */
function wordsOf(issue: z.core.$ZodIssue): FieldError[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ path: [...path, name], message: 'is not known here' }))
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1)
    return [{ path, message: 'is empty' }]
  // Of a number that would not come back as it was typed the reader of JSON makes none.
  if (issue.code === 'invalid_type' && issue.message.endsWith('received NaN'))
    return [{ path, message: 'has more digits than are kept of a number; write it with fewer, or as a text' }]
  return [{ path, message: issue.message }]
}

/** A body that says nothing. */
export const nothing = z.strictObject({})

/** What a caller sent as JSON. Throws Fault `field.invalid` that points at every value which is wrong. */
export function readInput<T>(schema: z.core.$ZodType<T>, value: unknown): T {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw fieldFault(result.error.issues.flatMap(wordsOf))
}

/** What a caller asks for in the query of an address. Throws Fault `input.invalid` that names every parameter which is wrong. */
export function readParameters<T>(
  schema: z.core.$ZodType<T>,
  query: Readonly<Record<string, string | undefined>>,
): T {
  const result = z.safeParse(schema, query)
  if (result.success) return result.data
  const errors = result.error.issues
    .flatMap(wordsOf)
    .slice(0, 20)
    .map(({ path, message }) => ({
      parameter: String(path[0] ?? '').slice(0, 200),
      detail: message.slice(0, 500),
    }))
  const { parameter = 'query', detail } = errors[0] ?? {}
  throw new Fault('input.invalid', `${parameter}: ${detail}`, { where: parameter, facts: { errors } })
}
