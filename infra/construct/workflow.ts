import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import { Refusal } from '../refusal.ts'
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts'
import type { DomainBus } from './bus.ts'
import { pascalCase, type Usable, type Use } from './function.ts'
import type { DeadLetterQueue } from './queue.ts'

/** EventBridge tries for a day, then hands the event to the dead-letter queue. */
export const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 }

/**
 * What the name of every machine contains and that of no other. CloudFormation makes a machine's name of the logical
 * id and a random end. So patterns and policies name all machines at once, whatever their number: those of this
 * deployment and those of workflows that are no longer there while runs still wait in them.
 */
const mark = 'HoldfastWorkflow'

/** The ARN of every machine of ours, with wildcards. */
export const machinesArn = (scope: Construct): string => statesArn(scope, 'stateMachine', `*${mark}*`)

/** The right to stop any run. */
export class Runs implements Usable<'stop'> {
  private readonly executions: string

  constructor(scope: Construct) {
    this.executions = statesArn(scope, 'execution', `*${mark}*:*`)
  }

  using(): Use {
    return {
      environment: {},
      statements: [new PolicyStatement({ actions: ['states:StopExecution'], resources: [this.executions] })],
      wildcards: [
        {
          arn: this.executions,
          reason: 'An execution is known by name only when it has started; machines share a mark.',
        },
      ],
    }
  }
}

export interface WorkflowsOptions {
  /** output folder of the build; definitions are written there before they become assets */
  buildDir: string
  workflows: readonly CompiledWorkflow[]
  bus: DomainBus
  /** runs the segments */
  advance: IFunction
  deadLetters: DeadLetterQueue
}

/**
 * All workflows. A workflow is two resources, its machine and the rule that starts it; roles, log, alarm and the rule
 * that ends runs are shared. Definitions are assets, so that the template does not grow with them.
 *
 * A machine outlives its file: Step Functions ends the runs of a machine that is deleted, so it is retained until
 * nothing waits in it, and `npx holdfast doctor --sweep` takes it away then.
 */
export class Workflows extends Construct {
  constructor(scope: Construct, options: WorkflowsOptions) {
    super(scope, 'Workflows')
    const role = this.machineRole(options.advance)
    const starter = this.starterRole()
    // Step Functions may write to groups of this prefix without a resource policy that grows with each one.
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    mkdirSync(join(options.buildDir, 'definition'), { recursive: true })
    refuseAlike(options.workflows.map(({ name }) => name))
    for (const workflow of options.workflows) this.add(workflow, { ...options, role, starter, log })
  }

  private add(workflow: CompiledWorkflow, shared: Shared): void {
    const { buildDir, bus, advance, deadLetters, role, starter, log } = shared
    const id = `${mark}${pascalCase(workflow.name)}`
    const stack = Stack.of(this)
    const file = join(buildDir, 'definition', `${workflow.name}.asl.json`)
    writeFileSync(file, JSON.stringify(workflow.definition))
    const definition = new Asset(this, `${id}Definition`, { path: file })
    // Directly in the stack, so that the logical id, and by it the name, begins with the mark.
    const machine = new CfnStateMachine(stack, id, {
      stateMachineType: 'STANDARD',
      definitionS3Location: { bucket: definition.s3BucketName, key: definition.s3ObjectKey },
      definitionSubstitutions: { advance: advance.functionArn },
      roleArn: role.roleArn,
      // Without execution data: an execution holds identifiers only, and its errors are enough to act on.
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
      tags: [{ key: 'holdfast:workflow', value: workflow.name }],
    })
    machine.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    machine.node.addDependency(role)
    acknowledge(machine, {
      'AwsSolutions-SF1':
        "Errors only. Every decision is in the lead's history with its reasons, and Step Functions keeps its own history for 90 days.",
    })
    new CfnRule(stack, `${id}Trigger`, {
      description: `Starts the workflow ${workflow.name}`,
      eventBusName: bus.eventBusName,
      eventPattern: { source: ['holdfast'], ...workflow.when },
      // Only the reference: no personal data gets into the input of an execution, which AWS keeps for 90 days.
      targets: [
        {
          id: 'Run',
          arn: machine.ref,
          roleArn: starter.roleArn,
          inputPath: '$.detail.ref',
          retryPolicy,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
        },
      ],
    })
  }

  private machineRole(advance: IFunction): Role {
    const role = new Role(this, 'MachineRole', { assumedBy: serviceOfThisAccount(this, 'states') })
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [advance.functionArn] }),
    )
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ],
        resources: ['*'],
      }),
    )
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Log delivery and X-Ray know no resources: AWS documents these actions with "*" only.',
    })
    return role
  }

  private starterRole(): Role {
    const starter = new Role(this, 'StarterRole', { assumedBy: serviceOfThisAccount(this, 'events') })
    const machines = machinesArn(this)
    starter.addToPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [machines] }))
    acknowledgeWildcard(starter, machines, 'All machines share a mark: a list would outgrow the policy.')
    return starter
  }
}

type Shared = WorkflowsOptions & { role: Role; starter: Role; log: LogGroup }

/** CloudFormation's names have no hyphens: `vip-2` and `vip2` would be one machine. */
function refuseAlike(names: readonly string[]): void {
  const taken = new Map<string, string>()
  for (const name of names) {
    const other = taken.get(pascalCase(name))
    if (other !== undefined)
      throw new Refusal(
        `workflows/${other}.yaml and workflows/${name}.yaml: their names differ in hyphens only; rename one of them`,
      )
    taken.set(pascalCase(name), name)
  }
}

const statesArn = (scope: Construct, resource: string, resourceName: string): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName,
  })

const serviceOfThisAccount = (scope: Construct, service: string): ServicePrincipal =>
  new ServicePrincipal(`${service}.amazonaws.com`, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  })
