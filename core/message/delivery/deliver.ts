import { toInstant } from '../../record/id.ts'
import type { Company } from '../../company/company.ts'
import { fromItem, type Press } from '../../record/item.ts'
import { recordSort } from '../../record/key.ts'
import { isFault } from '../../record/fault.ts'
import { activityKind, activityKey, mergeActivityId } from '../../kind/customer/activity.ts'
import { leadKind, type Lead } from '../../kind/sales/lead.ts'
import { isAboutLead, messageKind, type LeadMessage, type Message } from '../../kind/system/message.ts'
import { recordOf, type Store } from '../../store/store.ts'
import type { MessageRef } from '../announce.ts'
import { readWhole } from '../../record/elsewhere.ts'
import { failMessage, holdMessage } from './failure.ts'
import { closeHold, openHold } from './hold.ts'
import { writeMessage } from './message-write.ts'
import { isNeedless } from '../needless.ts'
import { messageKeyOf, messagesSaidBy } from '../notice.ts'
import { renderQuarantine } from '../quarantine-letter.ts'
import { isOldDigest, readWaiting } from '../quarantine-waiting.ts'
import type { WaitCause } from './refusal.ts'
import { renderMessage, type RenderedMessage } from '../render.ts'
import { keepWords } from '../sent-words.ts'
import type { MessageDefinition } from '../template/definition.ts'

/**
 * Sent, refused for good, or of what it must wait. Throws when an attempt within minutes may succeed.
 */
export type Send = (
  mail: RenderedMessage,
  message: Message,
) => Promise<{ id: string } | { refused: string } | { waits: WaitCause }>

export interface DeliveryContext {
  store: Store
  company: Company
  /** what is published, by template */
  messages: Readonly<Record<string, MessageDefinition>>
  publicUrl: string
  send: Send
  press: Press
  /** milliseconds */
  now: number
}

/**
 * Sends a message of which nothing has become yet, then keeps its words in an item of its own, which is the mark that it
 * was sent: at least once, since a crash between the two sends again.
 * What is refused for good becomes an alert. What is refused for no fault of its own waits, and is tried again by the
 * watchdog until it is sent.
 */
export async function deliver(
  ref: Omit<MessageRef, 'tenant'>,
  context: DeliveryContext,
): Promise<Message['status'] | 'gone'> {
  const { store, now } = context
  const { pk, sk, number } = ref
  const [own, owner, source] = await store.getAll([
    number === undefined ? { pk, sk } : messageKeyOf(ref, number),
    { pk, sk: recordSort },
    ...(number === undefined ? [] : [{ pk, sk }]),
  ])
  const message = own ? fromItem(messageKind, own) : messagesSaidBy(source, context.press)[number ?? 0]
  if (!message) return 'gone'
  if (message.status !== 'pending') return message.status
  const mail = await compose(message, recordOf(leadKind, owner), context)
  if (mail === 'gone') return 'gone'
  if (mail === 'needless') return put({ ...message, status: 'skipped' }, store)
  if ('refused' in mail) return fail(message, mail.refused, context)
  const result = await context.send(mail, message)
  if ('refused' in result) return fail(message, result.refused, context)
  if ('waits' in result) {
    await store.write([holdMessage(message, result.waits, now)])
    if (message.hold?.cause === result.waits.code) await closeHold(store, message, now)
    return 'waiting'
  }
  // What it was made of stands in its decision.
  const sent: Message = {
    ...message,
    data: {},
    status: 'sent',
    sentAt: toInstant(now),
    providerId: result.id,
  }
  // Words about the quarantine are of people who are no lead: nothing would find them to be erased.
  const kept = isAboutLead(message) ? keepWords(sent, mail, context.press) : sent
  const status = await put(kept, store)
  await openHold(store, message, now)
  return status
}

async function fail(message: Message, because: string, { store, now }: DeliveryContext): Promise<'failed'> {
  await store.write(failMessage(message, because, now))
  return 'failed'
}

/** Who wrote and what is new, of a message about a merge. */
async function mergeOf({ tenant, subject, createdAt, data }: LeadMessage, store: Store) {
  if (typeof data.submissionId !== 'string') return undefined
  const item = await store.get(activityKey(tenant, subject.id, createdAt, mergeActivityId(data.submissionId)))
  return item && fromItem(activityKind, item)
}

type Written = RenderedMessage | 'gone' | 'needless' | { refused: string }

/** The mail, or why there is none. */
async function compose(message: Message, lead: Lead | undefined, context: DeliveryContext): Promise<Written> {
  const { company, messages, publicUrl } = context
  const definition = Object.hasOwn(messages, message.template) ? messages[message.template] : undefined
  // Its file was taken away since it was told, or tells of something else now.
  if (definition?.record !== message.subject.kind) return { refused: 'message-unknown' }
  try {
    const late = message.hold && toInstant(context.now)
    const options = { company, definition, publicUrl, late }
    if (!isAboutLead(message)) {
      if (message.hold && (await isOldDigest(message, context.store))) return 'needless'
      const waiting = await readWaiting(context.store, message.tenant, context.now)
      return waiting.submissions.length
        ? renderQuarantine(message, waiting, { ...options, press: context.press })
        : 'needless'
    }
    if (!lead) return 'gone'
    if (isNeedless(message, lead, definition)) return 'needless'
    const [merge, [whole]] = await Promise.all([
      mergeOf(message, context.store),
      readWhole(context.store, leadKind, [lead], context.press),
    ])
    return renderMessage(message, whole!, { ...options, merge })
  } catch (error) {
    if (isFault(error, 'record.unknown')) return { refused: 'recipient-unknown' }
    throw error
  }
}

/**
 * Refused when another delivery of the same message was faster: then it was sent twice, which is allowed. A write of
 * its own for each message: writes that are sent together know no condition, and in a transaction each would cost twice.
 */
async function put(message: Message, store: Store): Promise<Message['status']> {
  await store.write([writeMessage(message)])
  return message.status
}
