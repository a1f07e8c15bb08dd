import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { acknowledgeWildcard } from './acknowledge.ts'

/** Something that functions use. It alone knows which variables and which permissions belong to an access. */
export interface Usable<Access extends string> {
  using(access: Access): Use
}

export interface Use {
  environment: Record<string, string>
  statements: PolicyStatement[]
  /** ARNs with a wildcard, with the reason why there is no narrower one */
  wildcards?: { arn: string; reason: string }[]
}

export interface ServiceFunctionOptions {
  /** output folder of the build */
  buildDir: string
  description: string
  timeout: Duration
  /** MB; CPU comes in proportion to it */
  memory: number
  /** invocations at a time that are kept free for it; an account of ten can keep none */
  reserved?: number
}

/** One file of functions/api (and its folders), functions/on or functions/step as a Lambda function, with a role and a log of its own. */
export class ServiceFunction extends LambdaFunction {
  readonly ownRole: Role

  /** @param name path below functions/, such as `api/lead-create` */
  constructor(scope: Construct, name: string, options: ServiceFunctionOptions) {
    const id = pascalCase(name)
    const bundle = join(options.buildDir, 'function', name)
    if (!existsSync(bundle))
      throw new Error(`functions/${name}.ts has not been bundled: there is no ${bundle}`)
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // A role of our own, because the one that CDK makes carries the managed policy that allows every log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    super(scope, id, {
      description: options.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      memorySize: options.memory,
      ...(options.reserved !== undefined && { reservedConcurrentExecutions: options.reserved }),
      timeout: options.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
    })
    this.ownRole = role
  }

  /** The only way for a function to come by a resource: its variable and its permission together. */
  uses<Access extends string>(resource: Usable<Access>, access: Access): this {
    const { environment, statements, wildcards = [] } = resource.using(access)
    for (const [name, value] of Object.entries(environment)) this.addEnvironment(name, value)
    for (const statement of statements) this.addToRolePolicy(statement)
    for (const { arn, reason } of wildcards) acknowledgeWildcard(this.ownRole, arn, reason)
    return this
  }
}

/** `api/lead-create` → `ApiLeadCreate` */
export const pascalCase = (name: string): string =>
  name.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
