import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '#infra/build.ts'
import { perAddress } from '#core/access/flood.ts'
import { northwindFolder } from './fixture/northwind.ts'

/** `-c shield=true`: what stands in front of CloudFront refuses floods for a while, and loses nobody. */

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
  expect(JSON.stringify(without)).not.toMatch(/WAFv2|WebACLId/)
})

describe('the firewall', () => {
  test('lies where CloudFront reads it, wherever the rest is', () => {
    expect(stacks.HoldfastFirewall?.region).toBe('us-east-1')
    expect(stacks.HoldfastApi?.region).toBe('eu-central-1')
    const [distribution, ...others] = found('HoldfastApi', 'AWS::CloudFront::Distribution')
    expect(others).toEqual([])
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
