import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { shieldHeaders } from '#functions/adapter/http/sender.ts'
import { cloudFrontFaults } from '../suite/cloudfront-rule.ts'
import { assembly, first, idOf, ofType, resources } from './template.ts'

/** One address for the console and the API: what CloudFront is told of both. */

// oxlint-disable-next-line typescript/no-explicit-any -- a template's values have every shape
type Json = any

const [distribution, { Properties }] = first('AWS::CloudFront::Distribution')
const config: Json = Properties.DistributionConfig
const ofConsole: Json[] = config.CacheBehaviors
const originOf = ({ TargetOriginId }: Json) => config.Origins.find(({ Id }: Json) => Id === TargetOriginId)
const functionOf = ({ FunctionAssociations: [{ FunctionARN }] }: Json): string =>
  resources[idOf(FunctionARN)]!.Properties.FunctionCode

/** What the function makes of a request. */
const run = (code: string, event: object): Json => runInNewContext(`${code}\nhandler(event)`, { event })

describe('CloudFront', () => {
  test('is one, and has nothing that it would refuse', () => {
    expect(ofType('AWS::CloudFront::Distribution')).toHaveLength(1)
    expect(cloudFrontFaults(resources)).toEqual([])
  })

  /** The template with one property of the resources of a type changed. */
  const changed = (type: string, change: (properties: Json) => void) => {
    const copy = structuredClone(resources)
    for (const { Type, Properties: one } of Object.values(copy))
      if (Type === `AWS::CloudFront::${type}`) change(one)
    return cloudFrontFaults(copy).join()
  }

  test.each<[string, (properties: Json) => void, string]>([
    ['Distribution', (it) => (it.DistributionConfig.CacheBehaviors[1].PathPattern = '/app'), 'one path'],
    [
      'Distribution',
      (it) => (it.DistributionConfig.CacheBehaviors[0].AllowedMethods = ['GET']),
      'no such set',
    ],
    ['Distribution', (it) => (it.DistributionConfig.DefaultCacheBehavior.MinTTL = 0), 'of old'],
    ['Distribution', (it) => (it.DistributionConfig.Origins[1].S3OriginConfig = undefined), 'one of them'],
    ['CachePolicy', (it) => (it.CachePolicyConfig.MinTTL = 0), 'MinTTL of 0'],
    ['CachePolicy', (it) => (it.CachePolicyConfig.MaxTTL = 0), 'MinTTL ≤'],
    ['Function', (it) => (it.AutoPublish = false), 'published'],
    ['Function', (it) => (it.FunctionCode += '\nawait fetch(1)'), 'no modules'],
    ['OriginAccessControl', (it) => (it.OriginAccessControlConfig.Name = 'x'.repeat(65)), '64 characters'],
    [
      'ResponseHeadersPolicy',
      (it) => (it.ResponseHeadersPolicyConfig.CustomHeadersConfig.Items[0].Value = ''),
      'permissions-policy: 1 to',
    ],
  ])('a %s that was %s would be refused', (type, change, words) => {
    expect(changed(type, change)).toContain(words)
  })

  test('says who asks, whatever he says himself, and proves it by a secret that stands in no template', () => {
    const event = {
      viewer: { ip: '203.0.113.9' },
      request: { headers: { [shieldHeaders.viewer]: { value: '198.51.100.1' }, host: { value: 'x' } } },
    }
    expect(run(functionOf(config.DefaultCacheBehavior), event).headers).toEqual({
      [shieldHeaders.viewer]: { value: '203.0.113.9' },
      host: { value: 'x' },
    })
    const {
      OriginCustomHeaders: [header, ...others],
    } = originOf(config.DefaultCacheBehavior)
    expect([header.HeaderName, others]).toEqual([shieldHeaders.secret, []])
    const readers = ofType('AWS::Lambda::Function').filter(
      ([, { Properties: one }]) => one.Environment?.Variables?.SHIELD_SECRET !== undefined,
    )
    expect(readers.map(([id]) => id.slice(0, -8))).toEqual(['ApiFormSubmit'])
    for (const value of [header.HeaderValue, readers[0]![1].Properties.Environment.Variables.SHIELD_SECRET])
      expect(JSON.stringify(value)).toMatch(/resolve:secretsmanager:.*ShieldSecret.*:SecretString/)
    const [, secret] = first('AWS::SecretsManager::Secret')
    expect(secret.Properties.GenerateSecretString).toEqual({ PasswordLength: 48, ExcludePunctuation: true })
  })
})

describe('whatever is not the console', () => {
  test('is the API, asked by TLS with every method and header but Host; no answer is kept, not even a refusal', () => {
    const { DefaultCacheBehavior: behaviour, CustomErrorResponses } = config
    expect(originOf(behaviour).CustomOriginConfig).toEqual({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    })
    expect(behaviour.AllowedMethods).toHaveLength(7)
    // CachingDisabled and AllViewerExceptHostHeader: "Use managed cache policies", "… origin request policies".
    expect(behaviour.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
    expect(behaviour.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac')
    // A page in place of an error would hold for the API too.
    expect(CustomErrorResponses.filter((one: Json) => Object.keys(one).length > 2)).toEqual([])
    // All that it can be told of: "Configure error response behavior".
    expect(CustomErrorResponses.map((one: Json) => [one.ErrorCode, one.ErrorCachingMinTTL])).toEqual(
      [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((code) => [code, 0]),
    )
  })
})

describe('the console', () => {
  test('is at /app and below it, only read, and one page for every address but those of files', () => {
    expect(ofConsole.map(({ PathPattern }) => PathPattern)).toEqual(['/app', '/app/*'])
    const pageOf = (uri: string, behaviour: Json) =>
      run(functionOf(behaviour), { request: { uri, headers: {} } }).uri
    for (const behaviour of ofConsole) {
      expect(behaviour.AllowedMethods).toEqual(['GET', 'HEAD'])
      expect(behaviour.ViewerProtocolPolicy).toBe('redirect-to-https')
      for (const path of ['/app', '/app/', '/app/leads/lead_01', '/app/leads/', '/app/v1.2/x'])
        expect(pageOf(path, behaviour)).toBe('/app/index.html')
      for (const path of ['/app/assets/a-1b2c.js', '/app/config.json', '/app/index.html', '/app/favicon.svg'])
        expect(pageOf(path, behaviour)).toBe(path)
    }
  })

  test('is sent with headers under which nothing runs but its own files', () => {
    const ids = new Set(ofConsole.map(({ ResponseHeadersPolicyId }) => idOf(ResponseHeadersPolicyId)))
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
      resources[[...ids][0]!]!.Properties.ResponseHeadersPolicyConfig
    expect(ids.size).toBe(1)
    const parts = security.ContentSecurityPolicy.ContentSecurityPolicy['Fn::Join'][1] as Json[]
    const text = parts
      .map((part) => (typeof part === 'string' ? part : `<${idOf(part).slice(0, -8)}>`))
      .join('')
    expect(text.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self' data:",
      "worker-src 'self'",
      "connect-src 'self' <AccountsUserPool>/ https://<AccountsUserPoolSignIn>.auth.<AWS>.amazoncognito.com https://<FilesBucket>",
      "frame-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types holdfast',
    ])
    expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThan(31_536_000)
    expect(security.ReferrerPolicy.ReferrerPolicy).toBe('same-origin')
    expect(security.ContentTypeOptions).toEqual({ Override: true })
    expect(Object.values(security).every((one: Json) => one.Override)).toBe(true)
    expect(custom.Items.map(({ Header }: Json) => Header)).toEqual([
      'permissions-policy',
      'cross-origin-opener-policy',
    ])
    expect(custom.Items[0].Value).toMatch(/^([a-z-]+=\(\), )*[a-z-]+=\(\)$/)
  })

  test('lies in a bucket of its own, which only this distribution reads, and it only single files', () => {
    for (const behaviour of ofConsole) {
      const origin = originOf(behaviour)
      expect(idOf(origin.DomainName)).toMatch(/^ConsoleBucket/)
      expect(resources[idOf(origin.OriginAccessControlId)]?.Type).toBe('AWS::CloudFront::OriginAccessControl')
    }
    const [, policy] = ofType('AWS::S3::BucketPolicy').find(([id]) => id.startsWith('ConsoleBucket'))!
    const allowed = policy.Properties.PolicyDocument.Statement.filter((one: Json) => one.Effect === 'Allow')
    expect(allowed).toHaveLength(1)
    expect(allowed[0].Action).toBe('s3:GetObject')
    expect(JSON.stringify(allowed[0].Condition)).toContain(`":distribution/",{"Ref":"${distribution}"}`)
    const [, bucket] = ofType('AWS::S3::Bucket').find(([id]) => id.startsWith('ConsoleBucket'))!
    expect(Object.values(bucket.Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
  })

  test('has its hashed files for a year and asks for all others; files of former releases stay', () => {
    const puts = ofType('Custom::CDKBucketDeployment').map(([, one]) => one.Properties)
    expect(
      puts.map((put) => [put.DestinationBucketKeyPrefix, put.SystemMetadata['cache-control'], put.Prune]),
    ).toEqual([
      ['app/assets', 'public, max-age=31536000, immutable', false],
      ['app', 'no-cache', false],
    ])
    const named = (id: string) => JSON.parse(readFileSync(join(assembly, `${id}.assets.json`), 'utf8'))
    const { files } = named('HoldfastApi')
    const inFolders = puts.map((put) =>
      put.SourceObjectKeys.flatMap((key: string) =>
        readdirSync(join(assembly, files[key.slice(0, -4)].source.path)),
      ),
    )
    expect(inFolders[0]).toEqual(readdirSync(join(dirname(assembly), 'console', 'assets')))
    expect(inFolders[1].toSorted()).toEqual(['config.json', 'index.html', 'version.json'])
  })

  test('comes with its files first and its page last', () => {
    const [[assets], [, pages]] = ofType('Custom::CDKBucketDeployment') as [Json, Json]
    expect(pages.DependsOn).toContain(assets)
  })

  test('reads whom to ask and who it is from the stack, before anybody signs in', () => {
    const [, pages] = ofType('Custom::CDKBucketDeployment').at(-1)!
    const { SourceObjectKeys: keys, SourceMarkers: markers } = pages.Properties
    const { files } = JSON.parse(readFileSync(join(assembly, 'HoldfastApi.assets.json'), 'utf8'))
    const folder = join(assembly, files[keys[1].slice(0, -4)].source.path)
    const text = Object.entries(markers[1]).reduce(
      (whole, [marker, value]) => whole.replaceAll(marker, `<${idOf(value).slice(0, -8)}>`),
      readFileSync(join(folder, 'config.json'), 'utf8'),
    )
    expect(JSON.parse(text)).toEqual({
      issuer: '<AccountsUserPool>',
      clientId: '<AccountsUserPoolClient>',
      company: 'Northwind Instruments',
      languages: ['en', 'uk', 'ru'],
      signOut: 'https://<AccountsUserPoolSignIn>.auth.<AWS>.amazoncognito.com/logout',
    })
  })

  test('is where e-mails lead, and the deployment says where that is', () => {
    const mailer = ofType('AWS::Lambda::Function').find(([id]) => id.startsWith('OnDeliverMail'))![1]
    expect(JSON.stringify(mailer.Properties.Environment.Variables.PUBLIC_URL)).toContain(
      'OneOriginDistribution',
    )
  })
})
