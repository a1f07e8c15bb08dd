import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import { acknowledge } from './acknowledge.ts'
import type { Alarms } from './alarm.ts'
import type { DomainBus } from './bus.ts'
import { pascalCase, type Usable, type Use } from './function.ts'
import { acceptFromRules, type DeadLetterQueue, type DurableQueue } from './queue.ts'

export interface WorkflowsOptions {
  workflows: readonly CompiledWorkflow[]
  bus: DomainBus
  /** runs the segments */
  advance: IFunction
  /** takes what ends a run before its time */
  cancel: DurableQueue
  deadLetters: DeadLetterQueue
  alarms: Alarms
}

/** EventBridge tries for a day, then hands the event to the dead-letter queue. */
export const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 }

/** An event pattern of a rule may have so many characters. */
const patternLimit = 2048

/**
 * All workflows. Roles and log are shared, since every machine may do the same one thing: a workflow is four
 * resources, so that a hundred of them fit into the 500 of a stack.
 */
export class Workflows extends Construct implements Usable<'stop'> {
  readonly machineArns: string[]
  private readonly executionArns: string[]

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
    const machines = options.workflows.map((workflow) =>
      this.add(workflow, { ...options, role, starter, log }),
    )
    this.machineArns = machines.map((machine) => machine.ref)
    this.executionArns = machines.map((machine) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        resourceName: `${machine.attrName}:*`,
      }),
    )
    starter.addToPolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: this.machineArns }),
    )
    acceptFromRules(options.cancel.queue, [options.bus.rules])
  }

  using(): Use {
    return {
      environment: {},
      statements: [new PolicyStatement({ actions: ['states:StopExecution'], resources: this.executionArns })],
      wildcards: this.executionArns.map((arn) => ({
        arn,
        reason: 'An execution is known by name only when it has started: any of this one machine.',
      })),
    }
  }

  private add(
    workflow: CompiledWorkflow,
    { bus, advance, cancel, deadLetters, alarms, role, starter, log }: Shared,
  ): CfnStateMachine {
    const id = pascalCase(workflow.name)
    const machine = new CfnStateMachine(this, id, {
      stateMachineType: 'STANDARD',
      definitionString: JSON.stringify(workflow.definition),
      definitionSubstitutions: { advance: advance.functionArn },
      roleArn: role.roleArn,
      // Without execution data: an execution holds identifiers only, and its errors are enough to act on.
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    })
    machine.node.addDependency(role)
    acknowledge(machine, {
      'AwsSolutions-SF1':
        "Errors only. Every decision is in the lead's history with its reasons, and Step Functions keeps its own history for 90 days.",
    })
    alarms.onFailedExecutions(id, machine.ref)

    const delivery = { retryPolicy, deadLetterConfig: { arn: deadLetters.queue.queueArn } }
    new CfnRule(this, `${id}Trigger`, {
      description: `Starts the workflow ${workflow.name}`,
      eventBusName: bus.eventBusName,
      eventPattern: ofHoldfast(workflow.name, workflow.when),
      // Only the reference: no personal data gets into the input of an execution, which AWS keeps for 90 days.
      targets: [
        { id: 'Run', arn: machine.ref, roleArn: starter.roleArn, inputPath: '$.detail.ref', ...delivery },
      ],
    })
    if (workflow.until)
      new CfnRule(this, `${id}Until`, {
        description: `Ends runs of the workflow ${workflow.name}`,
        eventBusName: bus.eventBusName,
        eventPattern: ofHoldfast(workflow.name, workflow.until),
        targets: [
          {
            id: 'Cancel',
            arn: cancel.queue.queueArn,
            inputTransformer: {
              inputPathsMap: { ref: '$.detail.ref' },
              inputTemplate: `{"workflow":${JSON.stringify(workflow.name)},"ref":<ref>}`,
            },
            ...delivery,
          },
        ],
      })
    return machine
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
    return new Role(this, 'StarterRole', { assumedBy: serviceOfThisAccount(this, 'events') })
  }
}

type Shared = WorkflowsOptions & { role: Role; starter: Role; log: LogGroup }

/** A pattern as the bus wants it: our source, then what the workflow asks for. */
function ofHoldfast(name: string, pattern: object): object {
  const whole = { source: ['holdfast'], ...pattern }
  const length = JSON.stringify(whole).length
  if (length > patternLimit)
    throw new Error(
      `workflow ${name}: its event pattern has ${length} characters, a rule takes ${patternLimit}`,
    )
  return whole
}

const serviceOfThisAccount = (scope: Construct, service: string): ServicePrincipal =>
  new ServicePrincipal(`${service}.amazonaws.com`, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  })
