/* Buckets of S3. */
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import type { Identity, Models, Resource } from './model.ts'

export interface CorsRule {
  AllowedOrigins: string[]
  AllowedMethods: string[]
  AllowedHeaders?: string[]
  ExposedHeaders?: string[]
  /** Seconds. */
  MaxAge?: number | string
}

export interface BucketDefinition {
  name: string
  cors: CorsRule[]
  /** The default bus is told of its objects. */
  isAnnounced: boolean
}

/** Where the public address has the objects of a bucket: stands in for the host name that S3 gives it. */
export const bucketPath = (name: string): string => `/_bucket/${name}`

const folder = (reason: string) => ignored(`a bucket is a folder in the data folder: ${reason}`)
const domainName = ({ name }: Identity) => `${name}.s3.amazonaws.com`
const regionalDomainName = ({ name, region }: Identity) => `${name}.s3.${region}.amazonaws.com`

export const bucketModels: Models = {
  'AWS::S3::Bucket': {
    named: 'BucketName',
    shape: object({
      BucketName: used,
      CorsConfiguration: object({
        CorsRules: list(
          object({
            Id: ignored('for people'),
            AllowedOrigins: used,
            AllowedMethods: used,
            AllowedHeaders: used,
            ExposedHeaders: used,
            MaxAge: used,
          }),
        ),
      }),
      NotificationConfiguration: object({
        EventBridgeConfiguration: object({ EventBridgeEnabled: oneOf(true, false, 'true', 'false') }),
      }),
      AccessControl: folder('who may reach it is said by signatures and roles'),
      BucketEncryption: folder('the disk of the machine is encrypted, or not, as a whole'),
      LifecycleConfiguration: folder('nothing expires there but by the functions'),
      LoggingConfiguration: folder('requests are not logged'),
      OwnershipControls: folder('there is one account'),
      PublicAccessBlockConfiguration: folder('nothing in it is public'),
      Tags: ignored('tags are for the bill'),
      VersioningConfiguration: folder('it has one version of each object'),
    }),
    ref: ({ name }) => name,
    attributes: {
      Arn: ({ name }) => `arn:aws:s3:::${name}`,
      DomainName: domainName,
      RegionalDomainName: regionalDomainName,
    },
  },
  // Of whom it lets in only distributions are judged by it (bucket-policy.ts).
  'AWS::S3::BucketPolicy': {
    shape: object({ Bucket: used, PolicyDocument: used }),
    ref: ({ name }) => name,
    attributes: {},
  },
}

/** @throws Unmodelled for a name that no bucket may have: it becomes that of a folder */
export function readBucket({ name, where, properties }: Resource): BucketDefinition {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/i.test(name))
    throw new Unmodelled(`${where} BucketName`, `${name} is no name of a bucket`)
  const { CorsConfiguration: cors, NotificationConfiguration: told } = properties as {
    CorsConfiguration?: { CorsRules: CorsRule[] }
    NotificationConfiguration?: { EventBridgeConfiguration?: { EventBridgeEnabled: boolean | string } }
  }
  return {
    name,
    cors: cors?.CorsRules ?? [],
    isAnnounced: String(told?.EventBridgeConfiguration?.EventBridgeEnabled) === 'true',
  }
}
