import { expect, test } from 'vitest'
import { rotationKey } from '../kind/system/rotation.ts'
import { personId } from '../record/id.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import {
  anna,
  assign,
  bookOf,
  boris,
  chosenFor,
  clara,
  numberFor,
  previousOwner,
  requestFor,
  rotationIn,
  several,
  team,
  tenant,
  three,
} from './fixture.ts'
import { returnTurn, takeTurn } from './take-turn.ts'
import { newTurnBook } from './turn-book.ts'

test('a turn asked for twice for the same step is the same', async () => {
  const store = memoryStore()
  await chosenFor(store, 'other', three)
  const first = await assign(store, 'lead', three)
  await chosenFor(store, 'another', three)
  const again = await assign(store, 'lead', three)
  expect(again).toEqual(first)
  // Also when somebody has left since, and the order is another one.
  await chosenFor(store, 'later', { ...three, away: [clara] })
  expect(await assign(store, 'lead', three)).toMatchObject({ chosen: first.chosen, taken: first.taken })
})

test('whoever thinks that the holder of his turn is away, and learns that he is there, gets this very turn', async () => {
  const store = memoryStore()
  const names = await several(store, 2, 'lead', three)
  const due = three.members.find((person) => !names.includes(person))!
  const first = await assign(store, 'due', three)
  expect(first.chosen).toBe(due)
  const late = { ...requestFor('due', { ...three, away: [due] }), lookAgain: async () => [] }
  expect((await takeTurn(store, newTurnBook(), late)).taken).toEqual(first.taken)
  // Else it would be kept for him, and be used by two.
  expect(await rotationIn(store)).toMatchObject({ kept: {}, back: {} })
})

test('executions of one step that hand a lead on at the same moment get the same turn', async () => {
  const store = memoryStore()
  const { chosen } = await assign(store, 'lead', three)
  const asked = { ...three, excluded: previousOwner(chosen!) }
  const [one, other] = await Promise.all([assign(store, 'lead', asked), assign(store, 'lead', asked)])
  expect(one.taken).toEqual(other.taken)
  expect((await rotationIn(store)).next).toBe(2)
})

test('a turn that was used is the same for a step that comes again before that is told', async () => {
  const store = memoryStore()
  const first = await assign(store, 'lead', three)
  bookOf(store).settle(first.taken!)
  expect(await assign(store, 'lead', three)).toEqual(first)
  await assign(store, 'next', three)
  expect(Object.keys((await rotationIn(store)).open)).toEqual(['next'])
})

test('claims of which nothing is ever heard do not fill the item', async () => {
  const store = memoryStore()
  await several(store, 600, 'never stored', three)
  expect(Object.keys((await rotationIn(store)).open).length).toBeLessThanOrEqual(205)
})

test('a turn that came back is the next to be given out', async () => {
  const store = memoryStore()
  await several(store, 4, 'lead', three)
  const { chosen, taken } = await assign(store, 'needless', three)
  await returnTurn(store, taken!)
  await returnTurn(store, taken!)
  const next = await assign(store, 'next', three)
  expect(next).toMatchObject({ chosen, taken: { number: taken!.number } })
  expect(next.candidates[0]?.turn).toBe(next.candidates.find(({ person }) => person === chosen)?.turn)
  expect((await rotationIn(store)).back).toEqual({})
  expect(numberFor(await several(store, 1, 'then', three), chosen!)).toBe(0)
})

test('a turn that comes back while its holder is away is his no more', async () => {
  const store = memoryStore()
  await several(store, 3, 'lead', three)
  const { chosen, taken } = await assign(store, 'needless', three)
  const gone = personId.parse(chosen!)
  await several(store, 2, 'away', { ...three, away: [gone] })
  await returnTurn(store, taken!)
  const meanwhile = await several(store, 8, 'still away', { ...three, away: [gone] })
  expect(meanwhile).not.toContain(chosen)
  expect((await rotationIn(store)).back).toEqual({})
  expect(numberFor(await several(store, 9, 'back', three), chosen!)).toBeLessThanOrEqual(4)
})

test('turns of somebody who has gone since go to others, and none of them waits for him', async () => {
  for (const gone of [{ ...three, away: [clara] }, { members: [anna, boris] }]) {
    const store = memoryStore()
    const leads = Array.from({ length: 9 }, (_, i) => `lead ${i}`)
    const before: string[] = []
    for (const lead of leads) before.push(await chosenFor(store, lead, three))
    expect(numberFor(before, 'clara')).toBe(3)
    // Their segments are tried again, after a change of the lead that refused them.
    const after: string[] = []
    for (const lead of leads) after.push(await chosenFor(store, lead, gone))
    expect(after).not.toContain('clara')
    expect(after.filter((_, i) => before[i] !== 'clara')).toEqual(before.filter((name) => name !== 'clara'))
    expect((await rotationIn(store)).kept).toEqual({})
  }
})

test('whoever is refused again and again gives up, and pauses between his attempts', async () => {
  const memory = memoryStore()
  await assign(memory, 'first', three)
  const item = await memory.get(rotationKey(tenant, team))
  let asked = 0
  const store: Store = { ...memory, update: async () => (asked++, { updated: false, item }) }
  const pauses: number[] = []
  const again = async (refusals: number) => pauses.push(refusals)
  await expect(takeTurn(store, newTurnBook(), { ...requestFor('lead', three), again })).rejects.toThrow(
    'kept changing',
  )
  expect(pauses).toEqual(Array.from({ length: asked - 1 }, (_, i) => i + 1))
  await expect(assign(store, 'lead', three)).rejects.toThrow('kept changing')
})

test('a lead does not go to whoever had it, and his turn is kept for the next', async () => {
  const store = memoryStore()
  const order = await several(store, 3, 'lead', three)
  const due = personId.parse(order[0])
  const handedOn = { ...three, excluded: previousOwner(due) }
  for (let i = 0; i < 10; i++) expect(await chosenFor(store, `handed on ${i}`, handedOn)).not.toBe(due)
  const got = await several(store, 9, 'new', three)
  expect(got[0]).toBe(due)
  expect(numberFor(got, due), 'one turn is kept, not each that he was passed over').toBeLessThanOrEqual(4)
})

test('two leads that are each passed over in step with the other end with what the other left', async () => {
  const store = memoryStore()
  const members = [anna, boris]
  await chosenFor(store, 'first', { members })
  const refusals = new Map<unknown, number>()
  // Refused so often that they leave turns that wait to others; then they go in step, as long as both go on.
  const inStep = (): Store => ({
    ...store,
    update: async (update) => {
      const own = update.checks.find((check) => check.at[0] === 'open')!.at[1]
      const before = refusals.get(own) ?? 0
      refusals.set(own, before + 1)
      return before < 3 ? { updated: false, item: await store.get(update.key) } : store.update(update)
    },
  })
  const chosen = await Promise.all(
    [anna, boris, anna, boris].map(async (person, i) =>
      chosenFor(inStep(), `lead ${i}`, { members, excluded: previousOwner(person) }),
    ),
  )
  expect(chosen).toEqual(['boris', 'anna', 'boris', 'anna'])
})
