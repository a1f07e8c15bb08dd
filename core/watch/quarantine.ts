import { toInstant } from '../record/id.ts'
import type { Company, WorkQueue } from '../company/company.ts'
import { fromItem, keyOf, toItem } from '../record/item.ts'
import { messageEntity, quarantinePartition, type Message, type MessageData } from '../kind/system/message.ts'
import { submissionEntity, type Submission } from '../kind/system/submission.ts'
import { startOfDay } from '../table/fact/local-day.ts'
import type { Store, Write } from '../store/store.ts'
import { offsetAt } from '../time/zone.ts'
import type { Rules } from '../workflow/rules.ts'

/*
 * The quarantine is watched: a customer who was taken for a robot waits there, and nobody would know.
 *
 * Once on each business day, in the first round of the watchdog after the opening, its watchers are told what waits.
 * The message's id is the local day, so the message itself is the mark that the day was told of, however often and by
 * however many it is tried. What arrives after the opening is told of on the next business day.
 * There is no end to what robots send, and what was looked at stays: only the last two weeks are told of, and no more
 * than a page is ever read.
 */

const day = 86_400_000
/** What waits for longer was told of on ten business days; it stays in the quarantine. */
export const toldDays = 14
/** So many are counted; of more it is said that they are more. */
export const mostCounted = 100

export interface Waiting {
  /** newest first, `mostCounted` at most */
  submissions: Submission[]
  /** there are more than these */
  more: boolean
}

/** The queue `quarantine` when the company has one: its watchers are told, in its opening hours. Otherwise `intake`. */
export const quarantineQueue = (company: Company): WorkQueue =>
  (Object.entries(company.queues).find(([id]) => id === 'quarantine') ??
    Object.entries(company.queues).find(([id]) => id === 'intake'))![1]

/** Tells the watchers what waits, unless they were told today or nothing does. Returns whether they were told. */
export async function tellOfQuarantine(
  store: Store,
  rules: Rules,
  tenant: string,
  now: number,
): Promise<boolean> {
  const queue = quarantineQueue(rules.company)
  const { today, opening } = openingOf(queue, rules, now)
  if (opening === undefined || now < opening) return false
  const last = await lastDigest(store, tenant)
  if (last && last.id >= today) return false
  const waits = await store.queryIndex('list', keyOf(tenant, 'quarantine'), {
    from: toInstant(now - toldDays * day),
    before: toInstant(opening),
    limit: 1,
  })
  if (!waits.items.length) return false
  const data: MessageData = last ? { since: last.createdAt } : {}
  const writes = queue.watchers.map((to, i): Write => ({
    do: 'create',
    item: toItem(messageEntity, {
      tenant,
      version: 1,
      id: `${today}.${i}`,
      to,
      template: 'quarantine-waiting',
      data: { ...data },
      policy: 'at-least-once',
      status: 'pending',
      createdAt: toInstant(now),
    }),
  }))
  // Refused when another round was faster.
  return (await store.write(writes)).stored
}

async function lastDigest(store: Store, tenant: string): Promise<Message | undefined> {
  const page = await store.query(quarantinePartition(tenant), {
    prefix: keyOf('message', ''),
    descending: true,
    limit: 1,
  })
  return page.items.map((item) => fromItem(messageEntity, item))[0]
}

/** A digest that has waited is old when another day has one: that tells of the same. */
export async function isOldDigest({ tenant, id }: Message, store: Store): Promise<boolean> {
  const last = await lastDigest(store, tenant)
  return last !== undefined && last.id.slice(0, 10) > id.slice(0, 10)
}

/** What waits now, of the last two weeks. */
export async function readWaiting(store: Store, tenant: string, now: number): Promise<Waiting> {
  const page = await store.queryIndex('list', keyOf(tenant, 'quarantine'), {
    from: toInstant(now - toldDays * day),
    descending: true,
    limit: mostCounted,
  })
  const found = page.items.map((item) => fromItem(submissionEntity, item))
  // The index may be a moment behind a restoring.
  const submissions = found.filter(({ outcome }) => outcome === 'quarantined')
  return { submissions, more: page.next !== undefined }
}

/** The local day, and when its work begins; no opening on a day on which nobody works. */
function openingOf(queue: WorkQueue, rules: Rules, now: number): { today: string; opening?: number } {
  const { timeZone } = rules.company.calendars[queue.calendar]!
  const dayOf = (at: number): string => toInstant(at + offsetAt(timeZone, at)).slice(0, 10)
  const today = dayOf(now)
  const opening = rules.calendar(queue.calendar).nextOpening(startOfDay(today, timeZone))
  return dayOf(opening) === today ? { today, opening } : { today }
}
