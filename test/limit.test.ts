import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import { build } from '#infra/build.ts'
import { excesses, excessText, fullest } from '#infra/limit/limit.ts'
import { textOf, type Deployment, type Template } from '#infra/limit/template.ts'
import { northwindFolder } from './fixture/northwind.ts'

/** What of a deployment grows with operators' files, and that a synthesis says so before AWS does. */

const deployment = (template: Template, more: Partial<Deployment> = {}): Deployment => ({
  stacks: [{ name: 'Made', template, bytes: 1000 }],
  assets: {},
  ...more,
})
const one = (Type: string, Properties: object): Template => ({ Resources: { It: { Type, Properties } } })
const many = (count: number, Type: string, Properties: object): Template => ({
  Resources: Object.fromEntries([...Array(count).keys()].map((i) => [`It${i}`, { Type, Properties }])),
})
const text = (length: number): string => 'x'.repeat(length)
/** A policy whose text has exactly so many characters. */
const policy = (length: number) => ({ a: text(length - 8) })

/** For each limit, a made-up deployment of a given size in what it measures. */
const grown: Record<string, [most: number, (size: number) => Deployment]> = {
  'resources of a stack': [500, (n) => deployment(many(n, 'Any', {}))],
  'outputs of a stack': [
    200,
    (n) => deployment({ Outputs: Object.fromEntries([...Array(n).keys()].map((i) => [`O${i}`, {}])) }),
  ],
  'parameters of a stack': [
    200,
    (n) => deployment({ Parameters: Object.fromEntries([...Array(n).keys()].map((i) => [`P${i}`, {}])) }),
  ],
  'bytes of a template': [
    1_048_576,
    (n) => deployment({}, { stacks: [{ name: 'Made', template: {}, bytes: n }] }),
  ],
  'characters of a logical id': [255, (n) => deployment({ Resources: { [text(n)]: { Type: 'Any' } } })],
  'characters of an event pattern': [
    2048,
    (n) => deployment(one('AWS::Events::Rule', { EventPattern: policy(n) })),
  ],
  'rules of a bus': [300, (n) => deployment(many(n, 'AWS::Events::Rule', { EventBusName: { Ref: 'Bus' } }))],
  'targets of a rule': [5, (n) => deployment(one('AWS::Events::Rule', { Targets: Array(n).fill('one') }))],
  'characters of a description': [
    256,
    (n) => deployment(one('AWS::Lambda::Function', { Description: text(n) })),
  ],
  'characters of all policies in a role': [
    10_240,
    (n) =>
      deployment({
        Resources: {
          One: {
            Type: 'AWS::IAM::Policy',
            Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policy(100) },
          },
          Two: {
            Type: 'AWS::IAM::Policy',
            Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policy(n - 100) },
          },
        },
      }),
  ],
  'characters of who may take a role': [
    2048,
    (n) => deployment(one('AWS::IAM::Role', { AssumeRolePolicyDocument: policy(n) })),
  ],
  'characters of a managed policy': [
    6144,
    (n) => deployment(one('AWS::IAM::ManagedPolicy', { PolicyDocument: policy(n) })),
  ],
  'bytes of a queue’s policy': [
    8192,
    (n) => deployment(one('AWS::SQS::QueuePolicy', { PolicyDocument: policy(n) })),
  ],
  'bytes of a topic’s policy': [
    30_720,
    (n) => deployment(one('AWS::SNS::TopicPolicy', { PolicyDocument: policy(n) })),
  ],
  'bytes of a function’s variables': [
    4096,
    (n) => deployment(one('AWS::Lambda::Function', { Environment: { Variables: policy(n) } })),
  ],
  'bytes of a function, unpacked': [
    262_144_000,
    (n) => deployment(one('AWS::Lambda::Function', { Code: { S3Key: 'key' } }), { assets: { key: n } }),
  ],
  'bytes of who may call a function': [
    20_480,
    (n) => deployment(one('AWS::Lambda::Permission', policy(n - 200))),
  ],
  'bytes of a state machine’s definition': [
    1_048_576,
    (n) =>
      deployment(one('AWS::StepFunctions::StateMachine', { DefinitionS3Location: { Key: 'key' } }), {
        assets: { key: n },
      }),
  ],
  'routes of the API': [300, (n) => deployment(many(n, 'AWS::ApiGatewayV2::Route', { ApiId: 'api' }))],
  'integrations of the API': [
    300,
    (n) => deployment(many(n, 'AWS::ApiGatewayV2::Integration', { ApiId: 'api' })),
  ],
  'authorizers of the API': [
    10,
    (n) => deployment(many(n, 'AWS::ApiGatewayV2::Authorizer', { ApiId: 'api' })),
  ],
  'characters of an alarm’s description': [
    1024,
    (n) => deployment(one('AWS::CloudWatch::Alarm', { AlarmDescription: text(n) })),
  ],
  'indexes of the table': [
    20,
    (n) => deployment(one('AWS::DynamoDB::GlobalTable', { GlobalSecondaryIndexes: Array(n).fill('one') })),
  ],
}

describe('a limit', () => {
  test.each(Object.entries(grown))(
    '%s: is kept at it and told of beyond, with what to do',
    (what, [most, make]) => {
      expect(excesses(make(most)).map((excess) => excess.what)).not.toContain(what)
      const found = excesses(make(most + 1)).find((excess) => excess.what === what)
      expect(found).toMatchObject({ what, is: most + 1, most })
      expect(excessText(found!)).toMatch(/AWS allows [\d,]+\. .{20,}/)
    },
  )

  test('the rules of a bus are counted over all stacks', () => {
    const own = many(200, 'AWS::Events::Rule', { EventBusName: { Ref: 'Bus' } })
    const given = { Out: { Value: { Ref: 'Bus' }, Export: { Name: 'One:Bus' } } }
    const other = many(101, 'AWS::Events::Rule', { EventBusName: { 'Fn::ImportValue': 'One:Bus' } })
    const stacks = [
      { name: 'One', template: { ...own, Outputs: given }, bytes: 0 },
      { name: 'Two', template: other, bytes: 0 },
    ]
    expect(excesses({ stacks, assets: {} })).toMatchObject([{ what: 'rules of a bus', is: 301 }])
  })

  test('what is known only in the account counts as long as it gets there', () => {
    expect(textOf({ Ref: 'AWS::AccountId' })).toBe('123456789012')
    expect(textOf({ 'Fn::GetAtt': ['Machine', 'Arn'] })).toHaveLength(150)
    expect(
      textOf({ a: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':', { Ref: 'AWS::Region' }]] }] }),
    ).toBe('{"a":["arn:aws:ap-southeast-1"]}')
  })
})

describe('a company with many workflows, forms and teams', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-limit-'))
  beforeAll(async () => {
    process.env.CDK_VALIDATION = 'false'
    await build({ content: northwindFolder, outDir: folder })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([60, 200])('%i of each deploy', async (count) => {
    const { deploymentOf } = await import('#infra/app.ts')
    const deployed = deploymentOf(await synthesizeMany(count))
    expect(excesses(deployed).map(excessText)).toEqual([])
    const [first] = fullest(deployed)
    expect(first!.is).toBeLessThanOrEqual(first!.most)
    const lines = fullest(deployed)
      .slice(0, 5)
      .map(
        ({ where, what, is, most }) =>
          `  ${Math.round((is / most) * 100)} %  ${what}: ${is} of ${most} (${where})`,
      )
    process.stdout.write(`${count} workflows, forms and teams:\n${lines.join('\n')}\n`)
  })

  test('200 workflows run on one machine too', async () => {
    const { readTemplate } = await import('#local/template/template.ts')
    const { directory } = await synthesizeMany(200)
    const own = 'http://127.0.0.1:1'
    const addresses = { publicUrl: own, sdkUrl: own, issuer: `${own}/oidc`, signingKeys: `${own}/keys` }
    const { stateMachines, rules } = readTemplate(directory, addresses)
    expect(stateMachines).toHaveLength(200)
    for (const { properties } of stateMachines)
      expect(JSON.parse(String(properties.DefinitionString))).toHaveProperty('StartAt')
    expect(rules.filter(({ properties }) => properties.EventBusName)).toHaveLength(201)
  })

  test('300 workflows do not, and the synthesis says what to do', async () => {
    const { checkLimits } = await import('#infra/app.ts')
    const assembly = await synthesizeMany(300)
    expect(() => checkLimits(assembly)).toThrow(
      /HoldfastWorkflows: resources of a stack: \d+, AWS allows 500\. .*second company/,
    )
  })

  test('two workflows whose names are one to CloudFormation are refused by name', async () => {
    await expect(synthesizeMany(2, ['vip-2', 'vip2'])).rejects.toThrow(
      'workflows/vip-2.yaml and workflows/vip2.yaml: their names differ in hyphens only; rename one of them',
    )
  })

  /** Northwind with its workflow, form and team as often as that. */
  async function synthesizeMany(count: number, named?: string[]) {
    const published = JSON.parse(readFileSync(join(folder, 'published.json'), 'utf8'))
    const [workflow] = JSON.parse(readFileSync(join(folder, 'workflows.json'), 'utf8')) as CompiledWorkflow[]
    const { company } = published
    const [form] = Object.values(company.forms)
    const [team] = Object.values(company.teams)
    const numbers = [...Array(count).keys()]
    const names = (what: string): string[] => numbers.map((i) => `${what}-of-a-long-name-${i}`)
    const workflows = (named ?? names('workflow')).map((name) => ({ ...workflow, name }))
    const many = mkdtempSync(join(folder, 'many-'))
    writeFileSync(join(many, 'workflows.json'), JSON.stringify(workflows))
    writeFileSync(
      join(many, 'published.json'),
      JSON.stringify({
        ...published,
        company: {
          ...company,
          forms: Object.fromEntries(names('form').map((name) => [name, form])),
          teams: Object.fromEntries(names('team').map((name) => [name, team])),
        },
        until: Object.fromEntries(workflows.map(({ name, until }) => [name, until])),
      }),
    )
    for (const same of ['function', 'console', 'doors.json'])
      symlinkSync(join(folder, same), join(many, same))
    const { createApp } = await import('#infra/app.ts')
    return createApp({ buildDir: many, outdir: join(many, 'cdk.out') }).synth()
  }
})
