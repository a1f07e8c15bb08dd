import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses'
import { Fault } from '#core/model/fault.ts'
import { clientDefaults } from './client.ts'
import type { Environment } from './surroundings.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
  /** shown with the mail in reports of its delivery; identifiers only */
  tags: Record<string, string>
}

/** Sent, or refused for good: another attempt would be refused too. */
export type MailResult = { id: string } | { refused: string }

export interface Mailer {
  /** Throws Fault `request.throttled` or the client's error when a later attempt may succeed. */
  send(mail: Mail): Promise<MailResult>
}

/** SES as the sender of `MAIL_FROM` with the set of `CONFIGURATION_SET`. */
export function openMailer(env: Environment): Mailer {
  // SES grants an account so many mails a second; a burst waits here, up to about 20 s, rather than in the queue for minutes.
  const client = new SESClient({ ...clientDefaults, maxAttempts: 8 })
  const from = env('MAIL_FROM')
  const configurationSet = env('CONFIGURATION_SET')
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
        const name = error instanceof Error ? error.name : ''
        if (refusals.has(name)) return { refused: name }
        if (/Throttling|TooManyRequests|LimitExceeded/.test(name))
          throw new Fault('request.throttled', 'SES asks for fewer mails a second', { cause: error })
        throw error
      }
    },
  }
}

/**
 * What is wrong with this mail. A sender that is not verified, or sending that is paused, is wrong with the account:
 * the mail waits in the queue until it is mended.
 */
const refusals = new Set(['MessageRejected', 'InvalidParameterValue', 'InvalidParameterValueException'])

/** SES takes letters, digits, hyphens and underscores, up to 256. */
const toTag = (value: string): string => value.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 256)
