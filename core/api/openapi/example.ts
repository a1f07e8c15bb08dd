import * as z from 'zod/mini'
import { definitionOf, isOptional, saidOf } from '../../record/field.ts'
import type { Kind } from '../../record/kind.ts'
import { settableShape } from './schema.ts'

/*
 * Bodies that operations take. A reference is the name of a kind in braces (`{customer}`), for which whoever tries it writes the
 * id of a record; a test does so with every one of them.
 */

/** The prefix of a kind's ids, or nothing for what is published and no record. */
export type Prefixes = (kind: string) => string | undefined

/** Ids of records in examples are written so, and stand for one that is there. */
const exampleId = (kind: string): string => `{${kind}}`

/** A value that a field takes: its example, else the simplest one. */
export function sampleOf(type: z.core.$ZodType, prefix: Prefixes): unknown {
  const { example, to, title = 'text', unit } = saidOf(type)
  if (to) {
    const record = to.find((kind) => prefix(kind) !== undefined)
    return record === undefined ? publishedSample(to[0]!, example) : exampleId(record)
  }
  if (unit === 'money') return { minor: 50_000, currency: 'EUR' }
  if (example !== undefined && z.safeParse(type, example).success) return example
  const def = definitionOf(type)
  const plain: Record<string, () => unknown> = {
    enum: () => Object.values(def.entries ?? {})[0],
    array: () => [sampleOf(def.element!, prefix)],
    boolean: () => true,
    number: () => 1,
    object: () =>
      Object.fromEntries(
        Object.entries(def.shape ?? {}).map(([name, field]) => [name, sampleOf(field, prefix)]),
      ),
    record: () => ({}),
  }
  return plain[def.type]?.() ?? [title, ...samples].find((each) => z.safeParse(type, each).success) ?? title
}

/** Of what is published and no record; of anything else its own example. */
const publishedSample = (to: string, example: unknown): unknown => published[to] ?? example ?? to
const published: Record<string, string> = {
  person: 'anna',
  team: 'sales-dach',
  queue: 'intake',
  form: 'demo',
}
const samples = ['2027-03-03T10:00:00.000Z', '2027-03-03', 'ann@customer.example', '+380441234567']

/** A new record: what must be there, and what has an example of its own. What a transition needs is left to that. */
export function sampleRecord(
  kind: Pick<Kind, 'schema' | 'lifecycle' | 'ordered'>,
  prefix: Prefixes,
): Record<string, unknown> {
  const later = new Set(Object.values(kind.lifecycle?.transitions ?? {}).flatMap(({ needs = [] }) => needs))
  const fields = Object.entries(settableShape(kind)).filter(
    ([name, type]) => !isOptional(type) || (!later.has(name) && hasExample(type)),
  )
  const sample = Object.fromEntries(fields.map(([name, type]) => [name, sampleOf(type, prefix)]))
  return inOrder(kind, sample)
}

/** What may not be before another moment is an hour after it. */
function inOrder(
  { ordered = [] }: Pick<Kind, 'ordered'>,
  sample: Record<string, unknown>,
): Record<string, unknown> {
  for (const [first, second] of ordered)
    if (sample[first] !== undefined && sample[first] === sample[second])
      sample[second] = String(sample[second]).replace('T10:', 'T11:')
  return sample
}

const hasExample = (type: z.core.$ZodType): boolean => {
  const { example, to } = saidOf(type)
  return example !== undefined && !to
}

/** What a transition is sent: what it needs. */
export function sampleOfNeeds(
  kind: Pick<Kind, 'schema' | 'ordered'>,
  needs: readonly string[],
  prefix: Prefixes,
): Record<string, unknown> {
  const { shape } = kind.schema
  const fields = needs.flatMap((name) => (shape[name] ? [[name, sampleOf(shape[name], prefix)]] : []))
  return inOrder(kind, Object.fromEntries(fields) as Record<string, unknown>)
}

/** One field of a record with another value than `sampleRecord` has: of those that are nothing but a value, a choice first. */
export function samplePatch(
  kind: Pick<Kind, 'schema' | 'lifecycle' | 'ordered'>,
  prefix: Prefixes,
): Record<string, unknown> {
  const made = sampleRecord(kind, prefix)
  const bound = new Set((kind.ordered ?? []).flat())
  const candidates = Object.entries(settableShape(kind)).flatMap(([name, type]) => {
    const { to, partOf, format, listPart, listedKind } = saidOf(type)
    if (to || partOf || format || listPart || listedKind || bound.has(name)) return []
    const isMade = Object.hasOwn(made, name)
    const value = isMade ? otherThan(made[name], type) : sampleOf(type, prefix)
    return value === undefined ? [] : [{ name, value, rank: rankOf(type) + (isMade ? 10 : 0) }]
  })
  const [first] = candidates.toSorted((one, other) => one.rank - other.rank)
  return first ? { [first.name]: first.value } : {}
}

/** What reads best comes first. */
function rankOf(type: z.core.$ZodType): number {
  const at = ['enum', 'string'].indexOf(definitionOf(type).type)
  return at < 0 ? 2 : at
}

function otherThan(value: unknown, type: z.core.$ZodType): unknown {
  const { type: form, entries = {} } = definitionOf(type)
  if (form === 'enum') return Object.values(entries).find((each) => each !== value)
  const other = typeof value === 'string' ? `${value} (new)` : undefined
  return other !== undefined && z.safeParse(type, other).success ? other : undefined
}
