import { decisionKind } from '../kind/system/decision.ts'
import { derivedKind } from '../kind/system/derived.ts'
import { messageKind } from '../kind/system/message.ts'
import { segmentKind } from '../kind/system/segment.ts'
import { derivedEventOf } from '../project/derived-event.ts'
import { eventOf, type DomainEvent } from '../record/event.ts'
import { fromItem, type Item } from '../record/item.ts'
import type { Kind } from '../record/kind.ts'

/** Where it stands that a message is to be delivered. */
export interface MessageRef {
  tenant: string
  pk: string
  sk: string
  /** which message of a segment or a decision; of a message that has waited none, its own item is meant */
  number?: number | undefined
}

export interface Announcement {
  event?: DomainEvent
  messages?: MessageRef[]
}

/**
 * What the world must learn of a change of the table: an event of a record or of its derived fields, messages that are to be sent,
 * or nothing.
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
  if (after.kind === derivedKind.kind) {
    const event = derivedEventOf(kinds, before, after)
    return event ? { event } : {}
  }
  const messages = messagesIn(before, after)
  return messages.length ? { messages } : {}
}

function messagesIn(before: Item | undefined, after: Item): MessageRef[] {
  if (after.version === before?.version) return []
  const { pk, sk } = after
  if (after.kind === messageKind.kind) {
    // Created with what became of it; pending again when the watchdog lets it be tried.
    const { tenant, status } = fromItem(messageKind, after)
    return status === 'pending' ? [{ tenant, pk, sk }] : []
  }
  if (after.kind !== segmentKind.kind && after.kind !== decisionKind.kind) return []
  const { tenant, messages = [] } =
    after.kind === segmentKind.kind ? fromItem(segmentKind, after) : fromItem(decisionKind, after)
  return messages.map((_, number) => ({ tenant, pk, sk, number }))
}
