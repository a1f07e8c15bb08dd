import { perLead } from './diagnosis.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { doctor } from './doctor.ts'
import { denied, openFakeAws, Refusal, type Answers, type FakeAws } from './fake-aws.ts'

const now = Date.parse('2027-03-01T09:00:00Z')
const seconds = (daysAgo: number): number => now / 1000 - daysAgo * 86_400
const machine = (name: string) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`

/** A new account: ten invocations, SES in its sandbox, everything deployed for the first time. */
const young: Answers = {
  GetCallerIdentity: () => ({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/x',
    UserId: 'x',
  }),
  DescribeStacks: ({ StackName }) => ({
    Stacks: [
      {
        StackName,
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: '2027-02-01T00:00:00Z',
        EnableTerminationProtection: false,
      },
    ],
  }),
  ListStackResources: () => ({
    StackResourceSummaries: [
      {
        LogicalResourceId: 'HoldfastWorkflowFollowUp',
        PhysicalResourceId: machine('HoldfastWorkflowFollowUp-live'),
        ResourceType: 'AWS::StepFunctions::StateMachine',
        LastUpdatedTimestamp: '2027-02-01T00:00:00Z',
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  }),
  GetAccountSettings: () => ({
    AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
    AccountUsage: { FunctionCount: 17 },
  }),
  GetAccount: () => ({
    ProductionAccessEnabled: false,
    SendingEnabled: true,
    EnforcementStatus: 'HEALTHY',
    SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 3 },
  }),
  GetEmailIdentity: ({ name }) =>
    name === 'crm@firm.example'
      ? { IdentityType: 'EMAIL_ADDRESS', VerifiedForSendingStatus: false }
      : new Refusal(404, 'NotFoundException', 'Email identity does not exist.'),
  DescribeLimits: () => ({ TableMaxWriteCapacityUnits: 40_000, AccountMaxWriteCapacityUnits: 80_000 }),
  ListServiceQuotas: () => ({ Quotas: [] }),
  ListAWSDefaultServiceQuotas: ({ ServiceCode }) => ({ Quotas: quotas[String(ServiceCode)] ?? [] }),
  ListStateMachines: () => ({
    stateMachines: [
      { stateMachineArn: machine('HoldfastWorkflowFollowUp-live'), name: 'HoldfastWorkflowFollowUp-live' },
    ],
  }),
}

const quotas: Record<string, object[]> = {
  states: [
    { QuotaName: 'StartExecution throttle token bucket size', Value: 800 },
    { QuotaName: 'StartExecution throttle token refill rate per second', Value: 150 },
    { QuotaName: 'StateTransition throttle token refill rate per second', Value: 25 },
  ],
  events: [{ QuotaName: 'PutEvents throttle limit in transactions per second', Value: 1200 }],
  'cognito-idp': [{ QuotaName: 'Rate of UserAuthentication requests', Value: 120 }],
}

let aws: FakeAws | undefined
beforeEach(() => {
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  }))
    vi.stubEnv(name, value)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await aws?.stop()
  aws = undefined
})

async function run(answers: Answers, options: object = {}): Promise<{ code: number; text: string }> {
  aws = await openFakeAws(answers)
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
  return said(options)
}

async function said(options: object): Promise<{ code: number; text: string }> {
  let text = ''
  const out = (part: string): void => void (text += part)
  const code = await doctor(options, { directory: '/nowhere', out, err: out, colour: false, now })
  return { code, text }
}

describe('an account', () => {
  test('that is new is told what it carries and what to ask for where', async () => {
    const { code, text } = await run(young, { from: 'crm@firm.example' })
    expect(code).toBe(1)
    expect(text).toContain('account 123456789012, region eu-west-1')
    expect(text).toContain('DO  stack HoldfastData: stands, but anybody may delete it by mistake.')
    expect(text).toContain('ok  stack HoldfastWorkflows: stands')
    expect(text).toContain(
      'DO  Lambda: 10 invocations at a time in this region, 10 not reserved: some 25 leads a second.',
    )
    expect(text).toContain('→ Service Quotas, AWS Lambda, "Concurrent executions": ask for 1,000.')
    expect(text).toContain(
      'DO  SES: The account is in the sandbox: it sends only to verified addresses. 200 e-mails a day',
    )
    expect(text).toContain('200 leads that are answered in time, or 33 that nobody answers')
    expect(text).toContain('"Request production access"')
    expect(text).toContain('DO  sender crm@firm.example: is not verified yet')
    const carried = Math.floor(40_000 / perLead.writeUnits).toLocaleString('en')
    expect(text).toContain(
      `ok  DynamoDB: 40,000 write units a second for a table: ${carried} leads a second.`,
    )
    expect(text).toContain('ok  Step Functions, runs: 150 runs begun a second: 150 leads a second.')
    expect(text).toContain('DO  Step Functions, steps: 25 transitions a second: 12 leads a second.')
    expect(text).toContain('ok  EventBridge: 1,200 calls of PutEvents a second: 400 leads a second.')
    expect(text).toContain('ok  Cognito: 120 sign-ins a second.')
    expect(text).not.toContain('??')
  })

  test('that is grown has nothing to do', async () => {
    const { code, text } = await run({
      ...young,
      DescribeStacks: ({ StackName }) => ({
        Stacks: [
          {
            StackName,
            StackStatus: 'UPDATE_COMPLETE',
            CreationTime: '2027-02-01T00:00:00Z',
            EnableTerminationProtection: true,
          },
        ],
      }),
      GetAccountSettings: () => ({
        AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 960 },
      }),
      GetAccount: () => ({
        ProductionAccessEnabled: true,
        SendingEnabled: true,
        EnforcementStatus: 'HEALTHY',
        SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1000 },
      }),
      // What was raised for this account counts before what everybody has.
      ListServiceQuotas: ({ ServiceCode }) => ({
        Quotas:
          ServiceCode === 'states'
            ? [{ QuotaName: 'StateTransition throttle token refill rate per second', Value: 5000 }]
            : [],
      }),
    })
    expect(text).not.toMatch(/DO|\?\?/)
    expect(text).toContain('5,000 transitions a second')
    expect(code).toBe(0)
  })

  test('that shows nothing to this caller is unknown, permission by permission, and nothing is guessed', async () => {
    const { code, text } = await run(
      Object.fromEntries(Object.keys(young).map((name) => [name, () => denied])),
    )
    expect(code).toBe(0)
    const permissions = [
      'sts:GetCallerIdentity',
      'cloudformation:DescribeStacks',
      'lambda:GetAccountSettings',
      'ses:GetAccount',
      'dynamodb:DescribeLimits',
      'servicequotas:ListServiceQuotas',
    ]
    for (const permission of permissions) expect(text).toContain(`needs permission ${permission}`)
    expect(text).not.toMatch(/^ok|^DO/m)
  })

  test('whose sender is verified by its domain may send', async () => {
    const { text } = await run(
      {
        ...young,
        GetEmailIdentity: ({ name }) =>
          name === 'firm.example'
            ? { VerifiedForSendingStatus: true }
            : new Refusal(404, 'NotFoundException', 'Email identity does not exist.'),
      },
      { from: 'crm@firm.example' },
    )
    expect(text).toContain('ok  sender crm@firm.example: is verified.')
  })

  test('with a stack that is not there, or stuck, says which commands help', async () => {
    const { text } = await run({
      ...young,
      DescribeStacks: ({ StackName }) =>
        StackName === 'HoldfastData'
          ? {
              Stacks: [{ StackName, StackStatus: 'ROLLBACK_FAILED', CreationTime: '2027-02-01T00:00:00Z' }],
            }
          : new Refusal(400, 'ValidationError', `Stack with id ${String(StackName)} does not exist`),
    })
    expect(text).toContain('DO  stack HoldfastData: is stuck in ROLLBACK_FAILED')
    expect(text).toContain('docs/deploy.md, "The first time"')
    expect(text).toContain('DO  stack HoldfastApi: is not there.')
  })

  test('that cannot be entered says how to give credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined)
    await expect(run(young)).rejects.toThrow(/AWS_PROFILE/)
  })
})

describe('machines of removed workflows', () => {
  const names = ['Old', 'Waiting', 'Failed', 'Recent', 'Foreign'].map((name) => `HoldfastWorkflow${name}-1`)
  const deleted: unknown[] = []
  const withLeftovers: Answers = {
    ...young,
    ListStateMachines: () => ({
      stateMachines: ['HoldfastWorkflowFollowUp-live', ...names, 'Other'].map((name) => ({
        name,
        stateMachineArn: machine(name),
      })),
    }),
    ListTagsForResource: ({ resourceArn }) => ({
      tags: String(resourceArn).includes('Foreign') ? [] : [{ key: 'holdfast:workflow', value: 'old' }],
    }),
    ListExecutions: ({ stateMachineArn, statusFilter }) => {
      const name = String(stateMachineArn)
      const one = (daysAgo: number) => ({
        executions: [{ startDate: seconds(daysAgo), stopDate: seconds(daysAgo), status: 'X', name: 'x' }],
      })
      if (name.includes('Waiting') && statusFilter === 'RUNNING') return one(40)
      if (name.includes('Failed') && statusFilter === 'FAILED') return one(3)
      if (name.includes('Recent') && statusFilter === undefined) return one(0.5)
      if (name.includes('Old') && statusFilter === 'FAILED') return one(30)
      return { executions: [] }
    },
    DeleteStateMachine: ({ stateMachineArn }) => {
      deleted.push(stateMachineArn)
      return {}
    },
  }
  beforeEach(() => void (deleted.length = 0))

  test('are shown, and nothing is deleted unasked', async () => {
    const { text } = await run(withLeftovers)
    expect(text).toContain(
      'DO  removed workflow old: nobody waits in its machine HoldfastWorkflowOld-1 any more.',
    )
    expect(text).toContain('HoldfastWorkflowWaiting-1 stays: runs wait in it')
    expect(text).toContain('HoldfastWorkflowFailed-1 stays: a failed run can still be redriven')
    expect(text).toContain('HoldfastWorkflowRecent-1 stays: it has begun a run within the last day')
    expect(text).not.toContain('Foreign')
    expect(deleted).toEqual([])
  })

  test('are swept when nobody waits in them: not one that is deployed, waited for or somebody else’s', async () => {
    const { text } = await run(withLeftovers, { sweep: true })
    expect(deleted).toEqual([machine('HoldfastWorkflowOld-1')])
    expect(text).toContain('HoldfastWorkflowOld-1 is deleted')
  })

  test.each<[string, Answers]>([
    ['cannot be read', { ListStackResources: () => denied }],
    ['cannot be counted', { ListExecutions: () => denied }],
    ['is being changed', { DescribeStacks: () => ({ Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] }) }],
    ['is not there', { DescribeStacks: () => new Refusal(400, 'ValidationError', 'Stack x does not exist') }],
  ])('are left alone while what is deployed %s', async (_, answers) => {
    await run({ ...withLeftovers, ...answers }, { sweep: true })
    expect(deleted).toEqual([])
  })
})

describe('an instance on one machine', () => {
  test.each([
    ['real', 'e-mails stay in /inbox'],
    ['virtual', 'for trying, not for customers'],
  ])('with a %s clock says what it is', async (clock, expected) => {
    const url = await serving(JSON.stringify({ status: 'ok', clock }))
    const { code, text } = await said({ url })
    expect(text).toContain(`embedded cloud and a ${clock} clock`)
    expect(text).toContain(expected)
    expect(code).toBe(0)
  })

  test('something else, or nothing, is said to be none', async () => {
    const url = await serving('{}')
    await expect(said({ url })).rejects.toThrow('is no Holdfast on one machine')
    await expect(said({ url: 'http://127.0.0.1:1' })).rejects.toThrow('nothing that I know answers')
  })

  async function serving(body: string): Promise<string> {
    const server = createServer((_, response) => response.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    aws = { url: '', stop: async () => void server.close() }
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
})
