import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { Usable, Use } from './function.ts'

/** Changes of the table that a reader of its stream gave up. */
export class FailedRecords extends Bucket implements Usable<'put'> {
  constructor(scope: Construct) {
    super(scope, 'FailedRecords', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Records hold personal data: long enough to find a cause, no longer.
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    acknowledge(this, {
      'AwsSolutions-S1': 'Lambda alone writes to it, and rarely; whoever reads it is in CloudTrail.',
    })
  }

  /** For Lambda itself, which puts them with the permissions of the function that failed. */
  using(): Use {
    const objects = this.arnForObjects('*')
    return {
      environment: {},
      statements: [
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }),
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }),
      ],
      wildcards: [{ arn: objects, reason: 'Lambda chooses the names of the objects.' }],
    }
  }
}
