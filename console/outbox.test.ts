import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Api } from './api/client.ts'
import { makeOutbox, undoTime, type Entry } from './outbox.ts'

/* As in a browser: what is kept, one lock, and the events of the window, which nobody sends here. */
beforeEach(() => {
  vi.useFakeTimers()
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
  let isTaken = false
  let last: Promise<unknown> = Promise.resolve()
  vi.stubGlobal('navigator', {
    locks: {
      request(_name: string, ...more: unknown[]) {
        const act = more.at(-1) as (lock: unknown) => Promise<unknown>
        if (more.length > 1 && isTaken) return act(null)
        last = last.then(async () => {
          isTaken = true
          try {
            return await act({})
          } finally {
            isTaken = false
          }
        })
        return last
      },
    },
  })
  vi.stubGlobal('addEventListener', () => undefined)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const entry = (id: string): Entry => ({
  path: `/leads/${id}/activities`,
  body: { what: 'call' },
  what: 'call',
  about: `/leads/${id}`,
  said: id,
  at: { to: '/work' },
})

/** @param takes milliseconds that the API takes */
function opened(takes: number) {
  const sent: string[] = []
  const send = async (_method: string, path: string): Promise<undefined> => {
    await new Promise((done) => setTimeout(done, takes))
    sent.push(path)
    return undefined
  }
  const outbox = makeOutbox({ api: { send } as unknown as Api, person: 'maria', done: async () => undefined })
  outbox.open()
  return { outbox, sent }
}

test('what is taken back while another one is on its way is not sent', async () => {
  const { outbox, sent } = opened(4_000)
  outbox.add(entry('one'), undoTime)
  await vi.advanceTimersByTimeAsync(2_400)
  const other = outbox.add(entry('other'), undoTime)
  await vi.advanceTimersByTimeAsync(8_500)
  expect(outbox.takeBack(other.key)).toBe(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent).toEqual(['/leads/one/activities'])
  expect(outbox.pending()).toEqual([])
})

test('whoever leaves has all of it sent, whatever is on its way', async () => {
  const { outbox, sent } = opened(1_000)
  outbox.add(entry('waits'))
  await vi.advanceTimersByTimeAsync(500)
  const held = outbox.add(entry('held'), undoTime)
  const left = outbox.flush()
  await vi.advanceTimersByTimeAsync(3_000)
  await left
  expect(sent).toEqual(['/leads/waits/activities', '/leads/held/activities'])
  expect(outbox.takeBack(held.key)).toBe(false)
})
