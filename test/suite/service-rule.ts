/*
 * What services other than Cognito refuse only while a stack is being created, because it lies between two resources
 * or in a text that no schema reads. What a schema knows (ranges, lists of values, patterns of one property) is left to
 * AWS's own validator. Sources: the API reference and developer guide of each service, named at its rules.
 */

interface Resource {
  Type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have every shape
  Properties: Record<string, any>
  DependsOn?: string | string[]
}

type Found = [id: string, resource: Resource]

/** The resources of all stacks by logical id; imports of one stack from another stand as the other's own values. */
export type Resources = Record<string, Resource>

/** A sentence for everything that a service would refuse. */
export function serviceFaults(resources: Resources): string[] {
  const all: Template = {
    resources,
    of: (type) => Object.entries(resources).filter(([, { Type }]) => Type === `AWS::${type}`),
    at: (value) => resources[idOf(value)],
  }
  return [mappingFaults, ruleFaults, machineFaults, apiFaults, alarmFaults, tableFaults].flatMap((rules) =>
    rules(all),
  )
}

interface Template {
  resources: Resources
  of(type: string): Found[]
  at(value: unknown): Resource | undefined
}

/** The logical id that a Ref, an attribute, or an ARN made of one speaks of. */
function idOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof Ref === 'string') return Ref
  if (Array.isArray(attribute)) return String(attribute[0])
  const parts = (join as [string, unknown[]] | undefined)?.[1] ?? []
  return parts.map(idOf).find((id) => id !== '' && !id.startsWith('AWS::')) ?? ''
}

const when = (broken: boolean, fault: string): string[] => (broken ? [fault] : [])

/** What the default policy of a function's role allows, and whether the function or `asker` waits for that policy. */
function allowed({ of, at }: Template, asker: Found, handler: unknown) {
  const role = idOf(at(handler)?.Properties.Role)
  const policies = of('IAM::Policy').filter(([, { Properties }]) =>
    Properties.Roles.some((one: unknown) => idOf(one) === role),
  )
  const waits = [asker[1].DependsOn ?? [], at(handler)?.DependsOn ?? []].flat()
  return {
    actions: policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap(
        (statement: { Action: string | string[] }) => statement.Action,
      ),
    ) as string[],
    isThere: policies.every(([id]) => waits.includes(id)),
  }
}

/** "Configuring a queue to use with Lambda", "Parameters for DynamoDB event source mappings", CreateEventSourceMapping. */
function mappingFaults(all: Template): string[] {
  const needs = (found: Found, handler: unknown, actions: string[]): string[] => {
    const has = allowed(all, found, handler)
    return [
      ...actions.flatMap((action) => when(!has.actions.includes(action), `its role lacks ${action}`)),
      ...when(!has.isThere, 'may be made before the policy of its role, and is refused then'),
    ]
  }
  const queue = (found: Found): string[] => {
    const { Properties: mapping } = found[1]
    const source = all.at(mapping.EventSourceArn)?.Properties ?? {}
    const timeout = all.at(mapping.FunctionName)?.Properties.Timeout ?? 3
    return [
      ...when(
        (source.VisibilityTimeout ?? 30) < timeout,
        'the visibility timeout is shorter than the timeout',
      ),
      ...when(
        mapping.BatchSize > 10 && !mapping.MaximumBatchingWindowInSeconds,
        'batches over 10 need a window',
      ),
      ...needs(found, mapping.FunctionName, [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      ]),
    ]
  }
  const stream = (found: Found): string[] => {
    const { Properties: mapping } = found[1]
    const filters: { Pattern: string }[] = mapping.FilterCriteria?.Filters ?? []
    const toBucket = all.at(mapping.DestinationConfig?.OnFailure?.Destination)?.Type === 'AWS::S3::Bucket'
    return [
      ...when(filters.length > 5, 'at most 5 filters'),
      ...filters.flatMap(({ Pattern }) =>
        when(Pattern.length > 4096, 'a filter has at most 4,096 characters'),
      ),
      ...when(
        all.at(mapping.EventSourceArn)?.Properties.StreamSpecification === undefined,
        'the table has no stream',
      ),
      ...needs(found, mapping.FunctionName, [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
        ...(toBucket ? ['s3:PutObject', 's3:ListBucket'] : []),
      ]),
    ]
  }
  return [
    ...all
      .of('Lambda::EventSourceMapping')
      .flatMap((found) => told(found, found[1].Properties.StartingPosition ? stream(found) : queue(found))),
    // PutFunctionEventInvokeConfig tries the permission
    ...all
      .of('Lambda::EventInvokeConfig')
      .flatMap((found) => told(found, needs(found, found[1].Properties.FunctionName, ['sqs:SendMessage']))),
  ]
}

const told = ([id]: Found, faults: string[]): string[] => faults.map((fault) => `${id}: ${fault}`)

/** PutRule, PutTargets, "Input transformation", "Using dead-letter queues" and "Schedule expressions" of EventBridge. */
function ruleFaults({ of, at }: Template): string[] {
  const accepts = (queue: unknown): boolean =>
    of('SQS::QueuePolicy').some(
      ([, { Properties }]) =>
        Properties.Queues.some((one: unknown) => idOf(one) === idOf(queue)) &&
        Properties.PolicyDocument.Statement.some(
          (statement: { Effect: string; Principal?: { Service?: string } }) =>
            statement.Effect === 'Allow' && statement.Principal?.Service === 'events.amazonaws.com',
        ),
    )
  const target = (one: Resource['Properties']): string[] => {
    const type = at(one.Arn)?.Type
    const { InputPathsMap: map = {}, InputTemplate: template = '' } = one.InputTransformer ?? {}
    const used = [...String(template).matchAll(/<([^>]+)>/g)].map(([, name]) => name!)
    return [
      ...when(
        [one.Input, one.InputPath, one.InputTransformer].filter((given) => given !== undefined).length > 1,
        'a target takes one of Input, InputPath and InputTransformer',
      ),
      ...used.flatMap((name) =>
        when(
          !name.startsWith('aws.events.') && !(name in map),
          `the template names <${name}>, the map does not`,
        ),
      ),
      ...when(
        Object.keys(map).length > 100 || String(template).length > 8192,
        'the transformer is too large',
      ),
      ...when(type === 'AWS::StepFunctions::StateMachine' && !one.RoleArn, 'a state machine needs a role'),
      ...when(type === 'AWS::SQS::Queue' && !accepts(one.Arn), 'the queue does not accept from EventBridge'),
      ...when(
        one.DeadLetterConfig !== undefined && !accepts(one.DeadLetterConfig.Arn),
        'the dead-letter queue does not accept from EventBridge',
      ),
    ]
  }
  return of('Events::Rule').flatMap((found) => {
    const {
      ScheduleExpression: schedule,
      EventPattern: pattern,
      EventBusName: bus,
      Targets,
    } = found[1].Properties
    const ids: string[] = Targets.map(({ Id }: { Id: string }) => Id)
    const sources: unknown[] = pattern?.source ?? []
    return told(found, [
      ...when(schedule === undefined && pattern === undefined, 'neither a pattern nor a schedule'),
      ...when(schedule !== undefined && bus !== undefined, 'only the default bus has schedules'),
      ...when(
        bus !== undefined && sources.some((one) => String(one).startsWith('aws.')),
        'events of AWS come to the default bus only',
      ),
      ...when(
        schedule !== undefined &&
          !/^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(.+\))$/.test(
            schedule,
          ),
        `${schedule} is no schedule: the unit is singular for 1 and plural beyond`,
      ),
      ...when(new Set(ids).size < ids.length, 'two targets have one id'),
      ...Targets.flatMap(target),
    ])
  })
}

const logDelivery =
  'CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies DescribeLogGroups'
    .split(' ')
    .map((name) => `logs:${name}`)

/** "Using CloudWatch Logs to log execution history": the role is tried when a machine is made. */
function machineFaults({ of, at }: Template): string[] {
  return of('StepFunctions::StateMachine').flatMap((found) => {
    const {
      RoleArn,
      LoggingConfiguration: logging,
      DefinitionString,
      DefinitionS3Location,
    } = found[1].Properties
    const policies = of('IAM::Policy').filter(([, { Properties }]) =>
      Properties.Roles.some((one: unknown) => idOf(one) === idOf(RoleArn)),
    )
    const actions = policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap((one: { Action: string | string[] }) => one.Action),
    )
    const log = logging?.Destinations?.[0]?.CloudWatchLogsLogGroup?.LogGroupArn
    return told(found, [
      ...when(!DefinitionString === !DefinitionS3Location, 'one definition: as text or as an object'),
      ...when(logging && logging.Destinations?.length !== 1, 'logs go to one group'),
      ...(logging ? logDelivery : []).flatMap((action) =>
        when(!actions.includes(action), `its role lacks ${action}`),
      ),
      ...when(
        !policies.every(([id]) => [found[1].DependsOn ?? []].flat().includes(id)),
        'may be made before the policy of its role, and is refused then',
      ),
      ...when(
        log !== undefined && !String(at(log)?.Properties.LogGroupName).startsWith('/aws/vendedlogs/'),
        'its log is not below /aws/vendedlogs/: each such group takes room in a resource policy of 5,120 characters',
      ),
    ])
  })
}

/** CreateStage, CreateApi, CreateAuthorizer; "Configuring logging for HTTP APIs". */
function apiFaults({ of, resources }: Template): string[] {
  const routes = new Map(of('ApiGatewayV2::Route').map(([id, { Properties }]) => [Properties.RouteKey, id]))
  const callable = new Set(
    of('Lambda::Permission').map(([, { Properties }]) => idOf(Properties.FunctionName)),
  )
  return [
    ...of('ApiGatewayV2::Stage').flatMap((found) => {
      const { RouteSettings = {}, AccessLogSettings: log } = found[1].Properties
      const waits = [found[1].DependsOn ?? []].flat()
      return told(found, [
        ...Object.keys(RouteSettings).flatMap((key) => [
          ...when(!routes.has(key), `settings of ${key}, which is no route`),
          ...when(
            routes.has(key) && !waits.includes(routes.get(key)!),
            `settings of ${key} may come before the route, and are refused then`,
          ),
        ]),
        ...when(
          log && !/\$context\.(requestId|extendedRequestId)/.test(log.Format),
          'an access log names the request',
        ),
        ...when(log && /\n/.test(log.Format), 'the format of an access log is one line'),
      ])
    }),
    ...of('ApiGatewayV2::Api').flatMap((found) => {
      const cors = found[1].Properties.CorsConfiguration ?? {}
      return told(found, [
        ...when(
          cors.AllowCredentials === true && cors.AllowOrigins?.includes('*'),
          'credentials go to named origins only',
        ),
        ...when(
          cors.MaxAge !== undefined && (cors.MaxAge < -1 || cors.MaxAge > 86_400),
          'MaxAge is -1 to 86,400',
        ),
      ])
    }),
    ...of('ApiGatewayV2::Integration').flatMap((found) =>
      told(
        found,
        when(!callable.has(idOf(found[1].Properties.IntegrationUri)), 'the API may not call its function'),
      ),
    ),
    ...of('ApiGatewayV2::Authorizer').flatMap((found) => {
      const {
        AuthorizerType,
        AuthorizerResultTtlInSeconds: ttl = 300,
        IdentitySource = [],
      } = found[1].Properties
      const {
        AuthorizerUri,
        AuthorizerPayloadFormatVersion: format,
        EnableSimpleResponses,
      } = found[1].Properties
      if (AuthorizerType !== 'REQUEST') return []
      return told(found, [
        ...when(ttl > 3600, 'an answer is kept for an hour at most'),
        ...when(
          ttl > 0 && IdentitySource.length === 0,
          'an answer is kept under its identity source: name one',
        ),
        ...when(EnableSimpleResponses === true && format !== '2.0', 'simple answers need format 2.0'),
        ...when(!callable.has(idOf(AuthorizerUri)), 'the API may not call its function'),
      ])
    }),
    // AddPermission refuses a function that is not there
    ...of('Lambda::Permission').flatMap((found) =>
      told(found, when(!resources[idOf(found[1].Properties.FunctionName)], 'there is no such function')),
    ),
  ]
}

/** PutMetricAlarm. */
function alarmFaults({ of }: Template): string[] {
  return of('CloudWatch::Alarm').flatMap((found) => {
    const { Properties: alarm } = found[1]
    const metrics: Resource['Properties'][] = alarm.Metrics ?? []
    const periods = metrics.length
      ? metrics.flatMap(({ Period, MetricStat }) =>
          [Period, MetricStat?.Period].filter((one) => one !== undefined),
        )
      : [alarm.Period]
    const named = new Set(metrics.map(({ Id }) => Id))
    return told(found, [
      ...periods.flatMap((period: number) => [
        ...when(
          ![10, 20, 30].includes(period) && period % 60 !== 0,
          `a period of ${period} s: 10, 20, 30 or whole minutes`,
        ),
        ...when(
          period * alarm.EvaluationPeriods > 86_400 && period < 3600,
          'an alarm looks back a day at most',
        ),
      ]),
      ...when(
        metrics.length > 0 && metrics.filter(({ ReturnData }) => ReturnData !== false).length !== 1,
        'exactly one of the metrics is what is compared',
      ),
      ...metrics.flatMap(({ Id, Expression = '' }) => [
        ...when(!/^[a-z]\w*$/.test(Id), `the id ${Id} begins with a small letter`),
        ...[...String(Expression).matchAll(/\b[a-z]\w*\b/g)].flatMap(([name]) =>
          when(!named.has(name), `the expression names ${name}, which is no metric`),
        ),
      ]),
    ])
  })
}

/** CreateTable. */
function tableFaults({ of }: Template): string[] {
  return of('DynamoDB::GlobalTable').flatMap((found) => {
    const {
      AttributeDefinitions,
      KeySchema,
      GlobalSecondaryIndexes: indexes = [],
      Replicas,
    } = found[1].Properties
    const keys = (schema: { AttributeName: string }[]) => schema.map(({ AttributeName }) => AttributeName)
    const used = new Set([
      ...keys(KeySchema),
      ...indexes.flatMap((index: { KeySchema: { AttributeName: string }[] }) => keys(index.KeySchema)),
    ])
    const defined = new Set<string>(keys(AttributeDefinitions))
    const names = indexes.map(({ IndexName }: { IndexName: string }) => IndexName)
    return told(found, [
      ...[...used].flatMap((name) => when(!defined.has(name), `the key ${name} is not defined`)),
      ...[...defined].flatMap((name) => when(!used.has(name), `${name} is defined and no key`)),
      ...(Replicas ?? []).flatMap((replica: { GlobalSecondaryIndexes?: { IndexName: string }[] }) =>
        (replica.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName }) =>
          when(!names.includes(IndexName), `a replica has settings of ${IndexName}, which is no index`),
        ),
      ),
    ])
  })
}
