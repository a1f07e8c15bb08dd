import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { CfnEventInvokeConfig, CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import { acknowledge, acknowledgeWildcard } from '../construct/acknowledge.ts'
import { Alarms } from '../construct/alarm.ts'
import { DomainBus } from '../construct/bus.ts'
import { pascalCase, ServiceFunction } from '../construct/function.ts'
import { acceptFromRules, DeadLetterQueue, DurableQueue } from '../construct/queue.ts'
import { Sender } from '../construct/sender.ts'
import { retryPolicy, Workflows } from '../construct/workflow.ts'
import type { ApiStack } from './api.ts'
import type { DataStack } from './data.ts'

export interface AutomationStackProps extends StackProps {
  buildDir: string
  data: DataStack
  api: ApiStack
  workflows: readonly CompiledWorkflow[]
  mailFrom: string
  /** where links in e-mails lead; default: the API's own address */
  publicUrl?: string
}

/** What happens by itself: events, workflows, e-mail, and the watchdog over all of it. */
export class AutomationStack extends Stack {
  private readonly alarms: Alarms
  private readonly buildDir: string

  constructor(scope: Construct, id: string, props: AutomationStackProps) {
    const { buildDir, data, api, workflows, mailFrom, publicUrl, ...stackProps } = props
    super(scope, id, stackProps)
    this.buildDir = buildDir
    this.alarms = new Alarms(this, data.alarmTopic)
    const { alarms } = this
    const bus = new DomainBus(this)
    const undelivered = new DeadLetterQueue(this, 'Undelivered', { name: 'EventBusTargets', alarms })

    const deliverMail = this.handle('on/deliver-mail', 'Sends e-mails')
      .uses(data.table, 'read-write')
      .uses(new Sender(this, mailFrom), 'send')
    deliverMail.addEnvironment('PUBLIC_URL', publicUrl ?? api.url)
    // SES accepts 14 messages a second on an account's first day: five batches at a time stay below it.
    // 6 minutes a try: SES may refuse for a day before a message becomes a dead letter.
    const mail = new DurableQueue(this, 'mail', { alarms, consumer: deliverMail, tries: 240, concurrency: 5 })

    const publish = this.handle('on/publish', 'Turns changes of the table into events and messages')
      .uses(bus, 'publish')
      .uses(mail, 'send')
    this.readStream(publish, data)

    const cancelRun = this.handle(
      'on/cancel-run',
      'Stops the runs that a recorded contact has made needless',
    ).uses(data.table, 'read-write')
    const cancel = new DurableQueue(this, 'cancel', { alarms, consumer: cancelRun, tries: 20 })
    const runFailed = this.handle('on/run-failed', 'Raises an alert for a failed run').uses(
      data.table,
      'read-write',
    )
    const failed = new DurableQueue(this, 'run-failed', { alarms, consumer: runFailed, tries: 20 })

    // Shorter than the 60 seconds of its task, so that a run sees the function's failure and not its own impatience.
    const advance = this.handle('step/advance', 'Runs a segment of a workflow', Duration.seconds(30)).uses(
      data.table,
      'read-write',
    )
    const flows = new Workflows(this, { workflows, bus, advance, cancel, deadLetters: undelivered, alarms })
    cancelRun.uses(flows, 'stop')

    const watchdog = this.handle('on/watchdog', 'Finds leads that any failure elsewhere has left')
      .uses(data.table, 'read-write')
      .uses(bus, 'publish')
    const schedule = this.schedule(watchdog, undelivered)
    const failures = this.announceFailures(flows, failed, undelivered)
    acceptFromRules(undelivered.queue, [bus.rules, schedule.attrArn, failures.attrArn])
  }

  /** A function that nobody waits for: its errors alarm. */
  private handle(name: string, description: string, timeout = Duration.seconds(60)): ServiceFunction {
    const handler = new ServiceFunction(this, name, {
      buildDir: this.buildDir,
      description,
      memory: 256,
      timeout,
    })
    this.alarms.onErrors(pascalCase(name), handler)
    return handler
  }

  /**
   * The stream is only a hint: what is given up here, the watchdog finds in the table. So a poison record may hold
   * up its shard for ten tries and not, as by default, until the stream forgets everything behind it.
   */
  private readStream(publish: ServiceFunction, data: DataStack): void {
    const failedRecords = new Bucket(this, 'FailedRecords', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Records hold personal data: long enough to find a cause, no longer.
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    acknowledge(failedRecords, {
      'AwsSolutions-S1': 'Lambda alone writes to it, and rarely; whoever reads it is in CloudTrail.',
    })
    const stream = data.table.streamArn
    publish.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [stream],
      }),
    )
    publish.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }))
    acknowledgeWildcard(
      publish.ownRole,
      '*',
      'Listing streams knows no resource; reading is for this stream only.',
    )
    const objects = failedRecords.arnForObjects('*')
    publish.addToRolePolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }))
    acknowledgeWildcard(publish.ownRole, objects, 'Lambda chooses the names of the objects.')
    publish.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [failedRecords.bucketArn] }),
    )
    const mapping = new CfnEventSourceMapping(this, 'TableStream', {
      functionName: publish.functionName,
      eventSourceArn: stream,
      // LATEST may miss what is written while the mapping is being made.
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      // What announces nothing invokes nothing: a lead writes ten items, three of which anybody is told of.
      filterCriteria: {
        filters: [{ kind: { S: ['lead'] } }, { kind: { S: ['message'] }, status: { S: ['pending'] } }].map(
          (NewImage) => ({ pattern: JSON.stringify({ dynamodb: { NewImage } }) }),
        ),
      },
      // order is kept per item; different leads go in parallel
      parallelizationFactor: 4,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: Duration.hours(6).toSeconds(),
      // Only a bucket receives the records themselves; a queue would get their positions, gone after a day.
      destinationConfig: { onFailure: { destination: failedRecords.bucketArn } },
      metricsConfig: { metrics: ['EventCount'] },
    })
    mapping.node.addDependency(publish.ownRole)
    this.alarms.onStream('Publish', publish, mapping)
  }

  private schedule(watchdog: ServiceFunction, undelivered: DeadLetterQueue): CfnRule {
    const rule = new CfnRule(this, 'WatchdogSchedule', {
      description: 'Runs the watchdog',
      scheduleExpression: 'rate(5 minutes)',
      targets: [
        {
          id: 'Watchdog',
          arn: watchdog.functionArn,
          retryPolicy,
          deadLetterConfig: { arn: undelivered.queue.queueArn },
        },
      ],
    })
    new CfnPermission(this, 'WatchdogPermission', {
      action: 'lambda:InvokeFunction',
      functionName: watchdog.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    })
    // A schedule invokes without waiting: what fails twice is lost, unless it has somewhere to go.
    watchdog.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [undelivered.queue.queueArn] }),
    )
    new CfnEventInvokeConfig(this, 'WatchdogFailure', {
      functionName: watchdog.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 1,
      // an older turn is made up for by the next
      maximumEventAgeInSeconds: Duration.minutes(10).toSeconds(),
      destinationConfig: { onFailure: { destination: undelivered.queue.queueArn } },
    }).node.addDependency(watchdog.ownRole)
    this.alarms.onSilence('Watchdog', watchdog, Duration.minutes(15))
    return rule
  }

  /** An execution that has ended badly becomes an alert; one that was cancelled on purpose does not. */
  private announceFailures(flows: Workflows, failed: DurableQueue, undelivered: DeadLetterQueue): CfnRule {
    const rule = new CfnRule(this, 'RunFailed', {
      description: 'Tells of failed runs',
      eventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: flows.machineArns,
          error: [{ exists: false }, { 'anything-but': ['Cancelled'] }],
        },
      },
      targets: [
        {
          id: 'RunFailed',
          arn: failed.queue.queueArn,
          retryPolicy,
          deadLetterConfig: { arn: undelivered.queue.queueArn },
        },
      ],
    })
    acceptFromRules(failed.queue, [rule.attrArn])
    return rule
  }
}
