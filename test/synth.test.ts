import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleSizes, functionNames, readMetafile } from '#infra/bundle.ts'
import { build } from '#infra/build.ts'
import { standingDollars, standingOf } from '../bench/price.ts'
import { callbackAddresses } from '#core/access/sign-in.ts'
import { routeWords } from '#core/page/docs-page.ts'
import { cognitoFaults } from './suite/cognito-rule.ts'
import { compilePattern } from '#core/rule/pattern/pattern.ts'

/** What must never change by accident in what is deployed. */

/** Routes that anybody may call; every other one asks for a token. */
const publicRoutes = [
  'GET /',
  'HEAD /',
  'GET /docs',
  'GET /robots.txt',
  'GET /favicon.ico',
  'GET /forms/{formId}',
  'GET /forms/{formId}/thanks',
  'ANY /f/{formId}',
  'GET /.well-known/holdfast',
  '$default',
]

/** Actions that AWS knows without a resource only. */
const withoutResource =
  /^(logs:(\w+LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:\w+|dynamodb:ListStreams)$/

interface Resource {
  Type: string
  Properties: Record<string, any>
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

/** The package brings no types. */
const validateDefinition = createRequire(import.meta.url)('asl-validator') as (
  definition: object,
  options?: { checkArn?: boolean; checkPaths?: boolean },
) => { isValid: boolean; errorsText(): string }

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-synth-'))
let resources: Record<string, Resource> = {}
let assembly = ''

const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type)

/** What stacks give to others, by the name of the export. */
const given: Record<string, any> = {}

/** The logical id that an ARN, a Ref or an attribute speaks of, in this stack or another. */
const idOf = (value: any): string =>
  value?.Ref ??
  value?.['Fn::GetAtt']?.[0] ??
  (value?.['Fn::ImportValue'] ? idOf(given[value['Fn::ImportValue']]) : JSON.stringify(value))

async function synthesize(change?: (app: any) => Promise<void> | void): Promise<Record<string, Resource>> {
  const { addSecurityChecks, createApp } = await import('#infra/app.ts')
  const app = createApp({ buildDir: folder, outdir: mkdtempSync(join(folder, 'cdk.out-')) })
  await change?.(app)
  await addSecurityChecks(app)
  const { stacks } = app.synth()
  for (const { template } of stacks)
    for (const { Export, Value } of Object.values<any>(template.Outputs ?? {}))
      if (Export) given[Export.Name] = Value
  return Object.assign({}, ...stacks.map((stack) => stack.template.Resources))
}

beforeAll(async () => {
  // The CDK's own validator takes three seconds; `npm run synth` has it.
  process.env.CDK_VALIDATION = 'false'
  await build({ outDir: folder })
  resources = await synthesize((app) => void (assembly = app.outdir))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the table', () => {
  test('can be set back to any second', () => {
    const [[, table] = fail()] = ofType('AWS::DynamoDB::GlobalTable')
    expect(table.Properties.Replicas).toEqual([
      expect.objectContaining({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    ])
  })

  test('streams both images, expires by expiresAt, and has three indexes of keys', () => {
    const [[, { Properties: table }] = fail()] = ofType('AWS::DynamoDB::GlobalTable')
    expect(table.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' })
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true })
    expect(table.BillingMode).toBe('PAY_PER_REQUEST')
    expect(
      table.GlobalSecondaryIndexes.map((index: any) => [
        index.IndexName,
        ...index.KeySchema.map((key: any) => key.AttributeName),
        index.Projection.ProjectionType,
      ]),
    ).toEqual(['queue', 'list', 'watch'].map((name) => [name, `${name}Pk`, `${name}Sk`, 'KEYS_ONLY']))
  })
})

describe('what outlives its stack', () => {
  const kept = (all: Record<string, Resource>) =>
    Object.entries(all).filter(([, resource]) => resource.UpdateReplacePolicy === 'Retain')

  test('is the table, the accounts and the records that were given up', () => {
    const types = new Set(kept(resources).map(([, { Type }]) => Type))
    expect([...types]).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool', 'AWS::S3::Bucket']),
    )
  })

  test('is every state machine: deleting one would end the runs that wait in it', () => {
    const machines = Object.entries(resources).filter(
      ([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine',
    )
    expect(machines.length).toBeGreaterThan(0)
    for (const machine of machines) expect(kept(resources)).toContainEqual(machine)
  })

  test('goes away again when its own creation fails, so that the next try finds nothing in its way', () => {
    for (const [id, resource] of Object.entries(resources))
      expect(resource.DeletionPolicy ?? 'Delete', id).toBe(
        resource.UpdateReplacePolicy === 'Retain' ? 'RetainExceptOnCreate' : 'Delete',
      )
  })

  test('can be rolled back as long as protection has not been asked for', async () => {
    const open = await stacks({})
    expect(open.filter(({ terminationProtection }) => terminationProtection)).toEqual([])
    expect(guards(open)).toEqual(['INACTIVE', false])
  })

  test('is protected from deletion by hand once protection is asked for', async () => {
    const closed = await stacks({ protect: 'true' })
    expect(
      closed.flatMap(({ stackName, terminationProtection }) => (terminationProtection ? [stackName] : [])),
    ).toEqual(['HoldfastData', 'HoldfastApi'])
    expect(guards(closed)).toEqual(['ACTIVE', true])
  })

  async function stacks(context: Record<string, unknown>) {
    const { createApp } = await import('#infra/app.ts')
    return createApp({ buildDir: folder, outdir: mkdtempSync(join(folder, 'cdk.out-')), context }).synth()
      .stacks
  }

  /** What the services themselves would refuse to delete. */
  function guards(of: readonly { template: any }[]): unknown[] {
    const all: Resource[] = of.flatMap(({ template }) => Object.values(template.Resources))
    return [
      ...all
        .filter(({ Type }) => Type === 'AWS::Cognito::UserPool')
        .map((it) => it.Properties.DeletionProtection ?? 'INACTIVE'),
      ...all
        .filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable')
        .map((it) => it.Properties.Replicas[0].DeletionProtectionEnabled ?? false),
    ]
  }
})

describe('permissions', () => {
  const statements = () =>
    ofType('AWS::IAM::Policy').flatMap(([id, policy]) =>
      policy.Properties.PolicyDocument.Statement.map((statement: any) => ({
        id,
        effect: statement.Effect,
        keys: Object.keys(statement),
        actions: [statement.Action].flat() as string[],
        resources: [statement.Resource].flat(),
      })),
    )

  test('no policy allows an action by wildcard', () => {
    expect(statements().length).toBeGreaterThan(30)
    for (const { id, actions, keys } of statements()) {
      expect(actions.join(), id).not.toMatch(/[*?]/)
      expect(keys, id).not.toContain('NotAction')
      expect(keys, id).not.toContain('NotResource')
    }
  })

  test('all resources are allowed only where AWS knows none', () => {
    for (const { id, actions, resources: allowed } of statements())
      if (allowed.includes('*'))
        expect(
          actions.filter((action: string) => !withoutResource.test(action)),
          id,
        ).toEqual([])
  })

  test('no role has a managed policy, which would allow every log group', () => {
    for (const [id, role] of ofType('AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns, id).toBeUndefined()
      expect(role.Properties.Policies, id).toBeUndefined()
    }
  })

  test('secrets are read by the door of forms alone, one by one, below the prefix of the stack', () => {
    const secrets = statements().filter(({ actions }) =>
      actions.some((action: string) => action.startsWith('ssm:')),
    )
    expect(secrets).toMatchObject([
      {
        id: expect.stringMatching(/^ApiFormSubmit/) as string,
        effect: 'Allow',
        actions: ['ssm:GetParameter'],
      },
    ])
    expect(JSON.stringify(secrets[0]!.resources)).toMatch(/:parameter\/holdfast\/HoldfastApi\/secret\/\*"/)
  })

  test('no queue or topic is open to others, and none speaks without TLS', () => {
    const policies = [
      ...ofType('AWS::SQS::QueuePolicy'),
      ...ofType('AWS::SNS::TopicPolicy'),
      ...ofType('AWS::S3::BucketPolicy'),
    ]
    expect(policies.length).toBe(
      ofType('AWS::SQS::Queue').length + ofType('AWS::SNS::Topic').length + ofType('AWS::S3::Bucket').length,
    )
    for (const [id, policy] of policies) {
      const all = policy.Properties.PolicyDocument.Statement
      const deniesPlain = all.filter(
        (one: any) => one.Effect === 'Deny' && one.Condition?.Bool?.['aws:SecureTransport'] === 'false',
      )
      expect(deniesPlain, id).toHaveLength(1)
      for (const one of all.filter((one: any) => one.Effect === 'Allow')) {
        expect(one.Principal, id).toHaveProperty('Service')
        expect(one.Condition?.StringEquals, id).toHaveProperty('aws:SourceAccount')
      }
    }
  })

  test('the security checks are on: they refuse a queue without TLS', async () => {
    const { Queue } = await import('aws-cdk-lib/aws-sqs')
    await expect(
      synthesize((app) => void new Queue(app.node.findChild('HoldfastData'), 'Open')),
    ).rejects.toThrow(/[Vv]alidation/)
  })
})

describe('accounts', () => {
  /** The template with one property of one resource changed; `undefined` takes it away. */
  const changed = (type: string, properties: Record<string, unknown>) =>
    cognitoFaults(
      Object.fromEntries(
        Object.entries(resources).map(([id, resource]) => [
          id,
          resource.Type === `AWS::Cognito::${type}`
            ? { ...resource, Properties: { ...resource.Properties, ...properties } }
            : resource,
        ]),
      ),
    )

  test('have nothing that Cognito refuses', () => {
    expect(ofType('AWS::Cognito::UserPoolDomain')).toHaveLength(1)
    expect(cognitoFaults(resources)).toEqual([])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['UserPool', { Schema: [{ Name: 'email', Required: true }] }, 'may not write email'],
    ['UserPool', { UsernameAttributes: ['email'] }, 'exclude each other'],
    ['UserPool', { AutoVerifiedAttributes: [] }, 'verified before an update'],
    ['UserPool', { EnabledMfas: undefined }, 'names none'],
    ['UserPoolClient', { WriteAttributes: undefined }, 'every attribute'],
    ['UserPoolClient', { WriteAttributes: ['email_verified'] }, 'by nobody'],
    ['UserPoolClient', { ReadAttributes: ['custom:other'] }, 'no attribute custom:other'],
    ['UserPoolClient', { IdTokenValidity: 2 }, 'an ID token lives'],
    ['UserPoolClient', { TokenValidityUnits: { AccessToken: 'days' } }, 'an access token lives'],
    ['UserPoolClient', { RefreshTokenValidity: 30 }, 'a refresh token lives'],
    ['UserPoolClient', { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }, 'excludes'],
    ['UserPoolClient', { AllowedOAuthFlowsUserPoolClient: false }, 'AllowedOAuthFlowsUserPoolClient'],
    ['UserPoolClient', { AllowedOAuthScopes: ['email'] }, 'need the scope openid'],
    ['UserPoolClient', { AllowedOAuthFlows: ['client_credentials'] }, 'needs a secret'],
    ['UserPoolClient', { CallbackURLs: ['http://127.0.0.1:3000/'] }, 'http://localhost'],
    ['UserPoolClient', { CallbackURLs: [] }, 'address to return to'],
    ['UserPoolDomain', { Domain: 'Holdfast' }, 'small letters'],
    ['UserPoolDomain', { Domain: 'holdfast-on-aws' }, 'keeps for itself'],
  ])('%s %j would be refused', (type, properties, words) => {
    expect(changed(type, properties).join()).toContain(words)
  })

  test('no client lets people write who they are or where a password is sent to', () => {
    const clients = ofType('AWS::Cognito::UserPoolClient')
    expect(clients.length).toBeGreaterThan(0)
    for (const [id, { Properties: client }] of clients) {
      expect(client.WriteAttributes, id).not.toContain('custom:person')
      expect(client.WriteAttributes, id).not.toContain('email')
      expect(client.ReadAttributes, id).toContain('custom:person')
    }
  })

  test('people sign in with a code, without a secret, and return to the command line', () => {
    const [[, { Properties: client }] = fail()] = ofType('AWS::Cognito::UserPoolClient')
    expect(client).toMatchObject({
      AllowedOAuthFlows: ['code'],
      CallbackURLs: callbackAddresses,
      GenerateSecret: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    })
  })

  test('the sender that SES is to verify is an address, a domain, or one that the account has', async () => {
    const { createApp } = await import('#infra/app.ts')
    const stackOf = (mailIdentity: string) =>
      createApp({
        buildDir: folder,
        outdir: mkdtempSync(join(folder, 'cdk.out-')),
        context: { mailFrom: 'crm@firm.example', mailIdentity },
      })
        .synth()
        .getStackByName('HoldfastAutomation').template as {
        Resources: Record<string, Resource>
        Outputs?: Record<string, unknown>
      }
    const identitiesOf = ({ Resources }: { Resources: Record<string, Resource> }) =>
      Object.values(Resources).filter(({ Type }) => Type === 'AWS::SES::EmailIdentity')
    const [address, domain, existing] = ['address', 'domain', 'existing'].map(stackOf)
    const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }
    expect(identitiesOf(address!)).toMatchObject([
      { Properties: { EmailIdentity: 'crm@firm.example' }, ...kept },
    ])
    expect(identitiesOf(domain!)).toMatchObject([{ Properties: { EmailIdentity: 'firm.example' }, ...kept }])
    expect(Object.keys(domain!.Outputs ?? {}).filter((name) => name.startsWith('MailRecord'))).toHaveLength(3)
    // CloudFormation would fail with AlreadyExists.
    expect(identitiesOf(existing!)).toEqual([])
    for (const { Resources } of [address!, domain!, existing!]) {
      const statements = Object.values(Resources)
        .filter(({ Type }) => Type === 'AWS::IAM::Policy')
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
        .filter(({ Action }) => Action === 'ses:SendEmail')
      expect(statements).toMatchObject([
        { Condition: { StringEquals: { 'ses:FromAddress': 'crm@firm.example' } } },
      ])
    }
  })

  test('the domain to sign in at can be chosen', async () => {
    const { createApp } = await import('#infra/app.ts')
    const domainOf = (signInDomain: string) => {
      const app = createApp({
        buildDir: folder,
        outdir: mkdtempSync(join(folder, 'cdk.out-')),
        context: { signInDomain },
      })
      const api = app.synth().getStackByName('HoldfastApi').template.Resources as Record<string, Resource>
      return Object.values(api).find(({ Type }) => Type === 'AWS::Cognito::UserPoolDomain')?.Properties.Domain
    }
    expect(domainOf('northwind-crm')).toBe('northwind-crm')
  })
})

describe('what runs without anybody waiting', () => {
  const deadLetterQueues = () =>
    new Set([
      ...ofType('AWS::SQS::Queue').flatMap(([, { Properties }]) =>
        Properties.RedrivePolicy ? [idOf(Properties.RedrivePolicy.deadLetterTargetArn)] : [],
      ),
      ...targets().map(({ target }) => idOf(target.DeadLetterConfig?.Arn)),
    ])
  const targets = () =>
    ofType('AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
      Properties.Targets.map((target: any) => ({ rule, target })),
    )

  test('every target of a rule retries for a day and then has a dead-letter queue', () => {
    expect(targets().length).toBeGreaterThanOrEqual(4)
    for (const { rule, target } of targets()) {
      expect(resources[idOf(target.DeadLetterConfig?.Arn)]?.Type, rule).toBe('AWS::SQS::Queue')
      expect(target.RetryPolicy, rule).toEqual({
        MaximumEventAgeInSeconds: 86_400,
        MaximumRetryAttempts: 185,
      })
    }
  })

  test('every queue has a dead-letter queue or is one', () => {
    for (const [id, queue] of ofType('AWS::SQS::Queue')) {
      expect(deadLetterQueues().has(id) || queue.Properties.RedrivePolicy !== undefined, id).toBe(true)
      expect(queue.Properties.MessageRetentionPeriod, id).toBe(14 * 24 * 3600)
    }
  })

  test('every dead-letter queue has an alarm that speaks to the topic', () => {
    const watched = ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => idOf(Properties.Dimensions[0].Value))
    expect(watched.toSorted()).toEqual([...deadLetterQueues()].toSorted())
    for (const [id, alarm] of ofType('AWS::CloudWatch::Alarm'))
      expect(JSON.stringify(alarm.Properties.AlarmActions), id).toContain('AlarmTopic')
  })

  test('every source of events hands single failures back and has somewhere to put what fails for good', () => {
    expect(ofType('AWS::Lambda::EventSourceMapping').length).toBe(4)
    for (const [id, { Properties: source }] of ofType('AWS::Lambda::EventSourceMapping')) {
      expect(source.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures'])
      const queue = resources[idOf(source.EventSourceArn)]
      if (queue?.Type === 'AWS::SQS::Queue') expect(queue.Properties.RedrivePolicy, id).toBeDefined()
      else
        expect(resources[idOf(source.DestinationConfig.OnFailure.Destination)]?.Type, id).toBe(
          'AWS::S3::Bucket',
        )
    }
  })

  test('the stream is read from its beginning and a poison record cannot block it for a day', () => {
    const stream = ofType('AWS::Lambda::EventSourceMapping').find(
      ([, { Properties }]) => Properties.StartingPosition,
    )
    expect(stream?.[1].Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 21_600,
    })
  })

  test('a function that a rule invokes keeps what it could not do', () => {
    const invoked = targets()
      .map(({ target }) => idOf(target.Arn))
      .filter((id) => resources[id]?.Type === 'AWS::Lambda::Function')
    expect(invoked).toHaveLength(1)
    const kept = ofType('AWS::Lambda::EventInvokeConfig').filter(
      ([, { Properties }]) =>
        resources[idOf(Properties.DestinationConfig.OnFailure.Destination)]?.Type === 'AWS::SQS::Queue',
    )
    expect(kept.map(([, { Properties }]) => idOf(Properties.FunctionName))).toEqual(invoked)
  })

  test.each(['Errors', 'IteratorAge', 'ApproximateAgeOfOldestMessage', 'Invocations', '5xx'])(
    '%s has an alarm',
    (metric) => {
      const alarms = ofType('AWS::CloudWatch::Alarm').filter(
        ([, { Properties }]) => Properties.MetricName === metric,
      )
      expect(alarms.length).toBeGreaterThan(0)
    },
  )

  test('the failed runs of every machine, and of no other, have an alarm and become alerts', () => {
    const [alarm = fail()] = ofType('AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.MetricName === 'TriggeredRules',
    )
    const rule = resources[idOf(alarm[1].Properties.Dimensions[0].Value)]?.Properties
    expect(resources[idOf(rule?.Targets[0].Arn)]?.Type).toBe('AWS::SQS::Queue')
    const pattern = compilePattern(written(rule?.EventPattern))
    const ends = (machine: string, more: object = { error: 'x' }) =>
      pattern.matches({
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        detail: {
          status: 'FAILED',
          stateMachineArn: `arn:aws:states:eu-west-1:123456789012:stateMachine:${machine}`,
          ...more,
        },
      })
    for (const id of machines()) {
      // CloudFormation makes names of the logical id, of some types with the stack's name before it.
      expect(ends(`${id}-AbCd12EfGh34`), id).toBe(true)
      expect(ends(`HoldfastWorkflows-${id}-AbCd12EfGh34`), id).toBe(true)
      expect(ends(`${id}-AbCd12EfGh34`, { status: 'ABORTED', error: 'Cancelled' }), id).toBe(false)
      expect(ends(`${id}-AbCd12EfGh34`, { status: 'SUCCEEDED' }), id).toBe(false)
    }
    expect(ends('OrderWorkflow-AbCd12EfGh34')).toBe(false)
    expect(ends('HoldfastData-Other')).toBe(false)
  })

  test('no more than two invocations at a time, so that an account of ten has room for customers', () => {
    const queues = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, it]) => !it.Properties.StartingPosition,
    )
    for (const [id, { Properties }] of queues)
      expect(Properties.ScalingConfig, id).toEqual({ MaximumConcurrency: 2 })
    expect(queues.length * 2).toBeLessThanOrEqual(6)
    const [, stream] = ofType('AWS::Lambda::EventSourceMapping').find(
      ([, it]) => it.Properties.StartingPosition,
    )!
    expect(stream.Properties.ParallelizationFactor).toBe(1)
  })

  test('a message becomes a dead letter only when it was tried, or throttled, for a day', () => {
    for (const [id, { Properties: queue }] of ofType('AWS::SQS::Queue'))
      if (queue.RedrivePolicy) {
        const { maxReceiveCount } = queue.RedrivePolicy
        expect(maxReceiveCount * queue.VisibilityTimeout, id).toBeGreaterThanOrEqual(86_400)
        expect(maxReceiveCount, id).toBeLessThanOrEqual(1000)
      }
  })

  test('e-mails that wait outside of every queue have an alarm on what the watchdog says of them', () => {
    const [filter] = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties)
    expect(filter?.FilterPattern).toBe('"e-mails wait"')
    expect(readFileSync('functions/on/watchdog.ts', 'utf8')).toContain("'e-mails wait'")
    const { MetricName, MetricNamespace } = filter!.MetricTransformations[0]
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)
    expect(alarms.filter((alarm) => alarm.MetricName === MetricName)).toMatchObject([
      { Namespace: MetricNamespace, Threshold: 0 },
    ])
  })

  test('a message that waits has an alarm long before that', () => {
    const watched = ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateAgeOfOldestMessage')
      .map(([, { Properties }]) => idOf(Properties.Dimensions[0].Value))
    const consumed = ofType('AWS::SQS::Queue').flatMap(([id, it]) =>
      it.Properties.RedrivePolicy ? [id] : [],
    )
    expect(watched.toSorted()).toEqual(consumed.toSorted())
  })

  test('nothing is reserved unless asked for: an account of ten may reserve none', async () => {
    const reserved = (all: Record<string, Resource>) =>
      Object.entries(all).flatMap(([id, { Properties }]) =>
        Properties?.ReservedConcurrentExecutions === undefined
          ? []
          : [[id.slice(0, -8), Properties.ReservedConcurrentExecutions]],
      )
    expect(reserved(resources)).toEqual([])
    const { createApp } = await import('#infra/app.ts')
    const asked = (number: string) =>
      createApp({
        buildDir: folder,
        outdir: mkdtempSync(join(folder, 'cdk.out-')),
        context: { reserved: number },
      })
    const stacks = asked('20').synth().stacks
    const all: Record<string, Resource> = Object.assign(
      {},
      ...stacks.map(({ template }) => template.Resources),
    )
    expect(reserved(all)).toEqual([
      ['ApiFormSubmit', 20],
      ['ApiLeadCreate', 20],
    ])
  })

  test('costs less than five dollars a month while nothing happens', () => {
    const standing = standingOf(Object.values(resources))
    expect(ofType('AWS::SQS::Queue').length).toBeLessThanOrEqual(8)
    expect(standing.alarmMetrics).toBeLessThanOrEqual(24)
    expect(standing.polled).toBe(3)
    const { polling, alarms } = standingDollars(standing)
    // 5 connections of 20 s: 648,000 requests a queue and month
    expect(polling).toBeCloseTo(3 * 0.2592, 6)
    expect(polling + alarms).toBeLessThan(5)
  })
})

describe('functions', () => {
  test('every file is one function, and every function is a file', () => {
    const deployed = ofType('AWS::Lambda::Function').map(([id]) => id.slice(0, -8))
    const files = functionNames(join(root, 'functions')).map((name) =>
      name.replace(/(^|[^a-z0-9])([a-z0-9])/g, (_, _separator, letter) => letter.toUpperCase()),
    )
    expect(deployed.toSorted()).toEqual(files.toSorted())
  })

  test('all run on Node 24 and ARM, with a log of their own that forgets', () => {
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      })
      expect(resources[idOf(Properties.LoggingConfig.LogGroup)]?.Properties.RetentionInDays, id).toBe(30)
    }
  })

  test('nothing that only runs at synth is in a bundle', () => {
    const inputs = Object.values(readMetafile(folder).outputs).flatMap((output) => Object.keys(output.inputs))
    expect(
      inputs.filter((input) => /node_modules\/(yaml|esbuild|aws-cdk-lib|constructs)\//.test(input)),
    ).toEqual([])
  })

  test('each bundle stays within its budget', () => {
    const sizes = bundleSizes(readMetafile(folder))
    expect(Object.keys(sizes).toSorted()).toEqual(Object.keys(budgets).toSorted())
    for (const [name, bytes] of Object.entries(sizes)) {
      const kilobytes = Math.ceil(bytes / 1024)
      expect(kilobytes, `${name}: a cold start loads every byte`).toBeLessThanOrEqual(budgets[name] ?? 0)
    }
  })
})

describe('the API', () => {
  test('every route but the public ones asks for a token', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)
    const open = routes
      .filter((route) => route.AuthorizationType !== 'CUSTOM')
      .map((route) => route.RouteKey as string)
    expect(open.toSorted()).toEqual(publicRoutes.toSorted())
    for (const route of routes.filter((route) => route.AuthorizationType === 'CUSTOM'))
      expect(resources[idOf(route.AuthorizerId)]?.Type).toBe('AWS::ApiGatewayV2::Authorizer')
  })

  test('has every address that is called in its documentation', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(
      ([, { Properties }]) => Properties.RouteKey as string,
    )
    const unasked = ['GET /', 'HEAD /', 'GET /docs', 'GET /robots.txt', 'GET /favicon.ico', '$default']
    const called = routes
      .filter((route) => !unasked.includes(route))
      .map((route) => route.replace('{formId}', '{form}').replace('ANY /f/', 'POST /f/'))
    expect(routeWords.flatMap((row) => row.routes).toSorted()).toEqual(called.toSorted())
    const open = routeWords.filter((row) => row.isPublic).flatMap((row) => row.routes)
    for (const route of open)
      expect(publicRoutes).toContain(route.replace('{form}', '{formId}').replace('POST /f/', 'ANY /f/'))
  })

  test('asks one function who calls, and a change holds within a minute', () => {
    const [[id, { Properties: authorizer }] = fail(), ...others] = ofType('AWS::ApiGatewayV2::Authorizer')
    expect(others, 'every route the same way in').toEqual([])
    expect(authorizer).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization'],
    })
    const [asked] = Object.keys(resources).filter(
      (name) =>
        resources[name]!.Type === 'AWS::Lambda::Function' &&
        JSON.stringify(authorizer.AuthorizerUri).includes(`"${name}"`),
    )
    expect(asked).toMatch(/^OnAuthorize/)
    // An authorizer that takes longer than 10 seconds is a failure for the gateway.
    expect(resources[asked!]!.Properties.Timeout).toBeLessThanOrEqual(10)
    expect(resources[asked!]!.Properties.Environment.Variables).toMatchObject({
      ISSUER: { 'Fn::GetAtt': [expect.stringMatching(/^AccountsUserPool/), 'ProviderURL'] },
      CLIENT_ID: { Ref: expect.stringMatching(/^AccountsUserPoolClient/) },
    })
    const permitted = ofType('AWS::Lambda::Permission').filter(
      ([, { Properties }]) =>
        idOf(Properties.FunctionName) === asked && JSON.stringify(Properties.SourceArn).includes(id),
    )
    expect(permitted).toHaveLength(1)
  })

  test('whoever asks who calls reads the keys of programs and nothing of customers', () => {
    const policies = ofType('AWS::IAM::Policy').filter(([id]) => id.startsWith('OnAuthorize'))
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    const onTable = statements.filter((one: any) => JSON.stringify(one.Action).includes('dynamodb:'))
    expect(onTable).toHaveLength(1)
    expect(onTable[0]).toMatchObject({
      Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['main#key'] } },
    })
  })

  test('is throttled, and forms so late that one program alone turns no customer away', () => {
    const [[, { Properties: stage }] = fail()] = ofType('AWS::ApiGatewayV2::Stage')
    expect(stage.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0)
    const forms = stage.RouteSettings['ANY /f/{formId}']
    expect(forms.ThrottlingRateLimit).toBe(1000)
    // Of an account's 5,000.
    expect(forms.ThrottlingBurstLimit).toBe(3000)
  })

  test('takes as many forms a second as it is told, and at once no more than an account may', async () => {
    const { createApp } = await import('#infra/app.ts')
    const formsOf = (formRate: string) => {
      const outdir = mkdtempSync(join(folder, 'cdk.out-'))
      const { stacks } = createApp({ buildDir: folder, outdir, context: { formRate } }).synth()
      const stage = stacks
        .flatMap(({ template }): Resource[] => Object.values(template.Resources))
        .find(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage')
      return stage?.Properties.RouteSettings['ANY /f/{formId}']
    }
    expect(formsOf('100')).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 300 })
    expect(formsOf('4000')).toEqual({ ThrottlingRateLimit: 4000, ThrottlingBurstLimit: 5000 })
    expect(() => formsOf('1000 a second')).toThrow('-c formRate=1000 a second: write a whole number of posts')
  })

  test('logs nothing that tells who asked', () => {
    const [[, { Properties: stage }] = fail()] = ofType('AWS::ApiGatewayV2::Stage')
    const fields = stage.AccessLogSettings.Format.match(/\$context\.[\w.]+/g)
    expect(fields).toContain('$context.routeKey')
    expect(
      fields.filter((field: string) => /identity|path|authorizer|userAgent|domainName/i.test(field)),
    ).toEqual([])
  })
})

describe('workflows', () => {
  const definitions = () =>
    ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => ({
      id,
      text: definitionOf(Properties.DefinitionS3Location.Key as string),
      machine: Properties,
    }))

  test('each compiles to a valid JSONata state machine', () => {
    expect(definitions().length).toBe(JSON.parse(readFileSync(join(folder, 'workflows.json'), 'utf8')).length)
    for (const { id, text } of definitions()) {
      const definition = JSON.parse(
        text.replaceAll('${advance}', 'arn:aws:lambda:eu-west-1:123456789012:function:advance'),
      ) as object
      expect(validateDefinition(definition, { checkArn: true, checkPaths: true }).errorsText(), id).toBe('')
      expect(definition, id).toHaveProperty('QueryLanguage', 'JSONata')
    }
  })

  test('the validator sees a state that leads nowhere', () => {
    const [{ text } = fail()] = definitions()
    const definition = JSON.parse(text) as object
    expect(validateDefinition({ ...definition, StartAt: 'Nowhere' }).isValid).toBe(false)
  })

  test('executions get a reference and no personal data, and log none', () => {
    for (const { id, machine } of definitions()) {
      const starting = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
        Properties.Targets.filter((target: any) => idOf(target.Arn) === id),
      )
      expect(starting.length, id).toBeGreaterThan(0)
      for (const target of starting) expect(target.InputPath, id).toBe('$.detail.ref')
      expect(machine.LoggingConfiguration.IncludeExecutionData, id).toBe(false)
      expect(machine.StateMachineType, id).toBe('STANDARD')
    }
  })

  test('only our own events start or end them', () => {
    for (const [id, { Properties }] of ofType('AWS::Events::Rule'))
      if (Properties.EventBusName) expect(Properties.EventPattern.source, id).toEqual(['holdfast'])
  })
})

/** Logical ids of the state machines. */
const machines = (): string[] => ofType('AWS::StepFunctions::StateMachine').map(([id]) => id)

/** The text of a definition, which is a file beside the templates. */
const definitionOf = (key: string): string => readFileSync(join(assembly, `asset.${key}`), 'utf8')

/** A value of a template as it would be in an account; the names of resources stand for themselves. */
function written(value: any): any {
  if (Array.isArray(value)) return value.map(written)
  if (typeof value !== 'object' || value === null) return value
  if ('Ref' in value) return pseudo[value.Ref] ?? value.Ref
  if ('Fn::GetAtt' in value) return value['Fn::GetAtt'].join('.')
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(written).join(value['Fn::Join'][0])
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, written(entry)]))
}

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
}

function fail(): never {
  throw new Error('there is none')
}

/** KB, some 15% above what was measured when it was set. */
const budgets: Record<string, number> = {
  'api/absence': 380,
  'api/alert': 360,
  'api/form-page': 170,
  'api/form-submit': 955,
  'api/lead-activity': 545,
  'api/lead-create': 845,
  'api/lead-list': 370,
  'api/lead-read': 425,
  'api/not-found': 145,
  'api/quarantine': 780,
  'api/front-page': 165,
  'api/key': 355,
  'api/sign-in': 100,
  'on/authorize': 400,
  'on/deliver-mail': 465,
  'on/publish': 355,
  'on/run-event': 580,
  'on/store-spooled': 580,
  'on/watchdog': 560,
  'step/advance': 545,
}
