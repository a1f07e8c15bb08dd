import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resources, writeAssembly, type Resources } from '../fixture/assembly.ts'
import { noValue, resolve, type Scope } from './intrinsic.ts'
import { readTemplate } from './template.ts'

const folder = mkdtempSync(join(tmpdir(), 'template-'))
afterAll(() => rmSync(folder, { recursive: true }))

const addresses = {
  publicUrl: 'http://localhost:3000',
  sdkUrl: 'http://127.0.0.1:4000',
  issuer: 'http://localhost:3000/oidc',
  signingKeys: 'http://127.0.0.1:3000/oidc/.well-known/jwks.json',
}
let number = 0
const read = (content: Resources) =>
  readTemplate(writeAssembly(join(folder, String(number++)), content), addresses)

const scope: Scope = {
  ref: (name) => ({ Table: 'table-1', 'AWS::Region': 'eu-central-1', 'AWS::NoValue': noValue })[name],
  attribute: (id, name) => `${id}/${name}`,
  importValue: (name) => `imported ${name}`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('.'),
}

test.each([
  [{ Ref: 'Table' }, 'table-1'],
  [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table/Arn'],
  [{ 'Fn::GetAtt': 'Table.StreamArn' }, 'Table/StreamArn'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 3]] }, 'a-table-1-3'],
  [
    { 'Fn::Sub': '${Table}:${Table.Arn}:${!Literal}:${AWS::Region}' },
    'table-1:Table/Arn:${Literal}:eu-central-1',
  ],
  [{ 'Fn::Sub': ['${x}!', { x: { Ref: 'Table' } }] }, 'table-1!'],
  [{ 'Fn::ImportValue': { 'Fn::Sub': 'Other:${Table}' } }, 'imported Other:table-1'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [{ 'Fn::FindInMap': ['m', { Ref: 'AWS::Region' }, 'k'] }, 'm.eu-central-1.k'],
  [{ 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
  [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ 'Fn::Equals': ['1', 2] }] }] }, true],
  [{ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  [
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ],
])('%j resolves', (value, expected) => {
  expect(resolve(value, scope, 'here')).toEqual(expected)
})

test('a function that is not known is refused by name, with those that are', () => {
  expect(() => resolve({ 'Fn::GetAZs': '' }, scope, 'Stack/Thing')).toThrow(
    /^Stack\/Thing: Fn::GetAZs is not supported; supported are Ref, Fn::GetAtt/,
  )
})

describe('a template', () => {
  test('says by metadata which functions run in processes of their own, and how many calls one has at once', () => {
    const { Mail, Step, ...rest } = resources()
    const own = { ...Mail!, Metadata: { 'holdfast:isolation': 'process' } }
    const reserving = {
      ...Step!,
      Properties: { ...Step!.Properties, ReservedConcurrentExecutions: 7 },
    }
    const { functions } = read({ ...rest, Mail: own, Step: reserving })
    const settings = functions.map(({ name, isolation, concurrency }) => [name, isolation, concurrency])
    expect(settings).toContainEqual(['Demo-Mail', 'process', undefined])
    expect(settings).toContainEqual(['Demo-Step', 'host', 7])
    expect(() =>
      read({ ...rest, Step: Step!, Mail: { ...Mail!, Metadata: { 'holdfast:isolation': 'thread' } } }),
    ).toThrow(
      'Demo/Mail (AWS::Lambda::Function) Metadata holdfast:isolation: "thread" is not modelled; supported is "host" or "process"',
    )
    reserving.Properties.ReservedConcurrentExecutions = 0
    expect(() => read({ ...rest, Mail: own, Step: reserving })).toThrow('must be 1 or more here')
  })

  test('tells of each function what its role allows of tables, by whatever policies', () => {
    const { RolePolicy: _, ...rest } = resources()
    const document = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
    const policy = (Type: string, Action: string, more: object) => ({
      Type,
      Properties: { PolicyDocument: document(Action), ...more },
    })
    const role = (more: object) => ({
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'worker', AssumeRolePolicyDocument: {}, ...more },
    })
    const all = {
      ...rest,
      Role: role({
        Policies: [{ PolicyName: 'own', PolicyDocument: document('dynamodb:GetItem') }],
        ManagedPolicyArns: [
          { Ref: 'Managed' },
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        ],
      }),
      Managed: policy('AWS::IAM::ManagedPolicy', 'dynamodb:PutItem', { Roles: [{ Ref: 'Role' }] }),
      Given: policy('AWS::IAM::Policy', 'dynamodb:Query', { Roles: [{ Ref: 'Role' }] }),
      Other: policy('AWS::IAM::Policy', 's3:GetObject', { Roles: [{ Ref: 'Role' }] }),
      OfAnother: policy('AWS::IAM::Policy', 'dynamodb:Scan', { Roles: ['another'] }),
    }
    const [one] = read(all).functions
    expect(one!.role.name).toBe('worker')
    const allowed = (action: string) =>
      one!.role.statements.filter(({ actions }) => actions.some((test) => test(`dynamodb:${action}`))).length
    expect(['getitem', 'putitem', 'query', 'scan'].map(allowed)).toEqual([1, 1, 1, 0])

    const elsewhere = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess'] }
    expect(() => read({ ...rest, Role: role(elsewhere) })).toThrow(
      'Demo/Role (AWS::IAM::Role) ManagedPolicyArns: arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess is not in the assembly',
    )
    const bounded = role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
    expect(() => read({ ...rest, Role: bounded })).toThrow(
      'PermissionsBoundary: the embedded cloud does not model',
    )
  })

  test('cannot give a function credentials, nor a role that is not there', () => {
    const { Step, ...rest } = resources()
    const changed = (more: object) => ({
      ...rest,
      Step: { ...Step!, Properties: { ...Step!.Properties, ...more } },
    })
    const environment = { Variables: { AWS_ACCESS_KEY_ID: 'local' } }
    expect(() => read(changed({ Environment: environment }))).toThrow(
      'Demo/Step (AWS::Lambda::Function) Environment AWS_ACCESS_KEY_ID: Lambda sets this variable itself',
    )
    const role = 'arn:aws:iam::000000000000:role/elsewhere'
    expect(() => read(changed({ Role: role }))).toThrow(`Role: ${role} is no role of the assembly`)
    const { Role: _, ...without } = Step!.Properties!
    expect(() => read({ ...rest, Step: { ...Step!, Properties: without } })).toThrow('Role: none')
  })

  test('gives what there is to run, with the addresses of this machine in place of those of AWS', () => {
    const template = read(resources())
    expect(template.region).toBe('eu-central-1')
    expect(template.functions.find((one) => one.name === 'Demo-Api')).toMatchObject({
      arn: 'arn:aws:lambda:eu-central-1:000000000000:function:Demo-Api',
      handler: 'index.handler',
      timeout: 1000,
      memoryMegabytes: 128,
      environment: { TABLE_NAME: 'demo-table', PUBLIC_URL: 'http://localhost:3000' },
    })
    expect(template.functions.find((one) => one.name === 'Demo-Step')!.environment.MAIL_QUEUE_URL).toBe(
      'http://127.0.0.1:4000/000000000000/Demo-Mails',
    )
    expect(template.apis[0]!.routes.find((route) => route.key === 'GET /secret')!.authorizer).toEqual({
      id: 'Demo-Authorizer',
      name: 'Guard',
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Demo-Guard',
      identitySources: ['$request.header.Authorization'],
      ttl: 60_000,
    })
    expect(template.functions.find((one) => one.name === 'Demo-Guard')!.environment).toEqual({
      ISSUER: addresses.issuer,
      SIGNING_KEYS_URL: addresses.signingKeys,
    })
    expect(template.functions.find((one) => one.name === 'Demo-Sign')!.environment).toEqual({
      BUCKET_URL: `${addresses.publicUrl}/_bucket/demo-files`,
    })
    expect(template.buckets).toEqual([
      { name: 'Demo-Failed', cors: [], isAnnounced: false },
      { name: 'demo-files', cors: [expect.objectContaining({ AllowedOrigins: ['*'] })], isAnnounced: true },
    ])
    expect(template.eventSources.find((source) => source.functionName === 'Demo-Publish')).toMatchObject({
      sourceArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/demo-table/stream/local',
      bisect: true,
      retries: 1,
      partialFailures: true,
      onFailureArn: 'arn:aws:s3:::Demo-Failed',
    })
    expect(template.userPools[0]!.users[0]).toMatchObject({ username: 'anna', groups: ['sales', 'lead'] })
  })

  test('takes the definition of a state machine from the file beside it, as if it stood in the template', () => {
    const content = structuredClone(resources())
    const { DefinitionString: _, ...properties } = content.Machine!.Properties!
    content.Machine!.Properties = {
      ...properties,
      DefinitionS3Location: { Bucket: 'b', Key: 'machine.json' },
    }
    const definition = (from: Resources) => read(from).stateMachines[0]!.properties.DefinitionString
    expect(JSON.parse(String(definition(content)))).toEqual(JSON.parse(String(definition(resources()))))
  })

  test.each<[string, (content: Resources) => void, string]>([
    [
      'a type',
      (content) => (content.Odd = { Type: 'AWS::EC2::VPC' }),
      'Demo/Odd (AWS::EC2::VPC): the embedded cloud does not model this resource type',
    ],
    [
      'a property',
      (content) => (content.Api!.Properties!.Layers = []),
      'Demo/Api (AWS::Lambda::Function) Layers: the embedded cloud does not model this property; it knows FunctionName, Code',
    ],
    [
      'a property within a list',
      (content) =>
        ((content.Rule!.Properties!.Targets as object[])[0] = { Id: 'x', Arn: 'y', EcsParameters: {} }),
      'Demo/Rule (AWS::Events::Rule) Targets[0] EcsParameters: the embedded cloud does not model this property',
    ],
    [
      'a value',
      (content) => (content.Api!.Properties!.Runtime = 'python3.13'),
      'Runtime: "python3.13" is not modelled; supported is "nodejs24.x"',
    ],
    [
      'an attribute',
      (content) => (content.Api!.Properties!.Description = { 'Fn::GetAtt': ['Table', 'Size'] }),
      'does not model the attribute Size; it knows Arn, StreamArn, TableId',
    ],
    [
      'a reference to nothing',
      (content) => (content.Api!.Properties!.Description = { Ref: 'Nothing' }),
      'Ref names Nothing, which is neither',
    ],
    [
      'an import of nothing',
      (content) => (content.Api!.Properties!.Description = { 'Fn::ImportValue': 'X' }),
      'Fn::ImportValue names X, which no stack before this one exports',
    ],
    [
      'a notification of a bucket',
      (content) => (content.Files!.Properties!.NotificationConfiguration = { LambdaConfigurations: [] }),
      'Demo/Files (AWS::S3::Bucket) NotificationConfiguration LambdaConfigurations: the embedded cloud does not model',
    ],
    [
      'a name of a bucket',
      (content) => (content.Files!.Properties!.BucketName = '../files'),
      'Demo/Files (AWS::S3::Bucket) BucketName: ../files is no name of a bucket',
    ],
    [
      'a second replica',
      (content) => (content.Table!.Properties!.Replicas as object[]).push({ Region: 'eu-west-1' }),
      'only one replica is modelled',
    ],
    [
      'a definition that is no asset',
      (content) => (content.Machine!.Properties!.DefinitionS3Location = { Bucket: 'b', Key: 'other.json' }),
      'Demo/Machine (AWS::StepFunctions::StateMachine) DefinitionS3Location: names no asset of this assembly',
    ],
    [
      'code that is no asset',
      (content) => (content.Api!.Properties!.Code = { S3Bucket: 'b', S3Key: 'other.zip' }),
      'names no asset of this assembly',
    ],
  ])('%s that is not modelled is refused with its place', (_, change, message) => {
    const content = structuredClone(resources())
    change(content)
    expect(() => read(content)).toThrow(message)
  })

  test('a folder without an assembly says what to do', () => {
    expect(() => readTemplate(join(folder, 'none'), addresses)).toThrow('run the synth first')
    writeFileSync(join(folder, 'manifest.json'), '{"artifacts":{}}')
    expect(() => readTemplate(folder, addresses)).toThrow('holds no stack')
  })
})
