import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation'
import { DescribeLimitsCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  ServiceQuotasClient,
  type ServiceQuota,
} from '@aws-sdk/client-service-quotas'
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import {
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  ListTagsForResourceCommand,
  paginateListStateMachines,
  SFNClient,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

/*
 * An AWS account as the doctor sees it, with the credentials of whoever calls. Reads only, but for `deleteMachine`.
 * Whatever is denied or does not answer is a reading without a value, which says what was missing.
 */

export type Reading<T> = { value: T } | { missing: string }

export interface StackState {
  name: string
  status: string
  isProtected: boolean
}

export interface MailState {
  inSandbox: boolean
  /** SES sends for this account */
  isEnabled: boolean
  /** `HEALTHY`, `PROBATION`, `SHUTDOWN` */
  standing: string
  perDay: number
  perSecond: number
  sentToday: number
}

export interface Machine {
  arn: string
  name: string
}

export interface Execution {
  /** milliseconds */
  started: number
  stopped?: number
}

export interface Account {
  who(): Promise<Reading<{ account: string; region: string }>>
  stack(name: string): Promise<Reading<StackState | 'absent'>>
  /** invocations at a time, and those that no function has reserved */
  lambda(): Promise<Reading<{ concurrent: number; unreserved: number }>>
  mail(): Promise<Reading<MailState>>
  /** whether SES may send from an address or a domain; undefined when it does not know it */
  isVerified(identity: string): Promise<Reading<boolean | undefined>>
  /** write units a second of one table */
  tableWrites(): Promise<Reading<number>>
  /** the value of the first quota whose name matches, as it is now or else by default */
  quota(service: string, name: RegExp): Promise<Reading<number>>
  /** machines whose names contain `mark` */
  machines(mark: string): Promise<Reading<Machine[]>>
  tag(arn: string, key: string): Promise<Reading<string | undefined>>
  /** ids of what a stack has made */
  resourcesOf(stack: string): Promise<Reading<string[]>>
  /** the newest, of one state or of all */
  executions(machine: string, status?: ExecutionStatus): Promise<Reading<Execution[]>>
  deleteMachine(arn: string): Promise<Reading<true>>
}

/** @param region default: that of the caller's profile or of AWS_REGION */
export function openAccount(region?: string): Account {
  const config = { ...(region !== undefined && { region }), maxAttempts: 3 }
  const cloudFormation = new CloudFormationClient(config)
  const lambda = new LambdaClient(config)
  const mail = new SESv2Client(config)
  const states = new SFNClient(config)
  const quotas = new ServiceQuotasClient(config)
  const sts = new STSClient(config)
  const tables = new DynamoDBClient(config)
  const known = new Map<string, Promise<ServiceQuota[]>>()
  /** What applies to the account comes before what applies to everybody. */
  const quotasOf = (ServiceCode: string): Promise<ServiceQuota[]> => {
    const all = known.get(ServiceCode) ?? listQuotas(quotas, ServiceCode)
    known.set(ServiceCode, all)
    return all
  }

  return {
    who: () =>
      reading('sts:GetCallerIdentity', async () => {
        const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}))
        return { account, region: await sts.config.region() }
      }),
    stack: (name) =>
      reading('cloudformation:DescribeStacks', async () => {
        const { Stacks = [] } = await cloudFormation
          .send(new DescribeStacksCommand({ StackName: name }))
          .catch(ifAbsent({ Stacks: [] }))
        const [stack] = Stacks
        if (!stack) return 'absent'
        return {
          name,
          status: stack.StackStatus ?? '',
          isProtected: stack.EnableTerminationProtection ?? false,
        }
      }),
    lambda: () =>
      reading('lambda:GetAccountSettings', async () => {
        const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}))
        return {
          concurrent: AccountLimit?.ConcurrentExecutions ?? 0,
          unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
        }
      }),
    mail: () =>
      reading('ses:GetAccount', async () => {
        const answer = await mail.send(new GetAccountCommand({}))
        return {
          inSandbox: answer.ProductionAccessEnabled !== true,
          isEnabled: answer.SendingEnabled === true,
          standing: answer.EnforcementStatus ?? 'HEALTHY',
          perDay: answer.SendQuota?.Max24HourSend ?? 0,
          perSecond: answer.SendQuota?.MaxSendRate ?? 0,
          sentToday: answer.SendQuota?.SentLast24Hours ?? 0,
        }
      }),
    isVerified: (EmailIdentity) =>
      reading('ses:GetEmailIdentity', async () => {
        try {
          const answer = await mail.send(new GetEmailIdentityCommand({ EmailIdentity }))
          return answer.VerifiedForSendingStatus === true
        } catch (error) {
          if (nameOf(error) === 'NotFoundException') return undefined
          throw error
        }
      }),
    tableWrites: () =>
      reading('dynamodb:DescribeLimits', async () => {
        const answer = await tables.send(new DescribeLimitsCommand({}))
        return answer.TableMaxWriteCapacityUnits ?? 0
      }),
    quota: (service, name) =>
      reading('servicequotas:ListServiceQuotas and servicequotas:ListAWSDefaultServiceQuotas', async () => {
        const all = await quotasOf(service)
        const value = all.find(({ QuotaName = '' }) => name.test(QuotaName))?.Value
        if (value === undefined) throw new Error(`Service Quotas lists no ${name.source} of ${service}`)
        return value
      }),
    machines: (mark) =>
      reading('states:ListStateMachines', async () => {
        const found: Machine[] = []
        for await (const { stateMachines = [] } of paginateListStateMachines({ client: states }, {}))
          for (const { stateMachineArn: arn = '', name = '' } of stateMachines)
            if (name.includes(mark)) found.push({ arn, name })
        return found
      }),
    tag: (resourceArn, key) =>
      reading('states:ListTagsForResource', async () => {
        const { tags = [] } = await states.send(new ListTagsForResourceCommand({ resourceArn }))
        return tags.find((tag) => tag.key === key)?.value
      }),
    resourcesOf: (StackName) =>
      reading('cloudformation:ListStackResources', async () => {
        const ids: string[] = []
        let NextToken: string | undefined
        do {
          const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }))
          for (const { PhysicalResourceId: id } of page.StackResourceSummaries ?? []) if (id) ids.push(id)
          NextToken = page.NextToken
        } while (NextToken)
        return ids
      }),
    executions: (stateMachineArn, statusFilter) =>
      reading('states:ListExecutions', async () => {
        const { executions = [] } = await states.send(
          new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1 }),
        )
        return executions.map(({ startDate, stopDate }) => ({
          started: startDate?.getTime() ?? 0,
          ...(stopDate && { stopped: stopDate.getTime() }),
        }))
      }),
    deleteMachine: (stateMachineArn) =>
      reading('states:DeleteStateMachine', async () => {
        await states.send(new DeleteStateMachineCommand({ stateMachineArn }))
        return true as const
      }),
  }
}

async function listQuotas(client: ServiceQuotasClient, ServiceCode: string): Promise<ServiceQuota[]> {
  const found: ServiceQuota[] = []
  for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode }))
    found.push(...Quotas)
  for await (const { Quotas = [] } of paginateListAWSDefaultServiceQuotas({ client }, { ServiceCode }))
    found.push(...Quotas)
  return found
}

/** No credentials, or no region: then nothing can be read, and the caller is told how to give them. */
export class NoAccess extends Error {
  override readonly name = 'NoAccess'
}

async function reading<T>(permission: string, ask: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await ask() }
  } catch (error) {
    const name = nameOf(error)
    const text = error instanceof Error ? error.message : String(error)
    if (/CredentialsProviderError|TokenProviderError/.test(name) || text.startsWith('Region is missing'))
      throw new NoAccess(text, { cause: error })
    if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(name))
      return { missing: `needs permission ${permission}` }
    if (/ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/.test(name))
      throw new NoAccess(text, { cause: error })
    return { missing: `${permission} was answered with ${name}: ${text}` }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** CloudFormation says with a ValidationError that there is no such stack. */
const ifAbsent =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (nameOf(error) === 'ValidationError' && /does not exist/.test((error as Error).message))
      return otherwise
    throw error
  }
