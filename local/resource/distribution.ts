/* Distributions of CloudFront, and the functions and policies that their behaviours name. */
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import { bucketReaderOf, distributionArn, type BucketReader } from './bucket-policy.ts'
import type { Identity, Models, Resource } from './model.ts'
import { headersOfPolicy, policyShape, type PolicyHeader } from './response-headers.ts'

export interface DistributionDefinition {
  id: string
  domain: string
  /** In the order in which paths are tried; the last one takes all. */
  behaviours: BehaviourDefinition[]
}

export interface BehaviourDefinition {
  /** In which `*` and `?` stand for others; undefined: every path. */
  pattern: string | undefined
  methods: string[]
  origin: OriginDefinition
  /** What runs before anything is asked. */
  edgeFunction: { code: string; where: string } | undefined
  /** Encodings into which answers are compressed. */
  encodings: Encoding[]
  headers: PolicyHeader[]
}

export type Encoding = 'br' | 'gzip'

export type OriginDefinition =
  | { kind: 'api'; headers: Record<string, string> }
  | { kind: 'bucket'; bucket: string; mayRead: BucketReader }

const people = ignored('for people')
const nothingCached = ignored('nothing is cached here: each request reads the object')
const noTls = ignored('the machine has no TLS of its own; whatever stands in front has')
const byName = ({ name }: Identity) => name
const id = { ref: byName, attributes: { Id: byName } }

/** Policies of AWS's own: "Use managed cache policies", "Use managed origin request policies". */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

const behaviour = {
  AllowedMethods: used,
  CachedMethods: nothingCached,
  CachePolicyId: used,
  Compress: used,
  FunctionAssociations: list(object({ EventType: oneOf('viewer-request'), FunctionARN: used })),
  OriginRequestPolicyId: oneOf(allViewerExceptHost),
  ResponseHeadersPolicyId: used,
  TargetOriginId: used,
  ViewerProtocolPolicy: noTls,
}

export const distributionModels: Models = {
  'AWS::CloudFront::Distribution': {
    shape: object({
      DistributionConfig: object({
        CacheBehaviors: list(object({ ...behaviour, PathPattern: used })),
        Comment: people,
        // Without a page in place of the error.
        CustomErrorResponses: list(object({ ErrorCode: nothingCached, ErrorCachingMinTTL: nothingCached })),
        DefaultCacheBehavior: object(behaviour),
        Enabled: oneOf(true),
        HttpVersion: ignored('it speaks HTTP/1.1'),
        IPV6Enabled: ignored('--host says where it listens'),
        Origins: list(
          object({
            Id: used,
            DomainName: used,
            CustomOriginConfig: ignored('the API is in the same process'),
            OriginAccessControlId: used,
            OriginCustomHeaders: list(object({ HeaderName: used, HeaderValue: used })),
            S3OriginConfig: object({ OriginAccessIdentity: oneOf('') }),
          }),
        ),
        PriceClass: ignored('there is one place'),
      }),
      Tags: ignored('tags are for the bill'),
    }),
    ref: byName,
    attributes: { Id: byName, DomainName: ({ name }) => `${name}.cloudfront.net` },
  },
  'AWS::CloudFront::Function': {
    shape: object({
      Name: people,
      AutoPublish: oneOf(true),
      FunctionCode: used,
      FunctionConfig: object({ Comment: people, Runtime: oneOf('cloudfront-js-2.0') }),
    }),
    ref: byName,
    attributes: { FunctionARN: byName },
  },
  'AWS::CloudFront::OriginAccessControl': {
    ...id,
    shape: object({
      OriginAccessControlConfig: object({
        Name: people,
        Description: people,
        OriginAccessControlOriginType: oneOf('s3'),
        SigningBehavior: oneOf('always'),
        SigningProtocol: oneOf('sigv4'),
      }),
    }),
  },
  'AWS::CloudFront::CachePolicy': {
    ...id,
    shape: object({
      CachePolicyConfig: object({
        Comment: people,
        DefaultTTL: nothingCached,
        MaxTTL: nothingCached,
        MinTTL: nothingCached,
        Name: people,
        ParametersInCacheKeyAndForwardedToOrigin: object({
          CookiesConfig: object({ CookieBehavior: oneOf('none') }),
          EnableAcceptEncodingBrotli: used,
          EnableAcceptEncodingGzip: used,
          HeadersConfig: object({ HeaderBehavior: oneOf('none') }),
          QueryStringsConfig: object({ QueryStringBehavior: oneOf('none') }),
        }),
      }),
    }),
  },
  'AWS::CloudFront::ResponseHeadersPolicy': { ...id, shape: policyShape },
}

interface WrittenBehaviour {
  PathPattern?: string
  AllowedMethods?: string[]
  CachePolicyId?: string
  Compress?: boolean | string
  FunctionAssociations?: { FunctionARN: string }[]
  ResponseHeadersPolicyId?: string
  TargetOriginId: string
}

interface WrittenOrigin {
  Id: string
  DomainName: string
  OriginAccessControlId?: string
  OriginCustomHeaders?: { HeaderName: string; HeaderValue: string }[]
}

/** @throws Unmodelled when it names what is not in the assembly */
export function readDistribution(
  distribution: Resource,
  resources: readonly Resource[],
): DistributionDefinition {
  const { where, name } = distribution
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution.properties.DistributionConfig as {
    CacheBehaviors?: WrittenBehaviour[]
    DefaultCacheBehavior: WrittenBehaviour
    Origins: WrittenOrigin[]
  }
  /** What is named by its id, or refused. */
  const named = (type: string, value: string): Resource => {
    const found = resources.find((one) => one.type === `AWS::CloudFront::${type}` && one.name === value)
    if (!found) throw new Unmodelled(where, `${value} is no ${type} of the assembly`)
    return found
  }
  const originOf = (value: string): OriginDefinition => {
    const origin = Origins.find(({ Id }) => Id === value)
    if (!origin) throw new Unmodelled(where, `there is no origin ${value}`)
    if (origin.OriginAccessControlId !== undefined) named('OriginAccessControl', origin.OriginAccessControlId)
    return readOrigin(origin, distribution, resources)
  }
  const encodingsOf = ({ Compress, CachePolicyId = '' }: WrittenBehaviour): Encoding[] => {
    if (CachePolicyId === cachingDisabled) return []
    const { CachePolicyConfig: config } = named('CachePolicy', CachePolicyId).properties as {
      CachePolicyConfig: { ParametersInCacheKeyAndForwardedToOrigin: Record<string, unknown> }
    }
    const key = config.ParametersInCacheKeyAndForwardedToOrigin
    const isOn = (value: unknown) => String(value) === 'true'
    if (!isOn(Compress)) return []
    return [
      ...(isOn(key.EnableAcceptEncodingBrotli) ? (['br'] as const) : []),
      ...(isOn(key.EnableAcceptEncodingGzip) ? (['gzip'] as const) : []),
    ]
  }

  return {
    id: name,
    domain: `${name}.cloudfront.net`,
    behaviours: [...(CacheBehaviors ?? []), DefaultCacheBehavior].map((one) => {
      const [edge] = (one.FunctionAssociations ?? []).map(({ FunctionARN }) => named('Function', FunctionARN))
      const policy = one.ResponseHeadersPolicyId
      return {
        pattern: one.PathPattern,
        methods: one.AllowedMethods ?? ['GET', 'HEAD'],
        origin: originOf(one.TargetOriginId),
        edgeFunction: edge && { code: String(edge.properties.FunctionCode), where: edge.where },
        encodings: encodingsOf(one),
        headers:
          policy === undefined
            ? []
            : headersOfPolicy(named('ResponseHeadersPolicy', policy).properties.ResponseHeadersPolicyConfig),
      }
    }),
  }
}

function readOrigin(
  { DomainName: domain, OriginCustomHeaders: headers = [] }: WrittenOrigin,
  distribution: Resource,
  resources: readonly Resource[],
): OriginDefinition {
  const own = resources.find(
    ({ type, name, region }) =>
      (type === 'AWS::S3::Bucket' && domain === `${name}.s3.${region}.amazonaws.com`) ||
      (type === 'AWS::ApiGatewayV2::Api' && domain.startsWith(`${name}.execute-api.${region}.`)),
  )
  if (!own)
    throw new Unmodelled(
      distribution.where,
      `the origin ${domain} is neither a bucket nor an API of the assembly`,
    )
  if (own.type === 'AWS::S3::Bucket')
    return {
      kind: 'bucket',
      bucket: own.name,
      mayRead: bucketReaderOf(own.name, distributionArn(distribution, distribution.name), resources),
    }
  return {
    kind: 'api',
    headers: Object.fromEntries(
      headers.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
    ),
  }
}
