import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses'
import { dailyQuotaText, sortRefusal, type Refused, type WaitCause } from '#core/message/delivery/refusal.ts'
import { Fault } from '#core/record/fault.ts'
import { openClient } from './client.ts'
import type { Environment } from './surroundings.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
  /** shown with the mail in reports of its delivery; identifiers only */
  tags: Record<string, string>
}

/** Sent, refused for good because another attempt of this mail would be refused too, or of what it must wait. */
export type MailResult = { id: string } | { refused: string } | { waits: WaitCause }

export interface Mailer {
  /** Throws Fault `request.throttled` or the client's error when a later attempt may succeed. */
  send(mail: Mail): Promise<MailResult>
}

/**
 * SES as the sender of `MAIL_FROM` with the set of `CONFIGURATION_SET`. It grants an account so many mails a second; a
 * burst waits here, up to about 20 s with 8 attempts, rather than in the queue for minutes.
 */
export function openMailer(env: Environment, maxAttempts = 8): Mailer {
  const client = openClient(SESClient, { maxAttempts })
  // The client would take it for a rate that was passed for a moment, and try all its attempts in vain.
  client.middlewareStack.add(
    (next) => async (call) => {
      try {
        return await next(call)
      } catch (error) {
        if (error instanceof Error && dailyQuotaText.test(error.message)) error.name = 'DailyQuotaExceeded'
        throw error
      }
    },
    { name: 'nameDailyQuota', step: 'deserialize', priority: 'high' },
  )
  const from = env('MAIL_FROM')
  const configurationSet = env('CONFIGURATION_SET')
  const region = env('AWS_REGION')
  return {
    async send({ to, subject, text, html, tags }) {
      const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })
      const command = new SendEmailCommand({
        Source: from,
        ConfigurationSetName: configurationSet,
        Destination: { ToAddresses: [to] },
        Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value: toTag(Value) })),
      })
      try {
        const { MessageId = '' } = await client.send(command)
        return { id: MessageId }
      } catch (error) {
        const verdict = sortRefusal(refusedOf(error), { from: bareAddress(from), region })
        if (verdict.then === 'never') return { refused: verdict.code }
        if (verdict.then === 'wait') return { waits: verdict.cause }
        if (verdict.throttled)
          throw new Fault('request.throttled', 'SES asks for fewer mails a second', { cause: error })
        throw error
      }
    },
  }
}

/** An error of the SDK, or of the way to SES: then it has no status. */
function refusedOf(error: unknown): Refused {
  if (!(error instanceof Error)) return { name: 'Unknown', text: '' }
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } }
  const name = $metadata?.httpStatusCode === undefined && typeof code === 'string' ? code : error.name
  return { name, text: error.message, status: $metadata?.httpStatusCode }
}

/** `Northwind <crm@northwind.example>` → `crm@northwind.example` */
const bareAddress = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from

/** SES takes letters, digits, hyphens and underscores, up to 256. */
const toTag = (value: string): string => value.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 256)
