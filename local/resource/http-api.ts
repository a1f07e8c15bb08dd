/* API Gateway HTTP APIs (version 2) with Lambda integrations and Lambda authorizers. */
import { Unmodelled } from '../template/fault.ts'
import { checkShape, ignored, list, object, oneOf, used } from '../template/shape.ts'
import type { Identity, Models, Resource } from './model.ts'

export interface RouteDefinition {
  /** `POST /leads`, `ANY /f/{formId}` or `$default`. */
  key: string
  functionArn: string
  timeout: number
  authorizer: AuthorizerDefinition | undefined
  /** its own, or what the stage has for every route; undefined: the account's limit, which one machine never reaches */
  throttle: ThrottleDefinition | undefined
}

/** Requests a second, and how many may come at once. */
export interface ThrottleDefinition {
  rate: number
  burst: number
}

export interface AuthorizerDefinition {
  /** Two APIs may give their authorizers the same name. */
  id: string
  name: string
  functionArn: string
  /** `$request.header.Authorization` or `$request.querystring.token` each; all must be there. */
  identitySources: string[]
  /** Milliseconds for which an answer is kept; 0: not at all. */
  ttl: number
}

export interface CorsDefinition {
  AllowOrigins?: string[]
  AllowMethods?: string[]
  AllowHeaders?: string[]
  ExposeHeaders?: string[]
  AllowCredentials?: boolean
  MaxAge?: number
}

export interface ApiDefinition {
  id: string
  routes: RouteDefinition[]
  cors: CorsDefinition | undefined
}

const log = ignored('requests are not logged: an access log holds personal data that nobody here asked for')
const tags = ignored('tags are for the bill')
const routeSettings = object({
  ThrottlingRateLimit: used,
  ThrottlingBurstLimit: used,
  DetailedMetricsEnabled: ignored('metrics are not collected'),
})

export const apiModels: Models = {
  'AWS::ApiGatewayV2::Api': {
    shape: object({
      Name: ignored('for people'),
      Description: ignored('for people'),
      ProtocolType: oneOf('HTTP'),
      DisableExecuteApiEndpoint: oneOf(false),
      Tags: tags,
      CorsConfiguration: object({
        AllowOrigins: used,
        AllowMethods: used,
        AllowHeaders: used,
        ExposeHeaders: used,
        AllowCredentials: used,
        MaxAge: used,
      }),
    }),
    ref: (identity) => identity.name,
    attributes: {
      ApiEndpoint: (identity: Identity) => identity.addresses.publicUrl,
      ApiId: (identity: Identity) => identity.name,
    },
  },
  'AWS::ApiGatewayV2::Integration': {
    shape: object({
      ApiId: used,
      IntegrationType: oneOf('AWS_PROXY'),
      IntegrationUri: used,
      IntegrationMethod: ignored('a function is always invoked by POST'),
      PayloadFormatVersion: oneOf('2.0'),
      TimeoutInMillis: used,
      Description: ignored('for people'),
      CredentialsArn: ignored('permissions are not enforced here; tests check them on the template'),
    }),
    ref: (identity) => identity.name,
    attributes: {},
  },
  'AWS::ApiGatewayV2::Route': {
    shape: object({
      ApiId: used,
      RouteKey: used,
      Target: used,
      AuthorizationType: oneOf('NONE', 'CUSTOM'),
      AuthorizerId: used,
      OperationName: ignored('for people'),
    }),
    ref: (identity) => identity.name,
    attributes: {},
  },
  'AWS::ApiGatewayV2::Authorizer': {
    named: 'Name',
    shape: object({
      ApiId: used,
      Name: used,
      AuthorizerType: oneOf('REQUEST'),
      AuthorizerUri: used,
      AuthorizerPayloadFormatVersion: oneOf('2.0'),
      EnableSimpleResponses: oneOf(true),
      AuthorizerResultTtlInSeconds: used,
      IdentitySource: list(used),
      AuthorizerCredentialsArn: ignored(
        'permissions are not enforced here; tests check them on the template',
      ),
    }),
    // Two APIs may give their authorizers the same name.
    ref: (identity) => `${identity.stack}-${identity.logicalId}`,
    attributes: {},
  },
  'AWS::ApiGatewayV2::Stage': {
    shape: object({
      ApiId: used,
      StageName: oneOf('$default'),
      AutoDeploy: oneOf(true),
      DefaultRouteSettings: routeSettings,
      RouteSettings: used,
      AccessLogSettings: log,
      Description: ignored('for people'),
      Tags: tags,
    }),
    ref: (identity) => identity.name,
    attributes: {},
  },
}

interface IntegrationProperties {
  IntegrationUri: string
  TimeoutInMillis?: number
}

interface RouteProperties {
  RouteKey: string
  Target: string
  AuthorizationType?: string
  AuthorizerId?: string
}

interface AuthorizerProperties {
  Name: string
  AuthorizerUri: string
  AuthorizerResultTtlInSeconds?: number
  IdentitySource?: string[]
}

/** The longest that an HTTP API waits for a function. */
const longestTimeout = 30_000

/** Puts an API together from the resources that name it. */
export function readApi(api: Resource, resources: Resource[]): ApiDefinition {
  const own = resources.filter((resource) => resource.properties.ApiId === api.name)
  const ofType = (type: string) => own.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`)
  const integrations = new Map(
    ofType('Integration').map((entry) => [entry.name, entry.properties as unknown]),
  )
  const authorizers = new Map(
    ofType('Authorizer')
      .map(readAuthorizer)
      .map((authorizer) => [authorizer.id, authorizer]),
  )
  const stage = ofType('Stage')[0]
  const ofRoutes = (stage?.properties.RouteSettings ?? {}) as Record<string, unknown>
  for (const [key, settings] of Object.entries(ofRoutes))
    checkShape(settings, routeSettings, `${stage?.where} RouteSettings ${key}`)

  return {
    id: api.name,
    cors: api.properties.CorsConfiguration as CorsDefinition | undefined,
    routes: ofType('Route').map((route) => {
      const properties = route.properties as unknown as RouteProperties
      const integration = integrations.get(properties.Target.replace(/^integrations\//, '')) as
        | IntegrationProperties
        | undefined
      if (!integration) throw new Unmodelled(`${route.where} Target`, 'names no integration of this API')
      const isGuarded = properties.AuthorizationType === 'CUSTOM'
      const authorizer = isGuarded ? authorizers.get(properties.AuthorizerId ?? '') : undefined
      if (isGuarded && !authorizer)
        throw new Unmodelled(`${route.where} AuthorizerId`, 'names no authorizer of this API')
      return {
        key: properties.RouteKey,
        functionArn: integration.IntegrationUri,
        timeout: integration.TimeoutInMillis ?? longestTimeout,
        authorizer,
        throttle: readThrottle(ofRoutes[properties.RouteKey] ?? stage?.properties.DefaultRouteSettings),
      }
    }),
  }
}

function readThrottle(settings: unknown): ThrottleDefinition | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst = 5000 } = (settings ?? {}) as {
    ThrottlingRateLimit?: number
    ThrottlingBurstLimit?: number
  }
  return rate === undefined ? undefined : { rate, burst }
}

function readAuthorizer(resource: Resource): AuthorizerDefinition {
  const properties = resource.properties as unknown as AuthorizerProperties
  const functionArn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(properties.AuthorizerUri)?.[1]
  if (!functionArn)
    throw new Unmodelled(`${resource.where} AuthorizerUri`, `${properties.AuthorizerUri} names no function`)
  const identitySources = properties.IdentitySource ?? []
  const unknown = identitySources.find((source) => !identitySource.test(source))
  if (unknown !== undefined || identitySources.length === 0)
    throw new Unmodelled(
      `${resource.where} IdentitySource`,
      `is ${unknown ?? 'empty'}; modelled are $request.header.<name> and $request.querystring.<name>`,
    )
  return {
    id: `${resource.stack}-${resource.logicalId}`,
    name: properties.Name,
    functionArn,
    identitySources,
    // API Gateway keeps an answer only where it is told to.
    ttl: Number(properties.AuthorizerResultTtlInSeconds ?? 0) * 1000,
  }
}

/** What is modelled of the expressions that name an identity source. */
export const identitySource = /^\$request\.(header|querystring)\.([\w-]+)$/
