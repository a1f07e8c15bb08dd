/* Lambda functions, what starts them, and what becomes of an invocation that failed. */
import { compileFilter, type RecordFilter } from '../stream/filter.ts'
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import { arn, type Identity, type Models, type Resource } from './model.ts'
import type { RoleDefinition, rolesOf } from './permission.ts'

export interface FunctionDefinition {
  name: string
  arn: string
  /** Folder with the code. */
  code: string
  handler: string
  environment: Record<string, string>
  role: RoleDefinition
  timeout: number
  memoryMegabytes: number
  /** Where it runs: with all others in one host, or in processes of its own, one call at a time in each. */
  isolation: 'host' | 'process'
  /** Calls at once, where the template reserves a number. */
  concurrency: number | undefined
  /** How an asynchronous invocation is repeated and where it goes in the end. */
  later: { retries: number; maximumAge: number; deadLetterArn?: string; onFailureArn?: string }
}

export interface EventSourceDefinition {
  /** Stable over restarts: checkpoints are kept under it. */
  id: string
  functionName: string
  sourceArn: string
  batchSize: number
  /** Milliseconds to wait for a fuller batch. */
  window: number
  partialFailures: boolean
  maximumConcurrency: number | undefined
  /** Streams only. */
  bisect: boolean
  /** -1: for ever. */
  retries: number
  /** Milliseconds; -1: for ever. */
  maximumAge: number
  onFailureArn: string | undefined
  startingPosition: 'TRIM_HORIZON' | 'LATEST'
  /** Records that it does not want are passed over. */
  filter: RecordFilter
}

const log = ignored('output goes to one file in the data folder')
const tags = ignored('tags are for the bill')
const functionArn = (identity: Identity) => arn('lambda', identity, `function:${identity.name}`)

export const functionModels: Models = {
  'AWS::Lambda::Function': {
    named: 'FunctionName',
    shape: object({
      FunctionName: used,
      Code: object({ S3Bucket: used, S3Key: used }),
      Handler: used,
      Runtime: oneOf('nodejs24.x', 'nodejs22.x'),
      Environment: object({ Variables: used }),
      Timeout: used,
      MemorySize: used,
      DeadLetterConfig: object({ TargetArn: used }),
      Description: ignored('for people'),
      Architectures: ignored('the machine has its own processor'),
      Role: used,
      LoggingConfig: log,
      Tags: tags,
      TracingConfig: ignored('traces are not collected'),
      EphemeralStorage: ignored('functions share the temporary folder of the machine'),
      ReservedConcurrentExecutions: used,
      RecursiveLoop: ignored('loops are not watched for'),
    }),
    ref: (identity) => identity.name,
    attributes: { Arn: functionArn },
  },
  'AWS::Lambda::EventInvokeConfig': {
    shape: object({
      FunctionName: used,
      Qualifier: oneOf('$LATEST'),
      MaximumRetryAttempts: used,
      MaximumEventAgeInSeconds: used,
      DestinationConfig: object({ OnFailure: object({ Destination: used }) }),
    }),
    ref: (identity) => identity.name,
    attributes: {},
  },
  'AWS::Lambda::EventSourceMapping': {
    shape: object({
      FunctionName: used,
      EventSourceArn: used,
      Enabled: oneOf(true, 'true'),
      BatchSize: used,
      MaximumBatchingWindowInSeconds: used,
      FunctionResponseTypes: list(oneOf('ReportBatchItemFailures')),
      ScalingConfig: object({ MaximumConcurrency: used }),
      BisectBatchOnFunctionError: used,
      MaximumRetryAttempts: used,
      MaximumRecordAgeInSeconds: used,
      ParallelizationFactor: ignored('records of a stream are given to one worker in their order'),
      StartingPosition: oneOf('TRIM_HORIZON', 'LATEST'),
      DestinationConfig: object({ OnFailure: object({ Destination: used }) }),
      FilterCriteria: object({ Filters: list(object({ Pattern: used })) }),
      MetricsConfig: ignored('metrics are not collected'),
      Tags: tags,
    }),
    ref: (identity) => identity.name,
    attributes: { Id: (identity) => identity.name },
  },
}

interface FunctionProperties {
  Code: { S3Key: string }
  Role?: string
  Handler: string
  Environment?: { Variables?: Record<string, unknown> }
  Timeout?: number
  MemorySize?: number
  DeadLetterConfig?: { TargetArn?: string }
  ReservedConcurrentExecutions?: number
}

/** Metadata of a function, which CloudFormation keeps and AWS never looks at: `process` or `host`. */
export const isolationMarker = 'holdfast:isolation'

/** AWS's values when the template names none. */
const defaults = { timeoutSeconds: 3, memoryMegabytes: 128, laterRetries: 2, laterAgeSeconds: 6 * 3600 }

/** Variables that Lambda sets itself; a template that has one is refused by the service. */
const reserved =
  /^(_HANDLER|AWS_(DEFAULT_)?REGION|AWS_(ACCESS_KEY(_ID)?|SECRET_(ACCESS_)?KEY|SESSION_TOKEN))$/

export function readFunction(
  resource: Resource,
  assets: Map<string, string>,
  roleOf: ReturnType<typeof rolesOf>,
): FunctionDefinition {
  const properties = resource.properties as unknown as FunctionProperties
  const code = assets.get(properties.Code.S3Key)
  if (!code)
    throw new Unmodelled(
      `${resource.where} Code`,
      'names no asset of this assembly; only Code.fromAsset is modelled',
    )
  const variables = Object.entries(properties.Environment?.Variables ?? {})
  const wrong = variables.find(([name]) => reserved.test(name))?.[0]
  if (wrong !== undefined)
    throw new Unmodelled(`${resource.where} Environment ${wrong}`, 'Lambda sets this variable itself')
  return {
    name: resource.name,
    arn: functionArn(resource),
    code,
    handler: properties.Handler,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
    role: roleOf(properties.Role ?? 'none', resource.where),
    timeout: Number(properties.Timeout ?? defaults.timeoutSeconds) * 1000,
    memoryMegabytes: Number(properties.MemorySize ?? defaults.memoryMegabytes),
    isolation: isolationOf(resource),
    concurrency: concurrencyOf(resource),
    later: {
      retries: defaults.laterRetries,
      maximumAge: defaults.laterAgeSeconds * 1000,
      ...(properties.DeadLetterConfig?.TargetArn && { deadLetterArn: properties.DeadLetterConfig.TargetArn }),
    },
  }
}

function isolationOf({ metadata, where }: Resource): FunctionDefinition['isolation'] {
  const value = metadata[isolationMarker] ?? 'host'
  if (value === 'host' || value === 'process') return value
  throw new Unmodelled(
    `${where} Metadata ${isolationMarker}`,
    `${JSON.stringify(value)} is not modelled; supported is "host" or "process"`,
  )
}

/** On AWS a function that reserves 0 is switched off, and every call of it throttled. */
function concurrencyOf({ properties, where }: Resource): number | undefined {
  const reserved = (properties as unknown as FunctionProperties).ReservedConcurrentExecutions
  if (reserved === undefined || Number(reserved) >= 1) return reserved && Number(reserved)
  throw new Unmodelled(`${where} ReservedConcurrentExecutions`, 'must be 1 or more here')
}

interface Destination {
  DestinationConfig?: { OnFailure?: { Destination?: string } }
}

interface InvokeProperties extends Destination {
  FunctionName: string
  MaximumRetryAttempts?: number
  MaximumEventAgeInSeconds?: number
}

/** Lays the settings of an EventInvokeConfig over the function that it names. */
export function applyInvokeConfig(resource: Resource, functions: FunctionDefinition[]): void {
  const properties = resource.properties as unknown as InvokeProperties
  const target = findFunction(functions, properties.FunctionName, resource.where)
  const destination = properties.DestinationConfig?.OnFailure?.Destination
  target.later = {
    ...target.later,
    ...(properties.MaximumRetryAttempts !== undefined && {
      retries: Number(properties.MaximumRetryAttempts),
    }),
    ...(properties.MaximumEventAgeInSeconds !== undefined && {
      maximumAge: Number(properties.MaximumEventAgeInSeconds) * 1000,
    }),
    ...(destination && { onFailureArn: destination }),
  }
}

interface MappingProperties extends Destination {
  FunctionName: string
  EventSourceArn: string
  BatchSize?: number
  MaximumBatchingWindowInSeconds?: number
  FunctionResponseTypes?: string[]
  ScalingConfig?: { MaximumConcurrency?: number }
  BisectBatchOnFunctionError?: boolean | string
  MaximumRetryAttempts?: number
  MaximumRecordAgeInSeconds?: number
  StartingPosition?: 'TRIM_HORIZON' | 'LATEST'
  FilterCriteria?: { Filters?: { Pattern: string }[] }
}

export function readEventSource(resource: Resource, functions: FunctionDefinition[]): EventSourceDefinition {
  const properties = resource.properties as unknown as MappingProperties
  const age = Number(properties.MaximumRecordAgeInSeconds ?? -1)
  return {
    id: resource.name,
    functionName: findFunction(functions, properties.FunctionName, resource.where).name,
    sourceArn: properties.EventSourceArn,
    batchSize: Number(properties.BatchSize ?? (properties.EventSourceArn.includes(':sqs:') ? 10 : 100)),
    window: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    partialFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
    bisect: String(properties.BisectBatchOnFunctionError) === 'true',
    retries: Number(properties.MaximumRetryAttempts ?? -1),
    maximumAge: age < 0 ? -1 : age * 1000,
    onFailureArn: properties.DestinationConfig?.OnFailure?.Destination,
    startingPosition: properties.StartingPosition ?? 'TRIM_HORIZON',
    filter: readFilter(properties, resource.where),
  }
}

function readFilter(properties: MappingProperties, where: string): RecordFilter {
  const filters = properties.FilterCriteria?.Filters ?? []
  if (filters.length > 0 && properties.EventSourceArn.includes(':sqs:'))
    throw new Unmodelled(`${where} FilterCriteria`, 'filters are modelled for streams, not for queues')
  try {
    return compileFilter(filters.map((filter) => filter.Pattern))
  } catch (error) {
    throw new Unmodelled(`${where} FilterCriteria`, (error as Error).message)
  }
}

function findFunction(functions: FunctionDefinition[], nameOrArn: string, where: string): FunctionDefinition {
  const found = functions.find(({ name, arn: id }) => name === nameOrArn || id === nameOrArn)
  if (!found) throw new Unmodelled(where, `there is no function ${nameOrArn} in the assembly`)
  return found
}
