import { describe, expect, test } from 'vitest'
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

  test('is the table, the accounts, the sender, the records that were given up, and machines', () => {
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
      expect(resource.DeletionPolicy ?? 'Delete', id).toBe(
        resource.UpdateReplacePolicy === 'Retain' ? 'RetainExceptOnCreate' : 'Delete',
      )
  })
})
