import { toInstant } from '../record/id.ts'
import type { WorkQueue } from '../company/company.ts'
import { quarantineList } from '../kind/system/submission.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { quarantine, type MessageData } from '../kind/system/message.ts'
import { gather } from '../message/notice.ts'
import { lastDigest, quarantineQueue, toldDays } from '../message/quarantine-waiting.ts'
import { startOfDay } from '../table/fact/local-day.ts'
import type { Store } from '../store/store.ts'
import { offsetAt } from '../time/zone.ts'
import { decisionWith } from '../workflow/grounded.ts'
import type { Rules } from '../workflow/rules.ts'

/*
 * The quarantine is watched: a customer who was taken for a robot waits there, and nobody would know.
 *
 * Once on each business day, in the first round of the watchdog after the opening, its watchers are told what waits.
 * The local day names the decision to tell, so its item is the mark that the day was told of, however often and by however
 * many it is tried. What arrives after the opening is told of on the next business day.
 * There is no end to what robots send, and what was looked at stays: only the last two weeks are told of, and no more
 * than a page is ever read.
 */

const day = 86_400_000

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
  const waits = await store.queryIndex('list', quarantineList(tenant), {
    from: toInstant(now - toldDays * day),
    before: toInstant(opening),
    limit: 1,
  })
  if (!waits.items.length) return false
  const data: MessageData = last ? { since: last.at } : {}
  const decision: DecisionRecord = {
    tenant,
    version: 1,
    subject: quarantine,
    at: toInstant(now),
    id: today,
    entries: [],
    ...gather(queue.watchers.map((to) => ({ to, template: 'quarantine-waiting', data: { ...data } }))),
  }
  // Refused when another round was faster.
  const write = decisionWith(decision, { because: 'time', seen: {} }, { others: [], kinds: [], rules })
  return (await store.write([write])).stored
}

/** The local day, and when its work begins; no opening on a day on which nobody works. */
function openingOf(queue: WorkQueue, rules: Rules, now: number): { today: string; opening?: number } {
  const { timeZone } = rules.company.calendars[queue.calendar]!
  const dayOf = (at: number): string => toInstant(at + offsetAt(timeZone, at)).slice(0, 10)
  const today = dayOf(now)
  const opening = rules.calendar(queue.calendar).nextOpening(startOfDay(today, timeZone))
  return dayOf(opening) === today ? { today, opening } : { today }
}
