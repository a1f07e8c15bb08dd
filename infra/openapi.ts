import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Routed } from '#core/api/door.ts'
import { openApi } from '#core/api/openapi/openapi.ts'
import { entrySchema, schemaOf, type JsonSchema, type Shape } from '#core/api/openapi/schema.ts'
import type { Kind, Kinds } from '#core/record/kind.ts'

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
  for (const name of names) schemas.set(name, name === 'any' ? any : await inputIn(name, kinds, root))
  const named = {
    ActivityNew: await inputIn('core/customer/activity-input.ts#activityInput', kinds, root),
    Activity: entrySchema(await entryIn('core/kind/customer/activity.ts#activityKind', root)),
    Consent: entrySchema(await entryIn('core/kind/customer/consent.ts#consentProofKind', root), ['subject']),
  }
  return openApi({ kinds, routes: routed, taken: (name) => schemas.get(name) ?? any, version, named })
}

type Schema = Parameters<typeof schemaOf>[0]

/** What is sent, as a module exports it: a schema, or a function of the kinds that makes one. */
async function inputIn(name: string, kinds: Kinds, root: string): Promise<JsonSchema> {
  const found = await exportOf<Schema | ((kinds: Iterable<Kind>) => Schema)>(name, root)
  return schemaOf(typeof found === 'function' ? found(kinds.values()) : found, 'input')
}

const entryIn = async (name: string, root: string): Promise<{ name: string; schema: { shape: Shape } }> => {
  const { kind, schema } = await exportOf<{ kind: string; schema: { shape: Shape } }>(name, root)
  return { name: kind, schema }
}

async function exportOf<T>(name: string, root: string): Promise<T> {
  const [file = '', exported = ''] = name.split('#')
  const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
  if (module[exported] === undefined) throw new Error(`the API names ${name}, and there is none`)
  return module[exported] as T
}
