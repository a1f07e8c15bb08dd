import * as z from 'zod/mini'
import { Fault } from '../fault.ts'
import { definitionOf, saidOf } from '../field.ts'
import { toInstant } from '../id.ts'
import type { Kind } from '../kind.ts'

/* What callers send, read by schemas, and refused in words that help. */

export type Shape = Readonly<Record<string, z.ZodMiniType>>

/** What a caller sent for fields of a kind. Throws Fault `input.invalid` in the words of the declaration. */
export function readFor(kind: Kind, shape: Shape, input: unknown): Record<string, unknown> {
  return readInput(z.strictObject(shape), withInstants(shape, input), (issue) => wordsFor(kind, issue, input))
}

/** Instants as we write them, of whatever says the same moment: without milliseconds, or by another clock. */
function withInstants(shape: Shape, input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  return Object.fromEntries(
    Object.entries(input).map(([name, value]: [string, unknown]) => {
      const type = Object.hasOwn(shape, name) ? shape[name] : undefined
      const isSure = type && definitionOf(type).format === 'datetime' && isInstant.safeParse(value).success
      return [name, isSure ? toInstant(Date.parse(value as string)) : value]
    }),
  )
}

const isInstant = z.iso.datetime({ offset: true })

/** An issue of the schema, as the field and the words that help. */
function wordsFor(kind: Kind, issue: z.core.$ZodIssue, input: unknown): { field: string; message: string }[] {
  const { shape } = kind.schema
  const own = (name: unknown) => (Object.hasOwn(shape, String(name)) ? shape[String(name)] : undefined)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({
      field: name,
      message: own(name) ? 'cannot be set here' : `a ${kind.name} has no such field`,
    }))
  const [top] = issue.path
  const type = own(top)
  const field = issue.path.join('.')
  const isMissing = issue.path.length === 1 && !Object.hasOwn(input ?? {}, String(top))
  if (isMissing && typeof input === 'object') return [{ field, message: 'is missing' }]
  if (type && saidOf(type).unit === 'money')
    return [
      {
        field,
        message:
          'write an amount in minor units and its currency, such as {"minor": 50000, "currency": "EUR"} for 500 euros',
      },
    ]
  if (type && definitionOf(type).format === 'datetime')
    return [{ field, message: 'write a moment such as 2027-03-03T10:00:00.000Z' }]
  if (type && definitionOf(type).format === 'date')
    return [{ field, message: 'write a day such as 2027-03-03' }]
  const { to } = type ? saidOf(type) : {}
  if (to) return [{ field, message: `write the id of a ${to.join(' or a ')}` }]
  return wordsOf(issue)
}

/** In the words of no kind. */
function wordsOf(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({
      field: [...issue.path, name].join('.'),
      message: 'is not known here',
    }))
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1)
    return [{ field, message: 'is empty' }]
  return [{ field, message: issue.message }]
}

/** Throws Fault `input.invalid` that names every field which is wrong, without its value. */
export function readInput<T>(
  schema: z.core.$ZodType<T>,
  value: unknown,
  told: (issue: z.core.$ZodIssue) => { field: string; message: string }[] = wordsOf,
): T {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  // Names of fields may be a stranger's too: as many and as long as one can read.
  const errors = result.error.issues
    .slice(0, 20)
    .flatMap(told)
    .slice(0, 20)
    .map(({ field, message }) => ({
      field: field.slice(0, 200) || 'the body',
      message: message.slice(0, 500),
    }))
  const first = errors[0]
  throw new Fault('input.invalid', `${first?.field}: ${first?.message}`, {
    ...(first && { where: first.field }),
    facts: { errors },
  })
}
