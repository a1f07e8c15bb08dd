import { CfnStage, CorsHttpMethod, HttpApi, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Door, Routed } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { language } from '#core/record/id.ts'
import { Accounts } from '../construct/accounts.ts'
import { Alarms } from '../construct/alarm.ts'
import { OneOrigin } from '../construct/console/distribution.ts'
import { ConsoleFiles } from '../construct/console/files.ts'
import { ViewerSecret } from '../construct/console/viewer-secret.ts'
import { ServiceFunction, type Usable } from '../construct/function.ts'
import { DurableQueue } from '../construct/queue.ts'
import { Routes } from '../construct/route.ts'
import { Secrets } from '../construct/secret.ts'
import type { DataStack } from './data.ts'
import type { FirewallStack } from './firewall.ts'

export interface ApiStackProps extends StackProps {
  buildDir: string
  data: DataStack
  company: Company
  /** of each function of the API, and every route to one of them */
  doors: ReadonlyMap<string, Door>
  routed: readonly Routed[]
  isProtected: boolean
  /** invocations kept free for each function that stores submissions; default: none */
  reserved?: number
  /** posts to forms a second, of everybody together; default: 1,000 */
  formRate?: number
  /** see Accounts */
  signInDomain?: string
  /** where people find Holdfast, when that is an address of their own; default: that of CloudFront */
  publicUrl?: string
  /** what stands before CloudFront; default: nothing */
  firewall?: FirewallStack
}

/** Requests a second, and how many may come at once. */
const everyRoute = { throttlingRateLimit: 1000, throttlingBurstLimit: 2000 }
/**
 * Anybody can post to a form. One bucket for all turns customers away together with a flood, so it is only the last line,
 * for the bill: what one address sends too much is quarantined long before (core/access/flood.ts).
 * In capitals, because the CDK passes the settings of single routes on as they are.
 * @param rate a second; three times as many may come at once, of the 5,000 that an account's bucket holds ("Amazon API
 * Gateway quotas")
 */
const publicIntake = (rate: number) => ({
  ThrottlingRateLimit: rate,
  ThrottlingBurstLimit: Math.min(3 * rate, 5000),
})

/**
 * What the world talks to: the console and the HTTP API at one address, accounts, and the queue that keeps submissions while the table
 * is down. They are one stack: where people come back to from the sign-in is known by CloudFront, whose origin is the API.
 */
export class ApiStack extends Stack {
  /** where people find the console and the API; without a slash at the end */
  readonly url: string

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    const {
      buildDir,
      data,
      company,
      doors,
      routed,
      isProtected,
      reserved,
      formRate = 1000,
      signInDomain,
      publicUrl,
      firewall,
      ...stackProps
    } = props
    // Deleting it would delete submissions that wait in the spool.
    super(scope, id, { ...stackProps, terminationProtection: isProtected })
    const alarms = new Alarms(this, data.alarmTopic)
    const storeSpooled = new ServiceFunction(this, 'on/store-spooled', {
      buildDir,
      description: 'Stores submissions that came while the table was not available',
      memory: 256,
      timeout: Duration.seconds(30),
    })
      .uses(data.table, 'read-write')
      .uses(data.table, 'check')
    alarms.onErrors('OnStoreSpooled', storeSpooled)
    const spool = new DurableQueue(this, 'spool', {
      alarms,
      consumer: storeSpooled,
      patience: Duration.days(1),
      alarmAfter: Duration.minutes(15),
    })

    const accounts = new Accounts(this, {
      company,
      isProtected,
      ...(signInDomain !== undefined && { signInDomain }),
    })
    const api = this.addApi()
    alarms.onServerErrors(api.apiId)
    const { table, find, files: bucket } = data
    const secret = new ViewerSecret(this)
    const files = new ConsoleFiles(this, buildDir)
    const origin = new OneOrigin(this, {
      apiDomain: `${api.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
      secret,
      bucket: files.bucket,
      asked: { issuer: accounts.issuer, signIn: accounts.signInUrl, files: bucket.url },
      ...(firewall && { firewall: firewall.rules.attrArn }),
    })
    this.url = publicUrl ?? origin.url
    // Cognito takes plain HTTP of this machine alone.
    const pages = [origin.url, ...(publicUrl?.startsWith('https:') ? [publicUrl] : [])]
    accounts.admit(pages.map((url) => `${url}/app/sign-in`))

    const authorize = new ServiceFunction(this, 'on/authorize', {
      buildDir,
      description: 'Finds out who calls',
      memory: 512,
      // An authorizer may take 10 seconds.
      timeout: Duration.seconds(10),
    })
      .uses(data.table, 'keys')
      .uses(accounts, 'verify')
    const signedIn = new HttpLambdaAuthorizer('SignedIn', authorize, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      // Who has left, or whose key was revoked, is refused within a minute; each caller costs one invocation a minute.
      resultsCacheTtl: Duration.minutes(1),
    })
    const resources = {
      table,
      find,
      bucket,
      spool,
      secrets: new Secrets(this),
      shield: secret,
      console: origin,
      accounts,
    }
    const serving = { buildDir, tenant: data.table.tenant, reserved, resources }
    const functions = new Map([...doors].map(([name, door]) => [name, this.serve(name, door, serving)]))
    const routes = new Routes(this, api)
    const open = new HttpNoneAuthorizer()
    for (const { to, routes: keys, isOpen } of routed)
      for (const key of keys) routes.add(key, functions.get(to)!, isOpen ? open : signedIn)
    this.addStage(api, routes, formRate)

    files.deploy({
      issuer: accounts.issuer,
      clientId: accounts.client.userPoolClientId,
      company: company.name,
      languages: language.options,
      signOut: `${accounts.signInUrl}/logout`,
    })

    new CfnOutput(this, 'ConsoleUrl', { value: `${this.url}/app/` })
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint })
    new CfnOutput(this, 'UserPoolId', { value: accounts.pool.userPoolId })
    new CfnOutput(this, 'UserPoolClientId', { value: accounts.client.userPoolClientId })
    // One for all forms: a stack has 200 outputs.
    new CfnOutput(this, 'FormUrl', {
      value: `${this.url}/forms/{form}`,
      description: `Where a form is shown: ${Object.keys(company.forms).join(', ')}`.slice(0, 1024),
    })
  }

  /** A function of the API with what its door asks for. */
  private serve(
    name: string,
    { description, uses = {}, isFirst }: Door,
    { buildDir, tenant, reserved, resources }: Serving,
  ): ServiceFunction {
    // A bundle with an SDK client starts twice as fast with 512 MB as with 256, and somebody is waiting.
    const made = new ServiceFunction(this, name, {
      buildDir,
      description,
      memory: 512,
      timeout: Duration.seconds(10),
      ...(isFirst && reserved !== undefined && { reserved }),
    })
    made.addEnvironment('TENANT', tenant)
    for (const [resource, accesses] of Object.entries(uses)) {
      const used = resources[resource as keyof typeof resources] as Usable<string> | undefined
      if (!used) throw new Error(`functions/${name}.ts uses "${resource}", which there is not`)
      for (const access of [accesses].flat()) made.uses(used, access)
    }
    return made
  }

  private addApi(): HttpApi {
    return new HttpApi(this, 'Api', {
      description: 'Holdfast',
      createDefaultStage: false,
      // Forms stand on web sites that we do not know. No cookie is used, so any origin may ask.
      corsPreflight: {
        allowOrigins: ['*'],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
        allowHeaders: [
          'authorization',
          'content-type',
          'content-encoding',
          'idempotency-key',
          'if-match',
          'if-none-match',
        ],
        exposeHeaders: ['location', 'retry-after', 'etag', 'accept-patch'],
        maxAge: Duration.days(1),
      },
    })
  }

  private addStage(api: HttpApi, routes: Routes, formRate: number): void {
    const log = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/apis/${this.stackName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const stage = new CfnStage(this, 'Stage', {
      apiId: api.apiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: everyRoute,
      routeSettings: { 'ANY /f/{formId}': publicIntake(formRate) },
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(accessLogFields) },
    })
    // Settings of a route that does not exist yet are refused.
    stage.node.addDependency(...routes.all)
  }
}

/** Enough to find a failure; nothing that tells who asked: no address, no browser, no path with its values. */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  integrationMilliseconds: '$context.integrationLatency',
  bytes: '$context.responseLength',
  error: '$context.error.responseType',
  integrationError: '$context.integrationErrorMessage',
}

interface Serving {
  buildDir: string
  tenant: string
  reserved: number | undefined
  resources: Record<keyof NonNullable<Door['uses']>, object | undefined>
}
