import { eitherOf } from '../../record/article.ts'
import * as z from 'zod/mini'
import { definitionOf, patchType, saidOf, type Reduction } from '../../record/field.ts'
import { setOwn } from '../../record/item.ts'
import type { Kind } from '../../record/kind.ts'
import { creatable } from '../../record/operation/operation.ts'

/*
 * JSON Schema (2020-12, as OpenAPI 3.1 has it) of kinds: what is sent for a record, and what is shown of one. Two words are
 * ours: `x-refers-to` of a text that is the id of one of these kinds, `x-record` of an object that is a record of this kind.
 */

export type JsonSchema = Readonly<Record<string, unknown>>
export type Shape = Readonly<Record<string, z.ZodMiniType>>

/** What a field says of itself beside JSON Schema's own words. */
const ownWords = [
  'help',
  'example',
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
  'partOf',
  'isFirst',
  'follows',
  'since',
  'listedKind',
  'listPart',
]

/**
 * A type as JSON Schema, with the words of its field.
 * @param io whether it is sent or shown
 */
export function schemaOf(type: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const schema = jsonSchema as Record<string, unknown>
      if (z.globalRegistry.has(zodSchema)) sayOwn(zodSchema, schema)
      // A moment may be sent with any offset, with milliseconds or without.
      if (schema.format === 'date-time' || schema.format === 'date') delete schema.pattern
      if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
      if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
      // A name that no declaration has is refused wherever it stands; what is shown may have more one day.
      if (definitionOf(zodSchema).type === 'object' && zodSchema._zod.def.type === 'object')
        if (io === 'input') schema.additionalProperties ??= isLoose(zodSchema)
        else delete schema.additionalProperties
    },
  })
  return schema
}

const isLoose = (type: z.core.$ZodType): boolean =>
  (type._zod.def as { catchall?: z.core.$ZodType }).catchall?._zod.def.type === 'unknown'

function sayOwn(type: z.core.$ZodType, schema: Record<string, unknown>): void {
  const { help, to, format, level, partOf, example } = saidOf(type)
  for (const word of ownWords) if (word !== 'format' || schema.format === format) delete schema[word]
  const about = [
    help,
    to && `the id of ${eitherOf(to)}`,
    partOf && `one of the ${partOf.list} of the ${partOf.of}`,
    level && `level: ${level}`,
  ].filter(Boolean)
  if (about.length) schema.description = about.join('; ')
  if (to) schema['x-refers-to'] = to
  // An example of a field may be one for rules, which ask about amounts in whole units.
  if (example !== undefined && z.safeParse(type, example).success) schema.examples = [example]
}

/** The fields that may be sent for a new record. */
export const settableShape = ({ schema: { shape } }: Pick<Kind, 'schema'>): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([, type]) => !saidOf(type).given))

/** What is sent for a new record; what is published and first where nobody names one may be left out. */
export function newSchema(kind: Pick<Kind, 'schema' | 'work'>): JsonSchema {
  const fields = Object.entries(creatable(kind)).map(([name, type]) => [
    name,
    saidOf(type).isFirst ? z.optional(type) : type,
  ])
  return schemaOf(z.strictObject(Object.fromEntries(fields) as Shape), 'input')
}

/**
 * A JSON Merge Patch of it: every field may be left out, and what may be absent may be null. Of an object that is there already
 * a part is enough.
 */
export function patchSchema(shape: Shape): JsonSchema {
  const fields = Object.entries(shape).map(([name, type]) => [name, patchType(type)])
  const schema = schemaOf(z.strictObject(Object.fromEntries(fields) as Shape), 'input')
  return inParts(schema) as JsonSchema
}

/** Without what objects need; a list is replaced as a whole, and with it the objects in it. */
function inParts(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  const { required: _, properties, anyOf, ...rest } = schema as JsonSchema
  return {
    ...rest,
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties as object).map(([name, part]) => [name, inParts(part)]),
      ),
    }),
    ...(anyOf !== undefined && { anyOf: (anyOf as unknown[]).map(inParts) }),
  }
}

/** What is shown of a record: fields above the caller's level are left out, so few are sure to be there. */
export function shownSchema({
  name: kind,
  schema: { shape },
  derived = {},
}: Pick<Kind, 'name' | 'schema' | 'derived'>): JsonSchema {
  const shown = Object.entries(shape).filter(([, type]) => !saidOf(type).internal)
  const schema = schemaOf(z.object(Object.fromEntries(withoutNeed(shown)) as Shape), 'output')
  const properties = { ...(schema.properties as object) } as Record<string, unknown>
  for (const [name, reduction] of Object.entries(derived ?? {}))
    setOwn(properties, name, derivedSchema(reduction))
  return { ...schema, properties, 'x-record': kind }
}

/** What a list knows of a record without reading it: its line. */
export function lineSchema(kind: Pick<Kind, 'name' | 'schema' | 'listed'>): JsonSchema {
  const { listed, name } = kind
  const fields = Object.entries(kind.schema.shape).filter(
    ([field, type]) =>
      (listed.includes(field) || ['status', 'createdAt', 'closedAt'].includes(field)) &&
      !saidOf(type).internal,
  )
  const shape = fields.map(([field, type]) => [field, z.optional(type)])
  const schema = schemaOf(z.object(Object.fromEntries(shape) as Shape), 'output')
  const own = { id: { type: 'string' }, called: { type: 'string', description: 'its title' } }
  return {
    ...schema,
    properties: { ...own, ...(schema.properties as object) },
    required: ['id'],
    'x-record': name,
  }
}

const alwaysShown = new Set(['id', 'version', 'createdAt', 'updatedAt', 'status'])

const withoutNeed = (fields: [string, z.ZodMiniType][]): [string, z.ZodMiniType][] =>
  fields.map(([name, type]) => [name, alwaysShown.has(name) ? type : z.optional(type)])

/** What is shown of an entry of a file: nothing of it is above anybody's level, but what it is about stands beside it. */
export const entrySchema = (
  { name, schema: { shape } }: { name: string; schema: { shape: Shape } },
  left: readonly string[] = [],
): JsonSchema => {
  const fields = Object.entries(shape).filter(
    ([field, type]) => !['tenant', 'version', ...left].includes(field) && !saidOf(type).internal,
  )
  return { ...schemaOf(z.object(Object.fromEntries(fields)), 'output'), 'x-record': name }
}

function derivedSchema({ form, title, help, of, field }: Reduction): JsonSchema {
  const type = field === undefined ? undefined : of.schema.shape[field]
  return { ...derivedType(form, type), title, ...(help && { description: help }), readOnly: true }
}

function derivedType(form: Reduction['form'], type: z.core.$ZodType | undefined): JsonSchema {
  if (form === 'count') return { type: 'integer' }
  if (!type) return {}
  const of = schemaOf(type, 'output')
  if (form === 'newest' || form === 'oldest') return of
  if (form === 'distinct')
    return { type: 'array', items: definitionOf(type).type === 'array' ? of.items : of }
  return saidOf(type).unit === 'money' ? { type: 'array', items: of } : { type: 'number' }
}
