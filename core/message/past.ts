import { quarantine, type Message } from '../kind/system/message.ts'
import { fromItem } from '../record/item.ts'
import { recordKey } from '../record/key.ts'
import type { Kinds } from '../record/kind.ts'
import { isWorkKind } from '../record/open-work.ts'
import type { Store } from '../store/store.ts'
import { isOutdated } from './needless.ts'
import { isOldDigest } from './quarantine-waiting.ts'

/** Whether a message that has waited makes no sense any more. */
export async function isPast(message: Message, store: Store, kinds: Kinds): Promise<boolean> {
  if (message.subject.kind === quarantine.kind) return isOldDigest(message, store)
  const kind = kinds.get(message.subject.kind)
  if (!isWorkKind(kind)) return false
  const item = await store.get(recordKey(message.tenant, message.subject.id))
  return !item || isOutdated(message, { kind, record: fromItem(kind, item) })
}
