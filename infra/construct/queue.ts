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
  /** how often a message is tried before it becomes a dead letter */
  tries: number
  /** at most so many invocations at a time, at least 2; default: as many as Lambda likes */
  concurrency?: number
}

/** A queue with its consumer, its dead-letter queue and the alarm on that: one cannot be had without the others. */
export class DurableQueue extends Construct implements Usable<'send'> {
  readonly queue: Queue
  private readonly variable: string

  /** @param name in kebab case; `spool` becomes the variable SPOOL_QUEUE_URL */
  constructor(scope: Construct, name: string, { alarms, consumer, tries, concurrency }: DurableQueueOptions) {
    super(scope, `${pascalCase(name)}Queue`)
    this.variable = `${name.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { name: `${pascalCase(name)}Queue`, alarms })
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
      // six times the consumer's timeout: what AWS asks for, so that a throttled batch is not handed out twice
      visibilityTimeout: Duration.seconds((consumer.timeout ?? Duration.seconds(3)).toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: tries },
    })
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        ...(concurrency !== undefined && { maxConcurrency: concurrency }),
      }),
    )
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
