import * as z from 'zod/mini'
import { definitionOf, isOptional, patchType, saidOf } from '../../record/field.ts'
import { setOwn } from '../../record/item.ts'
import type { Kind } from '../../record/kind.ts'

/* JSON Schema (2020-12, as OpenAPI 3.1 has it) of kinds: what is sent for a record, and what is shown of one. */

export type JsonSchema = Readonly<Record<string, unknown>>
type Shape = Readonly<Record<string, z.ZodMiniType>>

/** What a field says of itself beside JSON Schema's own words. */
const ownWords = new Set([
  'help',
  'personal',
  'search',
  'list',
  'level',
  'given',
  'internal',
  'to',
  'unit',
  'format',
  'noFact',
  'listedKind',
  'listPart',
])

/**
 * A type as JSON Schema, with the words of its field.
 * @param io whether it is sent or shown
 */
export function schemaOf(type: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { help, to, format, level } = saidOf(zodSchema)
      const isOwn = z.globalRegistry.has(zodSchema)
      for (const word of ownWords)
        if (isOwn && word !== 'format') delete (jsonSchema as Record<string, unknown>)[word]
      // Our formats say how a text was read; JSON Schema's say how it is written.
      if (format !== undefined && jsonSchema.format === format) delete jsonSchema.format
      const about = [help, to && `the id of a ${to.join(' or a ')}`, level && `level: ${level}`].filter(
        Boolean,
      )
      if (isOwn && about.length) jsonSchema.description = about.join('; ')
    },
  })
  return schema
}

/** The fields that may be sent for a new record. */
export const settableShape = ({ schema: { shape } }: Pick<Kind, 'schema'>): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([, type]) => !saidOf(type).given))

/** What is sent for a new record. */
export const newSchema = (kind: Pick<Kind, 'schema'>): JsonSchema =>
  schemaOf(z.strictObject(settableShape(kind)), 'input')

/** A JSON Merge Patch of it: every field may be left out, and what may be absent may be null. */
export function patchSchema(shape: Shape): JsonSchema {
  const fields = Object.entries(shape).map(([name, type]) => [name, patchType(type)])
  return schemaOf(z.strictObject(Object.fromEntries(fields) as Shape), 'input')
}

/** What is shown of a record: fields above the caller's level are left out, so few are sure to be there. */
export function shownSchema({
  schema: { shape },
  derived = {},
}: Pick<Kind, 'schema' | 'derived'>): JsonSchema {
  const shown = Object.fromEntries(
    Object.entries(shape)
      .filter(([, type]) => !saidOf(type).internal)
      .map(([name, type]) => [name, alwaysShown.has(name) ? type : z.optional(type)]),
  )
  const { additionalProperties: _, ...schema } = schemaOf(z.object(shown), 'output') as Record<
    string,
    unknown
  >
  const properties = { ...(schema.properties as object) } as Record<string, unknown>
  for (const [name, { title, help }] of Object.entries(derived ?? {}))
    setOwn(properties, name, { title, ...(help && { description: help }), readOnly: true })
  return { ...schema, properties }
}

const alwaysShown = new Set(['id', 'version', 'createdAt', 'updatedAt', 'status'])

/** Ids of records in examples are written so, and stand for one that is there. */
export const exampleId = (kind: string): string => `{${kind}}`

/**
 * A value that a field takes: its example, else the simplest one. A reference is the name of a kind in braces
 * (`{customer}`), for which whoever tries it writes the id of one.
 */
export function sampleOf(type: z.core.$ZodType, prefix: (kind: string) => string | undefined): unknown {
  const { example, to, title = 'text', unit } = saidOf(type)
  if (to) {
    const record = to.find((kind) => prefix(kind) !== undefined)
    return record === undefined ? publishedSamples[to[0]!] : exampleId(record)
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
  const made =
    plain[def.type]?.() ?? [title, ...samples].find((each) => z.safeParse(type, each).success) ?? title
  return made
}

/** Of what is published and no record. */
const publishedSamples: Record<string, string> = {
  person: 'anna',
  team: 'sales-dach',
  queue: 'intake',
  form: 'demo',
}
const samples = ['2027-03-03T10:00:00.000Z', '2027-03-03', 'ann@customer.example', '+380441234567']

/** A new record: what must be there, and what has an example of its own. */
export function sampleRecord(
  kind: Pick<Kind, 'schema'>,
  prefix: (kind: string) => string | undefined,
): Record<string, unknown> {
  const fields = Object.entries(settableShape(kind)).filter(
    ([, type]) => !isOptional(type) || (saidOf(type).example !== undefined && !saidOf(type).to),
  )
  return Object.fromEntries(fields.map(([name, type]) => [name, sampleOf(type, prefix)]))
}
