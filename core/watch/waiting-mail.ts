import { toInstant } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { fromItem, toItem } from '../record/item.ts'
import { keyOf } from '../record/key.ts'
import { mailHoldEntity, mailHoldPartition, type MailHold } from '../kind/system/mail-hold.ts'
import { holdParts, messageKind, waitingPartition, type Message } from '../kind/system/message.ts'
import { pauseAfter } from '../message/delivery/hold.ts'
import { isPast } from '../message/past.ts'
import type { Kinds } from '../record/kind.ts'
import type { Store, Write } from '../store/store.ts'
import type { SweepMeans } from './sweep.ts'
import { tellOfWaiting, waitingMessages, type WaitingGroup } from './waiting-alert.ts'
import { failMessage } from '../message/delivery/failure.ts'
import { writeMessage } from '../message/delivery/message-write.ts'

/*
 * E-mails that wait for something outside of them: an account in SES's sandbox, a sender that is not verified, a quota.
 *
 * Problem: it may take weeks, thousands may wait, nobody does anything in Holdfast when it is over, and some of what
 * waits makes no sense any more by then. And what holds up one recipient must not hold up another.
 * Representation: a waiting message lies in the index `list` under its cause (and its recipient, when it concerns him
 * alone), whoever was refused longest ago first. The index is the list of causes too: it is read by jumping from one to
 * the next. A hold remembers for each when one is tried again.
 * One at a time is released as a probe; needless ones before it are skipped. When a probe is sent, its delivery opens
 * the hold, and the rest is released in growing lots, as many in five minutes as SES takes.
 * Invariant: a message waits under a cause as long as its item says so, whatever becomes of the hold: without one it is
 * made anew. So no order of crashes loses a message.
 * Rejected: waiting in the mail queue (14 days, and each attempt counts towards its dead letters); trying each message
 * by itself (10,000 of them would flood SES every hour); reading SES's quota (one more permission and call, and the
 * answer says nothing of what is refused).
 */

/** A lot of one round at most: 10 e-mails a second, below the 14 that SES lets a new account in production send. */
const mostFlow = 3_200
/** So many that are needless are skipped in one round while a probe is looked for. */
const mostSkipped = 200
/** So many causes and recipients are gone through in one round. */
const mostGroups = 500
const atOnce = 8
/** The round of the watchdog: a released message has so long before it is looked at whether others wait still. */
const round = 5 * 60_000

export interface WaitingMail {
  /** what e-mails wait for: causes, and recipients of their own */
  holds: number
  /** messages that were tried again or given up as needless */
  messages: number
}

interface Round {
  store: Store
  company: Company
  kinds: Kinds
  tenant: string
  now: number
  /** what may still be released in this round, whatever it waits for */
  budget: number
}

/** Tries one message of each hold whose time has come, releases what may flow, and keeps one alert for each cause. */
export async function lookAfterWaiting(
  store: Store,
  { rules, kinds }: SweepMeans,
  tenant: string,
  now: number,
): Promise<WaitingMail> {
  const here: Round = { store, company: rules.company, kinds, tenant, now, budget: mostFlow }
  const holds = await readHolds(store, tenant)
  const groups = await readGroups(store, tenant)
  if (!holds.size && !groups.length) return { holds: 0, messages: 0 }
  const due = groups.filter(({ key }) => Date.parse(holds.get(key)?.next ?? '1970') <= now)
  // Told before one is on its way, so that it is counted.
  for (const cause of new Set(due.map((group) => group.cause)))
    await tellOfWaiting(store, tenant, cause, { isOver: false, now })
  let messages = 0
  for (const { key, cause, to } of due) {
    const hold = holds.get(key)
    if (hold) messages += await advance(hold, here)
    else await store.write([{ do: 'create', item: toItem(mailHoldEntity, newHold(cause, to, here)) }])
  }
  for (const { key } of groups) holds.delete(key)
  // What is left has nothing that waits. A probe that is under way may come back, so its time is awaited.
  const over = [...holds.values()].filter(({ next }) => Date.parse(next) <= now)
  for (const hold of over) {
    const key = mailHoldEntity.keys(hold)
    if ((await store.write([{ do: 'remove', key, seen: hold.version }])).stored) holds.delete(key.sk)
  }
  const waiting = new Set([
    ...groups.map(({ cause }) => cause),
    ...[...holds.values()].map(({ cause }) => cause),
  ])
  for (const cause of new Set(over.map((hold) => hold.cause)))
    if (!waiting.has(cause)) await tellOfWaiting(store, tenant, cause, { isOver: true, now })
  return { holds: groups.length, messages }
}

function newHold(cause: string, to: MailHold['to'], { tenant, now }: Round): MailHold {
  const next = toInstant(now + pauseAfter(0))
  return { tenant, version: 1, cause, to, since: toInstant(now), tries: 0, next }
}

async function readHolds(store: Store, tenant: string): Promise<Map<string, MailHold>> {
  const { items } = await store.query(mailHoldPartition(tenant), { limit: mostGroups })
  return new Map(items.map((item) => [item.sk, fromItem(mailHoldEntity, item)]))
}

/** What messages wait for: the first of each in the index, then on behind the last of it. */
async function readGroups(store: Store, tenant: string): Promise<WaitingGroup[]> {
  const groups: WaitingGroup[] = []
  let from = ''
  while (groups.length < mostGroups) {
    const page = await store.queryIndex('list', waitingPartition(tenant), { ...(from && { from }), limit: 1 })
    const [item] = page.items
    const message = item && fromItem(messageKind, item)
    if (!message?.hold) break
    const parts = holdParts(message.hold, message.to)
    const key = keyOf(...parts)
    // `$` is the sign after `#`, with which the next part begins. The index may be a moment behind a change.
    if (`${key}$` <= from) break
    from = `${key}$`
    groups.push({ key, cause: parts[0], to: message.hold.whose === 'recipient' ? message.to : undefined })
  }
  return groups
}

/** Releases the next lot, or one as a probe. Returns how many messages were changed. */
async function advance(hold: MailHold, here: Round): Promise<number> {
  const { now } = here
  if (hold.flow) {
    const count = await releaseLot(hold, Math.min(hold.flow, here.budget), here)
    here.budget -= count
    await replaceHold(hold, { flow: Math.min(hold.flow * 2, mostFlow), next: toInstant(now + round) }, here)
    return count
  }
  const { probed, skipped } = await probe(hold, here)
  const pause = probed ? pauseAfter(hold.tries) : 0
  await replaceHold(hold, { tries: hold.tries + Number(probed), next: toInstant(now + pause) }, here)
  return skipped + Number(probed)
}

/** Refused when a delivery has opened or closed it meanwhile, which knows better. */
async function replaceHold(hold: MailHold, change: Partial<MailHold>, { store }: Round): Promise<void> {
  const item = toItem(mailHoldEntity, { ...hold, ...change, version: hold.version + 1 })
  await store.write([{ do: 'replace', item, seen: hold.version }])
}

async function releaseLot(hold: MailHold, most: number, here: Round): Promise<number> {
  const messages: Message[] = []
  for await (const message of waitingFor(hold, here)) if (messages.push(message) >= most) break
  let count = 0
  for (let i = 0; i < messages.length; i += atOnce) {
    const lot = messages.slice(i, i + atOnce)
    const results = await Promise.all(
      lot.map(async (message) => here.store.write([release(message, here.now)])),
    )
    count += results.filter(({ stored }) => stored).length
  }
  return count
}

/** Releases the first message that still makes sense; those before it are done with. */
async function probe(hold: MailHold, here: Round): Promise<{ probed: boolean; skipped: number }> {
  let skipped = 0
  for await (const message of waitingFor(hold, here)) {
    const ending = await endOf(message, here)
    const { stored } = await here.store.write(ending ?? [release(message, here.now)])
    if (!ending && stored) return { probed: true, skipped }
    if (++skipped >= mostSkipped) break
  }
  return { probed: false, skipped }
}

const waitingFor = ({ tenant, cause, to }: MailHold, { store }: Round): AsyncGenerator<Message> =>
  waitingMessages(store, tenant, keyOf(cause, to ?? ''))

/** The stream carries it into the mail queue, as when it was created. */
function release(message: Message, now: number): Write {
  return writeMessage({ ...message, status: 'pending', releasedAt: toInstant(now) })
}

/** What ends a message that is not to be sent any more; nothing for one that still makes sense. */
async function endOf(message: Message, { store, company, kinds, now }: Round): Promise<Write[] | undefined> {
  if (!company.people[message.to]) return failMessage(message, 'recipient-unknown', now)
  if (!(await isPast(message, store, kinds))) return undefined
  return [writeMessage({ ...message, status: 'skipped' })]
}
