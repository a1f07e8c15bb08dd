import { messageKind } from '../kind/system/message.ts'
import { eventOf, type DomainEvent } from '../record/event.ts'
import { fromItem, type Item } from '../record/item.ts'
import type { Kind } from '../record/kind.ts'

/** Where a message lies that is to be delivered. */
export interface MessageRef {
  tenant: string
  pk: string
  sk: string
}

export interface Announcement {
  event?: DomainEvent
  message?: MessageRef
}

/**
 * What the world must learn of a change of the table: an event of a record, a message that is to be sent, or nothing.
 * @param kinds by name
 */
export function announcementOf(
  kinds: ReadonlyMap<string, Kind>,
  before: Item | undefined,
  after: Item | undefined,
): Announcement {
  if (!after) return {}
  const kind = kinds.get(after.kind)
  if (kind && !kind.silent) {
    const event = eventOf(kind, before && fromItem(kind, before), fromItem(kind, after))
    return event ? { event } : {}
  }
  if (after.kind === messageKind.kind && after.version !== before?.version) {
    const { tenant, status } = fromItem(messageKind, after)
    // The watchdog announces a message again by touching it.
    return status === 'pending' ? { message: { tenant, pk: after.pk, sk: after.sk } } : {}
  }
  return {}
}
