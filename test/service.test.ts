import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '#infra/build.ts'
import { northwindFolder } from './fixture/northwind.ts'
import { serviceFaults, type Resources } from './suite/service-rule.ts'

/**
 * What a real account would refuse. First AWS's own validator (schemas of all resource types and the rules of
 * cfn-lint; it comes with aws-cdk-lib and takes 3 s of processor), then our rules for what lies between resources.
 * cdk-preflight (11 MB, 2,500 rules, 3 s more) was tried and left out: it found nothing true here, refused what every
 * user pool with an e-mail address has, and did not see the client that could not write a required attribute.
 */

interface Diagnostic {
  ruleId: string
  severity: string
  message: string
  entity?: { logicalId?: string }
}

interface Validator {
  CompositeEngine: new () => {
    validateTemplate(template: object): { diagnostics: Diagnostic[] }
    free(): void
  }
  TemplateContent: new (content: string, name: string) => object
}

const ofLibrary = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json'))
const { CompositeEngine, TemplateContent } = ofLibrary('@aws/cloudformation-validate') as Validator

/** A dependency that is said twice: the CDK does it, and it harms nobody. */
const harmless = new Set(['W3005'])

const folder = mkdtempSync(join(tmpdir(), 'holdfast-service-'))
const engine = new CompositeEngine()
let templates: { name: string; template: { Resources: Resources } }[] = []

beforeAll(async () => {
  process.env.CDK_VALIDATION = 'false'
  await build({ content: northwindFolder, outDir: folder })
  const { createApp } = await import('#infra/app.ts')
  const { stacks } = createApp({
    buildDir: folder,
    outdir: join(folder, 'cdk.out'),
    context: {
      mailFrom: 'crm@firm.example',
      alarmMail: 'ops@firm.example',
      protect: 'true',
      reserved: '20',
      shield: 'true',
      region: 'eu-central-1',
    },
  }).synth()
  templates = stacks.map(({ stackName: name, template }) => ({ name, template: template as never }))
})
afterAll(() => {
  engine.free()
  rmSync(folder, { recursive: true, force: true })
})

/** What the validator says, without what is only advice. */
function findings(changed: typeof templates): string[] {
  return changed.flatMap(({ name, template }) =>
    engine
      .validateTemplate(new TemplateContent(JSON.stringify(template), `${name}.json`))
      .diagnostics.filter(
        ({ severity, ruleId }) => /ERROR|FATAL|WARN/.test(severity) && !harmless.has(ruleId),
      )
      .map(({ ruleId, message, entity }) => `${name}/${entity?.logicalId ?? ''}: ${ruleId} ${message}`),
  )
}

/** All resources, with imports resolved to what they import. */
function merged(): Resources {
  const given = new Map(
    templates.flatMap(({ template }) =>
      Object.values((template as { Outputs?: Record<string, any> }).Outputs ?? {}).map(
        (output): [string, unknown] => [output.Export?.Name, output.Value],
      ),
    ),
  )
  const text = JSON.stringify(Object.assign({}, ...templates.map(({ template }) => template.Resources)))
  return JSON.parse(text, (_, value: unknown) => {
    const name = (value as { 'Fn::ImportValue'?: string } | null)?.['Fn::ImportValue']
    return name === undefined ? value : given.get(name)
  }) as Resources
}

type Change = (properties: Record<string, any>, resource: Resources[string]) => void

/** A copy of resources in which the first of a type (that `where` accepts) is changed. */
function spoiled(
  resources: Resources,
  type: string,
  change: Change,
  where = (_: any): boolean => true,
): Resources {
  const copy = structuredClone(resources)
  const found = Object.values(copy).find(
    ({ Type, Properties }) => Type === `AWS::${type}` && where(Properties),
  )
  if (!found) throw new Error(`there is no ${type}`)
  change(found.Properties, found)
  return copy
}

describe('AWS’s own validator', () => {
  test('finds nothing wrong with any stack', () => {
    expect(templates).toHaveLength(5)
    expect(findings(templates)).toEqual([])
  })

  test.each<[string, string, Change]>([
    ['HoldfastApi', 'Lambda::EventSourceMapping', (it) => (it.ScalingConfig = { MaximumConcurrency: 1 })],
    ['HoldfastApi', 'Lambda::Function', (it) => (it.Timeout = 1000)],
    ['HoldfastApi', 'Logs::LogGroup', (it) => (it.RetentionInDays = 31)],
    ['HoldfastApi', 'SQS::Queue', (it) => (it.MessageRetentionPeriod = 1_209_601)],
    ['HoldfastAutomation', 'Events::Rule', (it) => (it.Targets[0].RetryPolicy.MaximumRetryAttempts = 186)],
    ['HoldfastWorkflows', 'StepFunctions::StateMachine', (it) => (it.StateMachineType = 'SLOW')],
  ])('sees what %s may not have: %s', (name, type, change) => {
    const stack = templates.find((one) => one.name === name)!
    const changed = { ...stack.template, Resources: spoiled(stack.template.Resources, type, change) }
    expect(findings([{ name, template: changed }]).length).toBeGreaterThan(0)
  })
})

describe('what lies between resources', () => {
  test('is as the services want it', () => {
    expect(serviceFaults(merged())).toEqual([])
  })

  const isQueue = (it: any): boolean => !it.StartingPosition
  const isStream = (it: any): boolean => !isQueue(it)
  const isMath = (it: any): boolean => it.Metrics !== undefined
  const isScheduled = (it: any): boolean => it.ScheduleExpression !== undefined
  const starts = (it: any): boolean => it.Targets[0].Id === 'Run'
  const onBus = (it: any): boolean => it.EventBusName !== undefined
  const without =
    (...actions: string[]): Change =>
    (it) => {
      for (const one of it.PolicyDocument.Statement)
        one.Action = [one.Action].flat().filter((action: string) => !actions.includes(action))
    }
  const allows =
    (action: string) =>
    (it: any): boolean =>
      JSON.stringify(it.PolicyDocument).includes(action)

  test.each<[string, string, Change, ((it: any) => boolean)?]>([
    [
      'visibility timeout is shorter',
      'SQS::Queue',
      (it) => (it.VisibilityTimeout = 5),
      (it) => it.RedrivePolicy,
    ],
    ['batches over 10', 'Lambda::EventSourceMapping', (it) => (it.BatchSize = 50), isQueue],
    ['lacks sqs:ReceiveMessage', 'IAM::Policy', without('sqs:ReceiveMessage'), allows('sqs:ReceiveMessage')],
    [
      'lacks dynamodb:GetRecords',
      'IAM::Policy',
      without('dynamodb:GetRecords'),
      allows('dynamodb:GetRecords'),
    ],
    ['lacks s3:ListBucket', 'IAM::Policy', without('s3:ListBucket'), allows('dynamodb:GetRecords')],
    [
      'may be made before the policy',
      'Lambda::Function',
      (_, it) => (it.DependsOn = []),
      (it) => it.Description.includes('Stores submissions'),
    ],
    ['at most 5 filters', 'Lambda::EventSourceMapping', tooManyFilters, isStream],
    ['the table has no stream', 'DynamoDB::GlobalTable', (it) => delete it.StreamSpecification],
    ['only the default bus has schedules', 'Events::Rule', (it) => (it.EventBusName = 'bus'), isScheduled],
    ['is no schedule', 'Events::Rule', (it) => (it.ScheduleExpression = 'rate(1 minutes)'), isScheduled],
    ['come to the default bus', 'Events::Rule', (it) => (it.EventPattern.source = ['aws.states']), onBus],
    ['a state machine needs a role', 'Events::Rule', (it) => delete it.Targets[0].RoleArn, starts],
    ['takes one of Input', 'Events::Rule', (it) => (it.Targets[0].Input = '{}'), starts],
    [
      'names <other>',
      'Events::Rule',
      (it) => (it.Targets[0].InputTransformer = { InputPathsMap: {}, InputTemplate: '<other>' }),
    ],
    ['two targets have one id', 'Events::Rule', (it) => it.Targets.push(it.Targets[0])],
    [
      'does not accept from EventBridge',
      'SQS::QueuePolicy',
      (it) => (it.PolicyDocument.Statement = []),
      (it) => JSON.stringify(it).includes('events.amazonaws.com'),
    ],
    ['lacks logs:CreateLogDelivery', 'IAM::Policy', without('logs:CreateLogDelivery'), allows('LogDelivery')],
    ['may be made before the policy', 'StepFunctions::StateMachine', (_, it) => (it.DependsOn = [])],
    [
      'not below /aws/vendedlogs/',
      'Logs::LogGroup',
      (it) => (it.LogGroupName = '/holdfast'),
      (it) => it.LogGroupName?.includes('states'),
    ],
    ['which is no route', 'ApiGatewayV2::Stage', (it) => (it.RouteSettings = { 'GET /x': {} })],
    ['may come before the route', 'ApiGatewayV2::Stage', (_, it) => (it.DependsOn = [])],
    ['names the request', 'ApiGatewayV2::Stage', (it) => (it.AccessLogSettings.Format = '$context.status')],
    ['named origins only', 'ApiGatewayV2::Api', (it) => (it.CorsConfiguration.AllowCredentials = true)],
    ['MaxAge is', 'ApiGatewayV2::Api', (it) => (it.CorsConfiguration.MaxAge = 86_401)],
    ['may not call its function', 'ApiGatewayV2::Integration', (it) => (it.IntegrationUri = 'elsewhere')],
    ['under its identity source', 'ApiGatewayV2::Authorizer', (it) => (it.IdentitySource = [])],
    ['simple answers need', 'ApiGatewayV2::Authorizer', (it) => (it.AuthorizerPayloadFormatVersion = '1.0')],
    ['a period of 90 s', 'CloudWatch::Alarm', (it) => (it.Period = 90), (it) => !isMath(it)],
    [
      'looks back a day',
      'CloudWatch::Alarm',
      (it) => (it.EvaluationPeriods = 1441),
      (it) => it.Period === 60,
    ],
    ['exactly one', 'CloudWatch::Alarm', (it) => delete it.Metrics[1].ReturnData, isMath],
    [
      'which is no metric',
      'CloudWatch::Alarm',
      (it) => (it.Metrics[0].Expression = 'FILL(other, 0)'),
      isMath,
    ],
    ['is not defined', 'DynamoDB::GlobalTable', (it) => it.AttributeDefinitions.pop()],
    [
      'is defined and no key',
      'DynamoDB::GlobalTable',
      (it) => it.AttributeDefinitions.push({ AttributeName: 'x', AttributeType: 'S' }),
    ],
    [
      'which is no index',
      'DynamoDB::GlobalTable',
      (it) => it.Replicas[0].GlobalSecondaryIndexes.push({ IndexName: 'x' }),
    ],
  ])('"%s" is seen when a %s has it', (words, type, change, where) => {
    expect(serviceFaults(spoiled(merged(), type, change, where)).join('\n')).toContain(words)
  })

  function tooManyFilters(it: Record<string, any>): void {
    it.FilterCriteria.Filters = [...Array(6).keys()].map(() => ({ Pattern: '{}' }))
  }
})
