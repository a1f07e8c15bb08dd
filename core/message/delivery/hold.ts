import { toInstant } from '../../record/id.ts'
import { fromItem, toItem } from '../../record/item.ts'
import { mailHoldEntity, mailHoldKey, type MailHold } from '../../kind/system/mail-hold.ts'
import { holdParts, type Message } from '../../kind/system/message.ts'
import type { Store } from '../../store/store.ts'

/** So many are released after the first that was sent: what the sandbox, SES's smallest account, sends in 200 seconds. */
export const firstFlow = 200

/** One is tried again after 5 minutes, then after twice as long each time, at most after an hour. */
export const pauseAfter = (tries: number): number => Math.min(60, 5 * 2 ** Math.min(tries, 10)) * 60_000

/** A message that had waited was sent: what waits for the same thing may follow. */
export const openHold = async (store: Store, message: Message, now: number): Promise<void> =>
  change(store, message, (hold) =>
    hold.flow ? undefined : { ...hold, tries: 0, flow: firstFlow, next: toInstant(now) },
  )

/** A message that had waited was refused again: the others go on waiting. */
export const closeHold = async (store: Store, message: Message, now: number): Promise<void> =>
  change(store, message, ({ flow, ...hold }) =>
    flow ? { ...hold, next: toInstant(now + pauseAfter(0)) } : undefined,
  )

/** Only a hint: what somebody else changes at the same time three times over is left to the next attempt. */
async function change(
  store: Store,
  { tenant, hold, to }: Message,
  decide: (hold: MailHold) => MailHold | undefined,
): Promise<void> {
  if (!hold) return
  for (let attempt = 0; attempt < 3; attempt++) {
    const item = await store.get(mailHoldKey(tenant, holdParts(hold, to)))
    if (!item) return
    const seen = fromItem(mailHoldEntity, item)
    const next = decide(seen)
    if (!next) return
    const replaced = toItem(mailHoldEntity, { ...next, version: seen.version + 1 })
    if ((await store.write([{ do: 'replace', item: replaced, seen: seen.version }])).stored) return
  }
}
