import fc from 'fast-check'
import type { ApiDocument, Schema } from '../suite/api-document.ts'
import { isObject } from '../suite/api-document.ts'
import type { Draw } from '../random.ts'

/*
 * Values of a JSON Schema, drawn: right ones, and such that are wrong in one place. Of the schemas of the document, not of all
 * that JSON Schema can say.
 */

export interface ValueContext {
  api: ApiDocument
  draw: Draw
  /** an id of one of these kinds, when one is known */
  idOf(kinds: readonly string[]): string | undefined
  /** milliseconds */
  now: number
}

type Part = Schema & {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  examples?: readonly unknown[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  'x-refers-to'?: readonly string[]
}

/** A value that the schema takes. */
export function valueOf(schema: Schema, context: ValueContext): unknown {
  const part = context.api.resolve(schema) as Part
  const { draw } = context
  if (part.const !== undefined) return part.const
  if (part.enum) return draw.pick(part.enum)
  if (part.anyOf) {
    const some = part.anyOf.filter((each) => each.type !== 'null')
    return draw.chance(0.15) && some.length < part.anyOf.length ? null : valueOf(draw.pick(some), context)
  }
  if (part.examples && draw.chance(0.5)) return draw.pick(part.examples)
  const make = byType[part.type ?? (part.properties ? 'object' : 'any')]
  return (make ?? byType.any!)(part, context)
}

const byType: Record<string, (part: Part, context: ValueContext) => unknown> = {
  string: textOf,
  integer: numberOf,
  number: numberOf,
  boolean: (_, { draw }) => draw.chance(0.5),
  null: () => null,
  array: ({ items = {}, minItems = 0, maxItems = 3 }, context) =>
    context.draw.list(minItems, Math.min(maxItems, minItems + 2), () => valueOf(items, context)),
  object: ({ properties = {}, required = [] }, context) =>
    Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name) || context.draw.chance(0.25))
        .map(([name, each]) => [name, valueOf(each, context)]),
    ),
  any: (_, { draw }) => draw.pick(['x', 1, true]),
}

function numberOf({ minimum = 0, maximum = 1e6 }: Part, { draw }: ValueContext): number {
  return draw.pick([minimum, Math.min(maximum, minimum + draw.below(100)), Math.min(maximum, 1e6), maximum])
}

/** Words that a form, a database or a page may stumble over. */
const words = [
  'Ann',
  'Олена',
  'scale',
  'Ї',
  '😀',
  '<b>',
  '"',
  '\\',
  "O'Neil",
  '{}',
  '0',
  'null',
  'é',
  '١٢',
  '#',
  '${x}',
]

function textOf(part: Part, context: ValueContext): string {
  const { format, pattern, minLength = 0, maxLength = 200, 'x-refers-to': to } = part
  const { draw } = context
  if (to) return context.idOf(to) ?? 'unknown'
  if (format === 'date-time') return new Date(moment(context)).toISOString()
  if (format === 'date') return new Date(moment(context)).toISOString().slice(0, 10)
  if (format === 'email') return `ann${draw.below(500)}@customer.example`
  if (pattern !== undefined) return draw.pick(matching(pattern))
  if (draw.chance(0.02)) return 'x'.repeat(maxLength)
  const text = draw.list(1, 6, () => draw.pick(words)).join(' ')
  return [...text]
    .slice(0, Math.floor(maxLength / 2))
    .join('')
    .trim()
    .padEnd(minLength, 'x')
}

/** Within a month before or after now; often soon, as what is promised excludes later. */
const moment = ({ draw, now }: ValueContext): number =>
  draw.chance(0.4) ? now + draw.below(240) * 60_000 : now + (draw.below(60 * 24) - 30 * 24) * 3_600_000

const known = new Map<string, string[]>()

function matching(pattern: string): string[] {
  let some = known.get(pattern)
  if (!some) known.set(pattern, (some = fc.sample(fc.stringMatching(new RegExp(pattern)), 40)))
  return some
}

/** Values that no schema of a field takes, or hardly any. */
const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  ' ',
  'x'.repeat(200_000),
  '\ud800',
  '\u0000',
  'ä'.repeat(400),
  [],
  [null],
  {},
  { constructor: { name: 'Set' } },
  [[[[[[]]]]]],
  'toString',
  '2027-02-30',
  '2027-13-01T00:00:00Z',
  'unknown_01MG052TM0HGFQ0E65SHC1T3TV',
]

/** The body with something wrong in one place, as far as the draw finds a place; it may still be right. */
export function mutated(body: unknown, schema: Schema, context: ValueContext): unknown {
  const { draw } = context
  if (!isObject(body)) return draw.pick(odd)
  const { properties = {}, required = [] } = context.api.resolve(schema) as Part
  const names = Object.keys(properties)
  const without = (name: string): object =>
    Object.fromEntries(Object.entries(body).filter(([each]) => each !== name))
  const name = names.length ? draw.pick(names) : 'more'
  return draw.weighted<unknown>(
    [required.length ? 2 : 0, () => without(draw.pick(required))],
    [
      1,
      () => ({
        ...body,
        [draw.pick(['more', 'tenant', 'id', 'status', 'version', '__proto__x', 'constructor'])]: 'x',
      }),
    ],
    [4, () => ({ ...body, [name]: draw.pick(odd) })],
    [1, () => draw.pick<unknown>([[], [body], null, 'x', 1])],
    [
      1,
      () => {
        const inner = body[name]
        return { ...body, [name]: isObject(inner) ? { ...inner, more: 1 } : { more: inner ?? 1 } }
      },
    ],
  )
}
