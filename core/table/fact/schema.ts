import * as z from 'zod'

/** A scalar field of a record's schema: a fact without words. */
export interface SchemaField {
  name: string
  type: 'text' | 'number' | 'flag'
  values?: readonly string[]
  always?: boolean
  whole?: boolean
}

interface JsonSchema {
  type?: string
  enum?: string[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  required?: string[]
}

/** The scalar fields of a record's schema; `prefix` is the record's name. */
export const schemaFields = (prefix: string, schema: z.ZodType): SchemaField[] =>
  fieldsOf(prefix, z.toJSONSchema(schema, { io: 'output' }) as JsonSchema, true)

function fieldsOf(path: string, schema: JsonSchema, always: boolean): SchemaField[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([key, field]) =>
      fieldsOf(`${path}.${key}`, field, always && (schema.required?.includes(key) ?? false)),
    )
  if (typeof schema.additionalProperties === 'object')
    return fieldsOf(`${path}.*`, schema.additionalProperties, false)
  return [
    {
      name: path,
      type: typeOf(schema),
      ...(schema.enum && { values: schema.enum }),
      ...(schema.type === 'integer' && { whole: true }),
      ...(always && { always }),
    },
  ]
}

function typeOf({ type }: JsonSchema): SchemaField['type'] {
  if (type === 'boolean') return 'flag'
  return type === 'number' || type === 'integer' ? 'number' : 'text'
}
