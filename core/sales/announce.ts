import { fromItem, type Item } from '../record/item.ts'
import { leadEntity } from '../kind/sales/lead.ts'
import { messageEntity } from '../kind/system/message.ts'
import { leadEvent, type LeadEvent } from './event.ts'

/** Where a message lies that is to be delivered. */
export interface MessageRef {
  tenant: string
  pk: string
  sk: string
}

export interface Announcement {
  event?: LeadEvent
  message?: MessageRef
}

/** What the world must learn of a change of the table: an event of a lead, a message that is to be sent, or nothing. */
export function announcementOf(before: Item | undefined, after: Item | undefined): Announcement {
  if (after?.kind === leadEntity.kind) {
    const event = leadEvent(before && fromItem(leadEntity, before), fromItem(leadEntity, after))
    return event ? { event } : {}
  }
  if (after?.kind === messageEntity.kind && after.version !== before?.version) {
    const { tenant, status } = fromItem(messageEntity, after)
    // The watchdog announces a message again by touching it.
    return status === 'pending' ? { message: { tenant, pk: after.pk, sk: after.sk } } : {}
  }
  return {}
}
