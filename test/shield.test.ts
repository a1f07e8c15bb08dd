import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '#infra/build.ts'
import { perAddress } from '#core/access/flood.ts'
import { shieldHeaders } from '#functions/adapter/http/sender.ts'
import { northwindFolder } from './fixture/northwind.ts'

/** `-c shield=true`: what stands in front of the API passes everything on, keeps nothing, and loses nobody. */

interface Stack {
  region: string
  resources: [id: string, resource: { Type: string; Properties: Record<string, any> }][]
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-shield-'))
let stacks: Record<string, Stack> = {}

async function synthesize(context: Record<string, unknown>): Promise<Record<string, Stack>> {
  const { addSecurityChecks, createApp } = await import('#infra/app.ts')
  const app = createApp({ buildDir: folder, outdir: mkdtempSync(join(folder, 'cdk.out-')), context })
  await addSecurityChecks(app)
  return Object.fromEntries(
    app
      .synth()
      .stacks.map(({ stackName, environment, template }) => [
        stackName,
        { region: environment.region, resources: Object.entries(template.Resources) },
      ]),
  )
}

const found = (stack: string, type: string) =>
  stacks[stack]!.resources.filter(([, { Type }]) => Type === type).map(([, { Properties }]) => Properties)

beforeAll(async () => {
  process.env.CDK_VALIDATION = 'false'
  await build({ content: northwindFolder, outDir: folder })
  stacks = await synthesize({ shield: 'true', region: 'eu-central-1' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('is made only when it is asked for', async () => {
  const without = await synthesize({})
  expect(Object.keys(without)).toEqual([
    'HoldfastData',
    'HoldfastApi',
    'HoldfastAutomation',
    'HoldfastWorkflows',
  ])
  expect(JSON.stringify(without)).not.toMatch(/CloudFront|WAFv2|SecretsManager|SHIELD_SECRET/)
})

describe('the firewall', () => {
  test('lies where CloudFront reads it, wherever the rest is', () => {
    expect(stacks.HoldfastFirewall?.region).toBe('us-east-1')
    expect(stacks.HoldfastShield?.region).toBe('eu-central-1')
    const [distribution] = found('HoldfastShield', 'AWS::CloudFront::Distribution')
    expect(distribution?.DistributionConfig.WebACLId).toMatchObject({
      'Fn::GetStackOutput': { StackName: 'HoldfastFirewall', Region: 'us-east-1' },
    })
  })

  test('refuses nothing but too much from one address, for a while, in words that the form page understands', () => {
    const [acl] = found('HoldfastFirewall', 'AWS::WAFv2::WebACL')
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } })
    expect(acl?.Rules).toHaveLength(1)
    const { Statement, Action } = acl!.Rules[0]
    expect(Statement.RateBasedStatement).toMatchObject({ AggregateKeyType: 'IP', EvaluationWindowSec: 300 })
    // A visitor asks three times for each post: the form, its sending, the thanks.
    const allowed = perAddress.atOnce + 300_000 / perAddress.everyMilliseconds
    expect(Statement.RateBasedStatement.Limit).toBeGreaterThan(3 * allowed)
    const { ResponseCode, ResponseHeaders, CustomResponseBodyKey } = Action.Block.CustomResponse
    const headers = Object.fromEntries(
      ResponseHeaders.map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]),
    )
    expect([ResponseCode, headers['retry-after'], headers['access-control-allow-origin']]).toEqual([
      429,
      '60',
      '*',
    ])
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    // What WAF takes: quotas of custom responses, and CustomHTTPHeader in its API reference.
    expect(ResponseHeaders.length).toBeLessThanOrEqual(10)
    for (const { Value } of ResponseHeaders) expect(Value.length).toBeLessThanOrEqual(255)
    const { Content } = acl!.CustomResponseBodies[CustomResponseBodyKey]
    expect(Buffer.byteLength(Content)).toBeLessThanOrEqual(4096)
    for (const language of ['en', 'uk', 'ru']) expect(Content).toContain(`lang="${language}"`)
  })

  test('keeps no sample of who asked for what', () => {
    expect(JSON.stringify(stacks.HoldfastFirewall)).not.toContain('"SampledRequestsEnabled":true')
  })
})

describe('CloudFront', () => {
  const config = () => found('HoldfastShield', 'AWS::CloudFront::Distribution')[0]!.DistributionConfig

  test('passes every method and header on but Host, and keeps no answer, not even a refusal', () => {
    const { DefaultCacheBehavior: behaviour, CacheBehaviors, CustomErrorResponses } = config()
    expect(CacheBehaviors).toBeUndefined()
    expect(behaviour.AllowedMethods.toSorted()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ])
    // CachingDisabled and AllViewerExceptHostHeader: "Use managed cache policies", "… origin request policies".
    expect(behaviour.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
    expect(behaviour.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac')
    const kept = CustomErrorResponses.filter((one: any) => one.ErrorCachingMinTTL !== 0)
    expect(kept).toEqual([])
    // All that it can be told of: "Configure error response behavior".
    expect(CustomErrorResponses.map((one: any) => one.ErrorCode)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ])
  })

  test('asks the API by TLS, with a secret that stands in no template and that the door of forms knows', () => {
    const [origin] = config().Origins
    expect(origin.CustomOriginConfig).toEqual({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    })
    expect(origin.OriginCustomHeaders.map(({ HeaderName }: any) => HeaderName)).toEqual([
      shieldHeaders.secret,
    ])
    const readers = found('HoldfastApi', 'AWS::Lambda::Function').filter(
      ({ Environment }) => Environment?.Variables?.SHIELD_SECRET !== undefined,
    )
    expect(readers.map(({ Description }) => Description)).toEqual([
      'Stores what somebody submitted with a form',
    ])
    for (const value of [
      origin.OriginCustomHeaders[0].HeaderValue,
      readers[0]!.Environment.Variables.SHIELD_SECRET,
    ])
      expect(JSON.stringify(value)).toMatch(/resolve:secretsmanager:.*ShieldSecret.*:SecretString/)
    const [secret] = found('HoldfastApi', 'AWS::SecretsManager::Secret')
    expect(secret?.GenerateSecretString).toEqual({ PasswordLength: 48, ExcludePunctuation: true })
  })

  test('says who asks, whatever he says himself', () => {
    const [edge] = found('HoldfastShield', 'AWS::CloudFront::Function')
    const event = {
      viewer: { ip: '203.0.113.9' },
      request: { headers: { [shieldHeaders.viewer]: { value: '198.51.100.1' }, host: { value: 'x' } } },
    }
    const request = runInNewContext(`${edge!.FunctionCode}\nhandler(event)`, { event })
    expect(request.headers).toEqual({
      [shieldHeaders.viewer]: { value: '203.0.113.9' },
      host: { value: 'x' },
    })
  })
})
