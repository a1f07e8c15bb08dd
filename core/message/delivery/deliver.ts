import { toInstant } from '../../record/id.ts'
import type { Company } from '../../company/company.ts'
import { fromItem, type Item, type Line, type Press } from '../../record/item.ts'
import type { Kinds } from '../../record/kind.ts'
import { published } from '../../record/field.ts'
import { isWorkKind, type WorkKind, type WorkRecord } from '../../record/open-work.ts'
import { idOfFile, recordKey, recordSort } from '../../record/key.ts'
import { referencesOf } from '../../record/operation/operation.ts'
import { isFault } from '../../record/fault.ts'
import { anyWork, messageKind, quarantine, type Message } from '../../kind/system/message.ts'
import { recordOf, type Store } from '../../store/store.ts'
import type { MessageRef } from '../announce.ts'
import { readWhole } from '../../record/elsewhere.ts'
import { failMessage, holdMessage } from './failure.ts'
import { closeHold, openHold } from './hold.ts'
import { writeMessage } from './message-write.ts'
import type { Letters } from '../letter.ts'
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
  kinds: Kinds
  letters: Letters
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
  const mail = await compose(message, owner, context)
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
  const kept = message.subject.kind === quarantine.kind ? sent : keepWords(sent, mail, context.press)
  const status = await put(kept, store)
  await openHold(store, message, now)
  return status
}

async function fail(message: Message, because: string, { store, now }: DeliveryContext): Promise<'failed'> {
  await store.write(failMessage(message, because, now))
  return 'failed'
}

type Composed = RenderedMessage | 'gone' | 'needless' | { refused: string }

/** The mail, or why there is none. */
async function compose(
  message: Message,
  item: Item | undefined,
  context: DeliveryContext,
): Promise<Composed> {
  const { company, messages, kinds, publicUrl, store, press } = context
  const kind = kinds.get(message.subject.kind)
  const definition = definitionOf(message, messages)
  // Its file was taken away since it was told, or tells of something else now.
  if (
    !definition ||
    ![message.subject.kind, ...(isWorkKind(kind) ? [anyWork] : [])].includes(definition.record)
  )
    return { refused: 'message-unknown' }
  try {
    const late = message.hold && toInstant(context.now)
    const options = { company, definition, publicUrl, late }
    if (!isWorkKind(kind)) {
      if (message.hold && (await isOldDigest(message, store))) return 'needless'
      const waiting = await readWaiting(store, message.tenant, context.now)
      return waiting.submissions.length
        ? renderQuarantine(message, waiting, { ...options, press })
        : 'needless'
    }
    const known: WorkKind = kind
    const record = recordOf(known, item)
    if (!record) return 'gone'
    if (isNeedless(message, { kind: known, record }, definition)) return 'needless'
    const letter = context.letters.get(kind.name)
    const [more, called, [whole = record]] = await Promise.all([
      letter?.read?.(message, store),
      calledBy(known, record, store),
      readWhole(store, known, [record], press),
    ])
    return renderMessage(message, { kind: known, record: whole, called, letter, more }, options)
  } catch (error) {
    if (isFault(error, 'record.unknown')) return { refused: 'recipient-unknown' }
    throw error
  }
}

/** What the records are called at which fields point that e-mails show. */
async function calledBy(
  kind: WorkKind,
  record: WorkRecord,
  store: Store,
): Promise<Readonly<Record<string, string>>> {
  const ids = referencesOf(kind, record).flatMap(({ field, to, id }) =>
    kind.listed.includes(field) && !to.some((each) => published.includes(each)) ? [id] : [],
  )
  const items = await store.getAll(ids.map((id) => recordKey(record.tenant, id)))
  return Object.fromEntries(
    items.flatMap((item) => {
      const called = (item?.line as Line | undefined)?.called
      return item && called !== undefined ? [[idOfFile(item.pk), called]] : []
    }),
  )
}

/** What its kind has no file for is said as of any kind: `work-raised` in place of `visit-raised`. */
function definitionOf(
  { template, subject: { kind } }: Message,
  messages: DeliveryContext['messages'],
): MessageDefinition | undefined {
  const names = [template, template.replace(new RegExp(`^${kind}-`), `${anyWork}-`)]
  return names.flatMap((name) => (Object.hasOwn(messages, name) ? [messages[name]!] : []))[0]
}

/**
 * Refused when another delivery of the same message was faster: then it was sent twice, which is allowed. A write of
 * its own for each message: writes that are sent together know no condition, and in a transaction each would cost twice.
 */
async function put(message: Message, store: Store): Promise<Message['status']> {
  await store.write([writeMessage(message)])
  return message.status
}
