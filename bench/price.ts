/**
 * List prices in US dollars, region us-east-1, without free tiers, as of 2026-11-21. Sources: the pricing pages of
 * API Gateway, Lambda, EventBridge, Step Functions, SQS, CloudWatch and Secrets Manager; DynamoDB's on-demand price list; SES's price
 * list of 2026-07-22, plan "Essentials", on which new accounts are put (à la carte: 0.10 a thousand).
 */
export const price = {
  asOf: '2026-11-21',
  region: 'us-east-1',
  httpRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** a GB for a second, ARM */
  lambdaGigabyteSecond: 0.0000133334,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  event: 1.0 / 1e6,
  transition: 25 / 1e6,
  queueRequest: 0.4 / 1e6,
  mail: 0.16 / 1e3,
  logGigabyte: 0.5,
  /** a metric that an alarm watches, a month */
  alarmMetric: 0.1,
  /** kept by Secrets Manager, a month; its calls only when a stack is deployed */
  secret: 0.4,
} as const

/** What was counted, for any number of leads. */
export interface Usage {
  writeUnits: number
  readUnits: number
  /** by the function's memory in MB */
  invocations: Record<number, number>
  transitions: number
  events: number
  queueRequests: number
  mails: number
  httpRequests: number
}

/** What cannot be counted on one machine. */
export const assumption = {
  /** billed for each invocation: warm, with its calls to the table */
  invocationMilliseconds: 100,
  /** of platform and application log for each invocation */
  logBytes: 600,
  /** sending, receiving and deleting each message, one by one: batches cost less */
  queueRequestsPerMessage: 3,
} as const

/**
 * Lambda asks each queue for messages all the time, with five connections that wait 20 s for an answer: "Understanding
 * polling and batching" and "Scaling behavior" in Lambda's guide to SQS. With the most that a mapping may run at once
 * set to two it may ask less; nothing says so.
 */
const polls = { connections: 5, everySeconds: 20 } as const

/** What is paid for in a month in which nothing happens, besides what the watchdog does. */
export interface Standing {
  /** queues that Lambda polls */
  polled: number
  /** metrics that alarms watch */
  alarmMetrics: number
  secrets: number
}

interface StandingResource {
  Type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have every shape
  Properties?: Record<string, any>
}

/** What stands, read from the resources of all templates. */
export function standingOf(resources: readonly StandingResource[]): Standing {
  const of = (type: string) => resources.filter(({ Type }) => Type === type)
  return {
    // a stream has a position to start at, and costs no requests
    polled: of('AWS::Lambda::EventSourceMapping').filter((it) => !it.Properties?.StartingPosition).length,
    alarmMetrics: of('AWS::CloudWatch::Alarm').reduce((sum, { Properties }) => {
      const metrics: { MetricStat?: object }[] = Properties?.Metrics ?? [{ MetricStat: {} }]
      return sum + metrics.filter(({ MetricStat }) => MetricStat).length
    }, 0),
    secrets: of('AWS::SecretsManager::Secret').length,
  }
}

/** Dollars a month of 30 days. */
export function standingDollars({ polled, alarmMetrics, secrets }: Standing): {
  polling: number
  alarms: number
  secrets: number
} {
  const requests = (polls.connections * 30 * 86_400) / polls.everySeconds
  return {
    polling: polled * requests * price.queueRequest,
    alarms: alarmMetrics * price.alarmMetric,
    secrets: secrets * price.secret,
  }
}

/** Dollars for what was used, e-mails apart: a company pays for them anywhere. */
export function dollars(usage: Usage): { withoutMail: number; mail: number } {
  const invocations = Object.entries(usage.invocations)
  const count = invocations.reduce((sum, [, times]) => sum + times, 0)
  const gigabyteSeconds = invocations.reduce(
    (sum, [memory, times]) =>
      sum + (times * Number(memory) * assumption.invocationMilliseconds) / 1024 / 1000,
    0,
  )
  return {
    withoutMail:
      usage.httpRequests * price.httpRequest +
      count * price.lambdaRequest +
      gigabyteSeconds * price.lambdaGigabyteSecond +
      usage.writeUnits * price.writeUnit +
      usage.readUnits * price.readUnit +
      usage.events * price.event +
      usage.transitions * price.transition +
      usage.queueRequests * assumption.queueRequestsPerMessage * price.queueRequest +
      ((count * assumption.logBytes) / 1e9) * price.logGigabyte,
    mail: usage.mails * price.mail,
  }
}
