import { toInstant } from '../model/base.ts'
import type { Company } from '../model/company.ts'
import { fromItem, toItem, type Key } from '../model/entity.ts'
import { isFault } from '../model/fault.ts'
import { leadEntity, type Lead } from '../model/lead.ts'
import { messageEntity, type Message } from '../model/message.ts'
import type { Store } from '../store/store.ts'
import { failMessage } from '../watch/watchdog.ts'
import { renderMessage, type RenderedMessage } from './render.ts'
import { keepWords, type Press } from './sent-words.ts'

/** Sent, or refused for good. Throws when a later attempt may succeed. */
export type Send = (mail: RenderedMessage, message: Message) => Promise<{ id: string } | { refused: string }>

export interface DeliveryContext {
  store: Store
  company: Company
  publicUrl: string
  send: Send
  press: Press
  /** milliseconds */
  now: number
}

/**
 * Sends a message that is still to be sent, then marks it and keeps its words: at least once, since a crash between
 * the two sends again.
 * What is refused for good becomes an alert.
 */
export async function deliver(
  { pk, sk }: Key,
  context: DeliveryContext,
): Promise<Message['status'] | 'gone'> {
  const { store, now } = context
  const [item, owner] = await store.getAll([
    { pk, sk },
    { pk, sk: '@' },
  ])
  if (!item || !owner) return 'gone'
  const message = fromItem(messageEntity, item)
  const lead = fromItem(leadEntity, owner)
  if (message.status !== 'pending') return message.status
  const at = toInstant(now)
  if (needless(message, lead)) return mark({ ...message, status: 'skipped' }, store)
  const result = await attempt(message, lead, context)
  if ('refused' in result) {
    await store.write(failMessage(message, result.refused, now))
    return 'failed'
  }
  const sent: Message = { ...message, status: 'sent', sentAt: at, providerId: result.id }
  return mark(keepWords(sent, result.mail, context.press), store)
}

async function attempt(
  message: Message,
  lead: Lead,
  { company, publicUrl, send }: DeliveryContext,
): Promise<{ id: string; mail: RenderedMessage } | { refused: string }> {
  let mail: RenderedMessage
  try {
    mail = renderMessage(message, lead, company, { publicUrl })
  } catch (error) {
    if (isFault(error, 'record.unknown')) return { refused: 'recipient-unknown' }
    throw error
  }
  const result = await send(mail, message)
  return 'id' in result ? { ...result, mail } : result
}

/** Refused when another delivery of the same message has marked it: then it was sent twice, which is allowed. */
async function mark(message: Message, store: Store): Promise<Message['status']> {
  const item = toItem(messageEntity, { ...message, version: message.version + 1 })
  await store.write([{ do: 'replace', item, seen: message.version }])
  return message.status
}

const chasing: readonly Message['template'][] = ['lead-reminder', 'lead-overdue', 'lead-raised']

/** Nobody is chased for a lead that was answered while the message waited to be sent. */
const needless = (message: Message, lead: Lead): boolean =>
  chasing.includes(message.template) &&
  (lead.status !== 'open' || (lead.answeredAt !== undefined && lead.answeredAt > message.createdAt))
