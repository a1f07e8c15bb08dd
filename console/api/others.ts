/*
 * Tabs of one browser: what one of them has changed, the others ask for at once instead of the next time. Only that something was changed
 * is said, not what: each of them asks as who he is.
 */

const place = 'holdfast.changed'
let channel: BroadcastChannel | undefined
// Opened when it is first needed: what only imports this keeps nothing open.
const opened = (): BroadcastChannel => (channel ??= new BroadcastChannel(place))

/** Tells the others that something is not any more what they show. */
export const tellOthers = (): void => opened().postMessage(undefined)

/** @returns ends it */
export function onOthers(act: () => void): () => void {
  opened().addEventListener('message', act)
  return () => opened().removeEventListener('message', act)
}
