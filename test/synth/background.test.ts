import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { standingDollars, standingOf } from '../../bench/price.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { idOf, ofType, resources } from './template.ts'

describe('what runs without anybody waiting', () => {
  const deadLetterQueues = () =>
    new Set([
      ...ofType('AWS::SQS::Queue').flatMap(([, { Properties }]) =>
        Properties.RedrivePolicy ? [idOf(Properties.RedrivePolicy.deadLetterTargetArn)] : [],
      ),
      ...targets().map(({ target }) => idOf(target.DeadLetterConfig?.Arn)),
    ])
  const targets = () =>
    ofType('AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
      Properties.Targets.map((target: any) => ({ rule, target })),
    )

  test('every target of a rule retries for a day and then has a dead-letter queue', () => {
    expect(targets().length).toBeGreaterThanOrEqual(4)
    for (const { rule, target } of targets()) {
      expect(resources[idOf(target.DeadLetterConfig?.Arn)]?.Type, rule).toBe('AWS::SQS::Queue')
      expect(target.RetryPolicy, rule).toEqual({
        MaximumEventAgeInSeconds: 86_400,
        MaximumRetryAttempts: 185,
      })
    }
  })

  test('every queue has a dead-letter queue or is one', () => {
    for (const [id, queue] of ofType('AWS::SQS::Queue')) {
      expect(deadLetterQueues().has(id) || queue.Properties.RedrivePolicy !== undefined, id).toBe(true)
      expect(queue.Properties.MessageRetentionPeriod, id).toBe(14 * 24 * 3600)
    }
  })

  test('every dead-letter queue has an alarm that speaks to the topic', () => {
    const watched = ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => idOf(Properties.Dimensions[0].Value))
    expect(watched.toSorted()).toEqual([...deadLetterQueues()].toSorted())
    for (const [id, alarm] of ofType('AWS::CloudWatch::Alarm'))
      expect(JSON.stringify(alarm.Properties.AlarmActions), id).toContain('AlarmTopic')
  })

  test('every source of events hands single failures back and has somewhere to put what fails for good', () => {
    expect(ofType('AWS::Lambda::EventSourceMapping').length).toBe(5)
    for (const [id, { Properties: source }] of ofType('AWS::Lambda::EventSourceMapping')) {
      expect(source.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures'])
      const queue = resources[idOf(source.EventSourceArn)]
      if (queue?.Type === 'AWS::SQS::Queue') expect(queue.Properties.RedrivePolicy, id).toBeDefined()
      else
        expect(resources[idOf(source.DestinationConfig.OnFailure.Destination)]?.Type, id).toBe(
          'AWS::S3::Bucket',
        )
    }
  })

  test('the stream is read from its beginning and a poison record cannot block it for a day', () => {
    const stream = ofType('AWS::Lambda::EventSourceMapping').find(
      ([, { Properties }]) => Properties.StartingPosition,
    )
    expect(stream?.[1].Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 21_600,
    })
  })

  test('a function that a rule invokes keeps what it could not do', () => {
    const invoked = targets()
      .map(({ target }) => idOf(target.Arn))
      .filter((id) => resources[id]?.Type === 'AWS::Lambda::Function')
    expect(invoked).toHaveLength(1)
    const kept = ofType('AWS::Lambda::EventInvokeConfig').filter(
      ([, { Properties }]) =>
        resources[idOf(Properties.DestinationConfig.OnFailure.Destination)]?.Type === 'AWS::SQS::Queue',
    )
    expect(kept.map(([, { Properties }]) => idOf(Properties.FunctionName))).toEqual(invoked)
  })

  test.each(['Errors', 'IteratorAge', 'ApproximateAgeOfOldestMessage', 'Invocations', '5xx'])(
    '%s has an alarm',
    (metric) => {
      const alarms = ofType('AWS::CloudWatch::Alarm').filter(
        ([, { Properties }]) => Properties.MetricName === metric,
      )
      expect(alarms.length).toBeGreaterThan(0)
    },
  )

  test('the failed runs of every machine, and of no other, have an alarm and become alerts', () => {
    const [, alarm] = ofType('AWS::CloudWatch::Alarm').find(
      ([, { Properties }]) => Properties.MetricName === 'TriggeredRules',
    )!
    const rule = resources[idOf(alarm.Properties.Dimensions[0].Value)]?.Properties
    expect(resources[idOf(rule?.Targets[0].Arn)]?.Type).toBe('AWS::SQS::Queue')
    const pattern = compilePattern(written(rule?.EventPattern))
    const ends = (machine: string, more: object = { error: 'x' }) =>
      pattern.matches({
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        detail: {
          status: 'FAILED',
          stateMachineArn: `arn:aws:states:eu-west-1:123456789012:stateMachine:${machine}`,
          ...more,
        },
      })
    for (const [id] of ofType('AWS::StepFunctions::StateMachine')) {
      // CloudFormation makes names of the logical id, of some types with the stack's name before it.
      expect(ends(`${id}-AbCd12EfGh34`), id).toBe(true)
      expect(ends(`HoldfastWorkflows-${id}-AbCd12EfGh34`), id).toBe(true)
      expect(ends(`${id}-AbCd12EfGh34`, { status: 'ABORTED', error: 'Cancelled' }), id).toBe(false)
      expect(ends(`${id}-AbCd12EfGh34`, { status: 'SUCCEEDED' }), id).toBe(false)
    }
    expect(ends('OrderWorkflow-AbCd12EfGh34')).toBe(false)
    expect(ends('HoldfastData-Other')).toBe(false)
  })

  test('no more than two invocations at a time, so that an account of ten has room for customers', () => {
    const queues = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, it]) => !it.Properties.StartingPosition,
    )
    for (const [id, { Properties }] of queues)
      expect(Properties.ScalingConfig, id).toEqual({ MaximumConcurrency: 2 })
    expect(queues.length * 2).toBeLessThanOrEqual(6)
    const [, stream] = ofType('AWS::Lambda::EventSourceMapping').find(
      ([, it]) => it.Properties.StartingPosition,
    )!
    expect(stream.Properties.ParallelizationFactor).toBe(1)
  })

  test('a message becomes a dead letter only when it was tried, or throttled, for a day', () => {
    for (const [id, { Properties: queue }] of ofType('AWS::SQS::Queue'))
      if (queue.RedrivePolicy) {
        const { maxReceiveCount } = queue.RedrivePolicy
        expect(maxReceiveCount * queue.VisibilityTimeout, id).toBeGreaterThanOrEqual(86_400)
        expect(maxReceiveCount, id).toBeLessThanOrEqual(1000)
      }
  })

  test('e-mails that wait outside of every queue have an alarm on what the watchdog says of them', () => {
    const [filter] = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties)
    expect(filter?.FilterPattern).toBe('"e-mails wait"')
    expect(readFileSync('functions/on/watchdog.ts', 'utf8')).toContain("'e-mails wait'")
    const { MetricName, MetricNamespace } = filter!.MetricTransformations[0]
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)
    expect(alarms.filter((alarm) => alarm.MetricName === MetricName)).toMatchObject([
      { Namespace: MetricNamespace, Threshold: 0 },
    ])
  })

  test('a message that waits has an alarm long before that', () => {
    const watched = ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateAgeOfOldestMessage')
      .map(([, { Properties }]) => idOf(Properties.Dimensions[0].Value))
    const consumed = ofType('AWS::SQS::Queue').flatMap(([id, it]) =>
      it.Properties.RedrivePolicy ? [id] : [],
    )
    expect(watched.toSorted()).toEqual(consumed.toSorted())
  })

  test('costs less than five dollars a month while nothing happens', () => {
    const standing = standingOf(Object.values(resources))
    expect(ofType('AWS::SQS::Queue').length).toBeLessThanOrEqual(8)
    expect(standing.alarmMetrics).toBeLessThanOrEqual(24)
    expect(standing.polled).toBe(3)
    const { polling, alarms, secrets } = standingDollars(standing)
    // 5 connections of 20 s: 648,000 requests a queue and month
    expect(polling).toBeCloseTo(3 * 0.2592, 6)
    expect(secrets).toBeCloseTo(0.4, 6)
    expect(polling + alarms + secrets).toBeLessThan(5)
  })
})

/** A value of a template as it would be in an account; the names of resources stand for themselves. */
function written(value: any): any {
  if (Array.isArray(value)) return value.map(written)
  if (typeof value !== 'object' || value === null) return value
  if ('Ref' in value) return pseudo[value.Ref] ?? value.Ref
  if ('Fn::GetAtt' in value) return value['Fn::GetAtt'].join('.')
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(written).join(value['Fn::Join'][0])
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, written(entry)]))
}

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
}
