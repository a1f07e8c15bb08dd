/*
 * A deployment as its limits are measured: resources of all stacks, and values as long as they get in an account.
 */

export interface Deployment {
  stacks: readonly DeployedStack[]
  /** bytes of what lies beside the templates, unpacked, by the key under which a template names it */
  assets: Readonly<Record<string, number>>
}

export interface DeployedStack {
  name: string
  template: Template
  /** as it is written to the disk */
  bytes: number
}

export interface Template {
  Resources?: Record<string, Resource>
  Outputs?: Record<string, { Value?: unknown; Export?: { Name: unknown } }>
  Parameters?: Record<string, unknown>
}

interface Resource {
  Type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have every shape
  Properties?: Record<string, any>
}

/** A resource of a deployment; `where` is its stack and logical id. */
export interface Found {
  where: string
  id: string
  type: string
  properties: NonNullable<Resource['Properties']>
}

/** A value where it comes from: one stack's import is another's own. */
export function origin(value: unknown, { stacks }: Deployment): unknown {
  const name = (value as { 'Fn::ImportValue'?: unknown } | undefined)?.['Fn::ImportValue']
  if (name === undefined) return value
  const outputs = stacks.flatMap(({ template }) => Object.values(template.Outputs ?? {}))
  return outputs.find((output) => output.Export?.Name === name)?.Value ?? value
}

/** All resources. */
export const every = ({ stacks }: Deployment): Found[] =>
  stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources ?? {}).map(([id, { Type: type, Properties: properties = {} }]) => ({
      where: `${name}/${id}`,
      id,
      type,
      properties,
    })),
  )

/** All resources of a type. */
export const of = (deployment: Deployment, type: string): Found[] =>
  every(deployment).filter((found) => found.type === type)

const pseudo: Record<string, string> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-1',
  'AWS::URLSuffix': 'amazonaws.com',
}

/** So long does a name or an ARN of ours get; it begins with the logical id. */
const longestValue = 150

/** A value of a template as text, compact as AWS keeps it; what is only known in the account is filled up with dots. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined) return ''
  return JSON.stringify(value, (_, entry: unknown) => resolved(entry) ?? entry).replace(/^"(.*)"$/, '$1')
}

function resolved(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined
  const [name, argument] = Object.entries(value)[0]!
  if (name === 'Ref') return pseudo[String(argument)] ?? String(argument).padEnd(longestValue, '.')
  if (name === 'Fn::GetAtt' || name === 'Fn::ImportValue' || name === 'Fn::Sub')
    return [argument].flat().join('.').padEnd(longestValue, '.')
  if (name !== 'Fn::Join') return undefined
  const [separator, parts] = argument as [string, unknown[]]
  return parts.map(textOf).join(separator)
}
