import { toItem } from '../../record/item.ts'
import { messageKind, type Message } from '../../kind/system/message.ts'
import type { Write } from '../../store/store.ts'

/**
 * The next state of a message. The first one that is stored creates its item, so that of two who deliver it at once one
 * is refused.
 */
export function writeMessage(message: Message): Write {
  const item = toItem(messageKind, { ...message, version: message.version + 1 })
  return message.version === 0 ? { do: 'create', item } : { do: 'replace', item, seen: message.version }
}
