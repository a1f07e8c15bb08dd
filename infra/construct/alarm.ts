import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { CfnEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda'
import { FilterPattern, MetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Duration, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'

/** The alarms of one stack. All of them speak to one topic; each says what a person should do. */
export class Alarms extends Construct {
  private readonly topic: ITopic

  constructor(scope: Construct, topic: ITopic) {
    super(scope, 'Alarms')
    this.topic = topic
  }

  onDeadLetters(name: string, queue: IQueue): void {
    this.raise(`${name}DeadLetters`, {
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: minutes(1) }),
      above: 0,
      text: `Messages that could not be handled wait in the dead-letter queue of ${name}. Find the cause in the function's log, then start a redrive: handling is idempotent.`,
    })
  }

  /** A message waits: its consumer is down or too slow. */
  onAge(name: string, queue: IQueue, limit: Duration): void {
    this.raise(`${name}Age`, {
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: minutes(1) }),
      above: limit.toSeconds(),
      periods: 3,
      text: `The oldest message of ${name} has waited for more than ${limit.toHumanString()}. Look at the errors and throttles of its consumer.`,
    })
  }

  /** Errors of a function that nobody waits for, so that nobody would see them. */
  onErrors(name: string, handler: IFunction): void {
    this.raise(`${name}Errors`, {
      metric: handler.metricErrors({ period: minutes(5) }),
      above: 0,
      periods: 2,
      text: `${name} has failed for ten minutes on end. A failure is tried again; if this stays, its dead letters follow.`,
    })
  }

  /**
   * E-mails that wait are in no queue, so no queue's age tells of them. The watchdog says in its log that some do, in
   * each round; the metric is billed only while it does.
   */
  onWaitingMail(watchdogLog: ILogGroup): void {
    const metric = new MetricFilter(this, 'MailWaits', {
      logGroup: watchdogLog,
      filterPattern: FilterPattern.literal('"e-mails wait"'),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'MailWaits',
      metricValue: '1',
    }).metric({ statistic: 'Sum', period: minutes(15) })
    this.raise('MailWaiting', {
      metric,
      above: 0,
      periods: 2,
      text: 'E-mails have waited for half an hour because SES refuses them. GET /alerts (or npx holdfast doctor) says why and what to do in which console; they are sent by themselves afterwards.',
    })
  }

  /** The function has not run although its schedule says so: the guard itself is gone. */
  onSilence(name: string, handler: IFunction, period: Duration): void {
    this.raise(`${name}Silent`, {
      metric: handler.metricInvocations({ period }),
      below: 1,
      text: `${name} has not run for ${period.toHumanString()}. Nothing finds forgotten leads until it runs again: look at its schedule rule.`,
    })
  }

  onStream(
    name: string,
    handler: IFunction,
    { mapping, late }: { mapping: CfnEventSourceMapping; late: string },
  ): void {
    this.raise(`${name}IteratorAge`, {
      metric: handler.metric('IteratorAge', { statistic: 'Maximum', period: minutes(1) }),
      above: minutes(5).toMilliseconds(),
      periods: 3,
      text: `${name} is more than five minutes behind the table's stream: ${late}.`,
    })
    const lost = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { EventSourceMappingUUID: mapping.ref },
        statistic: 'Sum',
        period: minutes(1),
      })
    this.raise(`${name}GivenUp`, {
      metric: new MathExpression({
        expression: 'FILL(delivered, 0) + FILL(dropped, 0)',
        usingMetrics: {
          delivered: lost('OnFailureDestinationDeliveredEventCount'),
          dropped: lost('DroppedEventCount'),
        },
        period: minutes(1),
      }),
      above: 0,
      text: `${name} gave up records of the table's stream. They lie in the failed-records bucket; the watchdog announces their leads again.`,
    })
  }

  /** One alarm for every workflow, on the rule of the default bus that matches failed runs and no cancelled ones. */
  onFailedRuns(ruleName: string): void {
    this.raise('RunsFailed', {
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'TriggeredRules',
        dimensionsMap: { RuleName: ruleName },
        statistic: 'Sum',
        period: minutes(5),
      }),
      above: 0,
      text: 'Runs of workflows failed. Each has an alert in the CRM that names its workflow and its lead.',
    })
  }

  onServerErrors(apiId: string): void {
    this.raise('ApiServerErrors', {
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: apiId },
        statistic: 'Sum',
        period: minutes(5),
      }),
      above: 0,
      periods: 2,
      text: 'The API has answered with server errors for ten minutes on end. Submissions of forms are spooled where possible.',
    })
  }

  private raise(id: string, alarm: AlarmText): void {
    const below = alarm.below !== undefined
    new Alarm(this, id, {
      metric: alarm.metric,
      threshold: alarm.below ?? alarm.above ?? 0,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: alarm.periods ?? 1,
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: alarm.text,
    }).addAlarmAction(new SnsAction(this.topic))
  }
}

interface AlarmText {
  metric: IMetric
  above?: number
  below?: number
  periods?: number
  text: string
}

const minutes = (count: number): Duration => Duration.minutes(count)
