import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source, type ISource } from 'aws-cdk-lib/aws-s3-deployment'
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { acknowledge, acknowledgeWildcard } from '../acknowledge.ts'

/** What the console reads at `/app/config.json` before anybody has signed in: nothing of it is a secret. */
export interface ConsoleConfig {
  /** the OpenID Connect issuer */
  issuer: string
  clientId: string
  /** name of the company */
  company: string
  languages: readonly string[]
  /**
   * Where a browser signs out with an issuer whose discovery names no `end_session_endpoint`: it is sent there with `client_id` and
   * `logout_uri`, as Cognito has it.
   */
  signOut?: string
}

/** Files of one folder have hashes in their names and never change; everything else is asked for each time. */
const forGood = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()]
const askedEachTime = [CacheControl.noCache()]

/**
 * The files of the console, as the build left them in `<buildDir>/console`. Files of earlier releases stay: a page that was opened
 * before a deployment may still ask for them. Whoever uses it makes it readable.
 */
export class ConsoleFiles extends Construct {
  readonly bucket: Bucket
  private readonly folder: string

  constructor(scope: Construct, buildDir: string) {
    super(scope, 'Console')
    this.folder = join(buildDir, 'console')
    if (!existsSync(join(this.folder, 'index.html')))
      throw new Error(`the console has not been built: there is no index.html in ${this.folder}`)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Also when its first creation fails: CloudFormation deletes no bucket that has files. A later try makes another one.
      removalPolicy: RemovalPolicy.RETAIN,
    })
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'Only CloudFront reads it, and a log would hold the address of everybody who opens the console.',
    })
  }

  /** Puts the files there, those with a hash first: no page is there before what it loads. */
  deploy(config: ConsoleConfig): void {
    const role = this.deployer()
    // One function deploys both, so both have its settings.
    const how = {
      destinationBucket: this.bucket,
      // What the CDK would allow it is everything in the bucket, and every file of every deployment.
      role: role.withoutPolicyUpdates(),
      logGroup: new LogGroup(this, 'DeployLog', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      prune: false,
      outputObjectKeys: false,
    }
    how.logGroup.grantWrite(role)
    const assets = new BucketDeployment(this, 'Assets', {
      ...how,
      sources: [readableBy(role, Source.asset(join(this.folder, 'assets')))],
      destinationKeyPrefix: 'app/assets',
      cacheControl: forGood,
    })
    const pages = new BucketDeployment(this, 'Pages', {
      ...how,
      sources: [
        readableBy(role, Source.asset(this.folder, { exclude: ['assets'] })),
        readableBy(role, Source.jsonData('config.json', config)),
      ],
      destinationKeyPrefix: 'app',
      cacheControl: askedEachTime,
    })
    assets.node.addDependency(role)
    pages.node.addDependency(role, assets)
    const deployers = Stack.of(this).node.children.filter(({ node }) => node.id.startsWith('Custom::CDK'))
    for (const deployer of deployers)
      acknowledge(deployer, {
        'AwsSolutions-L1': 'The CDK brings it, with the runtime that it is written for.',
      })
  }

  /** Who puts them: the CDK's own function, which writes below app/ and deletes nothing. */
  private deployer(): Role {
    const role = new Role(this, 'DeployRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    const objects = this.bucket.arnForObjects('app/*')
    role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }))
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }))
    acknowledgeWildcard(role, objects, 'Names of files hold a hash, and change with each release.')
    return role
  }
}

/** A source that `role` may read, and of the bucket of all deployments nothing else. */
const readableBy = (role: Role, source: ISource): ISource => ({
  bind(scope, context) {
    const bound = source.bind(scope, context)
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [bound.bucket.arnForObjects(bound.zipObjectKey)],
      }),
    )
    return bound
  },
})
