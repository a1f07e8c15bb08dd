/*
 * What CloudFront refuses only when a stack is being created. Sources: pages of Distribution, CachePolicy, ResponseHeadersPolicy,
 * OriginAccessControl and Function in the CloudFormation reference; "Quotas", "Control the cache key", "Restrictions on edge
 * functions" and "Add custom headers to origin requests" in CloudFront's developer guide.
 */
import type { Resource } from '../assembly.ts'

type Resources = Record<string, Resource>
// oxlint-disable-next-line typescript/no-explicit-any -- a template's values have every shape
type Json = any

/** A sentence for each property that CloudFront would refuse. */
export function cloudFrontFaults(resources: Resources): string[] {
  const checks: Record<string, (properties: Json, all: Resources) => string[]> = {
    'AWS::CloudFront::Distribution': distributionFaults,
    'AWS::CloudFront::CachePolicy': cacheFaults,
    'AWS::CloudFront::ResponseHeadersPolicy': headerFaults,
    'AWS::CloudFront::OriginAccessControl': ({ OriginAccessControlConfig: config }) =>
      when(textOf(config.Name).length > 64, 'the name of an origin access control has at most 64 characters'),
    'AWS::CloudFront::Function': functionFaults,
  }
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
    (checks[Type]?.(Properties, resources) ?? []).map((fault) => `${id}: ${fault}`),
  )
}

const when = (broken: boolean, fault: string): string[] => (broken ? [fault] : [])

/** A value with the longest text that each function of the template could stand for. */
function textOf(value: Json): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value?.['Fn::Join']?.[1])) return value['Fn::Join'][1].map(textOf).join('')
  return value?.Ref === 'AWS::Region' ? 'ap-southeast-1' : 'x'.repeat(100)
}

const methods = [
  ['GET', 'HEAD'],
  ['GET', 'HEAD', 'OPTIONS'],
  ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
].map((list) => list.join())

function distributionFaults({ DistributionConfig: config }: Json, all: Resources): string[] {
  const origins: Json[] = config.Origins
  const named: Json[] = config.CacheBehaviors ?? []
  const patterns = named.map(({ PathPattern }) => PathPattern)
  const behaviours = [config.DefaultCacheBehavior, ...named]
  return [
    ...when(new Set(origins.map(({ Id }) => Id)).size !== origins.length, 'two origins have one name'),
    ...when(named.length > 75, 'at most 75 behaviours'),
    ...when(new Set(patterns).size !== patterns.length, 'two behaviours have one path'),
    ...patterns.flatMap((pattern) =>
      when(!/^[\w\-.*$/~"'@:+?&]{1,255}$/.test(pattern), `the path ${pattern}`),
    ),
    ...origins.flatMap((origin) => originFaults(origin)),
    ...behaviours.flatMap((one) => behaviourFaults(one, origins, all)),
  ]
}

function originFaults({
  Id,
  S3OriginConfig: bucket,
  OriginAccessControlId: control,
  ...more
}: Json): string[] {
  const headers: Json[] = more.OriginCustomHeaders ?? []
  return [
    ...when(control !== undefined && bucket?.OriginAccessIdentity !== '', `${Id}: one way of access only`),
    ...when(!bucket === !more.CustomOriginConfig, `${Id}: a bucket or an address, one of them`),
    ...when(headers.length > 30, `${Id}: at most 30 headers`),
    ...headers.flatMap(({ HeaderName: name }) =>
      when(
        /^(x-amz-|x-edge-)|^(host|connection|cache-control|cookie|transfer-encoding|via|range|pragma)$/i.test(
          name,
        ),
        `${Id}: CloudFront takes no header ${name}`,
      ),
    ),
  ]
}

function behaviourFaults(behaviour: Json, origins: readonly Json[], all: Resources): string[] {
  const { AllowedMethods = [], TargetOriginId, FunctionAssociations: functions = [] } = behaviour
  const { ForwardedValues, MinTTL, CachePolicyId, OriginRequestPolicyId } = behaviour
  const cache = all[CachePolicyId?.Ref]?.Properties.CachePolicyConfig
  const where = behaviour.PathPattern ?? 'the default behaviour'
  return [
    ...when(
      !origins.some(({ Id }) => Id === TargetOriginId),
      `${where}: there is no origin ${TargetOriginId}`,
    ),
    ...when(
      !methods.includes([...(AllowedMethods as string[])].toSorted().join()),
      `${where}: no such set of methods`,
    ),
    ...when(
      CachePolicyId !== undefined && (ForwardedValues ?? MinTTL) !== undefined,
      `${where}: a cache policy excludes the settings of old`,
    ),
    ...when(OriginRequestPolicyId !== undefined && !CachePolicyId, `${where}: it wants a cache policy`),
    ...when(typeof CachePolicyId === 'object' && !cache, `${where}: there is no such cache policy`),
    ...when(
      new Set(functions.map(({ EventType }: Json) => EventType)).size !== functions.length,
      `${where}: one function an event`,
    ),
    ...functions.flatMap(({ EventType, FunctionARN }: Json) => [
      ...when(
        !/^viewer-re(quest|sponse)$/.test(EventType),
        `${where}: functions run at the viewer's side only`,
      ),
      ...when(
        all[FunctionARN?.['Fn::GetAtt']?.[0]]?.Properties.AutoPublish !== true,
        `${where}: a function must be published before it is used`,
      ),
    ]),
  ]
}

function cacheFaults({ CachePolicyConfig: config }: Json): string[] {
  const { MinTTL: least, DefaultTTL: usual, MaxTTL: most, Name } = config
  const key = config.ParametersInCacheKeyAndForwardedToOrigin
  const compresses = key.EnableAcceptEncodingBrotli || key.EnableAcceptEncodingGzip
  const keys = [
    key.CookiesConfig.CookieBehavior,
    key.HeadersConfig.HeaderBehavior,
    key.QueryStringsConfig.QueryStringBehavior,
  ]
  return [
    ...when(textOf(Name).length > 128, 'a name has at most 128 characters'),
    ...when(!(least <= usual && usual <= most), 'MinTTL ≤ DefaultTTL ≤ MaxTTL'),
    ...when(most === 0 && (compresses || keys.some((one) => one !== 'none')), 'what is not kept has no key'),
    ...when(least === 0 && compresses, 'with a MinTTL of 0 CloudFront keeps nothing that it compressed'),
  ]
}

function headerFaults({ ResponseHeadersPolicyConfig: config }: Json): string[] {
  const custom: Json[] = config.CustomHeadersConfig?.Items ?? []
  const policy = textOf(config.SecurityHeadersConfig?.ContentSecurityPolicy?.ContentSecurityPolicy ?? '-')
  const ofSecurity =
    /^(content-security-policy|strict-transport-security|x-content-type-options|x-frame-options|referrer-policy|x-xss-protection)$/i
  return [
    ...when(textOf(config.Name).length > 128, 'a name has at most 128 characters'),
    ...when(custom.length > 10, 'at most 10 headers of its own'),
    ...when(policy.length > 1783, 'a value has at most 1,783 characters'),
    ...custom.flatMap(({ Header, Value }) => [
      ...when(textOf(Value) === '' || textOf(Value).length > 1783, `${Header}: 1 to 1,783 characters`),
      ...when(ofSecurity.test(Header), `${Header} is a security header`),
    ]),
  ]
}

function functionFaults({ FunctionCode: code, FunctionConfig: config, Name }: Json): string[] {
  return [
    ...when(Buffer.byteLength(code) > 10_240, 'a function has at most 10 KB'),
    ...when(!/^function handler\(event\)/m.test(code), 'a function is called handler'),
    ...when(
      /\b(import|require|eval|async |fetch|setTimeout)\b/.test(code),
      'a function has no modules and no time',
    ),
    ...when(!/^cloudfront-js-[12]\.0$/.test(config.Runtime), `there is no runtime ${config.Runtime}`),
    ...when(
      !/^[\w-]{1,64}$/.test(textOf(Name)),
      'a name has 1 to 64 letters, digits, hyphens and underscores',
    ),
    ...when(textOf(config.Comment).length > 128, 'a comment has at most 128 characters'),
  ]
}
