import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Routed } from '#core/api/door.ts'
import { openApi } from '#core/api/openapi/openapi.ts'
import { schemaOf, type JsonSchema } from '#core/api/openapi/schema.ts'
import type { Kinds } from '#core/record/kind.ts'

/** What a door takes is any JSON object, or too free for a schema. */
const any: JsonSchema = { type: 'object' }

/**
 * The OpenAPI document of these routes. Loads the modules in which doors say that their schemas are. Throws for a route
 * that nothing describes, and for a schema that there is not.
 */
export async function openApiOf(
  { kinds, routed, version }: { kinds: Kinds; routed: readonly Routed[]; version: string },
  root: string,
): Promise<Record<string, unknown>> {
  const names = new Set(
    routed.flatMap(({ calls = {} }) => Object.values(calls).flatMap(({ takes }) => (takes ? [takes] : []))),
  )
  const schemas = new Map<string, JsonSchema>()
  for (const name of names) schemas.set(name, name === 'any' ? any : await schemaIn(name, root))
  const activity = await schemaIn('core/customer/activity-input.ts#activityInput', root)
  return openApi({ kinds, routes: routed, taken: (name) => schemas.get(name) ?? any, version, activity })
}

async function schemaIn(name: string, root: string): Promise<JsonSchema> {
  const [file = '', exported = ''] = name.split('#')
  const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
  const schema = module[exported] as Parameters<typeof schemaOf>[0] | undefined
  if (schema === undefined) throw new Error(`a door takes ${name}, and there is none`)
  return schemaOf(schema, 'input')
}
