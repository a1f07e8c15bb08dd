import { lastResort, watcherOnDuty } from '../assign/on-duty.ts'
import { readRoster } from '../assign/roster.ts'
import { toInstant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { dailyWalkEntity, type DailyWalk } from '../kind/system/daily-walk.ts'
import { isFault } from '../record/fault.ts'
import { holderOf, isOpen, openList } from '../record/place.ts'
import { isWorkKind, type WorkKind } from '../record/open-work.ts'
import { linesOf, type IndexEntry, type Store } from '../store/store.ts'
import { watchedPartitions } from './partition.ts'
import { dutyOf, raised, type Watch } from './raise.ts'
import type { SweepMeans } from './sweep.ts'
import { intoQueue } from './watchdog.ts'

/*
 * What nobody is asked about.
 *
 * Problem: the watchdog looks where work waits: with everybody of the company, in its queues, with the machinery. A record
 * lies nowhere there whose owner or queue was taken out of company/, or that has no time, because somebody wrote it behind
 * the product's back. It is open, and nobody would ever be asked.
 * Representation: once a day (UTC) the list of all open records is gone through, by what the index says of them, which
 * reads no record. Whatever lies where nobody looks goes into the queue of last resort.
 * Invariant: after each day every record that was open when it was gone through lies where somebody looks. What is found
 * is judged again from the record itself and moved on condition that it is as it was read, so two walks at once move it
 * once; that the day is done is written at the end, so one that was broken off, or did not begin, is done by the next
 * round. What was moved before is not found again.
 * Rejected: asking each day for the people who have left (nobody keeps who they were); a list of all holders (one more item
 * with each assignment).
 */

/** So many are written at the same time. */
const atOnce = 8

export interface Walk {
  /** records that were put into the queue of last resort */
  found: number
  /** what went wrong with single records; the others were gone through all the same */
  errors: unknown[]
}

/** The daily walk, unless it is done. Throws Fault `store.unavailable` when the table is down; then it is begun again. */
export async function findForgotten(
  store: Store,
  { rules, kinds }: SweepMeans,
  tenant: string,
  now: number,
): Promise<Walk> {
  const at = toInstant(now)
  const walk: DailyWalk = { tenant, version: 1, day: at.slice(0, 10), at, found: 0 }
  const result: Walk = { found: 0, errors: [] }
  if (await store.get(dailyWalkEntity.keys(walk))) return result
  const watch: Watch = { rules, roster: await readRoster(store, { tenant, now }), now }
  const judge: Judge = { tenant, asked: new Set(watchedPartitions(tenant, rules.company)) }
  for (const kind of kinds.values()) {
    if (!isWorkKind(kind)) continue
    const pages = linesOf(async (page) => store.lines('list', openList(tenant, kind.name), page))
    for await (const entries of pages) {
      const lost = entries.filter(({ line }) => whyForgotten(kind, line, judge) !== undefined)
      for (let i = 0; i < lost.length; i += atOnce)
        await Promise.all(lost.slice(i, i + atOnce).map(async (entry) => take(kind, entry)))
    }
  }
  const item = toItem(dailyWalkEntity, { ...walk, found: result.found })
  await store.write([{ do: 'create', item }])
  return result

  async function take(kind: WorkKind, entry: IndexEntry): Promise<void> {
    try {
      const moved = await move(store, kind, { entry, judge, watch })
      if (moved) result.found++
    } catch (error) {
      if (isFault(error, 'store.unavailable')) throw error
      result.errors.push(error)
    }
  }
}

interface Judge {
  tenant: string
  /** partitions of the index `work` in which somebody looks */
  asked: ReadonlySet<string>
}

/** Why nobody would be asked about an open record, by what the index or the record says of it. */
function whyForgotten(
  { work }: WorkKind,
  { next, due, raised: level, ownerId, queueId }: Record<string, unknown>,
  { tenant, asked }: Judge,
): string | undefined {
  if (typeof due !== 'string') return 'it has no time'
  if (typeof next !== 'string' || !work.steps.includes(next)) return 'nothing is to be done next'
  const held = { tenant, next, raised: level, ownerId, queueId } as Parameters<typeof holderOf>[0]
  // Whatever has no holder lies with the machinery.
  const holder = holderOf(held)
  if (holder === undefined || asked.has(holder)) return undefined
  return held.ownerId === undefined ? 'its queue is gone' : 'its owner is gone'
}

async function move(
  store: Store,
  kind: WorkKind,
  { entry, judge, watch }: { entry: IndexEntry; judge: Judge; watch: Watch },
): Promise<boolean> {
  const item = await store.get(entry)
  const record = item && fromItem(kind, item)
  if (!record || !isOpen(kind, record)) return false
  const because = whyForgotten(kind, record, judge)
  if (because === undefined) return false
  const queueId = lastResort(watch.rules.company)
  const { writes } = raised(
    { kind, record, ...watch },
    {
      cause: `forgotten.${record.version}`,
      because: { forgotten: because },
      // Raised anew from here on: it lies with somebody else.
      fields: intoQueue(queueId, watch),
      tell: {
        reader: watcherOnDuty({ ...record, ownerId: undefined, queueId, raised: undefined }, dutyOf(watch)),
        what: 'queued',
        reason: 'forgotten',
      },
      alert: {
        what: 'forgotten',
        text: `Nobody was asked about this ${kind.name} any more: ${because}. It was put into the queue "${queueId}".`,
      },
    },
  )
  return (await store.write(writes)).stored
}
