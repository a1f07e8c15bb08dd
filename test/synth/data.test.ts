import { describe, expect, test } from 'vitest'
import type { Resource } from '../assembly.ts'
import { first, ofType, resources } from './template.ts'

describe('the table', () => {
  test('can be set back to any second', () => {
    const [, table] = first('AWS::DynamoDB::GlobalTable')
    expect(table.Properties.Replicas).toEqual([
      expect.objectContaining({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    ])
  })

  test('streams both images, expires by expiresAt, and has two indexes of keys and lines', () => {
    const [, { Properties: table }] = first('AWS::DynamoDB::GlobalTable')
    expect(table.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' })
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true })
    expect(table.BillingMode).toBe('PAY_PER_REQUEST')
    expect(
      table.GlobalSecondaryIndexes.map((index: any) => [
        index.IndexName,
        ...index.KeySchema.map((key: any) => key.AttributeName),
        index.Projection.ProjectionType,
      ]),
    ).toEqual(['work', 'list'].map((name) => [name, `${name}Pk`, `${name}Sk`, 'INCLUDE']))
  })
})

test('whoever gets the table is told whose records of it', () => {
  const variables = ofType('AWS::Lambda::Function').map(
    ([, { Properties }]): Record<string, unknown> => Properties.Environment?.Variables ?? {},
  )
  const told = variables.filter(({ TABLE_NAME }) => TABLE_NAME !== undefined)
  expect(new Set(told.map(({ TENANT }) => TENANT))).toEqual(new Set(['main']))
})

describe('what outlives its stack', () => {
  const kept = Object.entries(resources).filter(
    ([, { UpdateReplacePolicy }]) => UpdateReplacePolicy === 'Retain',
  )

  test('is the table, the accounts, the sender, the records that were given up, the console, and machines', () => {
    expect(new Set(kept.map(([, { Type }]) => Type))).toEqual(
      new Set([
        'AWS::DynamoDB::GlobalTable',
        'AWS::Cognito::UserPool',
        'AWS::SES::EmailIdentity',
        'AWS::S3::Bucket',
        'AWS::StepFunctions::StateMachine',
      ]),
    )
  })

  test('is every state machine: deleting one would end the runs that wait in it', () => {
    const machines = ofType('AWS::StepFunctions::StateMachine')
    expect(machines.length).toBeGreaterThan(0)
    expect(kept).toEqual(expect.arrayContaining(machines))
  })

  test('goes away again when its own creation fails, so that the next try finds nothing in its way', () => {
    for (const [id, resource] of Object.entries(resources))
      expect(resource.DeletionPolicy ?? 'Delete', id).toBe(goesOrStays(id, resource))
  })
})

/** Files of the console are in their bucket before its stack stands, and CloudFormation deletes no bucket that has some. */
function goesOrStays(id: string, { UpdateReplacePolicy }: Resource): string {
  if (id.startsWith('ConsoleBucket') && !id.startsWith('ConsoleBucketPolicy')) return 'Retain'
  return UpdateReplacePolicy === 'Retain' ? 'RetainExceptOnCreate' : 'Delete'
}

describe('the bytes of files', () => {
  const [id, { Properties: bucket }] = ofType('AWS::S3::Bucket').find(([name]) => name.startsWith('Files'))!

  test('are sent to it and got from it by pages of any origin, which nobody could read without an address', () => {
    expect(bucket.CorsConfiguration.CorsRules).toEqual([
      { AllowedOrigins: ['*'], AllowedMethods: ['PUT', 'GET'], AllowedHeaders: ['*'], MaxAge: 3600 },
    ])
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
  })

  test('are told of to the default bus, whose rule is about this bucket alone and leads into a queue', () => {
    expect(bucket.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    })
    const [, { Properties: rule }] = ofType('AWS::Events::Rule').find(([name]) => name === 'FileArrived')!
    expect(rule.EventBusName).toBeUndefined()
    expect(rule.EventPattern).toMatchObject({ source: ['aws.s3'], 'detail-type': ['Object Created'] })
    expect(JSON.stringify(rule.EventPattern.detail.bucket.name)).toContain(id)
    expect(rule.Targets).toMatchObject([{ DeadLetterConfig: expect.any(Object) }])
    expect(JSON.stringify(rule.Targets[0].Arn)).toContain('Queue')
  })

  test('of a tenant are reached by two functions, each for what it does', () => {
    const statements = ofType('AWS::IAM::Policy').flatMap(([name, { Properties }]) =>
      Properties.PolicyDocument.Statement.map(({ Action, Resource }: any) => {
        const paths = [...JSON.stringify(Resource).matchAll(/"(\/[^"]*)"/g)].map(([, path]) => path)
        const isOfIt = JSON.stringify(Resource).includes(id)
        return isOfIt ? [name.replace(/Role.*/, ''), [Action].flat().join(), paths.join()].join(' ') : ''
      }),
    )
    expect(new Set(statements)).toEqual(
      new Set([
        '',
        'ApiFileBytes s3:GetObject,s3:PutObject /canary/*,/main/*',
        'OnBusEvent s3:DeleteObject,s3:GetObject /canary/*,/main/*',
        'OnBusEvent s3:ListBucket ',
      ]),
    )
  })
})
