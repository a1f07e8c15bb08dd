import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { personId } from '../record/id.ts'
import { memoryStore } from '../store/memory.ts'
import {
  absence,
  anna,
  assign,
  boris,
  chosenFor,
  clara,
  numberFor,
  people,
  previousOwner,
  rotationIn,
  several,
  spread,
  three,
} from './fixture.ts'
import { countsOf } from './round-robin.ts'

describe('round robin', () => {
  test('gives everybody one lead before anybody gets a second', async () => {
    const got = await several(memoryStore(), 6, 'lead', three)
    expect(got.slice(0, 3).toSorted()).toEqual(['anna', 'boris', 'clara'])
    expect(got.slice(3).toSorted()).toEqual(['anna', 'boris', 'clara'])
  })

  test('passes over whoever is absent and says until when', async () => {
    const absences = [absence(anna), absence(anna, '2026-11-21T00:00:00.000Z')]
    const result = await assign(memoryStore(), 'lead', { members: [anna, boris], absences })
    expect(result.chosen).toBe('boris')
    expect(result.excluded).toEqual([
      { person: 'anna', because: 'absent', until: '2026-11-27T00:00:00.000Z' },
    ])
  })

  test('an absence that is over, or has not begun, excludes nobody', async () => {
    const over = { ...absence(anna), until: '2026-11-20T09:00:00.000Z' }
    const later = { ...absence(anna), from: '2026-11-20T09:00:00.001Z' }
    const asked = { members: [anna], absences: [over, later] }
    expect(await chosenFor(memoryStore(), 'lead', asked)).toBe('anna')
  })

  test('chooses nobody, with the reasons, and takes no turn when nobody is there', async () => {
    const store = memoryStore()
    const asked = { members: [anna, boris], away: [anna], excluded: previousOwner(boris) }
    const result = await assign(store, 'lead', asked)
    expect(result).toMatchObject({ chosen: undefined, candidates: [] })
    expect(result.taken).toBeUndefined()
    expect(result.excluded.map(({ person, because }) => [person, because])).toEqual([
      ['anna', 'absent'],
      ['boris', 'previous-owner'],
    ])
    expect(store.all()).toEqual([])
  })

  test('says by which turns those were compared who could have been chosen', async () => {
    const store = memoryStore()
    const [first] = await several(store, 4, 'lead', three)
    const { chosen, candidates } = await assign(store, 'fifth', three)
    expect(candidates.map(({ turn }) => turn)).toEqual([1, 1, 2])
    expect(candidates.find(({ person }) => person === first)?.turn).toBe(2)
    expect(candidates.find(({ person }) => person === chosen)?.turn).toBe(1)
  })

  test('whoever comes back does not have to catch up', async () => {
    const store = memoryStore()
    await several(store, 40, 'away', { ...three, away: [clara] })
    const got = await several(store, 9, 'back', three)
    expect(numberFor(got, 'clara')).toBeLessThanOrEqual(4)
    expect(numberFor(got, 'clara')).toBeGreaterThanOrEqual(3)
  })

  test('whoever was away for a moment gets no second lead of the same round', async () => {
    const store = memoryStore()
    const first = await chosenFor(store, 'first', three)
    await chosenFor(store, 'second', { ...three, away: [personId.parse(first)] })
    expect(await chosenFor(store, 'third', three)).not.toBe(first)
  })

  test('whoever joins does not have to catch up and nobody starts anew', async () => {
    const store = memoryStore()
    await several(store, 7, 'before', { members: [anna, boris] })
    const before = countsOf(await rotationIn(store))
    const got = await several(store, 9, 'after', three)
    expect(numberFor(got, 'clara')).toBeLessThanOrEqual(4)
    const after = countsOf(await rotationIn(store))
    for (const person of [anna, boris])
      expect(after.get(person)).toBe(before.get(person)! + numberFor(got, person))
  })

  test('the order among equals differs from lead to lead', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => chosenFor(memoryStore(), `lead ${i}`, three)),
    )
    for (const person of ['anna', 'boris', 'clara']) expect(numberFor(firsts, person)).toBeGreaterThan(70)
  })
})

/** Stretches of assignments, each with those who are away and the team as it is then. */
const stretches = fc.array(
  fc.record({
    length: fc.integer({ min: 1, max: 25 }),
    away: fc.subarray(people),
    left: fc.subarray(people, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
)

test('whatever absences, joins and leaves: members who are always there differ by at most 1', async () => {
  await fc.assert(
    fc.asyncProperty(stretches, async (plan) => {
      const store = memoryStore()
      const counts = new Map<string, number>()
      let lead = 0
      for (const { length, away, left } of plan)
        for (let i = 0; i < length; i++) {
          const members = people.filter((person) => !left.includes(person))
          const chosen = await chosenFor(store, `lead ${lead++}`, { members, away })
          expect(away.map(String)).not.toContain(chosen)
          expect(left.map(String)).not.toContain(chosen)
          counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
        }
      const always = people.filter((person) =>
        plan.every(({ away, left }) => !away.includes(person) && !left.includes(person)),
      )
      expect(always.length < 2 || spread(always.map((person) => counts.get(person) ?? 0)) <= 1).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('an absence of any length is worth at most one lead: afterwards counts differ by at most 2, as from any moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 30 }), async (away, after) => {
      const store = memoryStore()
      await several(store, away, 'away', { away: [anna] })
      const got = await several(store, after, 'back')
      expect(spread(people.map((person) => numberFor(got, person)))).toBeLessThanOrEqual(2)
    }),
    { numRuns: 100 },
  )
})
