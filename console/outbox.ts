import { useSyncExternalStore } from 'react'
import { Refused, Unreachable, whyRefused, type Api } from './api/client.ts'

/*
 * What somebody has written and the API does not have yet. A write waits here for some seconds, in which it can be taken back, and for as
 * long as there is no network; it is kept in the browser, survives a reload and a crash, is shown as waiting, and carries the
 * Idempotency-Key that it was given when it was made: however often it is sent, it is done once. What is refused stays until somebody has
 * read why.
 */

export interface Pending {
  key: string
  path: string
  body: unknown
  /** what it is: a word of the dictionary */
  what: string
  /** the record in the API: `/leads/lead_01…` */
  about: string
  /** what it is and of whom, for people: `Reached, Katrin Vogel` */
  said: string
  /** where in the console somebody did it */
  at: { to: string; search?: Readonly<Record<string, string | undefined>> }
  /** the record is dealt with: it is not among the work of whoever did it as long as this waits */
  isDealt?: boolean
  /**
   * What somebody saw, where that matters: refused when another one has changed one of these fields meanwhile. Other changes are not in
   * the way. What was absent is null.
   */
  seen?: { version: number; fields: Readonly<Record<string, unknown>> }
  /** milliseconds: not sent before, and can be taken back until then */
  sendAt: number
  /** `left`: sent as the page was closed; whether that arrived is not known yet */
  state: 'held' | 'left' | 'waiting' | 'refused'
  /** of one that was refused: why */
  refusal?: string
  /** somebody has changed meanwhile what was `seen` */
  isOvertaken?: boolean
}

export type Entry = Pick<Pending, 'path' | 'body' | 'what' | 'about' | 'said' | 'at' | 'isDealt' | 'seen'>

export interface Outbox {
  pending(): readonly Pending[]
  subscribe(tell: () => void): () => void
  /** @param holds milliseconds in which it can be taken back; default: none */
  add(entry: Entry, holds?: number): Pending
  /** Takes back what was not sent; false when it is too late. */
  takeBack(key: string): boolean
  /** Sends what waits or was refused, now. */
  again(): void
  discard(key: string): void
  /** Sends what is held or waits, now: whoever leaves takes nothing back. */
  flush(): Promise<void>
  /** What was left behind with the page and has been done since: each once. */
  arrived(): readonly Pending[]
  /** Begins to send what waits. Gives what ends it. */
  open(): () => void
}

export interface OutboxOptions {
  api: Api
  /** whose writes: another one who signs in here does not send them in his name */
  person: string
  /** told of each that is done; it waits here until lists have been asked anew, so that nothing comes back for a moment */
  done: (entry: Pending) => Promise<unknown>
}

/** Time in which a write can be taken back, in milliseconds. */
export const undoTime = 10_000
const retryTime = 5_000

export function makeOutbox({ api, person, done }: OutboxOptions): Outbox {
  const place = `holdfast.outbox.${person}`
  const listeners = new Set<() => void>()
  let ended = AbortSignal.abort()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** made here: whoever closes this page has nothing to do with what waits in another tab */
  const own = new Set<string>()
  let arrived: readonly Pending[] = []
  let entries = read()

  function read(): readonly Pending[] {
    try {
      return JSON.parse(localStorage.getItem(place) ?? '[]') as Pending[]
    } catch {
      return []
    }
  }

  /** Another tab may have changed it: read, change and written in one turn of this thread. */
  function change(make: (entries: readonly Pending[]) => readonly Pending[]): void {
    entries = make(read())
    if (entries.length) localStorage.setItem(place, JSON.stringify(entries))
    else localStorage.removeItem(place)
    for (const tell of listeners) tell()
    plan()
  }

  const set = (key: string, with_: Partial<Pending>) =>
    change((all) => all.map((each) => (each.key === key ? { ...each, ...with_ } : each)))
  const without = (key: string) => change((all) => all.filter((each) => each.key !== key))

  function plan(): void {
    clearTimeout(timer)
    const next = entries.filter(({ state }) => state !== 'refused').map(({ sendAt }) => sendAt)
    if (next.length && !ended.aborted)
      timer = setTimeout(() => void sendDue(), Math.max(0, Math.min(...next) - Date.now()))
  }

  /** In the order in which they were written. What is taken back while another one is on its way is not sent: each time it is read anew. */
  async function sendAll(): Promise<void> {
    for (;;) {
      entries = read()
      const due = entries.find(({ state, sendAt }) => state !== 'refused' && sendAt <= Date.now())
      if (!due || !(await send(due))) break
    }
    plan()
  }

  /** One tab at a time. */
  const sendDue = (): Promise<void> =>
    navigator.locks.request(place, { ifAvailable: true }, async (lock) => {
      if (!lock) return void (timer = setTimeout(() => void sendDue(), retryTime))
      await sendAll()
    })

  /** False when there is no use in sending the next one. */
  async function send(entry: Pending, keepalive = false): Promise<boolean> {
    try {
      await sendSeen(api, entry, keepalive)
      await done(entry).catch(() => undefined)
      if (entry.state === 'left') arrived = [...arrived, entry]
      without(entry.key)
      return true
    } catch (error) {
      if (error instanceof Refused && isFinal(error)) {
        set(entry.key, {
          state: 'refused',
          refusal: whyRefused(error),
          isOvertaken: error.status === 412,
        })
        return true
      }
      set(entry.key, { state: 'waiting', sendAt: Date.now() + retryTime })
      if (error instanceof Refused || error instanceof Unreachable) return false
      throw error
    }
  }

  const again = () => {
    change((all) =>
      all.map((each) => (each.state === 'held' ? each : { ...each, state: 'waiting', sendAt: 0 })),
    )
  }
  return {
    pending: () => entries,
    subscribe(tell) {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    add(entry, holds = 0) {
      const made: Pending = {
        ...entry,
        key: crypto.randomUUID(),
        sendAt: Date.now() + holds,
        state: holds ? 'held' : 'waiting',
      }
      own.add(made.key)
      change((all) => [...all, made])
      return made
    },
    takeBack(key) {
      const entry = read().find((each) => each.key === key)
      if (entry?.state !== 'held' || entry.sendAt <= Date.now()) return false
      without(key)
      return true
    },
    again,
    discard: without,
    async flush() {
      change((all) =>
        all.map((each) => (each.state === 'refused' ? each : { ...each, state: 'waiting', sendAt: 0 })),
      )
      await navigator.locks.request(place, sendAll)
    },
    arrived() {
      const told = arrived
      arrived = []
      return told
    },
    open() {
      const end = new AbortController()
      ended = end.signal
      const listen = (event: string, act: () => void) => addEventListener(event, act, { signal: end.signal })
      listen('online', again)
      listen('storage', () => {
        entries = read()
        for (const tell of listeners) tell()
        plan()
      })
      // Whoever closes the page does not take back any more. Whoever opens it again is told that it arrived, which repeating it finds out; an
      // open tab asks later, so that he is told where he is.
      listen('pagehide', () => {
        const leaving = read().filter(({ key, state }) => state === 'held' && own.has(key))
        for (const entry of leaving) {
          set(entry.key, { state: 'left', sendAt: Date.now() + retryTime })
          void send(entry, true).catch(() => undefined)
        }
      })
      if (entries.some(({ state }) => state === 'left'))
        change((all) => all.map((each) => (each.state === 'left' ? { ...each, sendAt: 0 } : each)))
      else plan()
      return () => {
        end.abort()
        clearTimeout(timer)
      }
    },
  }
}

/** Others that change the record between two tries, so often, are not chased. */
const attempts = 4

/** Sends it as of the state that was seen, or of a later one in which that is still so. Throws Refused, Unreachable. */
async function sendSeen(api: Api, { path, body, key, seen }: Pending, keepalive: boolean): Promise<void> {
  let version = seen?.version
  for (let tries = 1; ; tries++)
    try {
      const ifMatch = version === undefined ? {} : { ifMatch: `"${version}"` }
      return await api.send('POST', path, body, { key, keepalive, ...ifMatch })
    } catch (error) {
      const now = error instanceof Refused && error.status === 412 ? error.current : undefined
      const current = now as { version: number; [field: string]: unknown } | undefined
      if (!seen || !current || tries === attempts) throw error
      if (Object.entries(seen.fields).some(([field, before]) => (current[field] ?? null) !== before))
        throw error
      version = current.version
    }
}

/** What comes again just the same, however often it is sent. 409 is: another one was there first. */
const isFinal = ({ status }: Refused): boolean =>
  status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429

export const useOutbox = (outbox: Outbox): readonly Pending[] =>
  useSyncExternalStore(outbox.subscribe, outbox.pending)
