import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { CfnEventInvokeConfig, CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { derivedKind, derivedPageKind } from '#core/kind/system/derived.ts'
import { endingTypes } from '#core/workflow/ending.ts'
import { acknowledgeWildcard } from '../construct/acknowledge.ts'
import { Alarms } from '../construct/alarm.ts'
import { DomainBus } from '../construct/bus.ts'
import { FailedRecords } from '../construct/failed-records.ts'
import { pascalCase, ServiceFunction } from '../construct/function.ts'
import { acceptFromRules, DeadLetterQueue, DurableQueue } from '../construct/queue.ts'
import { Sender } from '../construct/sender.ts'
import { filtersOf, ofKinds, type StreamReading } from '../construct/stream.ts'
import { machinesArn, retryPolicy, Runs } from '../construct/workflow.ts'
import type { MailIdentity } from '../mail-identity.ts'
import type { Doors } from '../doors.ts'
import type { ApiStack } from './api.ts'
import type { DataStack } from './data.ts'

export interface AutomationStackProps extends StackProps {
  buildDir: string
  data: DataStack
  api: ApiStack
  /** kinds of records whose changes are events */
  announced: readonly string[]
  /** kinds from whose changes something follows */
  followed: Doors['followed']
  /** entries of files that derived fields read */
  reduced: readonly string[]
  /** the pattern that ends the runs of a workflow, by its name */
  until: Readonly<Record<string, object>>
  mailFrom: string
  mailIdentity: MailIdentity
}

/** What happens by itself: events, segments of workflows, e-mail, and the watchdog over all of it. */
export class AutomationStack extends Stack {
  readonly bus: DomainBus
  /** runs the segments of workflows */
  readonly advance: ServiceFunction
  /** where events lie that no target took */
  readonly undelivered: DeadLetterQueue
  private readonly alarms: Alarms
  private readonly buildDir: string
  /** of readers of the stream: what they gave up */
  private readonly failedRecords: FailedRecords

  constructor(scope: Construct, id: string, props: AutomationStackProps) {
    const {
      buildDir,
      data,
      api,
      announced,
      followed,
      reduced,
      until,
      mailFrom,
      mailIdentity,
      ...stackProps
    } = props
    super(scope, id, stackProps)
    this.buildDir = buildDir
    this.alarms = new Alarms(this, data.alarmTopic)
    const { alarms } = this
    this.bus = new DomainBus(this)
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', { name: 'EventBusTargets', alarms })
    const { bus, undelivered } = this

    const deliverMail = this.handle('on/deliver-mail', 'Sends e-mails')
      .uses(data.table, 'read-write')
      .uses(new Sender(this, mailFrom, mailIdentity), 'send')
    deliverMail.addEnvironment('PUBLIC_URL', api.url)
    const mail = new DurableQueue(this, 'mail', {
      alarms,
      consumer: deliverMail,
      patience: Duration.days(1),
      alarmAfter: Duration.minutes(30),
    })

    const publish = this.handle('on/publish', 'Turns changes of the table into events and messages')
      .uses(bus, 'publish')
      .uses(mail, 'send')
    const project = this.handle(
      'on/project',
      'Writes what follows from changes: journal, lines, derived fields, postings',
    )
      .uses(data.table, 'project')
      .uses(data.find, 'index')
    this.failedRecords = new FailedRecords(this)
    this.readStream('Publish', publish, data, {
      late: 'leads are stored, but are announced late',
      // What announces nothing invokes nothing: of the items that a lead writes three make somebody be told.
      images: [
        { kind: { S: [...announced, derivedKind.name] } },
        // EventBridge's `exists` asks for a value, not for a list.
        { kind: { S: ['segment', 'decision'] }, messages: { L: { M: { to: { S: [{ exists: true }] } } } } },
        { kind: { S: ['message'] }, status: { S: ['pending'] } },
      ],
    })
    this.readStream('Project', project, data, {
      late: 'records are stored, but their journal and derived fields are late, and they are found late',
      images: [
        ...ofKinds([...followed.always, ...reduced]),
        // A part of a long file that one call did not get to.
        { kind: { S: [derivedPageKind.name] }, pending: { S: [{ exists: true }] } },
      ],
      changed: ofKinds(followed.onceChanged),
      // Behind the e-mail, and many at once: nobody waits for it.
      windowSeconds: 1,
    })

    const busEvent = this.handle('on/bus-event', 'Stops needless runs, tells of failed ones, looks at files')
      .uses(data.table, 'read-write')
      .uses(new Runs(this), 'stop')
      .uses(data.files, 'keep')
    const busEvents = new DurableQueue(this, 'bus-event', {
      alarms,
      consumer: busEvent,
      patience: Duration.days(1),
      alarmAfter: Duration.minutes(15),
    })

    // Shorter than the 60 seconds of its task, so that a run sees the function's failure and not its own impatience.
    this.advance = this.handle('step/advance', 'Runs a segment of a workflow', Duration.seconds(30))
      .uses(data.table, 'read-write')
      .uses(data.table, 'update')

    const watchdog = this.handle('on/watchdog', 'Finds leads that any failure elsewhere has left')
      .uses(data.table, 'read-write')
      .uses(data.table, 'remove')
      .uses(bus, 'publish')
    alarms.onWaitingMail(watchdog.logGroup)
    const schedule = this.schedule(watchdog, undelivered)
    const failures = this.announceFailures(busEvents)
    this.announceEndings(until, busEvents)
    const arrivals = data.files.announce(this, this.into('FileArrived', busEvents))
    acceptFromRules(busEvents.queue, [bus.rules, failures.attrArn, arrivals.attrArn])
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
  private readStream(
    name: string,
    reader: ServiceFunction,
    data: DataStack,
    { images, changed, windowSeconds, late }: StreamReading,
  ): void {
    const { failedRecords } = this
    const stream = data.table.streamArn
    reader.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [stream],
      }),
    )
    reader.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }))
    acknowledgeWildcard(
      reader.ownRole,
      '*',
      'Listing streams knows no resource; reading is for this stream only.',
    )
    reader.uses(failedRecords, 'put')
    const mapping = new CfnEventSourceMapping(this, `${name}Stream`, {
      functionName: reader.functionName,
      eventSourceArn: stream,
      // LATEST may miss what is written while the mapping is being made.
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      filterCriteria: { filters: filtersOf(images, changed) },
      ...(windowSeconds !== undefined && { maximumBatchingWindowInSeconds: windowSeconds }),
      // One reader a shard: 100 records at once are more than the API lets in, and an account may have 10 in all.
      parallelizationFactor: 1,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: Duration.hours(6).toSeconds(),
      // Only a bucket receives the records themselves; a queue would get their positions, gone after a day.
      destinationConfig: { onFailure: { destination: failedRecords.bucketArn } },
      metricsConfig: { metrics: ['EventCount'] },
    })
    mapping.node.addDependency(reader.ownRole)
    this.alarms.onStream(name, reader, { mapping, late })
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
  private announceFailures(busEvents: DurableQueue): CfnRule {
    const rule = new CfnRule(this, 'RunFailed', {
      description: 'Tells of failed runs',
      eventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ wildcard: machinesArn(this) }],
          error: [{ exists: false }, { 'anything-but': ['Cancelled'] }],
        },
      },
      targets: [this.into('RunFailed', busEvents)],
    })
    this.alarms.onFailedRuns(rule.ref)
    return rule
  }

  /**
   * Whatever may end a run, and files whose bytes are to go. One rule for all: a bus has 300, and each workflow needs one to
   * start it.
   */
  private announceEndings(until: Readonly<Record<string, object>>, busEvents: DurableQueue): void {
    const types = new Set([...endingTypes(until), 'file.removed'])
    new CfnRule(this, 'RunsEnd', {
      description: 'Hands on what may end runs, and files that were removed',
      eventBusName: this.bus.eventBusName,
      eventPattern: { source: ['holdfast'], 'detail-type': [...types] },
      targets: [this.into('RunsEnd', busEvents)],
    })
  }

  private into(id: string, { queue }: DurableQueue): CfnRule.TargetProperty {
    return {
      id,
      arn: queue.queueArn,
      retryPolicy,
      deadLetterConfig: { arn: this.undelivered.queue.queueArn },
    }
  }
}
