import { mendRoster, readRoster } from '../assign/roster.ts'
import { toInstant } from '../record/id.ts'
import { fromItem, type Item } from '../record/item.ts'
import type { DomainEvent } from '../record/event.ts'
import type { Kinds } from '../record/kind.ts'
import { isWorkKind } from '../record/open-work.ts'
import { lastLevel } from '../record/work.ts'
import { linesOf, type Store } from '../store/store.ts'
import type { Rules } from '../workflow/rules.ts'
import { warnOfCalendars } from './calendar-alert.ts'
import { findForgotten } from './forgotten.ts'
import { watchedPartitions } from './partition.ts'
import { tellOfQuarantine } from './quarantine.ts'
import type { Watch, WatchResult } from './raise.ts'
import { lookAfterWaiting } from './waiting-mail.ts'
import { watchRecord } from './watchdog.ts'

export interface Sweep {
  /** events to publish */
  announce: DomainEvent[]
  /** records that were raised */
  raised: number
  /** messages that waited and were tried again or given up */
  messages: number
  /** what e-mails wait for: causes, and recipients of their own */
  holds: number
  /** what was noticed beside them: a calendar that ends, what waits in the quarantine */
  notices: number
  /** what went wrong with single items; the others were gone through all the same */
  errors: unknown[]
}

/** By what is judged what has been left. */
export interface SweepMeans {
  rules: Rules
  kinds: Kinds
}

/** So many are written at the same time. */
const atOnce = 8

/**
 * Goes through everything whose time has passed and acts on it, then looks at what nobody is asked about (once a day), at the
 * e-mails that wait, the quarantine, the calendars and the roster. What somebody changed meanwhile is left to the next round.
 */
export async function sweep(store: Store, means: SweepMeans, tenant: string, now: number): Promise<Sweep> {
  const { rules } = means
  // Read when the first one is due, which in most rounds none is.
  let roster: ReturnType<typeof readRoster> | undefined
  const watch = async (): Promise<Watch> => ({
    rules,
    roster: await (roster ??= readRoster(store, { tenant, now })),
    now,
  })
  const result: Sweep = { announce: [], raised: 0, messages: 0, holds: 0, notices: 0, errors: [] }
  const look = async (item: Item): Promise<void> => {
    try {
      const { writes, announce } = act(item, means.kinds, await watch())
      if (!writes.length || !(await store.write(writes)).stored) return
      result.raised++
      if (announce) result.announce.push(announce)
    } catch (error) {
      result.errors.push(error)
    }
  }
  const partitions = watchedPartitions(tenant, rules.company)
  const goThrough = async (lane: number): Promise<void> => {
    for (let i = lane; i < partitions.length; i += atOnce)
      for await (const items of overdue(store, partitions[i]!, now))
        for (const item of items) await look(item)
  }
  await Promise.all(Array.from({ length: atOnce }, (_, lane) => goThrough(lane)))
  const notices = [
    async () => {
      const { found, errors } = await findForgotten(store, means, tenant, now)
      result.raised += found
      result.errors.push(...errors)
      return 0
    },
    async () => {
      const { holds, messages } = await lookAfterWaiting(store, means, tenant, now)
      result.holds = holds
      result.messages += messages
      return 0
    },
    async () => Number(await tellOfQuarantine(store, rules, tenant, now)),
    async () => warnOfCalendars(store, rules.company, tenant, now),
    async () => mendRoster(store, tenant, now).then(() => 0),
  ]
  for (const notice of notices)
    try {
      result.notices += await notice()
    } catch (error) {
      result.errors.push(error)
    }
  return result
}

function act(item: Item, kinds: Kinds, watch: Watch): WatchResult {
  const kind = kinds.get(item.kind)
  if (isWorkKind(kind)) return watchRecord(kind, fromItem(kind, item), watch) ?? { writes: [] }
  return { writes: [] }
}

/** What the watchdog has raised to the last level stays where it is; it is not read again every five minutes. */
async function* overdue(store: Store, partition: string, now: number): AsyncGenerator<Item[]> {
  const due = { before: toInstant(now), limit: 100 }
  for await (const entries of linesOf(async (page) => store.lines('work', partition, page), due)) {
    const live = entries.filter(({ line }) => Number(line.raised ?? 0) < lastLevel)
    yield (await store.getAll(live)).filter((item) => item !== undefined)
  }
}
