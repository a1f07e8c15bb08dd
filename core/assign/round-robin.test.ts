import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rotationEntity, rotationPartition, type Absence } from '../model/availability.ts'
import { personId, teamId, type PersonId } from '../model/base.ts'
import { fromItem } from '../model/entity.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { assignRoundRobin, type AssignmentRequest } from './round-robin.ts'

const people = ['anna', 'boris', 'clara', 'dmytro', 'eva'].map((name) => personId.parse(name))
const [anna, boris, clara] = people as [PersonId, PersonId, PersonId]
const team = teamId.parse('sales')
const now = Date.parse('2026-11-20T09:00:00Z')

const absence = (person: PersonId, until = '2026-11-27T00:00:00.000Z'): Absence => ({
  tenant: 'main',
  version: 1,
  id: `abs ${person} ${until}`,
  person,
  from: '2026-11-20T00:00:00.000Z',
  until,
})

async function request(store: Store, members: PersonId[], seed: string): Promise<AssignmentRequest> {
  const { items } = await store.query(rotationPartition('main', team))
  const rotation = items.map((item) => fromItem(rotationEntity, item))
  return { tenant: 'main', team, members, rotation, absences: [], seed, now }
}

async function assign(
  store: Store,
  members: PersonId[],
  seed: string,
  away: PersonId[] = [],
): Promise<string> {
  for (;;) {
    const asked = await request(store, members, seed)
    const { chosen, writes } = assignRoundRobin({ ...asked, absences: away.map((person) => absence(person)) })
    if (!chosen) return 'nobody'
    if ((await store.write(writes)).stored) return chosen
  }
}

const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts)

describe('round robin', () => {
  test('gives everybody one lead before anybody gets a second', async () => {
    const store = memoryStore()
    const got = []
    for (let i = 0; i < 6; i++) got.push(await assign(store, [anna, boris, clara], `lead ${i}`))
    expect(got.slice(0, 3).sort()).toEqual(['anna', 'boris', 'clara'])
    expect(got.slice(3).sort()).toEqual(['anna', 'boris', 'clara'])
  })

  test('passes over whoever is absent and says until when', async () => {
    const asked = await request(memoryStore(), [anna, boris], 'lead')
    const result = assignRoundRobin({
      ...asked,
      absences: [absence(anna), absence(anna, '2026-11-21T00:00:00.000Z')],
    })
    expect(result.chosen).toBe('boris')
    expect(result.excluded).toEqual([
      { person: 'anna', because: 'absent', until: '2026-11-27T00:00:00.000Z' },
    ])
  })

  test('an absence that is over, or has not begun, excludes nobody', async () => {
    const asked = await request(memoryStore(), [anna], 'lead')
    const over = { ...absence(anna), until: '2026-11-20T09:00:00.000Z' }
    const later = { ...absence(anna), from: '2026-11-20T09:00:00.001Z' }
    expect(assignRoundRobin({ ...asked, absences: [over, later] }).chosen).toBe('anna')
  })

  test('chooses nobody, with the reasons, when nobody is there', async () => {
    const asked = await request(memoryStore(), [anna, boris], 'lead')
    const excluded = [{ person: 'boris', because: 'previous-owner' as const }]
    const result = assignRoundRobin({ ...asked, absences: [absence(anna)], excluded })
    expect(result).toMatchObject({ chosen: undefined, candidates: [], writes: [] })
    expect(result.excluded.map(({ person, because }) => [person, because])).toEqual([
      ['anna', 'absent'],
      ['boris', 'previous-owner'],
    ])
  })

  test('whoever comes back does not have to catch up', async () => {
    const store = memoryStore()
    for (let i = 0; i < 40; i++) await assign(store, [anna, boris, clara], `away ${i}`, [clara])
    const got = []
    for (let i = 0; i < 9; i++) got.push(await assign(store, [anna, boris, clara], `back ${i}`))
    expect(got.filter((person) => person === 'clara').length).toBeLessThanOrEqual(4)
  })

  test('whoever joins does not have to catch up and nobody starts anew', async () => {
    const store = memoryStore()
    for (let i = 0; i < 7; i++) await assign(store, [anna, boris], `before ${i}`)
    const before = await turns(store)
    const got = []
    for (let i = 0; i < 9; i++) got.push(await assign(store, [anna, boris, clara], `after ${i}`))
    expect(got.filter((person) => person === 'clara').length).toBeLessThanOrEqual(4)
    const after = await turns(store)
    expect(after.anna).toBeGreaterThanOrEqual(before.anna!)
    expect(after.boris).toBeGreaterThanOrEqual(before.boris!)
  })

  test('the order among equals differs from lead to lead', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => assign(memoryStore(), [anna, boris, clara], `lead ${i}`)),
    )
    for (const person of [anna, boris, clara])
      expect(firsts.filter((first) => first === person).length).toBeGreaterThan(70)
  })
})

async function turns(store: Store): Promise<Record<string, number>> {
  const { items } = await store.query(rotationPartition('main', team))
  return Object.fromEntries(items.map((item) => [String(item.person), Number(item.turn)]))
}

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
          const chosen = await assign(store, members, `lead ${lead++}`, away)
          expect(away.map(String)).not.toContain(chosen)
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
      for (let i = 0; i < away; i++) await assign(store, people, `away ${i}`, [anna])
      const counts = Object.fromEntries(people.map((person) => [person, 0]))
      for (let i = 0; i < after; i++) {
        const chosen = await assign(store, people, `back ${i}`)
        counts[chosen]! += 1
      }
      expect(spread(Object.values(counts))).toBeLessThanOrEqual(2)
    }),
    { numRuns: 100 },
  )
})

test('any interleaving of concurrent assignments keeps the spread at 1 and gives each lead once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 5 }),
      async (scheduler, leads, size) => {
        const store = memoryStore()
        // Reads and writes take a turn of the scheduler each, so decisions rest on state of any age.
        const slow: Store = {
          ...store,
          query: scheduler.scheduleFunction(store.query),
          write: scheduler.scheduleFunction(store.write),
        }
        const members = people.slice(0, size)
        const all = Promise.all(
          Array.from({ length: leads }, async (_, i) => assign(slow, members, `lead ${i}`)),
        )
        await scheduler.waitFor(all)
        const chosen = await all
        const counts = members.map((person) => chosen.filter((name) => name === person).length)
        expect(spread(counts)).toBeLessThanOrEqual(1)
        expect(Object.values(await turns(store)).reduce((sum, turn) => sum + turn, 0)).toBe(leads)
      },
    ),
    { numRuns: 100 },
  )
})
