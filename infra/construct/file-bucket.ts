import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, type CfnBucket } from 'aws-cdk-lib/aws-s3'
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { Usable, Use } from './function.ts'
import { canary } from './table.ts'

/** `address`: says where bytes are sent and got, which whoever has the address does with its permissions; `keep`: looks at them. */
const actions = {
  address: ['s3:PutObject', 's3:GetObject'],
  keep: ['s3:GetObject', 's3:DeleteObject'],
} as const

/**
 * The bytes of files, which browsers and programs send to it and get from it themselves: the API takes six megabytes at most.
 * Like the table it outlives its stack. It tells the account's default bus of each object.
 */
export class FileBucket extends Construct implements Usable<keyof typeof actions> {
  private readonly bucket: Bucket
  private readonly tenants: readonly string[]

  /** @param tenant whose files it keeps: all keys begin with it */
  constructor(scope: Construct, tenant: string) {
    super(scope, 'Files')
    this.tenants = [...new Set([tenant, canary])]
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // An address is right or wrong whatever page has it, and no cookie is used.
      cors: [
        {
          allowedOrigins: ['*'],
          allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
          allowedHeaders: ['*'],
          maxAge: Duration.hours(1).toSeconds(),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    // By the property itself: the CDK would deploy a function that sets it.
    const own = this.bucket.node.defaultChild as CfnBucket
    own.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
    acknowledge(this.bucket, {
      'AwsSolutions-S1': 'The API says who was given which address, and CloudTrail who used it.',
    })
  }

  /** The rule, on the account's default bus, that tells a target of each object. */
  announce(scope: Construct, target: CfnRule.TargetProperty): CfnRule {
    return new CfnRule(scope, 'FileArrived', {
      description: 'Tells of the bytes of files',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [this.bucket.bucketName] } },
      },
      targets: [target],
    })
  }

  /** Where the bytes are sent to and got from. */
  get url(): string {
    return `https://${this.bucket.bucketRegionalDomainName}`
  }

  using(access: keyof typeof actions): Use {
    const { bucketName, bucketArn } = this.bucket
    // As other stacks import it: only so is known now what the security checks will call it.
    const arn = this.bucket.stack.exportValue(bucketArn)
    const objects = this.tenants.map((tenant) => `${arn}/${tenant}/*`)
    return {
      environment: access === 'address' ? { BUCKET_URL: this.url } : { BUCKET_NAME: bucketName },
      statements: [
        new PolicyStatement({ actions: [...actions[access]], resources: objects }),
        // Without it an object that is not there is forbidden (GetObject, "Permissions").
        ...(access === 'keep' ? [new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arn] })] : []),
      ],
      wildcards: objects.map((each) => ({
        arn: each,
        reason: 'The objects of a tenant: each file has its own.',
      })),
    }
  }
}
