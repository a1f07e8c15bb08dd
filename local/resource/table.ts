/* DynamoDB tables. */
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import { arn, type Identity, type Models, type Resource } from './model.ts'

export interface TableDefinition {
  name: string
  arn: string
  streamArn: string
  /** Input of CreateTable. */
  create: Record<string, unknown>
  indexes: Record<string, { keySchema: unknown; projection: unknown }>
  timeToLiveAttribute: string | undefined
}

const keySchema = list(object({ AttributeName: used, KeyType: used }))
const backup = ignored('a backup is a copy of the data folder')
const encryption = ignored('the disk of the machine is encrypted, or not, as a whole')
const protection = ignored('no table of the assembly can be deleted here')
const insight = ignored('metrics are not collected')

const replica = object({
  Region: used,
  DeletionProtectionEnabled: protection,
  PointInTimeRecoverySpecification: backup,
  ContributorInsightsSpecification: insight,
  SSESpecification: encryption,
  Tags: ignored('tags are for the bill'),
  TableClass: ignored('storage classes differ only in price'),
  GlobalSecondaryIndexes: list(object({ IndexName: used, ContributorInsightsSpecification: insight })),
})

const tableArn = (identity: Identity) => arn('dynamodb', identity, `table/${identity.name}`)
/** AWS puts the time of creation here; a fixed label keeps the name over restarts. */
const streamArn = (identity: Identity) => `${tableArn(identity)}/stream/local`

export const tableModels: Models = {
  'AWS::DynamoDB::GlobalTable': {
    named: 'TableName',
    shape: object({
      TableName: used,
      AttributeDefinitions: list(object({ AttributeName: used, AttributeType: used })),
      KeySchema: keySchema,
      BillingMode: oneOf('PAY_PER_REQUEST'),
      GlobalSecondaryIndexes: list(
        object({
          IndexName: used,
          KeySchema: keySchema,
          Projection: object({ ProjectionType: used, NonKeyAttributes: used }),
          WriteOnDemandThroughputSettings: ignored('a machine has its own limits'),
        }),
      ),
      StreamSpecification: object({ StreamViewType: oneOf('NEW_AND_OLD_IMAGES') }),
      TimeToLiveSpecification: object({ AttributeName: used, Enabled: used }),
      SSESpecification: encryption,
      WriteOnDemandThroughputSettings: ignored('a machine has its own limits'),
      Replicas: list(replica),
    }),
    ref: (identity) => identity.name,
    attributes: { Arn: tableArn, StreamArn: streamArn, TableId: (identity) => identity.logicalId },
  },
}

interface Properties {
  AttributeDefinitions: unknown
  KeySchema: unknown
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[]
  StreamSpecification?: { StreamViewType: string }
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean | string }
  Replicas: { Region: string }[]
}

export function readTable(resource: Resource): TableDefinition {
  const properties = resource.properties as unknown as Properties
  if (properties.Replicas.length !== 1)
    throw new Unmodelled(
      `${resource.where} Replicas`,
      'one machine is one region: only one replica is modelled',
    )
  const indexes = properties.GlobalSecondaryIndexes ?? []
  const ttl = properties.TimeToLiveSpecification
  return {
    name: resource.name,
    arn: tableArn(resource),
    streamArn: streamArn(resource),
    create: {
      TableName: resource.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
      ...(properties.StreamSpecification && {
        StreamSpecification: {
          StreamEnabled: true,
          StreamViewType: properties.StreamSpecification.StreamViewType,
        },
      }),
    },
    indexes: Object.fromEntries(
      indexes.map((index) => [index.IndexName, { keySchema: index.KeySchema, projection: index.Projection }]),
    ),
    timeToLiveAttribute: ttl && String(ttl.Enabled) === 'true' ? ttl.AttributeName : undefined,
  }
}
