import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Duration, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { Alarms } from './alarm.ts'
import { pascalCase, type ServiceFunction, type Usable, type Use } from './function.ts'

const retention = Duration.days(14) // the longest that SQS keeps a message

export interface DurableQueueOptions {
  alarms: Alarms
  consumer: ServiceFunction
  /** so long whatever the consumer needs may be away, or the consumer throttled, before a message becomes a dead letter */
  patience: Duration
  /** a message that has waited so long is told of */
  alarmAfter: Duration
}

/**
 * So many invocations at a time: the fewest that AWS allows. Two batches of ten take 60 e-mails a second, four times
 * what SES lets a new account send, and all queues together leave room in an account of ten concurrent invocations.
 */
const concurrency = 2

/** A queue with its consumer, its dead-letter queue and the alarm on that: one cannot be had without the others. */
export class DurableQueue extends Construct implements Usable<'send'> {
  readonly queue: Queue
  private readonly variable: string

  /** @param name in kebab case; `spool` becomes the variable SPOOL_QUEUE_URL */
  constructor(scope: Construct, name: string, options: DurableQueueOptions) {
    super(scope, `${pascalCase(name)}Queue`)
    const { alarms, consumer, patience, alarmAfter } = options
    this.variable = `${name.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`
    // six times the consumer's timeout: what AWS asks for, so that a throttled batch is not handed out twice
    const visibility = Duration.seconds((consumer.timeout ?? Duration.seconds(3)).toSeconds() * 6)
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { name: `${pascalCase(name)}Queue`, alarms })
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
      visibilityTimeout: visibility,
      // A delivery that Lambda throttles counts as one too: without room in the account healthy messages would die.
      deadLetterQueue: {
        queue: deadLetters.queue,
        maxReceiveCount: Math.ceil(patience.toSeconds() / visibility.toSeconds()),
      },
    })
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: concurrency,
      }),
    )
    alarms.onAge(`${pascalCase(name)}Queue`, this.queue, alarmAfter)
  }

  using(): Use {
    return {
      environment: { [this.variable]: this.queue.queueUrl },
      statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })],
    }
  }
}

/** Where undeliverable things wait for a person, who hears of it. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string, { name, alarms }: { name: string; alarms: Alarms }) {
    super(scope, id)
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
    })
    acknowledge(this.queue, { 'AwsSolutions-SQS3': 'It is a dead-letter queue itself, with an alarm.' })
    alarms.onDeadLetters(name, this.queue)
  }
}

/**
 * Lets the rules of this account send to a queue. One statement for a pattern of rules, because a statement for
 * each would outgrow the size limit of a queue's policy at some twenty workflows.
 */
export function acceptFromRules(queue: Queue, ruleArns: string[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(queue).account },
        ArnLike: { 'aws:SourceArn': ruleArns },
      },
    }),
  )
}
