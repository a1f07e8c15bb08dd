import { toInstant, type PersonId } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { keyOf } from '../record/key.ts'
import { alertKey, alertKind, newAlert, type Alert } from '../kind/system/alert.ts'
import { messageKind, waitingPartition, type Message } from '../kind/system/message.ts'
import { pagesOf, type Store } from '../store/store.ts'

/** What messages wait for: a cause, and the recipient when it concerns him alone. */
export interface WaitingGroup {
  /** sort key of its hold, and the beginning of those of its messages in the index */
  key: string
  cause: string
  to: PersonId | undefined
}

/** So many are counted; of more it is said that they are more. */
export const mostCounted = 1_000
/** So many recipients are named. */
const mostNamed = 20

/**
 * Keeps the one alert of a cause: raises it, says how many wait, and marks it as solved when it is over. What came again
 * after it was over is a new alert; what somebody has acknowledged meanwhile stays acknowledged.
 */
export async function tellOfWaiting(
  store: Store,
  tenant: string,
  cause: string,
  { isOver, now }: { isOver: boolean; now: number },
): Promise<void> {
  const name = `mail-waits.${cause}`
  const item = await store.get(alertKey(tenant, name))
  const before = item && fromItem(alertKind, item)
  const at = toInstant(now)
  const goesOn = before && !before.solvedAt
  if (isOver) {
    if (!goesOn) return
    const by = {
      acknowledgedAt: before.acknowledgedAt ?? at,
      acknowledgedBy: before.acknowledgedBy ?? 'holdfast',
    }
    const text =
      'It is over: e-mails are sent again, and those that waited were sent if they still made sense.'
    const over = { status: 'done' as const, closedAt: before.closedAt ?? at, solvedAt: at }
    return put(store, { ...before, ...by, ...over, text, waiting: 0 }, before)
  }
  const messages = await readWaiting(store, tenant, cause)
  // The one that waits may be on its way to be tried.
  if (!messages.length) return
  const text = textOf(messages)
  const waiting = messages.length
  if (goesOn) {
    if (before.text !== text) await put(store, { ...before, text, waiting }, before)
    return
  }
  await put(store, newAlert({ tenant, cause: name, at, what: 'mail-waits', text, waiting }), before)
}

/** Refused when somebody acknowledges it at the same moment: the next round says it again. */
async function put(store: Store, alert: Alert, before: Alert | undefined): Promise<void> {
  if (!before) await store.write([{ do: 'create', item: toItem(alertKind, alert) }])
  else {
    const item = toItem(alertKind, { ...alert, version: before.version + 1 })
    await store.write([{ do: 'replace', item, seen: before.version }])
  }
}

function textOf(messages: readonly Message[]): string {
  const count = messages.length < mostCounted ? String(messages.length) : `${mostCounted} or more`
  const oldest = messages.reduce((least, { createdAt }) => (createdAt < least ? createdAt : least), '9')
  const people = [...new Set(messages.map(({ to }) => to))].toSorted()
  const more = people.length > mostNamed ? ` and ${people.length - mostNamed} more` : ''
  const named = `${people.slice(0, mostNamed).join(', ')}${more}`
  const { remedy } = messages.at(-1)!.hold!
  return `${remedy} E-mails that wait: ${count}, for ${named}; the oldest since ${oldest.slice(0, 16)}Z.`
}

async function readWaiting(store: Store, tenant: string, cause: string): Promise<Message[]> {
  const found: Message[] = []
  for await (const message of waitingMessages(store, tenant, keyOf(cause)))
    if (found.push(message) >= mostCounted) break
  return found
}

/** Messages that wait, of everything that the key begins with: a cause, or a cause and its recipient. */
export async function* waitingMessages(store: Store, tenant: string, key: string): AsyncGenerator<Message> {
  const range = { prefix: `${key}#`, limit: 100 }
  const pages = pagesOf(async (page) => store.queryIndex('list', waitingPartition(tenant), page), range)
  for await (const items of pages)
    for (const item of items) {
      const message = fromItem(messageKind, item)
      // The index may be a moment behind.
      if (message.status === 'waiting') yield message
    }
}
