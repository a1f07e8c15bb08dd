import * as z from 'zod/mini'
import { definitionOf, saidOf } from '../record/field.ts'
import { givenTime } from '../time/given-time.ts'
import { declaredFields } from '../kind/sales/declared-field.ts'
import type { Fields } from './body/body.ts'
import { saysSomething, textOf, type Value } from './part.ts'
import { readAmount } from './read/number.ts'

/*
 * Fields of a lead that nobody reads by rules of their own.
 *
 * What customers say of themselves is read with care (normalize.ts): it comes in many writings. A field that a firm declares
 * beside it is filled by whoever sends it under its name, in the form that its schema takes; anything else is shown as it
 * came.
 */

/** What was sent under the name of such a field and can be one, and everything else as it came. */
export function readDeclared(
  fields: Fields,
  asPosted: Fields,
  currency: string,
): { read: Record<string, unknown>; rest: Fields } {
  const read: Record<string, unknown> = {}
  const names = new Map([...declaredFields().keys()].map((name) => [plain(name), name]))
  if (!names.size) return { read, rest: fields }
  const rest = fields.filter(([label, value]) => {
    const name = names.get(plain(label))
    if (name === undefined || name in read || !saysSomething(value)) return true
    // A list has become one text by now.
    const list = asPosted.find(([given, posted]) => plain(given) === plain(name) && Array.isArray(posted))
    const fact = factOf(declaredFields().get(name)!, list ? list[1] : value, currency)
    if (fact === undefined) return true
    read[name] = fact
    return false
  })
  return { read, rest }
}

/** `Cost centre`, `cost-centre` and `costCentre` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '')

/** Beside the words of programs: what a checkbox sends that is ticked, and what people answer. */
const flags: Record<string, boolean> = {
  ...Object.fromEntries(['true', 'on', 'yes', 'так', 'да'].map((word) => [word, true])),
  ...Object.fromEntries(['false', 'off', 'no', 'ні', 'нет'].map((word) => [word, false])),
}

export function factOf(type: z.core.$ZodType, value: Value, currency: string): unknown {
  const candidate = saidOf(type).unit === 'money' ? readAmount(value, currency) : candidateOf(type, value)
  const { success, data } = z.safeParse(type, candidate)
  return success && isShort(data) ? data : undefined
}

/** A lead is read with every step of its work: whatever is longer stands in the submission only. */
export const isShort = (value: unknown): boolean => (JSON.stringify(value) ?? '').length <= 2_000

/** The value in the type that its schema takes; texts of numbers only in the one writing that means the same everywhere. */
function candidateOf(type: z.core.$ZodType, value: Value): unknown {
  const def = definitionOf(type)
  if (typeof value === 'object') return Array.isArray(value) && def.type !== 'array' ? textOf(value) : value
  const text = textOf(value).trim()
  if (def.type === 'array') return [text]
  if (def.type === 'number') return /^-?\d{1,15}(\.\d{1,2})?$/.test(text) ? Number(text) : undefined
  if (def.type === 'boolean') return flags[text.toLowerCase()]
  if (def.format === 'datetime') return givenTime.safeParse(text).data
  if (def.type === 'enum')
    return Object.values(def.entries ?? {}).find((entry) => entry.toLowerCase() === text.toLowerCase())
  return text
}

/** What such a field takes, in words for whoever sends it. */
export function shapeOf(type: z.core.$ZodType): string {
  const def = definitionOf(type)
  if (saidOf(type).unit === 'money') return 'an amount, such as 500'
  if (def.type === 'enum') return `one of ${Object.values(def.entries ?? {}).join(', ')}`
  const formats: Record<string, string> = {
    datetime: 'a moment such as 2027-03-03T10:00:00Z',
    date: 'a day such as 2027-03-03',
  }
  const types: Record<string, string> = {
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    string: 'a text',
  }
  return formats[def.format ?? ''] ?? types[def.type] ?? 'what its declaration says'
}
