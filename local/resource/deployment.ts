/*
 * Files that the CDK's `BucketDeployment` puts into a bucket while a stack is deployed. The function that does it on AWS never runs here:
 * its code is no line of the product.
 */
import type { RawTemplate } from '../template/assembly.ts'
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import type { Models, Resource } from './model.ts'

export interface DeploymentDefinition {
  where: string
  bucket: string
  /** of all its keys, without a slash at the end */
  prefix: string
  sources: SourceDefinition[]
  /** that the objects get */
  headers: Record<string, string>
}

export interface SourceDefinition {
  folder: string
  /** Text in its files → what takes its place: what is known only while a stack is deployed. */
  markers: Record<string, string>
  /** Whether it stands inside of strings of JSON. */
  isJson: boolean
}

const type = 'Custom::CDKBucketDeployment'

export const deploymentModels: Models = {
  [type]: {
    shape: object({
      ServiceToken: used,
      SourceBucketNames: ignored('the files lie in the assembly'),
      SourceObjectKeys: used,
      SourceMarkers: used,
      SourceMarkersConfig: list(object({ jsonEscape: used })),
      DestinationBucketName: used,
      DestinationBucketKeyPrefix: used,
      Extract: oneOf(true, 'true'),
      Prune: oneOf(false, 'false'),
      RetainOnDelete: ignored('no stack is deleted here'),
      SystemMetadata: object({ 'cache-control': used }),
      OutputObjectKeys: ignored('nothing reads what it answers'),
      WaitForDistributionInvalidation: ignored('nothing is cached here'),
    }),
    ref: ({ name }) => name,
    attributes: {},
  },
}

/** Logical ids of the functions that put files on AWS. */
export function deployersOf({ Resources = {} }: RawTemplate): Set<string> {
  const tokens = Object.values(Resources).map(({ Type, Properties }) =>
    Type === type ? (Properties?.ServiceToken as { 'Fn::GetAtt'?: [string] } | undefined) : undefined,
  )
  return new Set(tokens.flatMap((token) => token?.['Fn::GetAtt']?.[0] ?? []))
}

interface DeploymentProperties {
  SourceObjectKeys: string[]
  SourceMarkers?: Record<string, unknown>[]
  SourceMarkersConfig?: { jsonEscape?: boolean | string }[]
  DestinationBucketName: string
  DestinationBucketKeyPrefix?: string
  SystemMetadata?: Record<string, string>
}

export function readDeployment(resource: Resource, assets: Map<string, string>): DeploymentDefinition {
  const properties = resource.properties as unknown as DeploymentProperties
  const { SourceMarkers: markers = [], SourceMarkersConfig: escapes = [] } = properties
  return {
    where: resource.where,
    bucket: properties.DestinationBucketName,
    prefix: (properties.DestinationBucketKeyPrefix ?? '').replace(/\/$/, ''),
    sources: properties.SourceObjectKeys.map((key, at) => {
      const folder = assets.get(key)
      if (folder === undefined)
        throw new Unmodelled(`${resource.where} SourceObjectKeys`, `${key} is no asset of this assembly`)
      return {
        folder,
        markers: textsOf(markers[at] ?? {}, resource.where),
        isJson: String(escapes[at]?.jsonEscape) === 'true',
      }
    }),
    headers: properties.SystemMetadata ?? {},
  }
}

function textsOf(markers: Record<string, unknown>, where: string): Record<string, string> {
  for (const [marker, value] of Object.entries(markers))
    if (typeof value !== 'string')
      throw new Unmodelled(`${where} SourceMarkers`, `${marker} must stand for a text here`)
  return markers as Record<string, string>
}
