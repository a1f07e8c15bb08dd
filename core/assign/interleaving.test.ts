import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { Fault } from '../record/fault.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import {
  anna,
  assign,
  bookOf,
  boris,
  chosenFor,
  numberFor,
  people,
  previousOwner,
  requestFor,
  rotationIn,
  several,
  spread,
} from './fixture.ts'
import { countsOf, numberOf } from './round-robin.ts'
import { returnTurn, takeTurn } from './take-turn.ts'

/** From one process that has all leads, up to one for each of a few. */
const processes = fc.constantFrom(1, 2, 3, 8)

/**
 * So many processes with one store. Each read and write takes a turn of the scheduler, so that decisions rest on state
 * of any age.
 */
function processesOn(store: MemoryStore, scheduler: fc.Scheduler, count: number) {
  let refused = 0
  const given = new Map<unknown, number>()
  const slow: Store = {
    ...store,
    get: scheduler.scheduleFunction(store.get),
    query: scheduler.scheduleFunction(store.query),
    write: scheduler.scheduleFunction(store.write),
    update: scheduler.scheduleFunction(async (update) => {
      const result = await store.update(update)
      if (!result.updated) refused++
      else
        for (const { at } of update.checks)
          if (at[0] === 'open') given.set(at[1], (given.get(at[1]) ?? 0) + 1)
      return result
    }),
  }
  const stores = Array.from({ length: count }, () => ({ ...slow }))
  return {
    refused: () => refused,
    /** how often each claim was given a turn */
    given,
    /** Lets them perform all acts at the same time, each process those that come to it. */
    atOnce: async <A, R>(acts: readonly A[], perform: (on: Store, act: A, i: number) => Promise<R>) =>
      scheduler.waitFor(Promise.all(acts.map(async (act, i) => perform(stores[i % count]!, act, i)))),
  }
}

test('any interleaving of concurrent assignments keeps the spread at 1, gives each lead once, and refuses none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      processes,
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 5 }),
      async (scheduler, count, leads, size) => {
        const store = memoryStore()
        const members = people.slice(0, size)
        // The first assignment of a team finds no order and makes one.
        const first = await chosenFor(store, 'first', { members })
        const { atOnce, refused } = processesOn(store, scheduler, count)
        const names = Array.from({ length: leads }, (_, i) => `lead ${i}`)
        const chosen = [first, ...(await atOnce(names, async (on, name) => chosenFor(on, name, { members })))]
        expect(refused()).toBe(0)
        expect(spread(members.map((person) => numberFor(chosen, person)))).toBeLessThanOrEqual(1)
        expect(await turnsIn(store)).toBe(leads + 1)
      },
    ),
    { numRuns: 100 },
  )
})

test('also while people come and go, and of a team that has no order yet', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      processes,
      fc.array(fc.subarray(people.slice(2)), { minLength: 2, maxLength: 30 }),
      async (scheduler, count, absent) => {
        const store = memoryStore()
        const { atOnce } = processesOn(store, scheduler, count)
        const chosen = await atOnce(absent, async (on, away, i) => chosenFor(on, `lead ${i}`, { away }))
        for (const [i, away] of absent.entries()) expect(away.map(String)).not.toContain(chosen[i])
        expect(Math.abs(numberFor(chosen, anna) - numberFor(chosen, boris))).toBeLessThanOrEqual(1)
        const numbers = Object.values((await rotationIn(store)).open).map(numberOf)
        expect(new Set(numbers).size, 'each turn is given out once').toBe(absent.length)
      },
    ),
    { numRuns: 200 },
  )
})

test('leads that are all handed on at once are in each other’s way three times at most, once more for each further turn that was not for them, and go to nobody who had them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      processes,
      fc.integer({ min: 2, max: 5 }),
      fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 60 }),
      async (scheduler, count, size, owners) => {
        const store = memoryStore()
        const members = people.slice(0, size)
        await chosenFor(store, 'first', { members })
        const refusals: number[] = []
        const { atOnce, given } = processesOn(store, scheduler, count)
        const handedOn = await atOnce(owners, async (on, owner, i) => {
          const person = members[owner % size]!
          refusals[i] = 0
          const { chosen } = await takeTurn(on, bookOf(on), {
            ...requestFor(`handed on ${i}`, { members, excluded: previousOwner(person) }),
            again: async () => void (refusals[i]! += 1),
          })
          return { person, chosen: chosen ?? 'nobody' }
        })
        for (const { person, chosen } of handedOn) expect(chosen).not.toBe(person)
        for (const [i, refused] of refusals.entries()) {
          const passedOver = (given.get(`handed on ${i}`) ?? 0) - 1
          expect(refused).toBeLessThanOrEqual(3 + Math.max(0, passedOver - 1))
        }
        const { open, kept } = await rotationIn(store)
        const numbers = Object.values(open).map(numberOf)
        expect(new Set(numbers).size, 'each turn is given out once').toBe(numbers.length)
        // Whose turn was passed over has one that waits for his next lead.
        const got = await several(store, Object.keys(kept).length, 'then', { members })
        expect(got.toSorted()).toEqual(Object.keys(kept).toSorted())
      },
    ),
    { numRuns: 150 },
  )
})

test('whatever comes again, comes back, is handed on and goes at the same time: each lead is for who may have it, each turn in one place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      processes,
      fc.array(
        fc.record({
          lead: fc.nat({ max: 8 }),
          away: fc.subarray(people, { maxLength: 3 }),
          left: fc.subarray(people, { maxLength: 1 }),
          owner: fc.option(fc.constantFrom(...people)),
          isNeedless: fc.boolean(),
        }),
        { minLength: 2, maxLength: 20 },
      ),
      async (scheduler, count, acts) => {
        const store = memoryStore()
        const { atOnce } = processesOn(store, scheduler, count)
        await atOnce(acts, async (on, { lead, away, left, owner, isNeedless }) => {
          const members = people.filter((person) => !left.includes(person))
          const excluded = owner ? previousOwner(owner) : []
          const result = await assign(on, `lead ${lead}`, { members, away, excluded }).catch(isTooMuch)
          if (!result) return
          const { chosen, taken } = result
          const allowed = members.filter((person) => person !== owner && !away.includes(person))
          if (allowed.length || chosen) expect(allowed).toContain(chosen)
          if (isNeedless && taken) await returnTurn(on, taken)
        })
        const { open, back, kept, next } = await rotationIn(store)
        const numbers = [open, back, kept].flatMap((turns) => Object.values(turns).map(numberOf))
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(Math.max(-1, ...numbers)).toBeLessThan(next)
      },
    ),
    { numRuns: 200 },
  )
})

/** People who are all seen to come and go at one moment are too much now and then; anything else is a fault. */
function isTooMuch(error: unknown): undefined {
  if (!(error instanceof Fault) || error.code !== 'record.changed') throw error
}

async function turnsIn(store: Store): Promise<number> {
  return [...countsOf(await rotationIn(store)).values()].reduce((sum, turn) => sum + turn, 0)
}
