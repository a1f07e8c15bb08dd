import { useSyncExternalStore } from 'react'

/*
 * What time it is for the API: its clock decides what is late, and that of a phone may be wrong. Countdowns tick from here, never from the
 * server.
 */

let offset = 0
let shown = Date.now()
const listeners = new Set<() => void>()

const tell = () => {
  shown = Date.now() + offset
  for (const each of listeners) each()
}
setInterval(tell, 15_000)

/** Takes over what the API says that it is now. */
export function setNow(instant: string): void {
  const next = Date.parse(instant) - Date.now()
  if (Math.abs(next - offset) < 1_000) return
  offset = next
  tell()
}

export const now = (): number => Date.now() + offset

const subscribe = (listen: () => void) => {
  listeners.add(listen)
  return () => void listeners.delete(listen)
}

/** Milliseconds, anew four times a minute. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => shown)
