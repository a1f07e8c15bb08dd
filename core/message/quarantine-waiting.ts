import type { Company, WorkQueue } from '../company/company.ts'
import { decisionKind, decisionPrefix, type DecisionRecord } from '../kind/system/decision.ts'
import { quarantine, type Message } from '../kind/system/message.ts'
import { quarantineList, submissionKind, type Submission } from '../kind/system/submission.ts'
import { fromItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { toInstant } from '../record/id.ts'
import type { Store } from '../store/store.ts'

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

/** When they were told last: the decision that says so is named by its day. */
export async function lastDigest(store: Store, tenant: string): Promise<DecisionRecord | undefined> {
  const page = await store.query(fileOf(tenant, quarantine.id), {
    prefix: decisionPrefix,
    descending: true,
    limit: 1,
  })
  return page.items.map((item) => fromItem(decisionKind, item))[0]
}

/** A digest that has waited is old when another day has one: that tells of the same. */
export async function isOldDigest({ tenant, id }: Message, store: Store): Promise<boolean> {
  const last = await lastDigest(store, tenant)
  return last !== undefined && last.id > id.slice(0, 10)
}

/** What waits now, of the last two weeks. */
export async function readWaiting(store: Store, tenant: string, now: number): Promise<Waiting> {
  const page = await store.queryIndex('list', quarantineList(tenant), {
    from: toInstant(now - toldDays * day),
    descending: true,
    limit: mostCounted,
  })
  const found = page.items.map((item) => fromItem(submissionKind, item))
  // The index may be a moment behind a restoring.
  const submissions = found.filter(({ outcome }) => outcome === 'quarantined')
  return { submissions, more: page.next !== undefined }
}
