import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { functionNames } from '#infra/bundle.ts'
import { assembly, ofType } from './template.ts'

/** Actions that AWS knows without a resource only. */
const withoutResource =
  /^(logs:(\w+LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:\w+|dynamodb:ListStreams)$/

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
        // A distribution is of one account.
        const whose =
          one.Principal.Service === 'cloudfront.amazonaws.com' ? 'AWS:SourceArn' : 'aws:SourceAccount'
        expect(Object.keys(one.Condition?.StringEquals ?? {}), id).toEqual([whose])
      }
    }
  })
})

/** Actions on items that name their keys. */
const onItems = new Set(
  ['Get', 'BatchGet', 'Put', 'Update', 'Delete', 'BatchWrite', 'ConditionCheck']
    .map((name) => `dynamodb:${name}Item`)
    .concat('dynamodb:Query'),
)
const reading = new Set(['Get', 'BatchGet'].map((name) => `dynamodb:${name}Item`).concat('dynamodb:Query'))
const onStreams = /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/
const tenants = ['main#*', 'canary#*']
const keyOfPrograms = ['main#key', 'canary#key']
const ofDenials = ['main#access#*', 'canary#access#*']

/** What lets a statement reach an item of anybody else. Whatever is not known to be harmless is wrong. */
function leaksOf(statement: any): string[] {
  const actions = [statement.Action ?? []].flat() as string[]
  const others = ['NotAction', 'NotResource', 'NotPrincipal'].filter((name) => name in statement)
  if (others.length > 0) return others
  if (actions.some((action) => action.replaceAll(/[^*]/g, '') !== '')) return ['wildcard']
  const onTable = actions.filter((action) => /^dynamodb:/i.test(action) && !onStreams.test(action))
  const unkeyed = onTable.filter((action) => !onItems.has(action))
  if (onTable.length === 0 || unkeyed.length > 0) return unkeyed
  const keys = statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']
  const isBound = [tenants, keyOfPrograms, ofDenials].some(
    (one) => JSON.stringify(one) === JSON.stringify(keys),
  )
  return isBound ? [] : ['no LeadingKeys']
}

/** Everything that allows anything: policies of roles, however they are given, and of the table itself. */
function allStatements(): { id: string; statement: any }[] {
  const documents = [
    ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
      ofType(type).map(([id, { Properties }]) => ({ id, document: Properties.PolicyDocument })),
    ),
    ...ofType('AWS::IAM::Role').flatMap(([id, { Properties }]) =>
      (Properties.Policies ?? []).map((one: any) => ({ id, document: one.PolicyDocument })),
    ),
    ...ofType('AWS::DynamoDB::GlobalTable').flatMap(([id, { Properties }]) =>
      Properties.Replicas.flatMap(({ ResourcePolicy }: any) =>
        ResourcePolicy ? [{ id, document: ResourcePolicy.PolicyDocument }] : [],
      ),
    ),
  ]
  return documents.flatMap(({ id, document }) =>
    document.Statement.map((statement: any) => ({ id, statement })),
  )
}

describe('items of the table', () => {
  test('are reached by the keys of the own tenant and of canary, by nothing else and without keys by nobody', () => {
    const all = allStatements()
    const onTable = all.filter(({ statement }) =>
      [statement.Action].flat().some((action: string) => onItems.has(action)),
    )
    expect(onTable.length).toBeGreaterThan(20)
    for (const { id, statement } of all)
      expect(leaksOf(statement), id).toEqual(isSweep({ id, statement }) ? ['dynamodb:Scan'] : [])
  })

  /** An index that is written anew is looked through whole, by one function that nobody but operations calls. */
  const isSweep = ({ id, statement }: { id: string; statement: any }): boolean =>
    id.startsWith('ApiFindRebuildRole') &&
    statement.Action === 'dynamodb:Scan' &&
    JSON.stringify(statement.Resource).includes('Find')
  test('are put by functions that only read among the attempts that were refused, and nowhere else', () => {
    for (const name of ['ApiRecordRead', 'ApiDenial']) {
      const puts = allStatements().filter(
        ({ id, statement }) =>
          id.startsWith(`${name}Role`) && [statement.Action].flat().some((one: string) => !reading.has(one)),
      )
      expect(
        puts.filter(({ statement }) => ([statement.Action].flat()[0] as string).startsWith('dynamodb:')),
        name,
      ).toMatchObject([
        {
          statement: {
            Action: 'dynamodb:PutItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ofDenials } },
          },
        },
      ])
    }
  })

  const leaking: [statement: object, leak: string][] = [
    [{ Action: 'dynamodb:GetItem' }, 'no LeadingKeys'],
    [{ Action: ['s3:GetObject', 'dynamodb:Query'] }, 'no LeadingKeys'],
    [{ Action: 'dynamodb:PutItem', Condition: {} }, 'no LeadingKeys'],
    ...(
      [
        ['ForAllValues:StringLike', [...tenants, 'other#*']],
        ['ForAllValues:StringLike', ['main*', 'canary*']],
        ['ForAllValues:StringLike', '*'],
        ['ForAllValues:StringNotLike', tenants],
        ['ForAnyValue:StringLike', tenants],
        ['ForAllValues:StringLikeIfExists', tenants],
      ] as const
    ).map(([operator, keys]): [object, string] => [
      { Action: 'dynamodb:GetItem', Condition: { [operator]: { 'dynamodb:LeadingKeys': keys } } },
      'no LeadingKeys',
    ]),
    ...['Scan', 'PartiQLSelect', 'PartiQLInsert', 'ExportTableToPointInTime', 'DescribeTable'].map(
      (name): [object, string] => [
        {
          Action: ['dynamodb:GetItem', `dynamodb:${name}`],
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': tenants } },
        },
        `dynamodb:${name}`,
      ],
    ),
    [{ Action: '*' }, 'wildcard'],
    [{ Action: 'dynamodb:*' }, 'wildcard'],
    [{ NotAction: 's3:*' }, 'NotAction'],
  ]

  test.each(leaking)('%j is found', (statement, leak) => {
    expect(leaksOf(statement)).toEqual([leak])
  })

  /** What a function's code does with the table, as it stands in its bundle. */
  const doings: [action: string, code: RegExp][] = [
    ['dynamodb:DeleteItem', /\bdo:"remove"/],
    ['dynamodb:ConditionCheckItem', /\bdo:"absent"/],
    ['dynamodb:PutItem', /\bdo:"(create|replace)"/],
    // The only changes of single attributes are those of a team's turns.
    ['dynamodb:UpdateItem', /\bturn tried again\b/],
  ]

  test('attempts are kept by every function of the API that refuses anybody', () => {
    const targets = ofType('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => Properties.AuthorizationType !== 'NONE')
      .map(([, { Properties }]) => JSON.stringify(Properties.Target))
    const asking = functionNames('functions').filter((name) =>
      targets.some((target) => new RegExp(`${idOf(name)}[0-9A-F]{8}`).test(target)),
    )
    expect(asking.length).toBeGreaterThan(6)
    for (const name of asking)
      expect({ name, keeps: /\bdenial not kept\b/.test(codeOf(name)) }).toEqual({ name, keeps: true })
  })

  /** `api/record-read` → `ApiRecordRead`; what the construct uses would load the CDK. */
  const idOf = (name: string) =>
    name.replace(/(?:^|[^a-z0-9])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

  function codeOf(name: string): string {
    const folder = join(dirname(assembly), 'function', name)
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
    return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  }

  test('are removed, checked, put and updated by those functions alone whose code does it', () => {
    for (const name of functionNames('functions')) {
      const code = codeOf(name)
      const granted = allStatements()
        .filter(({ id }) => id.startsWith(`${idOf(name)}Role`))
        // The search is written in a way of its own.
        .filter(({ statement }) => !JSON.stringify(statement.Resource).includes('Find'))
        .flatMap(({ statement }) => [statement.Action].flat() as string[])
      for (const [action, does] of doings)
        expect({ name, action, is: granted.includes(action) }).toEqual({ name, action, is: does.test(code) })
    }
  })
})
