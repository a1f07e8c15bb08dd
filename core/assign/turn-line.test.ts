import { describe, expect, test } from 'vitest'
import { Fault } from '../record/fault.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { anna, assign, boris, chosenFor, clara, numberFor, rotationIn, spread, three } from './fixture.ts'

describe('leads that one process has at once', () => {
  test('take their turns together, each its own', async () => {
    const store = memoryStore()
    await chosenFor(store, 'first', three)
    let updates = 0
    const counted: Store = { ...store, update: async (update) => (updates++, store.update(update)) }
    const leads = Array.from({ length: 40 }, (_, i) => `lead ${i}`)
    const chosen = await Promise.all(leads.map(async (lead) => chosenFor(counted, lead, three)))
    // The first alone, then sixteen at most, so that the expressions keep within their bounds.
    expect(updates).toBe(4)
    expect(new Set(Object.values((await rotationIn(store)).open)).size).toBe(41)
    expect(spread([anna, boris, clara].map((person) => numberFor(chosen, person)))).toBeLessThanOrEqual(1)
    // What was counted before each is that of his own turn.
    const { candidates, chosen: last } = await assign(counted, 'lead 39', three)
    expect(candidates.find(({ person }) => person === last)!.turn).toBe(candidates[0]!.turn)
  })

  test('all learn that the table does not answer, and those after them are not held up', async () => {
    const store = memoryStore()
    await chosenFor(store, 'first', three)
    let isDown = true
    const slow: Store = {
      ...store,
      update: async (update) => {
        await Promise.resolve()
        if (isDown) throw new Fault('store.unavailable', 'down')
        return store.update(update)
      },
    }
    const ask = async () =>
      Promise.allSettled([1, 2, 3].map(async (i) => chosenFor(slow, `lead ${i}`, three)))
    for (const { status } of await ask()) expect(status).toBe('rejected')
    isDown = false
    for (const { status } of await ask()) expect(status).toBe('fulfilled')
    expect((await rotationIn(store)).next).toBe(4)
  })

  test('see different people there: each gets a turn of somebody who is there for him', async () => {
    const store = memoryStore()
    await chosenFor(store, 'first', three)
    const views = [[], [anna], [boris], [], [anna], [clara]]
    const chosen = await Promise.all(
      views.map(async (away, i) => chosenFor(store, `lead ${i}`, { ...three, away })),
    )
    for (const [i, away] of views.entries()) expect(away.map(String)).not.toContain(chosen[i])
    expect(chosen).not.toContain('nobody')
  })
})
