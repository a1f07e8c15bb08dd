import { describe, expect, test } from 'vitest'
import { ofType } from './template.ts'

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
        expect(one.Condition?.StringEquals, id).toHaveProperty('aws:SourceAccount')
      }
    }
  })
})
