import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { afterAll, describe, expect, test } from 'vitest'
import { addSecurityChecks, createApp } from '#infra/app.ts'
import { buildDirOf } from '#infra/synth.ts'
import type { Resource, Template } from '../assembly.ts'
import { northwindFolder } from '../fixture/northwind.ts'
import { resources, resourcesOf } from './template.ts'

/** What a flag (`-c name=value`) changes in what is deployed. */

// The CDK's own validator takes three seconds; `npm run synth` has it.
process.env.CDK_VALIDATION = 'false'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-flag-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const appWith = (context: Record<string, unknown>) =>
  createApp({ buildDir: buildDirOf(northwindFolder), outdir: mkdtempSync(join(folder, 'cdk.out-')), context })

const stacksWith = (context: Record<string, unknown>) => appWith(context).synth().stacks

/** The properties of all resources of a type. */
const propertiesOf = (all: Record<string, Resource>, type: string) =>
  Object.values(all)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties)

const resourcesWith = (context: Record<string, unknown>) =>
  resourcesOf(stacksWith(context).map(({ template }) => template as Template))

describe('protection', () => {
  /** What the services themselves would refuse to delete. */
  const guards = (all: Record<string, Resource>): unknown[] => [
    ...propertiesOf(all, 'AWS::Cognito::UserPool').map((it) => it.DeletionProtection ?? 'INACTIVE'),
    // An index of the ledger, without a stream, may go: it is written anew.
    ...propertiesOf(all, 'AWS::DynamoDB::GlobalTable')
      .filter((it) => it.StreamSpecification)
      .map((it) => it.Replicas[0].DeletionProtectionEnabled ?? false),
  ]

  test('is off as long as it has not been asked for, so that a first deployment can be rolled back', () => {
    const open = stacksWith({})
    expect(open.filter(({ terminationProtection }) => terminationProtection)).toEqual([])
    expect(guards(resourcesOf(open.map(({ template }) => template as Template)))).toEqual(['INACTIVE', false])
  })

  test('once asked for keeps what outlives its stack from deletion by hand', () => {
    const closed = stacksWith({ protect: 'true' })
    expect(
      closed.flatMap(({ stackName, terminationProtection }) => (terminationProtection ? [stackName] : [])),
    ).toEqual(['HoldfastData', 'HoldfastApi'])
    expect(guards(resourcesOf(closed.map(({ template }) => template as Template)))).toEqual(['ACTIVE', true])
  })
})

test('the sender that SES is to verify is an address, a domain, or one that the account has', () => {
  const [address, domain, existing] = ['address', 'domain', 'existing'].map((mailIdentity) => {
    const assembly = appWith({ mailFrom: 'crm@firm.example', mailIdentity }).synth()
    return assembly.getStackByName('HoldfastAutomation').template as Template
  })
  const identitiesOf = ({ Resources }: Template) =>
    Object.values(Resources).filter(({ Type }) => Type === 'AWS::SES::EmailIdentity')
  const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }
  expect(identitiesOf(address!)).toMatchObject([
    { Properties: { EmailIdentity: 'crm@firm.example' }, ...kept },
  ])
  expect(identitiesOf(domain!)).toMatchObject([{ Properties: { EmailIdentity: 'firm.example' }, ...kept }])
  expect(Object.keys(domain!.Outputs ?? {}).filter((name) => name.startsWith('MailRecord'))).toHaveLength(3)
  // CloudFormation would fail with AlreadyExists.
  expect(identitiesOf(existing!)).toEqual([])
  for (const { Resources } of [address!, domain!, existing!]) {
    const statements = propertiesOf(Resources, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as { Action: unknown }[])
      .filter(({ Action }) => Action === 'ses:SendEmail')
    expect(statements).toMatchObject([
      { Condition: { StringEquals: { 'ses:FromAddress': 'crm@firm.example' } } },
    ])
  }
})

test('the domain to sign in at can be chosen', () => {
  const domains = propertiesOf(
    resourcesWith({ signInDomain: 'northwind-crm' }),
    'AWS::Cognito::UserPoolDomain',
  )
  expect(domains).toMatchObject([{ Domain: 'northwind-crm' }])
})

test('an address of their own is where people come back to, and where everything leads', () => {
  const pagesWith = (publicUrl: string) => {
    const [data, api, automation] = stacksWith({ publicUrl }).map(({ template }) => template as Template)
    const [client] = propertiesOf(api!.Resources, 'AWS::Cognito::UserPoolClient')
    const mailer = Object.entries(automation!.Resources).find(([id]) =>
      /^OnDeliverMail[0-9A-F]{8}$/.test(id),
    )!
    expect(data!.Outputs?.ConsoleUrl).toBeUndefined()
    return {
      out: client!.LogoutURLs.filter((url: unknown) => typeof url === 'string'),
      console: api!.Outputs?.ConsoleUrl?.Value,
      mail: mailer[1].Properties.Environment.Variables.PUBLIC_URL,
    }
  }
  const own = 'https://crm.northwind.example'
  expect(pagesWith(own)).toEqual({ out: [`${own}/app/sign-in`], console: `${own}/app/`, mail: own })
  // Cognito takes plain HTTP of this machine alone, so nobody signs in there.
  expect(pagesWith('http://crm.northwind.example').out).toEqual([])
})

test('nothing is reserved unless asked for: an account of ten may reserve none', () => {
  const reserved = (all: Record<string, Resource>) =>
    Object.entries(all).flatMap(([id, { Properties }]) =>
      Properties?.ReservedConcurrentExecutions === undefined
        ? []
        : [[id.slice(0, -8), Properties.ReservedConcurrentExecutions]],
    )
  expect(reserved(resources)).toEqual([])
  expect(reserved(resourcesWith({ reserved: '20' }))).toEqual([
    ['ApiFormSubmit', 20],
    ['ApiLeadCreate', 20],
  ])
})

test('as many forms a second are taken as it is told, and at once no more than an account may', () => {
  const formsWith = (formRate: string) =>
    propertiesOf(resourcesWith({ formRate }), 'AWS::ApiGatewayV2::Stage').map(
      ({ RouteSettings }) => RouteSettings['ANY /f/{formId}'],
    )
  expect(formsWith('100')).toEqual([{ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 300 }])
  expect(formsWith('4000')).toEqual([{ ThrottlingRateLimit: 4000, ThrottlingBurstLimit: 5000 }])
  expect(() => formsWith('1000 a second')).toThrow('-c formRate=1000 a second: write a whole number of posts')
})

describe('the security checks', () => {
  const checked = async (app: ReturnType<typeof appWith>) => {
    await addSecurityChecks(app)
    return app.synth()
  }

  test('have nothing to say against what is deployed', async () => {
    await expect(checked(appWith({}))).resolves.toBeDefined()
  })

  test('are on: they refuse a queue without TLS', async () => {
    const app = appWith({})
    void new Queue(app.node.findChild('HoldfastData'), 'Open')
    await expect(checked(app)).rejects.toThrow(/[Vv]alidation/)
  })
})

describe('the tenant', () => {
  /** The keys that policies name, each list once. */
  const leadingKeys = (tenant: string) => {
    const keys: string[] = propertiesOf(resourcesWith({ tenant }), 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) =>
        PolicyDocument.Statement.flatMap(
          (one: any) => one.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [],
        ),
    )
    return [...new Set(keys)].toSorted((a, b) => a.localeCompare(b))
  }

  test('and canary are whose keys every policy names', () => {
    expect(leadingKeys('acme')).toEqual([
      'acme#*',
      'acme#access#*',
      'acme#key',
      'canary#*',
      'canary#access#*',
      'canary#key',
    ])
    expect(leadingKeys('canary')).toEqual(['canary#*', 'canary#access#*', 'canary#key'])
  })
})
