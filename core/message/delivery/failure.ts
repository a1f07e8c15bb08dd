import { toItem } from '../../record/item.ts'
import { alertKind, newAlert } from '../../kind/system/alert.ts'
import { quarantine, type Message } from '../../kind/system/message.ts'
import { toInstant } from '../../record/id.ts'
import type { Write } from '../../store/store.ts'
import { writeMessage } from './message-write.ts'
import type { WaitCause } from './refusal.ts'

/** The message waits for something outside of it, until it is released. */
export function holdMessage(message: Message, { code, whose, remedy }: WaitCause, now: number): Write {
  const { releasedAt: _, ...rest } = message
  return writeMessage({
    ...rest,
    status: 'waiting',
    hold: { cause: code, whose, remedy, at: toInstant(now) },
  })
}

/** A message that will not be sent, visible as an alert. */
export function failMessage(message: Message, error: string, now: number): Write[] {
  const { tenant, subject } = message
  const alert = newAlert({
    tenant,
    cause: `message-failed.${subject.id}.${message.id}`,
    at: toInstant(now),
    what: 'message-failed',
    subject: subject.kind === quarantine.kind ? undefined : subject,
    text: `An e-mail "${message.template}" to ${message.to} could not be sent (${error}). ${remedyOf(message, error)} Then tell the person.`,
  })
  return [
    writeMessage({ ...message, status: 'failed', error }),
    { do: 'create', item: toItem(alertKind, alert) },
  ]
}

const remedyOf = ({ template }: Message, error: string): string =>
  error === 'message-unknown'
    ? `There is no file messages/${template}.yaml any more: put it back.`
    : "Check the address in company/people.yaml and the sender's account."
