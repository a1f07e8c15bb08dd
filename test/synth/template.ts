import { builtAssembly, builtTemplates, type Resource, type Template } from '../assembly.ts'

/**
 * What is deployed, as it was synthesized for all tests: whatever is asserted of it must never change by accident.
 * What depends on a flag is synthesized in flag.test.ts alone, for only that loads the CDK.
 */

export const assembly = await builtAssembly()
const templates = await builtTemplates()

export const resourcesOf = (all: readonly Template[]): Record<string, Resource> =>
  Object.assign({}, ...all.map(({ Resources }) => Resources))

/** The resources of all stacks, by logical id. */
export const resources = resourcesOf(templates)

export const ofType = (type: string): [id: string, resource: Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type)

export function first(type: string): [id: string, resource: Resource] {
  const [found] = ofType(type)
  if (!found) throw new Error(`there is no ${type}`)
  return found
}

/** What stacks give to others, by the name of the export. */
const given = new Map(
  templates.flatMap(({ Outputs = {} }) =>
    Object.values(Outputs).map(({ Export, Value }) => [Export?.Name, Value]),
  ),
)

/** The logical id that an ARN, a Ref or an attribute speaks of, in this stack or another. */
// oxlint-disable-next-line typescript/no-explicit-any -- a template's values have every shape
export const idOf = (value: any): string =>
  value?.Ref ??
  value?.['Fn::GetAtt']?.[0] ??
  (value?.['Fn::ImportValue'] ? idOf(given.get(value['Fn::ImportValue'])) : JSON.stringify(value))
